/* Stands between a program and the wall clock (LD_PRELOAD): adds the number of microseconds in the file WALL_CLOCK (an
 * int64_t), which a test changes while the program runs. See wall_clock.mjs. The calls are those by which this program,
 * SQLite and PostgreSQL read the wall clock; clocks that cannot be set are left as they are. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { MICROSECONDS = 1000000 };

static const volatile int64_t *ahead_us;

__attribute__((constructor)) static void open_file(void)
{
    const char *path = getenv("WALL_CLOCK");
    int handle = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (handle < 0) return;
    void *mapped = mmap(NULL, sizeof(*ahead_us), PROT_READ, MAP_SHARED, handle, 0);
    close(handle);
    if (mapped != MAP_FAILED) ahead_us = mapped;
}

static int64_t now_us(void)
{
    struct timespec t;
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * MICROSECONDS + t.tv_nsec / 1000 + (ahead_us ? *ahead_us : 0);
}

int clock_gettime(clockid_t clock, struct timespec *ret)
{
    if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) return (int)syscall(SYS_clock_gettime, clock, ret);
    int64_t us = now_us();
    *ret = (struct timespec){us / MICROSECONDS, us % MICROSECONDS * 1000};
    return 0;
}

int gettimeofday(struct timeval *restrict ret, void *restrict zone)
{
    (void)zone;
    int64_t us = now_us();
    *ret = (struct timeval){us / MICROSECONDS, us % MICROSECONDS};
    return 0;
}

time_t time(time_t *ret)
{
    time_t now = now_us() / MICROSECONDS;
    if (ret) *ret = now;
    return now;
}
