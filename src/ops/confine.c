/* See confine.h. Where the kernel does not support one of these, the log says so and the server runs without it. */
#include "ops/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "archive/place.h"
#include "archive/place_state.h"
#include "base/check.h"
#include "base/log.h"

/* At its end LeakSanitizer stops all threads as a debugger does, for which it requires calls that nothing else does. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif
#else
enum { SANITIZED = 0 };
#endif

#ifdef COVERAGE
enum { COUNTED = 1 }; /* counts of lines are written to the folder of the build */
#else
enum { COUNTED = 0 };
#endif

static void not_confined(const char *what)
{
    LOG(LOG_WARNING, "not_confined", LOG_TEXT("what", str_of(what)), LOG_TEXT("reason", str_of(strerror(errno))));
}

/* --- memory ------------------------------------------------------------------------------------------------------- */

void confine_memory(const struct settings *settings)
{
    if (settings->core_dumps) return;
    if (setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0) not_confined("memory");
}

/* --- files -------------------------------------------------------------------------------------------------------- */

/* Rights by version of Landlock; a kernel refuses those that it does not know. */
static uint64_t rights_of(long version)
{
    uint64_t rights = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                      LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                      LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                      LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
    if (version >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3) rights |= 1u << 14; /* LANDLOCK_ACCESS_FS_TRUNCATE, newer than Debian 12's headers */
    return rights;
}

static bool folder_allow(int rules, const char *path, uint64_t rights)
{
    struct landlock_path_beneath_attr below = {.allowed_access = rights & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE,
                                               .parent_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (below.parent_fd < 0) return false;
    bool allowed = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0;
    close(below.parent_fd);
    return allowed;
}

enum { FOLDERS_MAX = 1 + PLACES_MAX };

/* Folders that may be written. */
struct folders {
    const char *paths[FOLDERS_MAX];
    size_t count;
};

/* One that cannot be created, or is no folder, is left out: what uses it says why. */
static void folder_add(struct folders *folders, const char *path)
{
    struct stat found;
    (void)mkdir(path, 0700);
    bool usable = stat(path, &found) == 0 && S_ISDIR(found.st_mode);
    if (folders->count < FOLDERS_MAX && usable) folders->paths[folders->count++] = path;
}

static bool files_restrict(const struct folders *folders)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) return false;
    struct landlock_ruleset_attr handled = {.handled_access_fs = rights_of(version)};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
    if (rules < 0) return false;
    bool allowed = true;
    for (size_t i = 0; i < folders->count && allowed; i++)
        allowed = folder_allow(rules, folders->paths[i], handled.handled_access_fs);
    bool restricted =
        allowed && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return restricted;
}

static void database_folders(const struct settings *settings, struct arena *arena, struct folders *folders)
{
    str storage = settings->storage, places = settings->backup_to, place;
    const char *slash = strrchr(storage.p, '/');
    folder_add(folders, slash ? arena_copy(arena, str_first(storage, (size_t)(slash - storage.p) + 1)).p : ".");
    if (places.n == 0) return;
    while (str_split(&places, ',', &place)) {
        place = str_trim(place);
        if (place_is_directory(place)) folder_add(folders, arena_copy(arena, place).p);
    }
}

void confine_files(const struct settings *settings, struct arena *arena)
{
    struct folders folders = {0};
    if (!settings->confined || COUNTED) return;
    if (!settings->database_url.n) database_folders(settings, arena, &folders);
    if (!files_restrict(&folders)) not_confined("files");
}

/* --- system calls ------------------------------------------------------------------------------------------------- */

static const char *const allowed[] = {
    /* files */
    "access",
    "close",
    "close_range",
    "faccessat",
    "faccessat2",
    "fadvise64",
    "fallocate",
    "fchmod",
    "fchown",
    "fcntl",
    "fdatasync",
    "flock",
    "fstat",
    "fstatfs",
    "fsync",
    "ftruncate",
    "getcwd",
    "getdents64",
    "link",
    "linkat",
    "lseek",
    "lstat",
    "mkdir",
    "mkdirat",
    "newfstatat",
    "open",
    "openat",
    "pread64",
    "preadv",
    "pwrite64",
    "pwritev",
    "read",
    "readlink",
    "readlinkat",
    "readv",
    "rename",
    "renameat",
    "renameat2",
    "stat",
    "statfs",
    "statx",
    "umask",
    "unlink",
    "unlinkat",
    "write",
    "writev",
    /* memory */
    "brk",
    "get_mempolicy",
    "madvise",
    "membarrier",
    "mincore",
    "mlock",
    "mmap",
    "mprotect",
    "mremap",
    "munlock",
    "munmap",
    /* threads and signals */
    "exit",
    "exit_group",
    "futex",
    "futex_waitv",
    "get_robust_list",
    "getpid",
    "gettid",
    "prctl",
    "restart_syscall",
    "rseq",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigtimedwait",
    "sched_getaffinity",
    "sched_yield",
    "set_robust_list",
    "set_tid_address",
    "sigaltstack",
    "tgkill",
    /* the network */
    "accept",
    "accept4",
    "bind",
    "connect",
    "getpeername",
    "getsockname",
    "getsockopt",
    "ioctl",
    "listen",
    "recvfrom",
    "recvmmsg",
    "recvmsg",
    "sendfile",
    "sendmmsg",
    "sendmsg",
    "sendto",
    "setsockopt",
    "shutdown",
    "socket",
    "socketpair",
    /* waiting and time */
    "clock_getres",
    "clock_gettime",
    "clock_nanosleep",
    "dup",
    "dup2",
    "dup3",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_pwait",
    "epoll_pwait2",
    "epoll_wait",
    "eventfd",
    "eventfd2",
    "getitimer",
    "gettimeofday",
    "nanosleep",
    "pipe",
    "pipe2",
    "poll",
    "ppoll",
    "pselect6",
    "select",
    "time",
    "times",
    /* about the process and the machine */
    "getegid",
    "geteuid",
    "getgid",
    "getrandom",
    "getrlimit",
    "getrusage",
    "getuid",
    "prlimit64",
    "sysinfo",
    "uname",
};

enum { CALLS_MAX = 1024 };

static char *call_names[CALLS_MAX];
static atomic_bool call_reported[CALLS_MAX];

/* Runs instead of a call that is not allowed, in the thread that made it. */
static void on_refused(int number, siginfo_t *info, void *context)
{
    ucontext_t *state = context;
    int call = info->si_syscall;
    (void)number;
#if defined(__x86_64__)
    state->uc_mcontext.gregs[REG_RAX] = -ENOSYS;
#elif defined(__aarch64__)
    state->uc_mcontext.regs[0] = (unsigned long long)-ENOSYS;
#endif
    if (call < 0 || call >= CALLS_MAX || atomic_exchange(&call_reported[call], true)) return;
    char line[160];
    int n = snprintf(line, sizeof(line),
                     "{\"level\":\"error\",\"event\":\"system_call_refused\",\"call\":\"%s\",\"number\":%d}\n",
                     call_names[call] ? call_names[call] : "unknown", call);
    ssize_t ignored = write(STDERR_FILENO, line, (size_t)n);
    (void)ignored; /* an error cannot be reported anywhere else */
}

/* The names are looked up before, because a signal handler must not allocate. */
static bool refusals_report(void)
{
    struct sigaction action = {.sa_sigaction = on_refused, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < CALLS_MAX; i++) {
        if (!call_names[i]) call_names[i] = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, i);
    }
    return sigaction(SIGSYS, &action, NULL) == 0;
}

static bool rules_add(scmp_filter_ctx filter)
{
    for (size_t i = 0; i < COUNT_OF(allowed); i++) {
        int call = seccomp_syscall_resolve_name(allowed[i]);
        /* Not every processor has every call. */
        if (call != __NR_SCMP_ERROR && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) return false;
    }
    /* Threads, but no processes. The flags of clone3 cannot be checked, so the C library has to use clone. */
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                         SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) != 0)
        return false;
    return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

static bool calls_restrict(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
    if (!filter) return false;
    bool restricted = refusals_report() && rules_add(filter) &&
                      seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return restricted;
}

void confine_calls(const struct settings *settings)
{
    if (settings->confined && !SANITIZED && !calls_restrict()) not_confined("system calls");
}
