/* What every unit test starts with: cmocka and its headers, and two assertions of ours. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/str.h"

#define assert_str(s, text) assert_true(str_is(s, text))

/* UNIT_TEST names the only test to run. */
__attribute__((constructor)) static void unit_test_choose(void)
{
    if (getenv("UNIT_TEST")) cmocka_set_test_filter(getenv("UNIT_TEST"));
}

/* CHECK ends the process, so what trips it runs in a child; its message would only confuse. */
static inline void assert_aborts(void (*body)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(3);
        signal(SIGABRT, SIG_DFL);
        body();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

#endif
