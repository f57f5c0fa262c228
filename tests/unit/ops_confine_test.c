/* What the process gives up, tried in a child that gives it up. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/arena.h"
#include "base/random.h"
#include "ops/confine.h"

static struct settings settings;
static struct arena *arena;
static char folder[64], outside[64];

/* The exit code of the child is that of the body: 0 is as it should be, else the line. */
static void assert_in_child(int (*body)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) _exit(body());
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

#define REQUIRE(condition)                                                                                             \
    if (!(condition)) return __LINE__ & 0xff

static bool can_write(const char *in)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/file", in);
    int handle = open(path, O_WRONLY | O_CREAT, 0600);
    if (handle >= 0) close(handle);
    return handle >= 0;
}

static int memory_is_private(void)
{
    struct rlimit limit;
    REQUIRE(prctl(PR_GET_DUMPABLE) == 1);
    confine_memory(&settings);
    REQUIRE(prctl(PR_GET_DUMPABLE) == 0);
    REQUIRE(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0);
    return 0;
}

static int memory_is_dumped_for_debugging(void)
{
    settings.core_dumps = true;
    confine_memory(&settings);
    REQUIRE(prctl(PR_GET_DUMPABLE) == 1);
    return 0;
}

static int writes_only_its_folder(void)
{
    REQUIRE(can_write(folder) && can_write(outside));
    confine_files(&settings, arena);
    REQUIRE(can_write(folder));
    REQUIRE(!can_write(outside) && errno == EACCES);
    REQUIRE(open("/etc/passwd", O_RDONLY) >= 0);
    return 0;
}

static int runs_no_program(void)
{
    char *arguments[] = {"true", NULL}, *environment[] = {NULL};
    confine_files(&settings, arena);
    execve("/bin/true", arguments, environment);
    REQUIRE(errno == EACCES);
    return 0;
}

static int writes_nowhere_with_a_server_database(void)
{
    settings.database_url = STR("postgres://db/boxoffice");
    confine_files(&settings, arena);
    REQUIRE(!can_write(folder) && errno == EACCES);
    return 0;
}

static int creates_its_folder(void)
{
    struct stat found;
    settings.storage = arena_printf(arena, "%s/new/test.db", folder);
    confine_files(&settings, arena);
    REQUIRE(stat(arena_printf(arena, "%s/new", folder).p, &found) == 0 && (found.st_mode & 0777) == 0700);
    REQUIRE(can_write(arena_printf(arena, "%s/new", folder).p) && !can_write(folder));
    return 0;
}

static int writes_everywhere_when_not_confined(void)
{
    settings.confined = false;
    confine_files(&settings, arena);
    REQUIRE(can_write(outside));
    return 0;
}

static void test_memory(void **state)
{
    (void)state;
    assert_in_child(memory_is_private);
    assert_in_child(memory_is_dumped_for_debugging);
}

static void test_files(void **state)
{
    (void)state;
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1) skip();
    assert_in_child(writes_only_its_folder);
    assert_in_child(runs_no_program);
    assert_in_child(writes_nowhere_with_a_server_database);
    assert_in_child(creates_its_folder);
    assert_in_child(writes_everywhere_when_not_confined);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory), cmocka_unit_test(test_files)};
    random_start();
    arena = arena_new(1 << 20);
    settings_defaults(&settings, arena);
    strcpy(folder, "/tmp/boxoffice-confine-XXXXXX");
    strcpy(outside, "/tmp/boxoffice-outside-XXXXXX");
    if (!mkdtemp(folder) || !mkdtemp(outside)) return 1;
    settings.storage = arena_printf(arena, "%s/test.db", folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char command[256];
    snprintf(command, sizeof(command), "rm -r %s %s", folder, outside);
    if (system(command) != 0) failed++;
    arena_free(arena);
    return failed;
}
