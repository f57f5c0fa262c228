/* A memory of keys in bounded space, shared by the writers of a process: whether a key was noted before. It may say yes
 * for a key that was never noted, but never no for one that was noted within the last period. So a no saves a query,
 * and a wrong yes costs one. */
#ifndef STORE_SEEN_H
#define STORE_SEEN_H

#include <stdbool.h>
#include <stdint.h>

struct seen;

struct seen *seen_new(int64_t period_ms);
void seen_free(struct seen *seen); /* accepts NULL */

/* Notes the key. Returns whether it may have been noted before. */
bool seen_note(struct seen *seen, uint64_t key, int64_t now_ms);

#endif
