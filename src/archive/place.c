/* Places of an archive, by address: see place.h. */
#include "archive/place.h"

#include <stdio.h>

#include "archive/place_directory.h"

static bool has_scheme(str address)
{
    static const str separator = {"://", 3};
    for (size_t i = 0; i + separator.n <= address.n; i++) {
        if (str_starts(str_from(address, i), separator)) return true;
    }
    return false;
}

str place_refused(str address, struct arena *arena)
{
    if (address.n == 0 || address.n >= sizeof(((struct place *)NULL)->address))
        return STR("the address of a place is the path of a directory");
    if (!has_scheme(address)) return STR_NONE;
    return arena_printf(arena, "%.*s: this version keeps archives in directories only; give a path", STR_ARG(address));
}

err place_open(str address, bool create, struct arena *arena, str *ret_reason, struct place **ret_place)
{
    str refused = place_refused(address, arena);
    if (refused.p) {
        *ret_reason = refused;
        return ERR_INVALID;
    }
    err e = place_directory_open(address, create, arena, ret_reason, ret_place);
    if (e) return e;
    snprintf((*ret_place)->address, sizeof((*ret_place)->address), "%.*s", STR_ARG(address));
    return OK;
}

void place_close(struct place *place)
{
    if (place) place->kind->close(place);
}
