/* Available seats of each schedule of an event, as a JSON array. */
#ifndef API_AVAILABILITY_H
#define API_AVAILABILITY_H

#include "base/arena.h"
#include "store/reader.h"

/* As `actor` sees it; ERR_NOT_FOUND without the event. The text lives in the arena. */
MUST_CHECK err availability_read(struct reader *reader, const struct actor *actor, int64_t event_id,
                                 struct arena *arena, str *ret_json);

#endif
