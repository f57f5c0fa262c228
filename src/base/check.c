/* See check.h. */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void check_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "{\"level\":\"fatal\",\"event\":\"check\",\"condition\":\"%s\",\"at\":\"%s:%d\"}\n", condition,
            file, line);
    abort();
}

static _Thread_local bool never_waits;

void thread_set_may_wait(bool may_wait)
{
    never_waits = !may_wait;
}

bool thread_may_wait(void)
{
    return !never_waits;
}
