/* Places of an archive, by address: see place.h. */
#include "archive/place.h"

#include <stdio.h>

#include "archive/place_directory.h"
#include "archive/place_s3.h"
#include "archive/s3_address.h"

bool place_is_directory(str address)
{
    static const str separator = {"://", 3};
    for (size_t i = 0; i + separator.n <= address.n; i++) {
        if (str_starts(str_from(address, i), separator)) return false;
    }
    return true;
}

str place_refused(str address, const struct settings *settings, struct arena *arena)
{
    struct s3_address bucket;
    if (address.n == 0 || address.n >= sizeof(((struct place *)NULL)->address))
        return STR("the address of a place is the path of a directory, or s3://BUCKET/PREFIX");
    if (place_is_directory(address)) return STR_NONE;
    str refused = s3_address_parse(address, &bucket);
    if (refused.p) return arena_printf(arena, "%.*s: %.*s", STR_ARG(address), STR_ARG(refused));
    return s3_settings_refused(settings, arena);
}

err place_open(const struct place_opening *opening, struct arena *arena, str *ret_reason, struct place **ret_place)
{
    str refused = place_refused(opening->address, opening->settings, arena);
    if (refused.p) {
        *ret_reason = refused;
        return ERR_INVALID;
    }
    err e = place_is_directory(opening->address)
                ? place_directory_open(opening->address, opening->create, arena, ret_reason, ret_place)
                : place_s3_open(opening, arena, ret_reason, ret_place);
    if (e) return e;
    (*ret_place)->abandoned = opening->abandoned;
    (*ret_place)->context = opening->context;
    snprintf((*ret_place)->address, sizeof((*ret_place)->address), "%.*s", STR_ARG(opening->address));
    return OK;
}

bool place_abandoned(struct place *place)
{
    bool abandoned = place->abandoned && place->abandoned(place->context);
    if (abandoned) snprintf(place->reason, sizeof(place->reason), "the process stops");
    return abandoned;
}

void place_close(struct place *place)
{
    if (place) place->kind->close(place);
}
