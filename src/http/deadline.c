/* See deadline.h. */
#include "http/deadline.h"

#include <stddef.h>
#include <utlist.h>

#include "base/check.h"

void deadline_clear(struct deadlines *deadlines, struct deadline *deadline)
{
    if (deadline->kind == DEADLINE_NONE) return;
    DL_DELETE(deadlines->first[deadline->kind], deadline);
    deadline->kind = DEADLINE_NONE;
}

void deadline_set(struct deadlines *deadlines, struct deadline *deadline, enum deadline_kind kind, int64_t at_ms)
{
    CHECK(kind != DEADLINE_NONE);
    deadline_clear(deadlines, deadline);
    struct deadline *first = deadlines->first[kind];
    CHECK(!first || first->prev->at_ms <= at_ms); /* in these lists the first's prev is the last */
    deadline->kind = kind;
    deadline->at_ms = at_ms;
    DL_APPEND(deadlines->first[kind], deadline);
}

struct deadline *deadline_due(const struct deadlines *deadlines, int64_t now_ms)
{
    for (int kind = DEADLINE_NONE + 1; kind < DEADLINE_KINDS; kind++) {
        struct deadline *first = deadlines->first[kind];
        if (first && first->at_ms <= now_ms) return first;
    }
    return NULL;
}
