/* The signed texts of an archive: what is written is read again, and everything else is refused. */
#include "unit.h"

#include "archive/manifest.h"
#include "base/random.h"

enum { ARENA_MAX = 4 << 20, CHUNKS = 3 };

static const char DIGITS[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
static const char OTHER_DIGITS[] = "100102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

struct fixture {
    struct arena *arena;
    struct signing_key key, other;
    struct archive_head head;
    struct base_manifest manifest;
};

static struct fixture fixture;

static int begin(void **state)
{
    (void)state;
    random_start();
    fixture = (struct fixture){.arena = arena_new(ARENA_MAX)};
    signing_key_derive(DIGITS, &fixture.key);
    signing_key_derive(OTHER_DIGITS, &fixture.other);
    fixture.head = (struct archive_head){.origin = {"0123456789abcde", 2}, .commit = 77, .time_ms = 1798742096123};
    random_bytes(&fixture.head.hash, ARCHIVE_HASH_SIZE);
    struct base_manifest *manifest = &fixture.manifest;
    *manifest = (struct base_manifest){
        .origin = fixture.head.origin,
        .after = 40,
        .least = 60,
        .least_ms = 1798742096000,
        .created_ms = 1798742097000,
        .gap_before = true,
        .page_size = 4096,
        .size = CHUNKS * BASE_CHUNK_SIZE - 4096,
        .program = "0.1.0",
        .chunks = ARENA_ARRAY(fixture.arena, struct archive_hash, CHUNKS),
        .chunk_count = CHUNKS,
    };
    random_bytes(&manifest->after_hash, ARCHIVE_HASH_SIZE);
    random_bytes(&manifest->least_hash, ARCHIVE_HASH_SIZE);
    random_bytes(manifest->chunks, CHUNKS * sizeof(*manifest->chunks));
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(fixture.arena);
    return 0;
}

static str head_text(void)
{
    return head_render(&fixture.head, &fixture.key, fixture.arena);
}

static str manifest_text(void)
{
    return manifest_render(&fixture.manifest, &fixture.key, fixture.arena);
}

static err read_head(str text, const struct signing_key *key, struct archive_head *ret_head)
{
    str reason;
    err e = head_parse(text, key, &reason, ret_head);
    assert_true(e == OK || reason.n > 0);
    return e;
}

static err read_manifest(str text, const struct signing_key *key, struct base_manifest *ret_manifest)
{
    str reason;
    err e = manifest_parse(text, key, fixture.arena, &reason, ret_manifest);
    assert_true(e == OK || reason.n > 0);
    return e;
}

static void a_head_is_read_as_it_was_written(void **state)
{
    (void)state;
    struct archive_head head = {0};
    assert_int_equal(read_head(head_text(), &fixture.key, &head), OK);
    assert_memory_equal(&head.origin, &fixture.head.origin, sizeof(head.origin));
    assert_int_equal(head.commit, 77);
    assert_int_equal(head.time_ms, fixture.head.time_ms);
    assert_true(archive_hash_equal(&head.hash, &fixture.head.hash));
    assert_true(head_text().n <= HEAD_TEXT_MAX);
}

static void a_manifest_is_read_as_it_was_written(void **state)
{
    (void)state;
    const struct base_manifest *written = &fixture.manifest;
    struct base_manifest read = {0};
    assert_int_equal(read_manifest(manifest_text(), &fixture.key, &read), OK);
    assert_memory_equal(&read.origin, &written->origin, sizeof(read.origin));
    assert_int_equal(read.after, 40);
    assert_true(archive_hash_equal(&read.after_hash, &written->after_hash));
    assert_int_equal(read.least, 60);
    assert_true(archive_hash_equal(&read.least_hash, &written->least_hash));
    assert_int_equal(read.least_ms, written->least_ms);
    assert_int_equal(read.created_ms, written->created_ms);
    assert_true(read.gap_before);
    assert_int_equal(read.page_size, 4096);
    assert_int_equal(read.size, written->size);
    assert_string_equal(read.program, "0.1.0");
    assert_int_equal(read.chunk_count, CHUNKS);
    assert_memory_equal(read.chunks, written->chunks, CHUNKS * sizeof(*read.chunks));
}

static void an_empty_base_has_no_chunks(void **state)
{
    (void)state;
    struct base_manifest read;
    fixture.manifest.size = 0;
    fixture.manifest.chunk_count = 0;
    assert_int_equal(read_manifest(manifest_text(), &fixture.key, &read), OK);
    assert_int_equal(read.chunk_count, 0);
}

/* Each byte in turn gets another value, is left out and is there twice. */
static void every_damage_is_noticed(void **state)
{
    (void)state;
    str text = head_text();
    struct archive_head head;
    char *bytes = arena_alloc(fixture.arena, text.n + 2);
    for (size_t i = 0; i < text.n; i++) {
        memcpy(bytes, text.p, text.n);
        bytes[i] = (char)(bytes[i] ^ 1 << (i % 8));
        assert_int_equal(read_head((str){bytes, text.n}, &fixture.key, &head), ERR_INVALID);
        memmove(bytes + i, text.p + i + 1, text.n - i - 1);
        assert_int_equal(read_head((str){bytes, text.n - 1}, &fixture.key, &head), ERR_INVALID);
        memcpy(bytes, text.p, i + 1);
        memcpy(bytes + i + 1, text.p + i, text.n - i);
        assert_int_equal(read_head((str){bytes, text.n + 1}, &fixture.key, &head), ERR_INVALID);
        assert_int_equal(read_head(str_first(text, i), &fixture.key, &head), ERR_INVALID);
    }
    memcpy(bytes, text.p, text.n);
    assert_int_equal(read_head((str){bytes, text.n}, &fixture.key, &head), OK);
}

static void a_text_of_another_key_is_refused(void **state)
{
    (void)state;
    struct archive_head head;
    struct base_manifest manifest;
    str reason;
    assert_int_equal(head_parse(head_text(), &fixture.other, &reason, &head), ERR_FORBIDDEN);
    assert_non_null(strstr(reason.p, "another key"));
    assert_int_equal(read_manifest(manifest_text(), &fixture.other, &manifest), ERR_FORBIDDEN);
    assert_int_equal(read_head(head_text(), NULL, &head), OK);
    assert_int_equal(read_manifest(manifest_text(), NULL, &manifest), OK);
}

static void a_text_is_not_taken_for_the_other_kind(void **state)
{
    (void)state;
    struct archive_head head;
    struct base_manifest manifest;
    str reason;
    assert_int_equal(head_parse(manifest_text(), &fixture.key, &reason, &head), ERR_INVALID);
    assert_non_null(strstr(reason.p, "unknown format"));
    assert_int_equal(read_manifest(head_text(), &fixture.key, &manifest), ERR_INVALID);
}

/* Signed with the right key, but its lines are not those of the format. */
static void a_signed_text_with_other_lines_is_refused(void **state)
{
    (void)state;
    static const char *const changes[][2] = {
        {"epoch 2\n", "epoch -2\n"},   {"epoch 2\n", "epoch 99999999999999999999\n"},
        {"epoch 2\n", "epoch\n"},      {"epoch 2\n", ""},
        {"epoch 2\n", "epochs 2\n"},   {"epoch 2\n", "epoch 2\nepoch 2\n"},
        {"commit 77\n", "commit x\n"}, {"time 2", "time x"},
        {"hash ", "hash 0"},
    };
    struct archive_head head;
    str body, signed_text = head_text();
    assert_int_equal(text_check(signed_text, &fixture.key, &body), SIGNATURE_VALID);
    body = arena_copy(fixture.arena, body);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        const char *at = strstr(body.p, changes[i][0]);
        assert_non_null(at);
        struct buf text = buf_new(fixture.arena, HEAD_TEXT_MAX);
        buf_add(&text, str_first(body, (size_t)(at - body.p)));
        buf_add(&text, str_of(changes[i][1]));
        buf_add(&text, str_of(at + strlen(changes[i][0])));
        text_sign(&text, &fixture.key);
        assert_int_equal(read_head(buf_str(&text), &fixture.key, &head), ERR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_head_is_read_as_it_was_written, begin, end),
        cmocka_unit_test_setup_teardown(a_manifest_is_read_as_it_was_written, begin, end),
        cmocka_unit_test_setup_teardown(an_empty_base_has_no_chunks, begin, end),
        cmocka_unit_test_setup_teardown(every_damage_is_noticed, begin, end),
        cmocka_unit_test_setup_teardown(a_text_of_another_key_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_text_is_not_taken_for_the_other_kind, begin, end),
        cmocka_unit_test_setup_teardown(a_signed_text_with_other_lines_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
