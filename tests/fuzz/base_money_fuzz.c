/* Money: what is read can be written, and is read from that as the same amount. */
#include "fuzz.h"

#include "base/money.h"

static void fuzz(struct arena *arena, str bytes)
{
    int64_t minor, again;
    char text[MONEY_TEXT_SIZE];
    (void)arena;
    if (!money_from_text(bytes, &minor)) return;
    CHECK(minor >= -MONEY_MAX && minor <= MONEY_MAX);
    CHECK(money_from_text(money_to_text(minor, text), &again) && again == minor);
}
