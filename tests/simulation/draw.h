/* The only source of chance in a simulation: a stream of numbers that follows from the seed (splitmix64). */
#ifndef SIMULATION_DRAW_H
#define SIMULATION_DRAW_H

#include <stdbool.h>
#include <stdint.h>

struct draw {
    uint64_t state;
};

static inline uint64_t draw_bits(struct draw *draw)
{
    uint64_t z = draw->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* From `least` to `most`, inclusive. */
static inline int64_t draw_between(struct draw *draw, int64_t least, int64_t most)
{
    return least + (int64_t)(draw_bits(draw) % (uint64_t)(most - least + 1));
}

/* True so many times out of a hundred. */
static inline bool draw_percent(struct draw *draw, int percent)
{
    return draw_between(draw, 1, 100) <= percent;
}

/* One of the values: draw_of(draw, 0, 500, 1000). */
#define draw_of(draw, ...)                                                                                             \
    draw_one(draw, (const int64_t[]){__VA_ARGS__}, sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static inline int64_t draw_one(struct draw *draw, const int64_t *values, uint64_t count)
{
    return values[draw_bits(draw) % count];
}

#endif
