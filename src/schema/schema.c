/* The descriptor tables of schema.h, from the .def files. */
#include "schema/schema.h"

#include <stddef.h>

#include "base/check.h"
#include "base/money.h"

/* --- roles and enums ---------------------------------------------------------------------------------------------- */

static const char *const role_names[] = {
#define ROLE(symbol, name, doc) [ROLE_##symbol] = name,
#include "schema/roles.def"
#undef ROLE
    [ROLE_SYSTEM] = "system",
};

str role_name(enum role role)
{
    CHECK(role <= ROLE_SYSTEM);
    return str_of(role_names[role]);
}

#define ENUMERATION(name)         static const char *const texts_##name[] = {
#define VALUE(name, symbol, text) [symbol] = text,
#define ENUMERATION_END(name)                                                                                          \
    }                                                                                                                  \
    ;
#include "schema/enums.def"
#undef ENUMERATION
#undef VALUE
#undef ENUMERATION_END

static const struct enum_table enum_tables[] = {
#define ENUMERATION(name) [SET_##name] = {#name, texts_##name, name##_count},
#define VALUE(name, symbol, text)
#define ENUMERATION_END(name)
#include "schema/enums.def"
#undef ENUMERATION
#undef VALUE
#undef ENUMERATION_END
};

const struct enum_table *enum_table(int set)
{
    CHECK(set >= 0 && set < SET_COUNT);
    return &enum_tables[set];
}

str enum_text(int set, int64_t value)
{
    const struct enum_table *table = enum_table(set);
    CHECK(value >= 0 && (size_t)value < table->count);
    return str_of(table->texts[value]);
}

bool enum_value(int set, str text, int64_t *ret_value)
{
    const struct enum_table *table = enum_table(set);
    for (size_t i = 0; i < table->count; i++) {
        if (str_is(text, table->texts[i])) {
            *ret_value = (int64_t)i;
            return true;
        }
    }
    return false;
}

/* --- fields ------------------------------------------------------------------------------------------------------- */

/* The column `of` names an entity for a REF and a set for an ENUM. */
#define OF_ID(of)     OF_NONE
#define OF_INT(of)    OF_NONE
#define OF_BOOL(of)   OF_NONE
#define OF_MONEY(of)  OF_NONE
#define OF_TIME(of)   OF_NONE
#define OF_STRING(of) OF_NONE
#define OF_TEXT(of)   OF_NONE
#define OF_EMAIL(of)  OF_NONE
#define OF_URL(of)    OF_NONE
#define OF_REF(of)    ENTITY_##of
#define OF_ENUM(of)   SET_##of

#define FIELD(entity, name, text, type, of, flags, min, max, default_text, privacy, erasure, clear, doc)               \
    {text,                                                                                                             \
     #name,                                                                                                            \
     TYPE_##type,                                                                                                      \
     OF_##type(of),                                                                                                    \
     flags,                                                                                                            \
     min,                                                                                                              \
     max,                                                                                                              \
     default_text,                                                                                                     \
     PRIVACY_##privacy,                                                                                                \
     ERASURE_##erasure,                                                                                                \
     ROLE_##clear,                                                                                                     \
     doc,                                                                                                              \
     offsetof(struct entity, name),                                                                                    \
     "/" text},
#define KEY(entity)                                                                                                    \
    FIELD(entity, id, "id", ID, NONE, READ_ONLY, 1, INT32_MAX, NULL, NONE, KEEP, ANONYMOUS, "Id of the row")
#define KEY64(entity)                                                                                                  \
    FIELD(entity, id, "id", ID, NONE, READ_ONLY | WIDE, 1, INT64_MAX, NULL, NONE, KEEP, ANONYMOUS, "Id of the row")
#define TIMES(entity)                                                                                                  \
    FIELD(entity, created_at, "createdAt", TIME, NONE, REQUIRED | READ_ONLY | STAMP, 0, 0, NULL, NONE, KEEP,           \
          ANONYMOUS, "Time of creation")                                                                               \
    FIELD(entity, updated_at, "updatedAt", TIME, NONE, REQUIRED | READ_ONLY | STAMP, 0, 0, NULL, NONE, KEEP,           \
          ANONYMOUS, "Time of the last change")
#define STAMPS(entity)                                                                                                 \
    TIMES(entity)                                                                                                      \
    FIELD(entity, deleted_at, "deletedAt", TIME, NONE, READ_ONLY, 0, 0, NULL, NONE, KEEP, ANONYMOUS,                   \
          "Time of deletion; deleted rows are kept but no longer visible")                                             \
    FIELD(entity, version, "version", INT, NONE, READ_ONLY, 0, INT32_MAX, "0", NONE, KEEP, ANONYMOUS,                  \
          "Increases with every change; the ETag")
#define ENTITY(name, model, table, resource, traits, doc) const struct field fields_##name[] = {
#define ENTITY_END(name)                                                                                               \
    }                                                                                                                  \
    ;
#define INDEX(entity, name, flags, columns, where)
#define CONSTRAINT(entity, name, expression)
#define OWNER(entity, predicate)
#define RULE(entity, action, roles, predicate)
#include "schema/entities.def"
#undef ENTITY
#undef ENTITY_END
#undef KEY
#undef KEY64
#undef TIMES
#undef STAMPS
#undef FIELD
#undef INDEX
#undef CONSTRAINT
#undef OWNER
#undef RULE

/* --- entities and their parts in one table; slices are set at start-up -------------------------------------------- */

/* A predicate as written in entities.def, with names of members. */
struct written {
    enum predicate_kind kind;
    const char *via, *member;
    int64_t value;
};

/* clang-format off */
#define ALL                               {PREDICATE_ALL, NULL, NULL, 0}
#define OWN(member)                       {PREDICATE_ACTOR, NULL, #member, 0}
#define VIA(reference, member)            {PREDICATE_ACTOR, #reference, #member, 0}
#define NOT(member, value)                {PREDICATE_NOT, NULL, #member, value}
#define VIA_NOT(reference, member, value) {PREDICATE_NOT, #reference, #member, value}
/* clang-format on */

struct attached {
    enum entity_id entity;
    enum { ATTACHED_ENTITY, ATTACHED_INDEX, ATTACHED_CONSTRAINT, ATTACHED_OWNER, ATTACHED_RULE } kind;
    union {
        struct entity head; /* without its other parts */
        struct index index;
        struct constraint constraint;
        struct rule rule; /* without predicate */
    };
    struct written predicate; /* of an owner or a rule */
};

static const struct attached attachments[] = {
#define ENTITY(c_name, model, table_name, resource_name, trait_bits, doc_text)                                         \
    {ENTITY_##c_name, ATTACHED_ENTITY,                                                                                 \
     .head = {.descriptor = {#model, fields_##c_name, COUNT_OF(fields_##c_name), sizeof(struct c_name), doc_text},     \
              .id = ENTITY_##c_name,                                                                                   \
              .name = #c_name,                                                                                         \
              .table = #table_name,                                                                                    \
              .resource = resource_name,                                                                               \
              .traits = trait_bits}},
#define ENTITY_END(name)
#define KEY(entity)
#define KEY64(entity)
#define TIMES(entity)
#define STAMPS(entity)
#define FIELD(entity, name, text, type, of, flags, min, max, default_text, privacy, erasure, clear, doc)
#define INDEX(entity, name, flags, columns, where)                                                                     \
    {ENTITY_##entity, ATTACHED_INDEX, .index = {#name, flags, columns, where}},
#define CONSTRAINT(entity, name, expression)                                                                           \
    {ENTITY_##entity, ATTACHED_CONSTRAINT, .constraint = {#entity "_" #name, expression}},
#define OWNER(entity, written) {ENTITY_##entity, ATTACHED_OWNER, .predicate = written},
#define RULE(entity, action, roles, written)                                                                           \
    {ENTITY_##entity, ATTACHED_RULE, .rule = {ACTION_##action, roles, {0}}, .predicate = written},
#include "schema/entities.def"
};

enum { ATTACHMENTS = COUNT_OF(attachments) };

static struct entity entities[ENTITY_COUNT];
static struct index indexes[ATTACHMENTS];
static struct constraint constraints[ATTACHMENTS];
static struct rule rules[ATTACHMENTS];
static struct predicate owners[ENTITY_COUNT];

static const struct field *member_find(const struct entity *entity, const char *member)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        if (str_is(str_of(member), entity->descriptor.fields[i].c_name)) return &entity->descriptor.fields[i];
    }
    CHECK(false); /* a predicate of entities.def names a member that does not exist */
    return NULL;
}

static struct predicate predicate_link(const struct entity *entity, const struct written *written)
{
    struct predicate predicate = {.kind = written->kind, .value = written->value};
    if (written->via) {
        predicate.via = member_find(entity, written->via);
        CHECK(predicate.via->type == TYPE_REF && predicate.via->of < (int)entity->id); /* parents are declared first */
        entity = &entities[predicate.via->of];
    }
    if (!written->member) return predicate;
    predicate.field = member_find(entity, written->member);
    CHECK(predicate.kind != PREDICATE_NOT || predicate.field->type == TYPE_ENUM);
    CHECK(predicate.kind != PREDICATE_ACTOR || !type_is_text(predicate.field->type));
    return predicate;
}

/* The parts of an entity are adjacent in the .def file, so each slice is a contiguous part of its table. */
static void attach(const struct attached *attached)
{
    static size_t index_count, constraint_count, rule_count;
    struct entity *entity = &entities[attached->entity];
    switch (attached->kind) {
    case ATTACHED_ENTITY:
        *entity = attached->head;
        break;
    case ATTACHED_INDEX:
        indexes[index_count] = attached->index;
        if (entity->index_count++ == 0) entity->indexes = &indexes[index_count];
        index_count++;
        break;
    case ATTACHED_CONSTRAINT:
        constraints[constraint_count] = attached->constraint;
        if (entity->constraint_count++ == 0) entity->constraints = &constraints[constraint_count];
        constraint_count++;
        break;
    case ATTACHED_OWNER:
        owners[entity->id] = predicate_link(entity, &attached->predicate);
        entity->owner = &owners[entity->id];
        break;
    case ATTACHED_RULE:
        rules[rule_count] = attached->rule;
        rules[rule_count].predicate = predicate_link(entity, &attached->predicate);
        if (entity->rule_count++ == 0) entity->rules = &rules[rule_count];
        rule_count++;
        break;
    }
}

/* Runs before the constructors of other files, which read the entities. */
__attribute__((constructor(101))) static void schema_link(void)
{
    for (size_t i = 0; i < ATTACHMENTS; i++) attach(&attachments[i]);
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        CHECK(entities[i].descriptor.count <= FIELDS_MAX && entity_key(&entities[i])->type == TYPE_ID);
        entities[i].paranoid = field_find(&entities[i].descriptor, STR("version")) != NULL;
    }
}

const struct entity *entity_of(enum entity_id id)
{
    CHECK(id < ENTITY_COUNT);
    return &entities[id];
}

const struct entity *entity_by_resource(str resource)
{
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        if (str_is(resource, entities[i].resource)) return &entities[i];
    }
    return NULL;
}

const struct entity *entity_by_table(str table)
{
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        if (str_is(table, entities[i].table)) return &entities[i];
    }
    return NULL;
}

const struct field *field_find(const struct descriptor *descriptor, str name)
{
    for (size_t i = 0; i < descriptor->count; i++) {
        if (str_is(name, descriptor->fields[i].name)) return &descriptor->fields[i];
    }
    return NULL;
}

size_t field_index(const struct descriptor *descriptor, const struct field *field)
{
    CHECK(field >= descriptor->fields && field < descriptor->fields + descriptor->count);
    return (size_t)(field - descriptor->fields);
}

const struct field *entity_updated_at(const struct entity *entity)
{
    const struct field *field = field_find(&entity->descriptor, STR("updatedAt"));
    CHECK(field != NULL);
    return field;
}

void *row_as(const struct row *row, enum entity_id id)
{
    CHECK(row->entity->id == id);
    return (void *)(uintptr_t)row;
}

int64_t entity_id_max(const struct entity *entity)
{
    return entity_key(entity)->max;
}

bool entity_searchable(const struct entity *entity)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        if (entity->descriptor.fields[i].flags & SEARCH) return true;
    }
    return false;
}

bool entity_searchable_personal(const struct entity *entity)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (field->flags & SEARCH && field->privacy == PRIVACY_PERSONAL) return true;
    }
    return false;
}

/* Columns that are not WIDE have 32 bits. */
int64_t field_max(const struct field *field)
{
    if (field->max > 0) return field->max;
    if (field->flags & WIDE) return INT64_MAX;
    return type_row(field->type)->kind == KIND_MONEY ? MONEY_MAX : INT32_MAX;
}

int64_t field_min(const struct field *field)
{
    bool is_key = field->type == TYPE_ID || field->type == TYPE_REF;
    return is_key && field->min < 1 ? 1 : field->min;
}

bool field_not_null(const struct field *field)
{
    return type_row(field->type)->always || field->flags & REQUIRED;
}

bool field_equal(const struct field *field, const void *a, const void *b)
{
    const char *left = (const char *)a + field->offset;
    const char *right = (const char *)b + field->offset;
    if (!type_is_text(field->type)) return memcmp(left, right, sizeof(int64_t)) == 0;
    const str *x = (const str *)(const void *)left;
    const str *y = (const str *)(const void *)right;
    return (x->p == NULL) == (y->p == NULL) && str_equal(*x, *y);
}

/* --- inputs ------------------------------------------------------------------------------------------------------- */

#define INPUT(name, title, doc) static const struct field fields_##name[] = {
#define INPUT_FIELD(input, name, text, type, of, flags, min, max, default_text, doc)                                   \
    {text,                                                                                                             \
     #name,                                                                                                            \
     TYPE_##type,                                                                                                      \
     OF_##type(of),                                                                                                    \
     flags,                                                                                                            \
     min,                                                                                                              \
     max,                                                                                                              \
     default_text,                                                                                                     \
     PRIVACY_NONE,                                                                                                     \
     ERASURE_KEEP,                                                                                                     \
     ROLE_ANONYMOUS,                                                                                                   \
     doc,                                                                                                              \
     offsetof(struct input, name),                                                                                     \
     "/" text},
#define INPUT_END(name)                                                                                                \
    }                                                                                                                  \
    ;
#include "schema/inputs.def"
#undef INPUT
#undef INPUT_FIELD
#undef INPUT_END

#define INPUT(name, title, doc)                                                                                        \
    const struct descriptor descriptor_##name = {title, fields_##name, COUNT_OF(fields_##name), sizeof(struct name),   \
                                                 doc};
#define INPUT_FIELD(input, name, text, type, of, flags, min, max, default_text, doc)
#define INPUT_END(name)
#include "schema/inputs.def"
#undef INPUT
#undef INPUT_FIELD
#undef INPUT_END
