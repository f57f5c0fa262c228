/* Times: what is read can be written, and is read from that as the same time. */
#include "fuzz.h"

#include "base/time_text.h"

static void fuzz(struct arena *arena, str bytes)
{
    int64_t ms, again, stored;
    char text[TIME_TEXT_SIZE];
    (void)arena;
    bool exact = time_from_stored(bytes, &stored);
    if (!time_from_text(bytes, &ms)) {
        CHECK(!exact);
        return;
    }
    CHECK(ms >= 0 && ms <= TIME_MAX && (!exact || stored == ms));
    CHECK(time_from_text(time_to_rfc3339(ms, text), &again) && again == ms);
    str written = time_to_stored(ms, text);
    CHECK(time_from_stored(written, &again) && again == ms && (!exact || str_equal(written, bytes)));
}
