/* See sequelize.h. */
#include "schema/sequelize.h"

#include "base/check.h"
#include "schema/ddl.h"

/* --- attributes --------------------------------------------------------------------------------------------------- */

/* Sequelize itself adds a 32-bit id, the timestamps and the version. */
static bool is_attribute(const struct entity *entity, const struct field *field)
{
    static const char *const own[] = {"createdAt", "updatedAt", "deletedAt", "version"};
    CHECK(entity->descriptor.fields[0].type == TYPE_ID);
    if (field->type == TYPE_ID) return field->flags & WIDE;
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        if (str_is(str_of(field->name), own[i])) return false;
    }
    return true;
}

/* Values are written in JavaScript as in SQL, except for booleans, which differ between the dialects. */
static void add_default(struct buf *out, const struct field *field)
{
    static const enum dialect any = 0;
    if (!field->default_text) return;
    BUF_LITERAL(out, ", defaultValue: ");
    if (field->type == TYPE_BOOL) {
        buf_add(out, str_of(field->default_text));
    } else {
        ddl_default(out, field, any);
    }
}

static void add_reference(struct buf *out, const struct field *field)
{
    buf_printf(out, ",\n      references: { model: '%s', key: 'id' }, onDelete: '%s', onUpdate: 'CASCADE'",
               entity_of((enum entity_id)field->of)->table, ddl_on_delete(field));
}

static void add_choice(struct buf *out, const struct field *field)
{
    const struct enum_table *set = enum_table(field->of);
    BUF_LITERAL(out, ",\n      validate: { isIn: [[");
    for (size_t i = 0; i < set->count; i++) buf_printf(out, "%s'%s'", i > 0 ? ", " : "", set->texts[i]);
    BUF_LITERAL(out, "]] }");
}

/* Fields that clients may set have the limits of the API. Passwords are stored as hashes, so their limits do not apply
 * to the column. */
static void add_limits(struct buf *out, const struct field *field)
{
    if ((field->flags & (READ_ONLY | HIDDEN)) || field->max == 0) return;
    if (field->type == TYPE_INT) {
        buf_printf(out, ",\n      validate: { min: %lld, max: %lld }", (long long)field->min, (long long)field->max);
    }
    if (type_is_text(field->type)) {
        buf_printf(out, ",\n      validate: { len: [%lld, %lld] }", (long long)field->min, (long long)field->max);
    }
}

/* SQLite's INTEGER has 64 bits, and only a key of exactly this type is assigned automatically. */
static void add_type(struct buf *out, const struct field *field)
{
    if (field->flags & WIDE)
        BUF_LITERAL(out, "sequelize.getDialect() === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT");
    else
        buf_printf(out, "DataTypes.%s", type_row(field->type)->sequelize);
}

static void add_attribute(struct buf *out, const struct field *field)
{
    buf_printf(out, "    /* %s */\n    %s: {\n      type: ", field->doc, field->name);
    add_type(out, field);
    buf_printf(out, ", allowNull: %s", field_not_null(field) ? "false" : "true");
    if (field->type == TYPE_ID) BUF_LITERAL(out, ", primaryKey: true, autoIncrement: true");
    add_default(out, field);
    if (field->type == TYPE_REF) add_reference(out, field);
    if (field->type == TYPE_ENUM) add_choice(out, field);
    add_limits(out, field);
    BUF_LITERAL(out, ",\n    },\n");
}

/* The engine computes the value: clients read it and never write it. */
static void add_deleted_id(struct buf *out, const struct entity *entity)
{
    if (!ddl_deleted_id(entity, DIALECT_SQLITE)) return;
    BUF_LITERAL(out, "    /* 0, or the id once the row is deleted; deleted rows keep no unique value. Computed */\n"
                     "    deletedId: {\n      type: sequelize.getDialect() === 'sqlite'");
    buf_printf(out, "\n        ? '%s'", ddl_deleted_id(entity, DIALECT_SQLITE));
    buf_printf(out, "\n        : '%s',\n    },\n", ddl_deleted_id(entity, DIALECT_POSTGRES));
}

/* --- associations ------------------------------------------------------------------------------------------------- */

static void add_association(struct buf *out, const char *kind, const struct entity *other, const struct field *field)
{
    buf_printf(out,
               "      this.%s(models.%s, {\n"
               "        foreignKey: { name: '%s', allowNull: %s }, onDelete: '%s', onUpdate: 'CASCADE',\n      });\n",
               kind, other->descriptor.title, field->name, field_not_null(field) ? "false" : "true",
               ddl_on_delete(field));
}

/* Both sides of every reference: the entities that this one refers to, then those that refer to it. */
static void add_associations(struct buf *out, const struct entity *entity)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (field->type != TYPE_REF) continue;
        add_association(out, "belongsTo", entity_of((enum entity_id)field->of), field);
    }
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *other = entity_of(id);
        for (size_t i = 0; i < other->descriptor.count; i++) {
            const struct field *field = &other->descriptor.fields[i];
            if (field->type != TYPE_REF || field->of != (int)entity->id) continue;
            add_association(out, field->flags & UNIQUE ? "hasOne" : "hasMany", other, field);
        }
    }
}

static bool has_associations(const struct entity *entity)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct descriptor *descriptor = &entity_of(id)->descriptor;
        for (size_t i = 0; i < descriptor->count; i++) {
            if (descriptor->fields[i].type != TYPE_REF) continue;
            if (id == entity->id || descriptor->fields[i].of == (int)entity->id) return true;
        }
    }
    return false;
}

/* --- indexes ------------------------------------------------------------------------------------------------------ */

/* Column names of the schema with the quotes of SQL replaced by those of JavaScript. */
static void add_js_names(struct buf *out, const char *columns)
{
    for (const char *p = columns; *p; p++) buf_add_char(out, *p == '"' ? '\'' : *p);
}

static void add_field_indexes(struct buf *out, const struct entity *entity)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (!(field->flags & (UNIQUE | INDEXED))) continue;
        BUF_LITERAL(out, "      { name: '");
        ddl_index_name(out, entity, field);
        buf_printf(out, "', fields: ['%s'%s]%s },\n", field->name,
                   ddl_covers_deleted_id(entity, field) ? ", 'deletedId'" : "",
                   field->flags & UNIQUE ? ", unique: true" : "");
    }
}

static void add_indexes(struct buf *out, const struct entity *entity)
{
    BUF_LITERAL(out, "    indexes: [\n");
    add_field_indexes(out, entity);
    for (size_t i = 0; i < entity->index_count; i++) {
        const struct index *index = &entity->indexes[i];
        buf_printf(out, "      { name: '%s', fields: [", index->name);
        add_js_names(out, index->columns);
        buf_printf(out, "]%s", index->flags & UNIQUE ? ", unique: true" : "");
        if (index->where) {
            buf_printf(out, ",\n        where: { [Op.and]: [sequelize.literal(`%s`)] }", index->where);
        }
        BUF_LITERAL(out, " },\n");
    }
    BUF_LITERAL(out, "    ],\n");
}

static bool has_condition(const struct entity *entity)
{
    for (size_t i = 0; i < entity->index_count; i++) {
        if (entity->indexes[i].where) return true;
    }
    return false;
}

/* --- the file ----------------------------------------------------------------------------------------------------- */

static void add_class(struct buf *out, const struct entity *entity)
{
    buf_printf(out, "  class %s extends Model {\n", entity->descriptor.title);
    if (has_associations(entity)) {
        BUF_LITERAL(out, "    static associate(models) {\n");
        add_associations(out, entity);
        BUF_LITERAL(out, "    }\n");
    }
    buf_printf(out, "  }\n\n  %s.init({\n", entity->descriptor.title);
}

static void add_options(struct buf *out, const struct entity *entity)
{
    buf_printf(out, "  }, {\n    sequelize,\n    modelName: '%s',\n    tableName: '%s',\n    timestamps: true,\n",
               entity->descriptor.title, entity->table);
    if (entity->paranoid) BUF_LITERAL(out, "    paranoid: true,\n    version: true,\n");
    add_indexes(out, entity);
    buf_printf(out, "  });\n\n  return %s;\n};\n", entity->descriptor.title);
}

void sequelize_model(struct buf *out, const struct entity *entity)
{
    buf_printf(out, "'use strict';\n\n/* %s.\n", entity->descriptor.doc);
    BUF_LITERAL(out, " * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */\n");
    buf_printf(out, "const { Model%s } = require('sequelize');\n\nmodule.exports = (sequelize, DataTypes) => {\n",
               has_condition(entity) ? ", Op" : "");
    add_class(out, entity);
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        if (is_attribute(entity, &entity->descriptor.fields[i])) add_attribute(out, &entity->descriptor.fields[i]);
    }
    add_deleted_id(out, entity);
    add_options(out, entity);
}
