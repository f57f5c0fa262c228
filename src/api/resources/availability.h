/* Available seats of each schedule of an event, as a JSON array. */
#ifndef API_AVAILABILITY_H
#define API_AVAILABILITY_H

#include "base/arena.h"
#include "store/reader.h"

/* Reads what `actor` may see; ERR_NOT_FOUND when there is no such event. The text lives in the arena. */
MUST_CHECK err availability_read(struct reader *reader, const struct actor *actor, int64_t event_id,
                                 struct arena *arena, str *ret_json);

#endif
