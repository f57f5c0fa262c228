/* Chunked bodies: split anywhere, the same content or the same error; never more than the buffer allows. */
#include "fuzz.h"

#include "http/chunk.h"

enum { BODY_MAX = 4096 };

struct outcome {
    err error;
    size_t used;
    enum chunk_state state;
    str body;
};

static struct outcome decode_steps(struct arena *arena, str bytes, size_t step)
{
    struct outcome outcome = {0};
    struct chunk_decoder decoder = {0};
    struct buf body = buf_new(arena, BODY_MAX);
    while (outcome.used < bytes.n && !outcome.error && decoder.state != CHUNK_DONE) {
        size_t used = 0;
        outcome.error = chunk_decode(&decoder, str_first(str_from(bytes, outcome.used), step), &body, &used);
        CHECK(outcome.error || used > 0);
        outcome.used += used;
    }
    outcome.state = decoder.state;
    outcome.body = buf_str(&body);
    return outcome;
}

static void fuzz(struct arena *arena, str bytes)
{
    struct outcome whole = decode_steps(arena, bytes, bytes.n > 0 ? bytes.n : 1),
                   single = decode_steps(arena, bytes, 1);
    CHECK(whole.error == single.error && whole.body.n <= BODY_MAX);
    if (whole.error) return;
    CHECK(whole.used == single.used && whole.state == single.state && str_equal(whole.body, single.body));
}
