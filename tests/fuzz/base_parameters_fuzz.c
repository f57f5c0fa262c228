/* Query strings and forms: what was decoded, written and decoded again is the same. */
#include "fuzz.h"

#include "base/parameters.h"
#include "base/utf8.h"

static void fuzz(struct arena *arena, str bytes)
{
    struct parameters first, again;
    if (parameters_parse(arena, bytes, &first)) return;
    struct buf out = buf_new(arena, 4 << 20);
    for (size_t i = 0; i < first.count; i++) {
        CHECK(!memchr(first.items[i].value.p, '\0', first.items[i].value.n));
        if (i > 0) buf_add_char(&out, '&');
        parameter_add(&out, first.items[i].name, first.items[i].value);
    }
    CHECK(!out.full && first.count <= PARAMETERS_MAX);
    if (parameters_parse(arena, buf_str(&out), &again)) CHECK(!"what was written can be read");
    for (size_t i = 0; i < first.count && i < again.count; i++) {
        CHECK(str_equal(first.items[i].name, again.items[i].name));
        CHECK(str_equal(first.items[i].value, again.items[i].value));
    }
    CHECK(first.count == again.count);
}
