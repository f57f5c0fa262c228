/* Unit tests of api/session_cache: what is remembered, and that nothing stale ever comes out. */
#include "unit.h"

#include "api/session_cache.h"

static struct arena *arena;
static struct session_cache *cache;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    cache = session_cache_new(arena, 64);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    session_cache_free(cache);
    arena_free(arena);
    return 0;
}

static const char *hash_of(int number)
{
    static char hash[HASH_TEXT_SIZE];
    char text[16];
    int n = snprintf(text, sizeof(text), "%d", number);
    hash_sha256_hex((str){text, (size_t)n}, hash);
    return hash;
}

static bool finds(int number, int64_t now_ms)
{
    struct session_entry entry;
    return session_cache_find(cache, hash_of(number), now_ms, &entry) && entry.session_id == number;
}

static void add(int number, int64_t user_id, uint64_t mark)
{
    struct session_entry entry = {.session_id = number, .user_id = user_id, .expires_at = 1000, .role = ROLE_CUSTOMER};
    session_cache_add(cache, hash_of(number), &entry, mark);
}

static void a_session_is_remembered_until_it_ends(void **state)
{
    (void)state;
    assert_false(finds(1, 0));
    add(1, 7, session_cache_mark(cache));
    assert_true(finds(1, 999));
    assert_false(finds(2, 999));
    assert_false(finds(1, 1000));
    assert_false(finds(1, 999)); /* forgotten for good */
}

static void a_change_of_the_session_or_its_user_forgets_it(void **state)
{
    (void)state;
    add(1, 7, session_cache_mark(cache));
    add(2, 8, session_cache_mark(cache));
    session_cache_changed(cache, ENTITY_booking, 1);
    assert_true(finds(1, 0));
    session_cache_changed(cache, ENTITY_session, 1);
    assert_false(finds(1, 0));
    assert_true(finds(2, 0));
    session_cache_changed(cache, ENTITY_user, 8);
    assert_false(finds(2, 0));
}

/* The session that admitted a request is checked again before it changes anything. */
static void a_mark_holds_until_session_or_user_change(void **state)
{
    (void)state;
    struct session_entry entry;
    add(1, 7, session_cache_mark(cache));
    assert_true(session_cache_find(cache, hash_of(1), 0, &entry));
    session_cache_changed(cache, ENTITY_user, 8);
    assert_true(session_cache_holds(cache, 1, 7, entry.mark));
    session_cache_changed(cache, ENTITY_user, 7);
    assert_false(session_cache_holds(cache, 1, 7, entry.mark));
    assert_true(session_cache_holds(cache, 1, 7, session_cache_mark(cache)));
    session_cache_changed(cache, ENTITY_session, 1);
    assert_false(session_cache_holds(cache, 1, 7, session_cache_mark(cache) - 1));
}

/* The look-up began before the change, so it may have read the old row. */
static void a_look_up_that_raced_with_a_change_is_dropped(void **state)
{
    (void)state;
    uint64_t before = session_cache_mark(cache);
    session_cache_changed(cache, ENTITY_user, 7);
    add(1, 7, before);
    assert_false(finds(1, 0));
    add(1, 7, session_cache_mark(cache));
    assert_true(finds(1, 0));
}

static void the_cache_is_bounded(void **state)
{
    (void)state;
    int known = 0;
    for (int i = 1; i <= 1000; i++) add(i, i, session_cache_mark(cache));
    for (int i = 1; i <= 1000; i++) known += finds(i, 0);
    assert_in_range(known, 32, 64);
    assert_true(finds(1000, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_session_is_remembered_until_it_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(a_change_of_the_session_or_its_user_forgets_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_mark_holds_until_session_or_user_change, setup, teardown),
        cmocka_unit_test_setup_teardown(a_look_up_that_raced_with_a_change_is_dropped, setup, teardown),
        cmocka_unit_test_setup_teardown(the_cache_is_bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
