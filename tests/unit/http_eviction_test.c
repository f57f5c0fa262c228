/* Which connection is evicted: compared with a search through all of them, over random additions and removals. */
#include <stdlib.h>

#include "http/eviction.h"
#include "unit.h"

enum { SETS = 7, EACH = 20, ALL = SETS * EACH, STEPS = 20000 };

/* The last set is that of connections without an address. */
static struct eviction eviction;
static struct evictable_set sets[SETS - 1];
static struct evictable evictables[ALL];
static int added_at[ALL]; /* 0: it is in no set */

static struct evictable_set *set_of(int i)
{
    return i % SETS == SETS - 1 ? NULL : &sets[i % SETS];
}

static size_t count_of(int set)
{
    size_t count = 0;
    for (int i = 0; i < ALL; i++) count += i % SETS == set && added_at[i] > 0;
    return count;
}

static size_t most_of_an_address(void)
{
    size_t most = 0;
    for (int set = 0; set < SETS - 1; set++) most = count_of(set) > most ? count_of(set) : most;
    return most;
}

/* Whether it is the oldest of a set with the most, or of those without an address when there are no others. */
static bool is_right(int chosen)
{
    int set = chosen % SETS;
    size_t most = most_of_an_address();
    if (set == SETS - 1 ? most > 0 : count_of(set) < most) return false;
    for (int i = 0; i < ALL; i++) {
        if (i % SETS == set && added_at[i] > 0 && added_at[i] < added_at[chosen]) return false;
    }
    return added_at[chosen] > 0;
}

static void the_oldest_of_the_address_with_most_is_chosen(void **state)
{
    (void)state;
    srand(1);
    eviction_init(&eviction, EACH);
    for (int step = 1; step <= STEPS; step++) {
        int i = rand() % ALL;
        if (added_at[i] > 0 || rand() % 3 == 0) {
            eviction_remove(&eviction, &evictables[i]); /* also one that is in no set */
            added_at[i] = 0;
        } else {
            eviction_add(&eviction, set_of(i), &evictables[i]);
            added_at[i] = step;
        }
        struct evictable *chosen = eviction_choose(&eviction);
        if (chosen)
            assert_true(is_right((int)(chosen - evictables)));
        else
            assert_int_equal(most_of_an_address() + count_of(SETS - 1), 0);
    }
    for (int i = 0; i < ALL; i++) eviction_remove(&eviction, &evictables[i]);
    assert_null(eviction_choose(&eviction));
    eviction_free(&eviction);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_oldest_of_the_address_with_most_is_chosen)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
