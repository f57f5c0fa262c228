/* Deadlines of connections. All deadlines of a kind have the same duration, so appending keeps the list of each kind
 * sorted: setting, clearing and finding the next one take constant time, and one coarse timer serves all connections.
 * Network thread only. */
#ifndef HTTP_DEADLINE_H
#define HTTP_DEADLINE_H

#include <stdint.h>

enum deadline_kind {
    DEADLINE_NONE,
    DEADLINE_IDLE,   /* waiting for the first byte of a request */
    DEADLINE_HEAD,   /* the head began and is not complete */
    DEADLINE_BODY,   /* the body is not complete */
    DEADLINE_STALL,  /* the client reads its response too slowly */
    DEADLINE_LINGER, /* everything is sent; waiting for the client to close */
    DEADLINE_KINDS
};

struct deadline {
    struct deadline *prev, *next;
    enum deadline_kind kind;
    int64_t at_ms;
};

struct deadlines {
    struct deadline *first[DEADLINE_KINDS];
};

/* Sets or moves a deadline. Bounds: at_ms is not before that of any other of its kind. */
void deadline_set(struct deadlines *deadlines, struct deadline *deadline, enum deadline_kind kind, int64_t at_ms);

void deadline_clear(struct deadlines *deadlines, struct deadline *deadline);

/* An expired deadline, or NULL. It stays set until the caller clears or moves it. */
struct deadline *deadline_due(const struct deadlines *deadlines, int64_t now_ms);

#endif
