/* Restoring from an archive: every commit exactly, and nothing from an archive that is damaged. ARCHIVE_DAMAGE in the
 * environment says how often each damage is tried (default: 20). */
#include "archive_fixture.h"

#include "archive/restore.h"
#include "base/time_text.h"

enum { DAMAGES = 20 };

static struct fixture fixture;
static struct arena *scratch;   /* of one test, or one damage */
static struct arena *restoring; /* of one restoring */
static uint64_t chosen_epoch;   /* 0: the newest */

/* The files that were touched since the copy was taken. */
static char touched[128][ARCHIVE_NAME_SIZE];
static size_t touched_count;

static int begin(void **state)
{
    (void)state;
    fixture_open(&fixture, 7, FIXTURE_PAGES);
    touched_count = 0;
    scratch = arena_new(FIXTURE_ARENA_MAX);
    restoring = arena_new(FIXTURE_ARENA_MAX);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fixture_close(&fixture);
    arena_free(scratch);
    arena_free(restoring);
    return 0;
}

/* --- restoring ---------------------------------------------------------------------------------------------------- */

struct restored {
    str reason; /* of a refusal */
    struct chain *chain;
    struct archive_hash digest;
};

static const struct chain_target latest = {.kind = TARGET_LATEST};

static struct chain_target commit_target(uint64_t commit)
{
    return (struct chain_target){.kind = TARGET_COMMIT, .commit = commit};
}

static struct chain_target time_target(int64_t time_ms)
{
    return (struct chain_target){.kind = TARGET_TIME, .time_ms = time_ms};
}

static str file_content(const char *path, struct arena *arena)
{
    struct stat found;
    int file = open(path, O_RDONLY);
    assert_true(file >= 0);
    assert_int_equal(fstat(file, &found), 0);
    char *bytes = arena_alloc(arena, (size_t)found.st_size + 1);
    assert_int_equal(read(file, bytes, (size_t)found.st_size), found.st_size);
    close(file);
    return (str){bytes, (size_t)found.st_size};
}

/* Nothing may be written when the archive is refused. What it returns is valid until the next call. */
static err restore_with(const struct signing_key *key, struct chain_target target, struct restored *ret)
{
    struct catalog *catalog;
    struct arena *arena = restoring;
    const char *path = fixture_path(&fixture, "restored.partial");
    *ret = (struct restored){.reason = STR_NONE};
    arena_reset(arena);
    err e = catalog_read(fixture.place, key, arena, &ret->reason, &catalog);
    if (!e && chosen_epoch) e = catalog_choose(catalog, chosen_epoch);
    if (!e) e = chain_find(catalog, &target, NULL, arena, &ret->reason, &ret->chain);
    if (!e) e = restore_write(ret->chain, path, NULL, arena, &ret->reason);
    if (!e) archive_hash_of(file_content(path, arena), &ret->digest);
    if (e) assert_int_equal(access(path, F_OK), -1);
    if (!e) assert_int_equal(unlink(path), 0);
    assert_true(!e || ret->reason.n > 0);
    return e;
}

static err restore(struct chain_target target, struct restored *ret)
{
    return restore_with(&fixture.key, target, ret);
}

static void assert_restores(struct chain_target target, uint64_t commit)
{
    struct restored restored;
    err e = restore(target, &restored);
    if (e) print_error("%.*s\n", STR_ARG(restored.reason));
    assert_int_equal(e, OK);
    assert_int_equal(restored.chain->commit, commit);
    assert_true(archive_hash_equal(&restored.digest, &fixture.digests[commit]));
}

/* The reason contains all of the texts; NULL ends them. */
static void assert_refused(struct chain_target target, err code, const char *first, const char *second)
{
    struct restored restored;
    assert_int_equal(restore(target, &restored), code);
    const char *texts[] = {first, second};
    for (size_t i = 0; i < 2 && texts[i]; i++) {
        if (strstr(restored.reason.p, texts[i])) continue;
        print_error("'%s' is not in '%s'\n", texts[i], restored.reason.p);
        fail();
    }
}

static void every_commit_is_restored_exactly(void **state)
{
    (void)state;
    fixture_close(&fixture);
    fixture_open(&fixture, 7, FIXTURE_PAGES_MANY);
    fixture_fill(&fixture);
    for (uint64_t commit = 0; commit <= fixture.commit; commit++) {
        assert_restores(commit_target(commit), commit);
        if (commit % 4 != 1) continue;
        assert_restores(time_target(fixture.times[commit]), commit);
        if (fixture.times[commit] - 1 > fixture.times[commit - 1] && commit > 1)
            assert_restores(time_target(fixture.times[commit] - 1), commit - 1);
    }
    assert_restores(latest, fixture.commit);
    assert_restores(time_target(fixture.time_ms + 1000000), fixture.commit);
}

static void what_the_archive_does_not_contain_is_refused(void **state)
{
    (void)state;
    struct restored restored;
    fixture_fill(&fixture);
    assert_refused(commit_target(fixture.commit + 1), ERR_NOT_FOUND, "ends with commit 48", "commit 49 is not in it");
    assert_refused(time_target(1000), ERR_NOT_FOUND, "begins with commit 0", NULL);
    assert_int_equal(restore(time_target(fixture.time_ms), &restored), OK);
    assert_true(restored.chain->at_end);
    assert_int_equal(restore(time_target(fixture.time_ms - 1), &restored), OK);
    assert_false(restored.chain->at_end);
}

static void a_place_without_an_archive_says_so(void **state)
{
    (void)state;
    assert_refused(latest, ERR_NOT_FOUND, "there is no archive in", fixture.folder);
}

static void a_base_is_enough_when_nothing_was_committed(void **state)
{
    (void)state;
    fixture_base(&fixture);
    fixture_head(&fixture);
    assert_restores(latest, 0);
    fixture_commit(&fixture);
    fixture_new_log(&fixture);
    fixture_base(&fixture);
    fixture_head(&fixture);
    assert_restores(latest, 1);
    assert_restores(commit_target(1), 1);
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

static int64_t size_of(const char *name)
{
    struct stat found;
    assert_int_equal(stat(fixture_path(&fixture, name), &found), 0);
    return found.st_size;
}

static void note_touch(const char *name)
{
    assert_true(touched_count < COUNT_OF(touched));
    snprintf(touched[touched_count++], sizeof(touched[0]), "%s", name);
}

static void drop(const char *name)
{
    note_touch(name);
    assert_int_equal(unlink(fixture_path(&fixture, name)), 0);
}

static void cut(const char *name, int64_t size)
{
    note_touch(name);
    assert_int_equal(truncate(fixture_path(&fixture, name), size), 0);
}

static const struct fixture_record *record_of(uint64_t commit)
{
    return &fixture.records[commit - 1];
}

/* What a server that was killed leaves: a part of a record that the head does not name. */
static void a_part_of_a_record_at_the_end_is_not_a_commit(void **state)
{
    (void)state;
    fixture_fill(&fixture);
    uint64_t last = fixture.commit;
    fixture_commit(&fixture);
    const struct fixture_record *record = record_of(fixture.commit);
    struct restored restored;
    assert_restores(latest, fixture.commit);
    assert_int_equal(restore(latest, &restored), OK);
    assert_non_null(strstr(restored.chain->signed_note.p, "no signature covers"));
    for (int64_t left = record->size - 1; left > 0; left -= 1 + record->size / 9) {
        cut(record->segment, record->offset + left);
        assert_restores(latest, last);
    }
    assert_int_equal(restore(latest, &restored), OK);
    assert_null(restored.chain->signed_note.p);
    /* A part of a header of a segment, too. */
    fixture.segment[0] = '\0';
    cut(record->segment, record->offset);
    fixture.commit = last;
    fixture_begin_segment(&fixture);
    cut(fixture.segment, 0);
    assert_restores(latest, last);
    cut(fixture.segment, 0);
}

static void an_end_that_the_head_contradicts_is_refused(void **state)
{
    (void)state;
    fixture_fill(&fixture);
    const struct fixture_record *last = record_of(fixture.commit);
    cut(last->segment, last->offset + last->size - 1);
    assert_refused(latest, ERR_INVALID, last->segment, "commit 48 and later ones are missing; head names commit 48");
    assert_refused(time_target(fixture.time_ms), ERR_INVALID, last->segment, "commit 48");
    assert_refused(commit_target(48), ERR_INVALID, last->segment, "commit 48");
    assert_restores(commit_target(47), 47);
    assert_restores(time_target(fixture.times[46]), 46);
}

/* A manifest names commits as well, so an old head does not hide that its commits are gone. */
static void an_end_that_a_manifest_contradicts_is_refused(void **state)
{
    (void)state;
    fixture_fill(&fixture);
    fixture_base(&fixture);
    fixture.commit -= 3;
    fixture.hash = (struct archive_hash){{0}};
    for (uint64_t commit = 48; commit > 45; commit--) cut(record_of(commit)->segment, record_of(commit)->offset);
    unlink(fixture_path(&fixture, ARCHIVE_HEAD));
    assert_refused(latest, ERR_INVALID, "commit 46 and later ones are missing", ".manifest names commit 48");
}

static void without_a_head_the_end_is_unknown(void **state)
{
    (void)state;
    fixture_fill(&fixture);
    unlink(fixture_path(&fixture, ARCHIVE_HEAD));
    assert_refused(latest, ERR_INVALID, "head is missing", "commit 48");
    assert_restores(commit_target(48), 48);
    assert_restores(time_target(fixture.times[47]), 47);
    assert_int_equal(fixture.place->kind->replace(fixture.place, ARCHIVE_HEAD, STR("boxoffice archive head 1\n")), OK);
    assert_refused(latest, ERR_INVALID, "head is damaged", "commit 48");
}

/* --- gaps and epochs ---------------------------------------------------------------------------------------------- */

/* What another program writes is in no record. */
static void a_gap_is_crossed_from_a_later_base_only(void **state)
{
    (void)state;
    fixture_base(&fixture);
    for (int i = 0; i < 5; i++) fixture_commit(&fixture);
    memset(fixture.pages, 0x55, FIXTURE_PAGE);
    fixture.gap = true;
    fixture_new_log(&fixture);
    for (int i = 0; i < 3; i++) fixture_commit(&fixture);
    fixture_head(&fixture);
    assert_refused(latest, ERR_INVALID, "a gap precedes commit 6", "0000000000000006.segment");
    assert_restores(commit_target(5), 5);
    fixture_base(&fixture);
    fixture_commit(&fixture);
    fixture_head(&fixture);
    assert_restores(latest, 9);
    assert_restores(commit_target(8), 8);
    assert_restores(commit_target(5), 5);
    assert_refused(commit_target(7), ERR_INVALID, "a gap precedes commit 6", NULL);
}

/* The base after a gap contains what no commit does. */
static void the_commit_before_a_gap_is_not_the_base_after_it(void **state)
{
    (void)state;
    fixture_base(&fixture);
    for (int i = 0; i < 5; i++) fixture_commit(&fixture);
    fixture_head(&fixture);
    memset(fixture.pages, 0x55, FIXTURE_PAGE);
    fixture.gap = true;
    fixture_new_log(&fixture);
    fixture_base(&fixture);
    assert_restores(commit_target(5), 5);
    fixture_digest(&fixture, &fixture.digests[5]);
    assert_restores(latest, 5);
}

/* The database goes on from a commit as another epoch. */
static void go_back_to(uint64_t commit, const struct archive_hash *hash, const unsigned char *pages, uint32_t count)
{
    memcpy(fixture.pages, pages, (size_t)FIXTURE_PAGES_MAX * FIXTURE_PAGE);
    fixture.page_count = count;
    fixture.commit = commit;
    fixture.hash = *hash;
    fixture.origin.epoch++;
    fixture_new_log(&fixture);
}

static void the_history_is_that_of_the_newest_epoch(void **state)
{
    (void)state;
    size_t size = (size_t)FIXTURE_PAGES_MAX * FIXTURE_PAGE;
    unsigned char *at_six = arena_alloc(fixture.arena, size);
    struct archive_hash hash, first_epoch[13];
    uint32_t count = 0;
    fixture_base(&fixture);
    for (int i = 0; i < 12; i++) {
        fixture_commit(&fixture);
        if (i % 4 == 3) fixture_new_log(&fixture);
        if (fixture.commit != 6) continue;
        memcpy(at_six, fixture.pages, size);
        hash = fixture.hash;
        count = fixture.page_count;
    }
    fixture_head(&fixture);
    memcpy(first_epoch, fixture.digests, sizeof(first_epoch));
    go_back_to(6, &hash, at_six, count);
    for (int i = 0; i < 3; i++) fixture_commit(&fixture);
    fixture_head(&fixture);
    assert_restores(latest, 9);
    for (uint64_t commit = 1; commit <= 9; commit++) assert_restores(commit_target(commit), commit);
    assert_refused(commit_target(10), ERR_NOT_FOUND, "ends with commit 9", NULL);
    assert_false(archive_hash_equal(&first_epoch[8], &fixture.digests[8]));
    /* The third one continues the first one again, not the second. */
    go_back_to(6, &hash, at_six, count);
    for (int i = 0; i < 2; i++) fixture_commit(&fixture);
    fixture_head(&fixture);
    assert_restores(latest, 8);
    for (uint64_t commit = 1; commit <= 8; commit++) assert_restores(commit_target(commit), commit);
    /* What was given up is still there. */
    chosen_epoch = 1;
    memcpy(fixture.digests, first_epoch, sizeof(first_epoch));
    for (uint64_t commit = 1; commit <= 12; commit++) assert_restores(commit_target(commit), commit);
    assert_refused(latest, ERR_INVALID, "head is of another epoch", "commit 12");
    chosen_epoch = 0;
    /* A restored database that has committed nothing yet. */
    go_back_to(6, &hash, at_six, count);
    fixture_head(&fixture);
    assert_restores(latest, 6);
}

/* --- damage ------------------------------------------------------------------------------------------------------- */

/* One damage: what it does, and what the refusal has to name. */
struct damage {
    char file[ARCHIVE_NAME_SIZE]; /* empty: any */
    uint64_t commit;              /* the first one that cannot be restored; UINT64_MAX: not named */
    bool harmless;                /* the result has to be exact */
};

typedef void damage_function(struct damage *damage);

static str content(const char *name)
{
    return file_content(fixture_path(&fixture, name), scratch);
}

static void replace(const char *name, str bytes)
{
    note_touch(name);
    FILE *file = fopen(fixture_path(&fixture, name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, file), bytes.n);
    assert_int_equal(fclose(file), 0);
}

/* A commit that the newest base does not contain, from `from` places before the end on. */
static const struct fixture_record *draw_record(uint32_t from_end)
{
    uint64_t after = fixture.bases_after[fixture.base_count - 1];
    uint32_t count = (uint32_t)(fixture.commit - after) - from_end;
    return record_of(after + 1 + fixture_draw(&fixture, count));
}

static void expect(struct damage *damage, const char *file, uint64_t commit)
{
    snprintf(damage->file, sizeof(damage->file), "%s", file);
    damage->commit = commit;
}

static uint64_t first_commit_of(const char *segment)
{
    enum archive_file kind;
    uint64_t epoch, commit;
    assert_true(archive_name_read(str_of(segment), &kind, &epoch, &commit));
    return commit;
}

static void flip(const char *name, int64_t offset)
{
    str bytes = content(name);
    char *changed = memcpy(arena_alloc(scratch, bytes.n), bytes.p, bytes.n);
    changed[offset] = (char)(changed[offset] ^ 1 << fixture_draw(&fixture, 8));
    replace(name, (str){changed, bytes.n});
}

static void damage_bit_of_a_record(struct damage *damage)
{
    const struct fixture_record *record = draw_record(0);
    flip(record->segment, record->offset + fixture_draw(&fixture, (uint32_t)record->size));
    expect(damage, record->segment, record->commit);
}

static void damage_bit_of_a_record_header(struct damage *damage)
{
    const struct fixture_record *record = draw_record(0);
    flip(record->segment, record->offset + fixture_draw(&fixture, RECORD_HEADER_SIZE));
    expect(damage, record->segment, record->commit);
}

static void damage_bit_of_a_segment_header(struct damage *damage)
{
    const struct fixture_record *record = draw_record(0);
    flip(record->segment, fixture_draw(&fixture, SEGMENT_HEADER_SIZE));
    expect(damage, record->segment, first_commit_of(record->segment));
}

static void damage_cut(struct damage *damage)
{
    const struct fixture_record *record = draw_record(0);
    cut(record->segment, record->offset + fixture_draw(&fixture, (uint32_t)record->size));
    expect(damage, "", record->commit);
}

/* The bytes of the segment from one record's end on, in another order or number. */
static void put_instead(const struct fixture_record *record, str instead)
{
    str bytes = content(record->segment);
    struct buf out = buf_new(scratch, 2 * bytes.n + instead.n);
    buf_add(&out, str_first(bytes, (size_t)record->offset));
    buf_add(&out, instead);
    buf_add(&out, str_from(bytes, (size_t)(record->offset + record->size)));
    replace(record->segment, buf_str(&out));
}

static str bytes_of(const struct fixture_record *record)
{
    return str_first(str_from(content(record->segment), (size_t)record->offset), (size_t)record->size);
}

static void damage_record_removed(struct damage *damage)
{
    const struct fixture_record *record = draw_record(0);
    put_instead(record, STR(""));
    expect(damage, "", record->commit);
}

static void damage_record_repeated(struct damage *damage)
{
    const struct fixture_record *record = draw_record(1);
    str once = bytes_of(record);
    struct buf twice = buf_new(scratch, 2 * once.n);
    buf_add(&twice, once);
    buf_add(&twice, once);
    put_instead(record, buf_str(&twice));
    expect(damage, record->segment, record->commit + 1);
}

static void damage_records_exchanged(struct damage *damage)
{
    const struct fixture_record *one = draw_record(1), *other = record_of(one->commit + 1);
    str first = bytes_of(one), second = bytes_of(other);
    if (strcmp(one->segment, other->segment) == 0) {
        put_instead(other, first);
        put_instead(one, second);
    } else {
        put_instead(one, second);
        put_instead(other, first);
    }
    expect(damage, one->segment, one->commit);
}

static void damage_segment_removed(struct damage *damage)
{
    const struct fixture_record *record = draw_record(0);
    drop(record->segment);
    expect(damage, "", first_commit_of(record->segment));
}

static void damage_segments_exchanged(struct damage *damage)
{
    const struct fixture_record *one = draw_record(0), *other = draw_record(0);
    str first = content(one->segment), second = content(other->segment);
    uint64_t a = first_commit_of(one->segment), b = first_commit_of(other->segment);
    damage->harmless = a == b;
    replace(one->segment, second);
    replace(other->segment, first);
    expect(damage, a < b ? one->segment : other->segment, a < b ? a : b);
}

static void damage_segment_repeated(struct damage *damage)
{
    const struct fixture_record *record = draw_record(1);
    char name[ARCHIVE_NAME_SIZE];
    archive_name(ARCHIVE_SEGMENT, 1, record->commit + 1, name);
    damage->harmless = strcmp(name, record_of(record->commit + 1)->segment) == 0; /* there is one of this name */
    if (!damage->harmless) replace(name, content(record->segment));
    expect(damage, name, record->commit + 1);
}

/* The same commits of a database with another number, and the same key. */
static void damage_segment_of_another_database(struct damage *damage)
{
    struct fixture *other = ARENA_NEW(scratch, struct fixture);
    const struct fixture_record *record = draw_record(0);
    uint64_t first = first_commit_of(record->segment);
    fixture_open(other, fixture.random, FIXTURE_PAGES);
    memset(other->origin.database_id, 0xfe, ARCHIVE_DATABASE_ID_SIZE);
    while (other->commit + 1 < first) fixture_commit(other);
    fixture_new_log(other);
    for (int i = 0; i < 6; i++) fixture_commit(other);
    replace(record->segment, file_content(fixture_path(other, record->segment), scratch));
    fixture_close(other);
    expect(damage, record->segment, first);
}

/* Another payload, with hashes that fit it. Returns the header. */
static struct record_header forge(const struct fixture_record *record, const struct archive_hash *previous, bool change)
{
    unsigned char bytes[RECORD_HEADER_SIZE];
    struct record_header header;
    str old = bytes_of(record);
    char *forged = memcpy(arena_alloc(scratch, old.n), old.p, old.n);
    assert_true(record_header_read((const unsigned char *)forged, &header));
    if (change) forged[old.n - 1] = (char)(forged[old.n - 1] ^ 1);
    if (previous) header.previous = *previous;
    archive_hash_of((str){forged + RECORD_HEADER_SIZE, old.n - RECORD_HEADER_SIZE}, &header.payload);
    record_header_write(&header, bytes);
    memcpy(forged, bytes, sizeof(bytes));
    put_instead(record, (str){forged, old.n});
    return header;
}

static void damage_record_forged(struct damage *damage)
{
    const struct fixture_record *record = draw_record(1), *next = record_of(record->commit + 1);
    if (record->commit == fixture.bases[1]) next = record; /* its manifest names it */
    forge(record, NULL, true);
    expect(damage, next->segment, next->commit);
}

static void forge_beginning(const char *segment, const struct archive_hash *previous)
{
    unsigned char bytes[SEGMENT_HEADER_SIZE];
    struct segment_header header;
    str whole = content(segment);
    assert_true(segment_header_read((const unsigned char *)whole.p, &header));
    header.previous = *previous;
    segment_header_write(&header, bytes);
    replace(segment,
            (str){memcpy(memcpy(arena_alloc(scratch, whole.n), whole.p, whole.n), bytes, sizeof(bytes)), whole.n});
}

/* All records from one on, so that each continues the one before: only what is signed contradicts them. */
static void damage_records_forged(struct damage *damage)
{
    uint64_t first = fixture.commit - fixture_draw(&fixture, 5);
    struct record_header header = forge(record_of(first), NULL, true);
    for (uint64_t commit = first + 1; commit <= fixture.commit; commit++) {
        const struct fixture_record *record = record_of(commit);
        struct archive_hash previous = header.hash;
        if (first_commit_of(record->segment) == commit) forge_beginning(record->segment, &previous);
        header = forge(record, &previous, false);
    }
    expect(damage, record_of(fixture.commit)->segment, fixture.commit);
}

static const char *base_file(size_t index, enum archive_file kind)
{
    char *name = arena_alloc(scratch, ARCHIVE_NAME_SIZE);
    archive_name(kind, 1, fixture.bases[index], name);
    return name;
}

/* The older base gives the same. */
static void damage_newest_base(struct damage *damage)
{
    const char *name = base_file(1, ARCHIVE_BASE);
    flip(name, fixture_draw(&fixture, (uint32_t)size_of(name)));
    damage->harmless = true;
}

static void damage_newest_manifest(struct damage *damage)
{
    const char *name = base_file(1, ARCHIVE_MANIFEST);
    flip(name, fixture_draw(&fixture, (uint32_t)size_of(name)));
    damage->harmless = true;
}

static void damage_both_bases(struct damage *damage)
{
    for (size_t i = 0; i < 2; i++) {
        const char *name = base_file(i, fixture_draw(&fixture, 2) ? ARCHIVE_BASE : ARCHIVE_MANIFEST);
        uint32_t how = fixture_draw(&fixture, 3);
        if (how == 0) flip(name, fixture_draw(&fixture, (uint32_t)size_of(name)));
        if (how == 1) cut(name, fixture_draw(&fixture, (uint32_t)size_of(name)));
        if (how == 2) replace(name, content(record_of(1)->segment));
        if (i == 1) expect(damage, "", UINT64_MAX);
    }
}

static void damage_head(struct damage *damage)
{
    flip(ARCHIVE_HEAD, fixture_draw(&fixture, (uint32_t)size_of(ARCHIVE_HEAD)));
    expect(damage, ARCHIVE_HEAD, UINT64_MAX);
}

/* Everything is signed, but with another key. */
static void damage_key(struct damage *damage)
{
    signing_key_derive("ff01020304050607ff090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", &fixture.key);
    expect(damage, ARCHIVE_HEAD, UINT64_MAX);
}

static const struct {
    const char *name;
    damage_function *function;
} damages[] = {
    {"bit of a record", damage_bit_of_a_record},
    {"bit of the header of a record", damage_bit_of_a_record_header},
    {"bit of the header of a segment", damage_bit_of_a_segment_header},
    {"cut", damage_cut},
    {"record removed", damage_record_removed},
    {"record repeated", damage_record_repeated},
    {"records exchanged", damage_records_exchanged},
    {"segment removed", damage_segment_removed},
    {"segments exchanged", damage_segments_exchanged},
    {"segment repeated", damage_segment_repeated},
    {"segment of another database", damage_segment_of_another_database},
    {"record forged", damage_record_forged},
    {"records forged", damage_records_forged},
    {"newest base damaged", damage_newest_base},
    {"newest manifest damaged", damage_newest_manifest},
    {"both bases damaged", damage_both_bases},
    {"head damaged", damage_head},
    {"another key", damage_key},
};

static void assert_noticed(const char *name, uint64_t seed, const struct damage *damage)
{
    struct restored restored;
    char commit[64];
    err e = restore(latest, &restored);
    snprintf(commit, sizeof(commit), "commit %llu ", (unsigned long long)damage->commit);
    bool exact = !e && restored.chain->commit == fixture.commit &&
                 archive_hash_equal(&restored.digest, &fixture.digests[fixture.commit]);
    bool refused = e && strstr(restored.reason.p, damage->file) &&
                   (damage->commit == UINT64_MAX || strstr(restored.reason.p, commit));
    if (damage->harmless ? exact : refused) return;
    print_error("%s, seed %llu: expected %s%s %s, found %s %s\n", name, (unsigned long long)seed,
                damage->harmless ? "an exact result" : "a refusal that names ", damage->file, commit,
                e       ? "the refusal"
                : exact ? "an exact result"
                        : "another result",
                e ? restored.reason.p : "");
    fail();
}

/* All files of the archive as they were written. */
struct copy {
    struct place_file *files;
    str *contents;
    size_t count;
};

static struct copy copy_take(void)
{
    struct copy copy;
    assert_int_equal(fixture.place->kind->list(fixture.place, fixture.arena, &copy.files, &copy.count), OK);
    copy.contents = ARENA_ARRAY(fixture.arena, str, copy.count);
    for (size_t i = 0; i < copy.count; i++)
        copy.contents[i] = file_content(fixture_path(&fixture, copy.files[i].name.p), fixture.arena);
    return copy;
}

static void copy_put(const struct copy *copy)
{
    size_t count = touched_count;
    for (size_t k = 0; k < count; k++) {
        unlink(fixture_path(&fixture, touched[k]));
        for (size_t i = 0; i < copy->count; i++) {
            if (str_is(copy->files[i].name, touched[k])) replace(touched[k], copy->contents[i]);
        }
    }
    touched_count = 0;
}

static void no_damage_goes_unnoticed(void **state)
{
    (void)state;
    const char *times = getenv("ARCHIVE_DAMAGE");
    int64_t count = DAMAGES;
    assert_true(!times || str_to_int(str_of(times), &count));
    for (size_t i = 0; i < COUNT_OF(damages); i++) {
        struct copy copy;
        for (uint64_t seed = 0; seed < (uint64_t)count; seed++) {
            struct damage damage = {.commit = UINT64_MAX};
            if (seed % DAMAGES == 0) {
                fixture_close(&fixture);
                fixture_open(&fixture, seed * 1000003 + i, FIXTURE_PAGES);
                fixture_fill(&fixture);
                copy = copy_take();
                touched_count = 0;
            }
            arena_reset(scratch);
            copy_put(&copy);
            signing_key_derive(FIXTURE_DIGITS, &fixture.key);
            damages[i].function(&damage);
            assert_noticed(damages[i].name, seed, &damage);
        }
    }
}

/* Damage after the target does not keep its state from being restored, but that is said. */
static void later_damage_does_not_matter(void **state)
{
    (void)state;
    struct restored restored;
    fixture_fill(&fixture);
    flip(record_of(44)->segment, record_of(44)->offset + 20);
    assert_refused(latest, ERR_INVALID, record_of(44)->segment, "commit 44");
    assert_restores(commit_target(43), 43);
    assert_restores(commit_target(42), 42);
    assert_restores(time_target(fixture.times[42]), 42);
    assert_int_equal(restore(commit_target(43), &restored), OK);
    assert_non_null(strstr(restored.chain->signed_note.p, "no signature covers it"));
    /* By time it is not known whether the next commit belongs to the result. */
    assert_refused(time_target(fixture.times[43]), ERR_INVALID, record_of(44)->segment, "commit 44");
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static void nothing_is_written_over_a_database(void **state)
{
    (void)state;
    static const char *const suffixes[] = {"", "-wal", "-shm", ".mark", ".archive"};
    str reason;
    const char *path = fixture_path(&fixture, "restored.db");
    assert_int_equal(restore_check(path, fixture.arena, &reason), OK);
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        str name = arena_printf(fixture.arena, "restored.db%s", suffixes[i]);
        replace(name.p, STR("data"));
        assert_int_equal(restore_check(path, fixture.arena, &reason), ERR_STATE_CONFLICT);
        assert_non_null(strstr(reason.p, name.p));
        unlink(fixture_path(&fixture, name.p));
    }
    assert_int_equal(restore_check(fixture_path(&fixture, "missing/restored.db"), fixture.arena, &reason),
                     ERR_NOT_FOUND);
    replace("one", STR("1"));
    replace("two", STR("2"));
    assert_int_equal(
        restore_rename(fixture_path(&fixture, "one"), fixture_path(&fixture, "two"), fixture.arena, &reason),
        ERR_STATE_CONFLICT);
    assert_str(content("two"), "2");
    assert_int_equal(
        restore_rename(fixture_path(&fixture, "one"), fixture_path(&fixture, "three"), fixture.arena, &reason), OK);
    assert_str(content("three"), "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_commit_is_restored_exactly, begin, end),
        cmocka_unit_test_setup_teardown(what_the_archive_does_not_contain_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_place_without_an_archive_says_so, begin, end),
        cmocka_unit_test_setup_teardown(a_base_is_enough_when_nothing_was_committed, begin, end),
        cmocka_unit_test_setup_teardown(a_part_of_a_record_at_the_end_is_not_a_commit, begin, end),
        cmocka_unit_test_setup_teardown(an_end_that_the_head_contradicts_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(an_end_that_a_manifest_contradicts_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(without_a_head_the_end_is_unknown, begin, end),
        cmocka_unit_test_setup_teardown(a_gap_is_crossed_from_a_later_base_only, begin, end),
        cmocka_unit_test_setup_teardown(the_commit_before_a_gap_is_not_the_base_after_it, begin, end),
        cmocka_unit_test_setup_teardown(the_history_is_that_of_the_newest_epoch, begin, end),
        cmocka_unit_test_setup_teardown(no_damage_goes_unnoticed, begin, end),
        cmocka_unit_test_setup_teardown(later_damage_does_not_matter, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_written_over_a_database, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
