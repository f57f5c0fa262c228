/* Unit tests of schema/visible: everything that shows or takes fields decides by it. */
#include "unit.h"

#include "base/arena.h"
#include "schema/decode.h"
#include "schema/encode.h"
#include "schema/openapi.h"
#include "schema/policy.h"
#include "schema/visible.h"

static struct arena *arena;

static void rows_have_the_fields_that_are_shown(void **state)
{
    (void)state;
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        struct row *row = arena_alloc(arena, entity->descriptor.size);
        row->entity = entity;
        struct buf out = buf_new(arena, 10000);
        struct json json = json_to(&out);
        encode_row(&json, row, &(struct encoding){.role = ROLE_ADMIN});
        buf_add_char(&out, '\0');
        for (size_t i = 0; i < entity->descriptor.count; i++) {
            const struct field *field = &entity->descriptor.fields[i];
            str name = arena_printf(arena, "\"%s\":", field->name);
            assert_int_equal(strstr(buf_str(&out).p, name.p) != NULL, field_is_shown(field));
        }
    }
}

static void bodies_may_have_the_fields_that_are_accepted(void **state)
{
    (void)state;
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        for (size_t i = 0; i < entity->descriptor.count; i++) {
            const struct field *field = &entity->descriptor.fields[i];
            struct problem problem = {0};
            struct change *change;
            err e = decode_change(arena, arena_printf(arena, "{\"%s\":[]}", field->name), &entity->descriptor,
                                  DECODE_PATCH, &problem, &change);
            assert_int_equal(e, ERR_INVALID);
            assert_int_equal(strcmp(problem.errors[0].code, "unknown") != 0, field_is_accepted(field));
        }
    }
}

static void views_have_no_secret_and_mask_what_is_masked(void **state)
{
    (void)state;
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        for (enum role role = 0; role < ROLE_COUNT; role++) {
            struct buf out = buf_new(arena, 10000);
            policy_columns(&out, entity_of(id), role, DIALECT_SQLITE);
            buf_add_char(&out, '\0');
            for (size_t i = 0; i < entity_of(id)->descriptor.count; i++) {
                const struct field *field = &entity_of(id)->descriptor.fields[i];
                str secret = arena_printf(arena, "NULL AS \"%s\"", field->name);
                str masked = arena_printf(arena, "END AS \"%s\"", field->name);
                assert_int_equal(strstr(buf_str(&out).p, secret.p) != NULL, field_is_secret(field));
                if (!field_is_secret(field))
                    assert_int_equal(strstr(buf_str(&out).p, masked.p) != NULL, !field_is_clear(field, role));
            }
        }
    }
}

static void a_mask_ends_with_the_role_and_in_own_rows(void **state)
{
    (void)state;
    const struct entity *user = entity_of(ENTITY_user);
    const struct field *email = FIELD_OF(user, email), *name = FIELD_OF(user, name);
    assert_false(field_is_masked(user, email, ROLE_CUSTOMER)); /* reads own rows only */
    assert_true(field_is_masked(user, email, ROLE_SUPPORT));
    assert_false(field_is_masked(user, email, ROLE_ADMIN));
    assert_true(field_is_masked(user, email, ROLE_ORGANIZER));
    assert_false(field_is_masked(user, name, ROLE_ORGANIZER));
    assert_false(field_is_shown(FIELD_OF(user, password)));
    assert_true(field_is_accepted(FIELD_OF(user, password)));
    assert_false(field_is_accepted(FIELD_OF(session, token_hash)));
    assert_true(field_is_accepted(FIELD_OF(booking, status))); /* read-only, but may be sent back */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_the_fields_that_are_shown),
        cmocka_unit_test(bodies_may_have_the_fields_that_are_accepted),
        cmocka_unit_test(views_have_no_secret_and_mask_what_is_masked),
        cmocka_unit_test(a_mask_ends_with_the_role_and_in_own_rows),
    };
    arena = arena_new(16 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
