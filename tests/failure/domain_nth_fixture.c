/* N-th failure loops: every kind of request, start, checkpoint, migration and end, with the n-th call of each kind to
 * the system, or the n-th allocation, failing (nth_points.h, nth_kinds.h): once, or from then on; n rises until a run
 * is clean. After each run:
 *
 *  - acknowledged: the database holds what an undisturbed run leaves; and no synchronisation of it or its log failed,
 *    after which the process has to end without a response;
 *  - refused: it holds what it held before, and a repetition in the same process succeeds; the error says that the
 *    server failed, never something about the request; a read returns the right rows or an error;
 *  - ended by itself: it holds one or the other, nothing between;
 *  - in each case the next start is whole, the database sound, its rows and what full-text search finds consistent.
 *
 * Each run is a process of its own, on a copy of a database made before, in memory. Its calls are counted first,
 * without a failure, so a run in which the n-th call did not come, or in which there was one more, is an error, too.
 *
 * Usage: domain_nth_fixture CALLS ALLOCATIONS FIRST [KIND[,KIND]... | all [POINT]]
 * Runs every so many-th point, FIRST modulo this; "1 1 0" are all. There are far more allocations than calls. Exit code
 * 1 when something was found. */
#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/random.h"
#include "nth_kinds.h"
#include "store/invariants.h"
#include "store/maintain/digest.h"

enum { CRASHED = 3, REPEATED = 4, SECONDS_MAX = 60, FOUND_MAX = 20, FILES_MAX = 8, STDERR_MAX = 2000 };

/* --- databases ---------------------------------------------------------------------------------------------------- */

struct file_image {
    char name[FILE_NAME_SIZE];
    char *bytes;
    size_t size;
};

/* The files of a database. */
struct image {
    struct file_image files[FILES_MAX];
    size_t count;
};

static char folder[64];
static struct settings settings;
static struct arena *lasting, *scratch, *compared;
static struct image images[FROM_NOTHING + 1];

static str path_of(const char *name)
{
    return arena_printf(scratch, "%s/%s", folder, name);
}

static FILE *file_open(const char *name, const char *mode)
{
    FILE *file = fopen(path_of(name).p, mode);
    CHECK(file != NULL);
    return file;
}

static void file_take(struct image *image, const char *name, struct arena *arena)
{
    struct file_image *taken = &image->files[image->count++];
    CHECK(image->count <= FILES_MAX);
    snprintf(taken->name, sizeof(taken->name), "%s", name);
    FILE *file = file_open(name, "r");
    CHECK(fseek(file, 0, SEEK_END) == 0);
    taken->size = (size_t)ftell(file);
    rewind(file);
    taken->bytes = arena_alloc(arena, taken->size + 1);
    CHECK(fread(taken->bytes, 1, taken->size, file) == taken->size);
    fclose(file);
}

/* Calls `use` for every file of the database; the index is made anew, and the reserve is only room. */
static void folder_files(void (*use)(struct image *image, const char *name), struct image *image)
{
    DIR *listing = opendir(folder);
    struct dirent *entry;
    CHECK(listing != NULL);
    while ((entry = readdir(listing))) {
        if (strncmp(entry->d_name, "test.db", 7) == 0) use(image, entry->d_name);
    }
    closedir(listing);
}

static bool is_lasting(const char *name)
{
    return !strstr(name, "-shm") && !strstr(name, ".reserve") && !strstr(name, ".lock");
}

static void file_keep(struct image *image, const char *name)
{
    if (is_lasting(name)) file_take(image, name, lasting);
}

static void file_compare(struct image *image, const char *name)
{
    if (is_lasting(name)) file_take(image, name, compared);
}

static bool image_has(const struct image *image, const struct file_image *file)
{
    for (size_t i = 0; i < image->count; i++) {
        const struct file_image *other = &image->files[i];
        if (strcmp(other->name, file->name) != 0 || other->size != file->size) continue;
        return memcmp(other->bytes, file->bytes, file->size) == 0;
    }
    return false;
}

static void file_remove(struct image *image, const char *name)
{
    (void)image;
    CHECK(unlink(path_of(name).p) == 0);
}

static void image_restore(const struct image *image)
{
    folder_files(file_remove, NULL);
    for (size_t i = 0; i < image->count; i++) {
        FILE *file = file_open(image->files[i].name, "w");
        CHECK(fchmod(fileno(file), 0600) == 0);
        CHECK(fwrite(image->files[i].bytes, 1, image->files[i].size, file) == image->files[i].size);
        CHECK(fclose(file) == 0);
    }
}

/* Whether the files are what they were; the log is made, empty, when a database is opened. */
static bool image_untouched(const struct image *image)
{
    static struct image now;
    now.count = 0;
    arena_reset(compared);
    folder_files(file_compare, &now);
    for (size_t i = 0; i < now.count; i++) {
        const struct file_image *file = &now.files[i];
        if (file->size > 0 && !image_has(image, file)) return false;
    }
    return true;
}

/* --- processes -----------------------------------------------------------------------------------------------------
 */

/* What processes that do not fail leave for the loop, in memory that both share. The loop itself never opens a
 * database: its own memory stays small, so that forking is fast. */
static struct left {
    struct world world;
    bool wrong;
    char reason[1024];
    char state[HASH_TEXT_SIZE];
} * left;

static int process_wait(void (*body)(const struct kind *kind), const struct kind *kind)
{
    int status;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(SECONDS_MAX);
        body(kind);
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    return status;
}

static void schema_make(struct run *run)
{
    struct buf sql = buf_new(scratch, 4 << 20);
    str reason = STR_NONE;
    ddl_schema(&sql, DIALECT_SQLITE);
    CHECK(!sql.full);
    err e = store_script(run->store, buf_str(&sql), "SequelizeMeta", STR("20260101000000-initial.js"), false, scratch,
                         &reason);
    CHECK(e == OK);
}

static void world_main(const struct kind *kind)
{
    struct run run = {.kind = kind, .settings = &settings, .arena = scratch};
    err e = store_begin(&run, OPENS_STORE, true);
    CHECK(e == OK);
    schema_make(&run);
    world_make(&run);
    store_end(&run);
    left->world = world;
}

/* Dies with commits in its log. */
static void crash_main(const struct kind *kind)
{
    struct run run = {.kind = kind, .settings = &settings, .arena = scratch};
    err e = store_begin(&run, OPENS_STORE, false);
    CHECK(e == OK);
    some_commands(&run);
}

static void images_make(void)
{
    CHECK(process_wait(world_main, NULL) == 0);
    world = left->world;
    folder_files(file_keep, &images[FROM_WORLD]);
    CHECK(process_wait(crash_main, NULL) == 0);
    folder_files(file_keep, &images[FROM_CRASH]);
}

/* --- a run -------------------------------------------------------------------------------------------------------- */

static void attempt(struct run *run, int number)
{
    err (*act)(struct run * run) = run->kind->act ? run->kind->act : command_act;
    atomic_store(&report->attempt, number);
    chance_begin();
    respond(act(run));
}

/* Whether the process ends after it, or when it fails. */
static bool ends_process(const struct kind *kind)
{
    return kind->opening == OPENS_NOTHING || kind->act == end_act;
}

/* The process of a run. After an error it dies, or, every fourth time, repeats the request. */
static void run_main(const struct kind *kind)
{
    struct run run = {.kind = kind, .settings = &settings, .arena = arena_new(16 << 20)};
    err e = OK;
    if (!freopen(path_of("stderr").p, "w", stderr) || setvbuf(stderr, NULL, _IONBF, 0) != 0) _exit(CRASHED);
    if (kind->opening != OPENS_NOTHING) e = store_begin(&run, kind->opening, false);
    CHECK(e == OK);
    if (!kind->act) command_prepare(&run);
    if (kind->before) kind->before(&run);
    atomic_fetch_add(&time_us, kind->later_ms * 1000);
    points_arm();
    attempt(&run, 0);
    points_disarm();
    if (atomic_load(&report->responses[0]) != OK) {
        if (failure.n % REPEATED != 0 || ends_process(kind)) _exit(CRASHED);
        attempt(&run, 1);
    }
    store_end(&run);
}

static int run_wait(const struct kind *kind, struct failure planned)
{
    memset(report, 0, sizeof(*report));
    image_restore(&images[kind->origin]);
    failure = planned;
    int status = process_wait(run_main, kind);
    atomic_store(&report->armed, false); /* it may have ended before */
    return status;
}

/* --- what it left ------------------------------------------------------------------------------------------------- */

/* Invariants that are about the file and its indexes; those of rows follow from the digest. */
static int64_t violations(struct store *store)
{
    static struct invariant invariants[INVARIANTS_MAX];
    size_t count = invariants_of(DIALECT_SQLITE, NULL, NULL, 0, scratch, invariants);
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t number = 0;
        bool matters = strcmp(invariants[i].name, "integrity") == 0 || strcmp(invariants[i].name, "search") == 0;
        err e = matters ? store_number(store, invariants[i].sql, &number) : OK;
        sum += e ? 1 : number;
    }
    return sum;
}

static void structure_hash(struct store *store, struct hash *hash)
{
    str text, *names;
    size_t count;
    err e = store_structure(store, scratch, &text);
    CHECK(e == OK);
    hash_add(hash, text);
    e = store_migration_table(store, "SequelizeMeta", scratch, &names, &count);
    CHECK(e == OK);
    for (size_t i = 0; i < count; i++) hash_add(hash, names[i]);
}

/* NULL, or what is wrong with what a run left. */
static const char *state_look(const struct kind *kind, struct store *store)
{
    bool empty = kind->origin == FROM_NOTHING;
    struct database_digest digest = {0};
    struct hash hash;
    str reason = STR_NONE;
    err e = empty ? OK : database_digest(&settings, &(struct digest_options){0}, scratch, &reason, &digest);
    if (e) return "cannot be read";
    hash_start(&hash);
    hash_add(&hash, str_of(digest.sha256));
    if (kind->act == migration_act) structure_hash(store, &hash);
    hash_end(&hash, left->state);
    return empty || violations(store) == 0 ? NULL : "violates invariants";
}

static void state_main(const struct kind *kind)
{
    struct store *store;
    str reason = STR_NONE;
    err e = store_open(&settings, kind->origin == FROM_NOTHING, scratch, &reason, &store);
    const char *wrong = e ? arena_printf(scratch, "does not start: %.*s", STR_ARG(reason)).p : state_look(kind, store);
    left->wrong = wrong != NULL;
    if (wrong) snprintf(left->reason, sizeof(left->reason), "%s", wrong);
    if (!e) store_close(store);
}

/* Starts on what a run left. NULL, or what is wrong with it. */
static const char *state_read(const struct kind *kind, char ret_state[static HASH_TEXT_SIZE])
{
    if (process_wait(state_main, kind) != 0) return "the next start crashes";
    memcpy(ret_state, left->state, HASH_TEXT_SIZE);
    return left->wrong ? left->reason : NULL;
}

/* An undisturbed run of a kind. */
struct reference {
    int64_t counts[POINT_COUNT];
    char before[HASH_TEXT_SIZE], after[HASH_TEXT_SIZE], what[HASH_TEXT_SIZE];
};

static const char *state_judge(const struct kind *kind, const struct reference *reference, bool may_be_before,
                               bool may_be_after)
{
    char state[HASH_TEXT_SIZE];
    if (may_be_before && !kind->before && image_untouched(&images[kind->origin])) return NULL;
    const char *wrong = state_read(kind, state);
    if (wrong) return wrong;
    if (may_be_before && strcmp(state, reference->before) == 0) return NULL;
    if (may_be_after && strcmp(state, reference->after) == 0) return NULL;
    if (strcmp(state, reference->before) == 0) return "what was acknowledged is lost";
    return strcmp(state, reference->after) == 0 ? "what was refused was done" : "half of it was done";
}

/* Whether the error says that the server failed, and nothing about the request. */
static bool is_failure(int e)
{
    return e == ERR_INTERNAL || e == ERR_STORAGE_FULL || e == ERR_OVERLOADED;
}

static bool responded_with(int number, int e)
{
    return atomic_load(&report->responded[number]) && atomic_load(&report->responses[number]) == e;
}

static bool is_memory(enum point point)
{
    return point == POINT_SQLITE_MEMORY || point == POINT_MEMORY;
}

/* NULL: the process ended as it may. */
static const char *end_judge(const struct kind *kind, int status)
{
    bool ended = !(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == CRASHED));
    bool by_itself =
        WIFEXITED(status) ? WEXITSTATUS(status) == 1 : WTERMSIG(status) == SIGABRT && is_memory(failure.point);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) return "hangs";
    if (ended && !by_itself) return "crashed";
    if (ended && atomic_load(&report->disarmed)) return "ended after the failure was over";
    if (ended && atomic_load(&report->hits) == 0) return "ended without a failure";
    if (ended || ends_process(kind) || !atomic_load(&report->sync_failed)) return NULL;
    return "went on after a synchronisation that failed";
}

/* What a run wrote to stderr, the beginning of it. */
static void stderr_read(char text[static STDERR_MAX])
{
    FILE *file = file_open("stderr", "r");
    size_t n = fread(text, 1, STDERR_MAX - 1, file);
    text[n] = '\0';
    fclose(file);
}

/* Whether the message of a start that failed says that the files are wrong, which they are not. */
static bool blames_files(void)
{
    static const char *const wrong[] = {"run db:", "damaged", "cut short", "missing", "another one", "not a key"};
    char text[STDERR_MAX];
    stderr_read(text);
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        if (strstr(text, wrong[i])) return true;
    }
    return false;
}

/* NULL: the responses are right. */
static const char *responses_judge(const struct kind *kind, const struct reference *reference)
{
    for (int i = 0; i < ATTEMPTS; i++) {
        if (!atomic_load(&report->responded[i])) continue;
        int e = atomic_load(&report->responses[i]);
        if (e != OK && i > 0) return "fails after the failure was over";
        if (e != OK && !is_failure(e)) return "blames the request";
        if (e == OK && strcmp(report->what[i], reference->what) != 0) return "returned other rows";
    }
    if (ends_process(kind) && !responded_with(0, OK) && blames_files()) return "blames the files";
    bool acknowledged = responded_with(0, OK) && kind->act != end_act;
    return acknowledged && atomic_load(&report->sync_failed) ? "acknowledged without synchronisation" : NULL;
}

/* NULL: the run was as it has to be. */
static const char *run_judge(const struct kind *kind, const struct reference *reference, int status)
{
    bool expected = failure.n > 0 && failure.n <= reference->counts[failure.point];
    if ((atomic_load(&report->hits) > 0) != expected) return expected ? "hit nothing" : "is not clean";
    const char *wrong = responses_judge(kind, reference);
    if (!wrong) wrong = end_judge(kind, status);
    if (wrong) return wrong;
    bool done = responded_with(0, OK) || responded_with(1, OK);
    bool undone = !done && atomic_load(&report->responded[0]);
    return state_judge(kind, reference, !done, !undone);
}

/* --- the loops ---------------------------------------------------------------------------------------------------- */

static struct figures {
    int64_t points, runs, hit, acknowledged, repeated, refused, ended;
} figures[POINT_COUNT + 1]; /* the last is their sum */

static int64_t found_count;

static void found(const struct kind *kind, const char *wrong, int status)
{
    char text[STDERR_MAX];
    printf("FOUND %s: %s %lld %s: %s (%s; status %x, file %s, response", kind->name, point_names[failure.point],
           (long long)failure.n, failure.forever ? "for ever" : "once", wrong,
           atomic_load(&report->hits) ? "hit" : "not hit", (unsigned)status, report->file);
    for (int i = 0; i < ATTEMPTS; i++) {
        err e = (err)atomic_load(&report->responses[i]);
        printf(" %s", !atomic_load(&report->responded[i]) ? "none" : e ? err_row(e)->symbol : "OK");
    }
    stderr_read(text);
    printf(")\n%s", text);
    found_count++;
}

static void figures_add(struct figures *sum, int status)
{
    sum->runs++;
    sum->hit += atomic_load(&report->hits) > 0;
    if (responded_with(0, OK))
        sum->acknowledged++;
    else if (responded_with(1, OK))
        sum->repeated++;
    else if (atomic_load(&report->responded[0]))
        sum->refused++;
    else
        sum->ended += status != 0;
}

static void point_run(const struct kind *kind, const struct reference *reference, struct failure planned)
{
    int status = run_wait(kind, planned);
    const char *wrong = run_judge(kind, reference, status);
    if (wrong) found(kind, wrong, status);
    figures_add(&figures[planned.point], status);
    figures_add(&figures[POINT_COUNT], status);
    arena_reset(scratch);
}

/* Counts the calls of an undisturbed run, which has to change what it is to change. */
static void reference_take(const struct kind *kind, struct reference *ret)
{
    const char *wrong = NULL;
    memset(ret, 0, sizeof(*ret));
    image_restore(&images[kind->origin]);
    wrong = state_read(kind, ret->before);
    int status = run_wait(kind, (struct failure){0});
    if (!wrong) wrong = state_read(kind, ret->after);
    if (kind->steady) strcpy(ret->before, ret->after);
    if (status != 0 || !responded_with(0, OK)) wrong = "fails without a failure";
    if (!wrong && !kind->steady && strcmp(ret->before, ret->after) == 0) wrong = "changes nothing";
    memcpy(ret->what, report->what[0], sizeof(ret->what));
    for (int point = 0; point < POINT_COUNT; point++) ret->counts[point] = atomic_load(&report->counts[point]);
    if (wrong) found(kind, wrong, status);
    arena_reset(scratch);
}

struct selection {
    int64_t calls, allocations, first; /* every so many-th point of these */
    const char *kinds, *point;         /* NULL: all */
};

/* n rises until a run is clean. */
static void loop(const struct kind *kind, const struct reference *reference, struct failure planned,
                 const struct selection *selection)
{
    static int64_t numbers[2];
    int64_t count = reference->counts[planned.point], *number = &numbers[is_memory(planned.point)];
    int64_t every = is_memory(planned.point) ? selection->allocations : selection->calls;
    if (count == 0) return;
    for (planned.n = 1; planned.n <= count + 1 && found_count < FOUND_MAX; planned.n++) {
        if ((*number)++ % every == selection->first) point_run(kind, reference, planned);
    }
    figures[planned.point].points += count;
    figures[POINT_COUNT].points += count;
}

/* Whether a list contains the name; NULL contains all. */
static bool selects(const char *list, const char *name)
{
    str rest = str_of(list ? list : name), item;
    while (str_split(&rest, ',', &item)) {
        if (str_is(item, name)) return true;
    }
    return false;
}

static int kind_loops(const struct kind *kind, const struct selection *selection)
{
    struct reference reference;
    if (!selects(selection->kinds, kind->name)) return 0;
    reference_take(kind, &reference);
    for (int point = 0; point < POINT_COUNT && found_count < FOUND_MAX; point++) {
        if (!selects(selection->point, point_names[point])) continue;
        loop(kind, &reference, (struct failure){.point = (enum point)point}, selection);
        loop(kind, &reference, (struct failure){.point = (enum point)point, .forever = true}, selection);
    }
    return 1;
}

static void figures_print(int kinds_run)
{
    printf("%-22s %8s %8s %8s %12s %9s %8s %8s\n", "", "points", "runs", "hit", "acknowledged", "repeated", "refused",
           "ended");
    for (int i = 0; i <= POINT_COUNT; i++) {
        const struct figures *line = &figures[i];
        if (line->points == 0) continue;
        printf("%-22s %8lld %8lld %8lld %12lld %9lld %8lld %8lld\n", i < POINT_COUNT ? point_names[i] : "all",
               (long long)line->points, (long long)line->runs, (long long)line->hit, (long long)line->acknowledged,
               (long long)line->repeated, (long long)line->refused, (long long)line->ended);
    }
    printf("%d kinds of request, %lld violations\n", kinds_run, (long long)found_count);
}

static bool number_of(const char *text, int64_t least, int64_t *ret_number)
{
    return str_to_int(str_of(text), ret_number) && *ret_number >= least;
}

int main(int argc, char **argv)
{
    struct selection selection = {.kinds = argc > 4 && strcmp(argv[4], "all") != 0 ? argv[4] : NULL,
                                  .point = argc > 5 ? argv[5] : NULL};
    if (argc < 4 || argc > 6 || !number_of(argv[1], 1, &selection.calls) ||
        !number_of(argv[2], 1, &selection.allocations) || !number_of(argv[3], 0, &selection.first)) {
        fprintf(stderr, "usage: domain_nth_fixture CALLS ALLOCATIONS FIRST [KIND[,KIND]... | all [POINT]]\n");
        return 2;
    }
    random_start();
    points_start();
    left = mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(left != MAP_FAILED);
    log_set_level(LOG_WARNING);
    setvbuf(stdout, NULL, _IOLBF, 0);
    lasting = arena_new(64 << 20);
    scratch = arena_new(64 << 20);
    compared = arena_new(64 << 20);
    snprintf(folder, sizeof(folder), "%s/boxoffice-nth-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    CHECK(mkdtemp(folder) != NULL);
    settings_defaults(&settings, lasting);
    settings.storage = arena_printf(lasting, "%s/test.db", folder);
    settings.checkin_before_ms = INT64_C(3) * DAY_MS;
    images_make();
    int kinds_run = 0;
    for (size_t i = 0; i < COUNT_OF(kinds) && found_count < FOUND_MAX; i++) {
        kinds_run += kind_loops(&kinds[i], &selection);
    }
    figures_print(kinds_run);
    bool counted = figures[POINT_COUNT].points > 0;
    if (!counted) printf("FOUND no call was counted before the response\n");
    folder_files(file_remove, NULL);
    unlink(path_of("stderr").p);
    rmdir(folder);
    arena_free(compared);
    arena_free(scratch);
    arena_free(lasting);
    return found_count > 0 || kinds_run == 0 || !counted ? 1 : 0;
}
