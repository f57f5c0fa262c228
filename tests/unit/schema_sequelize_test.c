/* Unit tests of schema/sequelize: the shipped models are what the descriptors say. That sync() gives the same tables is
 * proved with the stock client, outside of C. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/check.h"
#include "schema/ddl.h"
#include "schema/sequelize.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(16 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* NUL-terminated. */
static const char *model(const struct entity *entity)
{
    struct buf out = buf_new(arena, 1 << 20);
    sequelize_model(&out, entity);
    buf_add_char(&out, '\0');
    assert_false(out.full);
    return out.p;
}

static str lower(const char *name)
{
    str copy = arena_copy(arena, str_of(name));
    for (char *c = (char *)(uintptr_t)copy.p; *c; c++) {
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c | 0x20);
    }
    return copy;
}

static const char *file_content(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) fail_msg("%s is missing", path);
    char *text = arena_alloc(arena, 1 << 16);
    size_t n = fread(text, 1, (1 << 16) - 1, file);
    fclose(file);
    text[n] = '\0';
    return text;
}

static void shipped_models_are_the_derived_ones(void **state)
{
    (void)state;
    const char *root = getenv("SOURCE_ROOT");
    if (!root) skip();
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        str path = arena_printf(arena, "%s/models/%s.js", root, lower(entity->descriptor.title).p);
        if (strcmp(file_content(path.p), model(entity)) != 0)
            fail_msg("%s is stale: boxoffice schema --models", path.p);
    }
}

/* Sequelize adds these itself; naming them would give them other definitions. */
static bool is_own(const char *name)
{
    static const char *const own[] = {"id", "createdAt", "updatedAt", "deletedAt", "version"};
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        if (strcmp(name, own[i]) == 0) return true;
    }
    return false;
}

static void every_field_is_an_attribute(void **state)
{
    (void)state;
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        const char *text = model(entity);
        for (size_t i = 0; i < entity->descriptor.count; i++) {
            const struct field *field = &entity->descriptor.fields[i];
            bool wide = field->flags & WIDE;
            str type = wide ? STR("sequelize.getDialect() === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT")
                            : arena_printf(arena, "DataTypes.%s", type_row(field->type)->sequelize);
            str expected = arena_printf(arena, "    %s: {\n      type: %.*s, allowNull: %s", field->name, STR_ARG(type),
                                        field_not_null(field) ? "false" : "true");
            assert_int_equal(strstr(text, expected.p) == NULL, is_own(field->name) && !wide);
        }
        assert_int_equal(strstr(text, "paranoid: true,\n    version: true") != NULL, entity->paranoid);
    }
}

static void every_reference_has_two_sides(void **state)
{
    (void)state;
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        for (size_t i = 0; i < entity->descriptor.count; i++) {
            const struct field *field = &entity->descriptor.fields[i];
            if (field->type != TYPE_REF) continue;
            const struct entity *parent = entity_of((enum entity_id)field->of);
            str end = arena_printf(arena, "{ name: '%s', allowNull: %s }, onDelete: '%s', onUpdate: 'CASCADE'",
                                   field->name, field_not_null(field) ? "false" : "true", ddl_on_delete(field));
            str child_side = arena_printf(arena, "this.belongsTo(models.%s, {\n        foreignKey: %s",
                                          parent->descriptor.title, end.p);
            str parent_side =
                arena_printf(arena, "this.%s(models.%s, {\n        foreignKey: %s",
                             field->flags & UNIQUE ? "hasOne" : "hasMany", entity->descriptor.title, end.p);
            assert_non_null(strstr(model(entity), child_side.p));
            assert_non_null(strstr(model(parent), parent_side.p));
        }
    }
}

static void details_are_written_as_javascript(void **state)
{
    (void)state;
    static const struct {
        enum entity_id entity;
        const char *part;
    } rows[] = {
        {ENTITY_user, "allowNull: false, defaultValue: false,"},
        {ENTITY_user, "{ name: 'users_email', fields: ['email', 'deletedId'], unique: true },"},
        {ENTITY_user, "{ name: 'users_is_admin', fields: ['isAdmin'] },"},
        {ENTITY_event, "type: DataTypes.DECIMAL(10, 2), allowNull: false, defaultValue: 0,"},
        {ENTITY_event, "validate: { isIn: [['draft', 'published', 'cancelled']] },"},
        {ENTITY_event, "validate: { len: [1, 200] },"},
        {ENTITY_event, "references: { model: 'Venues', key: 'id' }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',"},
        {ENTITY_schedule, "onDelete: 'CASCADE', onUpdate: 'CASCADE',"},
        {ENTITY_booking, "onDelete: 'SET NULL', onUpdate: 'CASCADE',"},
        {ENTITY_booking, "where: { [Op.and]: [sequelize.literal(`\"expiresAt\" IS NOT NULL`)] }"},
        {ENTITY_booking, "validate: { min: 1, max: 50 },"},
        {ENTITY_event_category, "fields: ['eventId', 'name', 'deletedId'], unique: true }"},
        {ENTITY_booking, "const { Model, Op } = require('sequelize');"},
        {ENTITY_audit_log, "const { Model } = require('sequelize');"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (!strstr(model(entity_of(rows[i].entity)), rows[i].part)) fail_msg("missing: %s", rows[i].part);
    }
    assert_null(strstr(model(entity_of(ENTITY_audit_log)), "associate"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(shipped_models_are_the_derived_ones),
        TEST(every_field_is_an_attribute),
        TEST(every_reference_has_two_sides),
        TEST(details_are_written_as_javascript),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
