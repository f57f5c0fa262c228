/* The data in C: a struct for every entity and request body, and tables that describe them. Both are generated from
 * entities.def, inputs.def, enums.def and roles.def, the only place where a field is declared.
 *
 * Values. Everything but text is an int64_t: numbers as themselves, money in minor units, times in milliseconds since
 * 1970 UTC, booleans 0 and 1, enums their number in enums.def, references the id. "No value" (SQL NULL) is 0 for
 * references and times and p == NULL for text; numbers, money, booleans and enums always have a value. */
#ifndef SCHEMA_SCHEMA_H
#define SCHEMA_SCHEMA_H

#include "base/err.h"
#include "base/str.h"
#include "schema/type.h"

/* --- roles -------------------------------------------------------------------------------------------------------- */

enum role {
#define ROLE(symbol, name, doc) ROLE_##symbol,
#include "schema/roles.def"
#undef ROLE
    ROLE_COUNT,
    ROLE_SYSTEM = ROLE_COUNT /* background jobs and the command line: no row policy, no masks; not a role of a user */
};

#define ROLE_BIT(symbol) (1u << ROLE_##symbol)

str role_name(enum role role); /* "customer"; "system" for ROLE_SYSTEM */

/* --- enums -------------------------------------------------------------------------------------------------------- */

#define ENUMERATION(name)         enum name {
#define VALUE(name, symbol, text) symbol,
#define ENUMERATION_END(name)                                                                                          \
    name##_count                                                                                                       \
    }                                                                                                                  \
    ;
#include "schema/enums.def"
#undef ENUMERATION
#undef VALUE
#undef ENUMERATION_END

enum enum_set {
#define ENUMERATION(name) SET_##name,
#define VALUE(name, symbol, text)
#define ENUMERATION_END(name)
#include "schema/enums.def"
#undef ENUMERATION
#undef VALUE
#undef ENUMERATION_END
    SET_COUNT
};

struct enum_table {
    const char *name; /* "booking_status" */
    const char *const *texts;
    size_t count;
};

const struct enum_table *enum_table(int set);

/* Text of a value; the value must be in the set. */
str enum_text(int set, int64_t value);

/* False when the set has no such text. */
bool enum_value(int set, str text, int64_t *ret_value);

/* --- entities and inputs ------------------------------------------------------------------------------------------ */

enum entity_id {
#define ENTITY(name, model, table, resource, traits, doc) ENTITY_##name,
#define ENTITY_END(name)
#define KEY(entity)
#define KEY64(entity)
#define FIELD(entity, name, text, type, of, flags, min, max, default_text, privacy, erasure, clear, doc)
#define STAMPS(entity)
#define TIMES(entity)
#define INDEX(entity, name, flags, columns, where)
#define CONSTRAINT(entity, name, expression)
#define OWNER(entity, predicate)
#define RULE(entity, action, roles, predicate)
#include "schema/entities.def"
#undef ENTITY
    ENTITY_COUNT
};
#undef FIELD

/* The common head of every row. `state` belongs to the unit of work (store/unit.h). `version` and `deleted_at` stay 0
 * if the table has no such column. */
#define ROW_MEMBERS                                                                                                    \
    const struct entity *entity;                                                                                       \
    struct unit_entry *state;                                                                                          \
    int64_t id;                                                                                                        \
    int64_t created_at;                                                                                                \
    int64_t updated_at;                                                                                                \
    int64_t deleted_at;                                                                                                \
    int64_t version;

struct row {
    ROW_MEMBERS
};

/* struct user, struct venue, ... : `->row` is the common head; its members can also be named directly. */
#define ENTITY(name, model, table, resource, traits, doc)                                                              \
    struct name {                                                                                                      \
        union {                                                                                                        \
            struct row row;                                                                                            \
            struct {                                                                                                   \
                ROW_MEMBERS                                                                                            \
            };                                                                                                         \
        };
#define FIELD(entity, name, text, type, of, flags, min, max, default_text, privacy, erasure, clear, doc)               \
    MEMBER_##type name;
#undef ENTITY_END
#define ENTITY_END(name)                                                                                               \
    }                                                                                                                  \
    ;
#include "schema/entities.def"
#undef ENTITY
#undef ENTITY_END
#undef KEY
#undef KEY64
#undef FIELD
#undef STAMPS
#undef TIMES
#undef INDEX
#undef CONSTRAINT
#undef OWNER
#undef RULE

/* struct register_request, struct booking_request, ... */
#define INPUT(name, title, doc)                                                      struct name {
#define INPUT_FIELD(input, name, text, type, of, flags, min, max, default_text, doc) MEMBER_##type name;
#define INPUT_END(name)                                                                                                \
    }                                                                                                                  \
    ;
#include "schema/inputs.def"
#undef INPUT
#undef INPUT_FIELD
#undef INPUT_END

/* Documented in entities.def. */
enum field_flag {
    REQUIRED = 1 << 0,
    UNIQUE = 1 << 1,
    INDEXED = 1 << 2,
    SEARCH = 1 << 3,
    READ_ONLY = 1 << 4,
    INITIAL = 1 << 5,
    STAFF = 1 << 6,
    HIDDEN = 1 << 7,
    COUNTER = 1 << 8,
    CASCADE = 1 << 9,
    WIDE = 1 << 10, /* 64 bits on every engine */
    KEEPS = 1 << 11,
    STAMP = 1 << 12,
};

enum privacy { PRIVACY_NONE, PRIVACY_PERSONAL, PRIVACY_SECRET };
enum erasure { ERASURE_KEEP, ERASURE_CLEAR, ERASURE_REPLACE };

enum { FIELDS_MAX = 32, OF_NONE = -1 };

/* One field; the columns of FIELD in entities.def. */
struct field {
    const char *name;   /* camelCase, in SQL and JSON */
    const char *c_name; /* snake_case, in C and in index names */
    enum type type;
    int of; /* enum entity_id of a REF, enum enum_set of an ENUM, else OF_NONE */
    unsigned flags;
    int64_t min, max;
    const char *default_text; /* default as in JSON; NULL: none */
    enum privacy privacy;
    enum erasure erasure;
    enum role clear;
    const char *doc;
    size_t offset;       /* in the struct */
    const char *pointer; /* RFC 6901, for field errors: "/eventId" */
};

/* A descriptor of a struct: the row of an entity, or a request body. Bounds: count <= FIELDS_MAX. */
struct descriptor {
    const char *title; /* "Booking", "BookingRequest" */
    const struct field *fields;
    size_t count;
    size_t size; /* of the struct */
    const char *doc;
};

enum entity_trait {
    AUDITED = 1 << 0,      /* triggers write every change to AuditLogs */
    IF_MATCH = 1 << 1,     /* a change requires If-Match */
    APPEND_ONLY = 1 << 2,  /* triggers refuse update and delete */
    NOT_FOLLOWED = 1 << 3, /* commands rarely follow references to it, so the rows are not loaded in advance */
    UNCHECKED = 1 << 4,    /* no checks of values: written for every booking, and only by this program */
};

enum action { ACTION_READ, ACTION_WRITE, ACTION_COUNT };

struct index {
    const char *name;
    unsigned flags;      /* UNIQUE or 0 */
    const char *columns; /* quoted, comma-separated */
    const char *where;   /* NULL: all rows */
};

struct constraint {
    const char *name;
    const char *expression;
};

/* A condition on a row, or on the row that one of its references points to. rule.h evaluates it. */
enum predicate_kind {
    PREDICATE_ALL,   /* always true */
    PREDICATE_ACTOR, /* the field is the id of the actor */
    PREDICATE_NOT,   /* the field, an ENUM, has another value */
};

struct predicate {
    enum predicate_kind kind;
    const struct field *via;   /* reference to the row that is tested; NULL: the row itself */
    const struct field *field; /* of the row that is tested; NULL: ALL */
    int64_t value;             /* the value that PREDICATE_NOT excludes */
};

struct rule {
    enum action action;
    unsigned roles; /* ROLE_BITs */
    struct predicate predicate;
};

struct entity {
    struct descriptor descriptor;
    enum entity_id id;
    const char *name;     /* "support_ticket" */
    const char *table;    /* "SupportTickets" */
    const char *resource; /* "support-tickets" */
    unsigned traits;
    const struct index *indexes;
    size_t index_count;
    const struct constraint *constraints;
    size_t constraint_count;
    const struct rule *rules;
    size_t rule_count;
    const struct predicate *owner; /* true for rows that belong to the actor; NULL: rows have no owner */
    bool paranoid;                 /* has deletedAt and version */
};

const struct entity *entity_of(enum entity_id id);
const struct entity *entity_by_resource(str resource); /* NULL when there is none */
const struct entity *entity_by_table(str table);

/* Field by JSON name, NULL when there is none. */
const struct field *field_find(const struct descriptor *descriptor, str name);

/* Position of a field in its descriptor, as used in bit masks. */
size_t field_index(const struct descriptor *descriptor, const struct field *field);

/* The fields of each entity, and the index of each member in them: fields_booking, MEMBER_INDEX_booking_event_id. */
#define KEY(entity)    FIELD(entity, id, "id", ID, NONE, 0, 0, 0, NULL, NONE, KEEP, ANONYMOUS, "")
#define KEY64(entity)  KEY(entity)
#define TIMES(entity)  MEMBER_INDEX_##entity##_created_at, MEMBER_INDEX_##entity##_updated_at,
#define STAMPS(entity) TIMES(entity) MEMBER_INDEX_##entity##_deleted_at, MEMBER_INDEX_##entity##_version,
#define FIELD(entity, name, text, type, of, flags, min, max, default_text, privacy, erasure, clear, doc)               \
    MEMBER_INDEX_##entity##_##name,
#define ENTITY(name, model, table, resource, traits, doc)                                                              \
    extern const struct field fields_##name[];                                                                         \
    enum {
#define ENTITY_END(name)                                                                                               \
    MEMBER_COUNT_##name                                                                                                \
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
#undef FIELD
#undef STAMPS
#undef TIMES
#undef INDEX
#undef CONSTRAINT
#undef OWNER
#undef RULE

/* The field that describes a member: FIELD_OF(booking, event_id). It is a constant expression. */
#define FIELD_OF(entity, member) (&fields_##entity[MEMBER_INDEX_##entity##_##member])

/* The id and updatedAt of any entity. */
static inline const struct field *entity_key(const struct entity *entity)
{
    return &entity->descriptor.fields[0];
}
const struct field *entity_updated_at(const struct entity *entity);

/* A row as the struct of its entity, const if the row is: ROW(booking, row). Checks the entity. */
/* clang-format off */
#define ROW(name, pointer) _Generic((pointer), \
    struct row *: (struct name *)row_as((pointer), ENTITY_##name), \
    const struct row *: (const struct name *)row_as((pointer), ENTITY_##name))
/* clang-format on */
void *row_as(const struct row *row, enum entity_id id);

/* The highest id that this program assigns to rows of the entity, on every engine. */
int64_t entity_id_max(const struct entity *entity);

/* Whether full-text search (q=) covers any field of the entity, and whether one of those is personal. */
bool entity_searchable(const struct entity *entity);
bool entity_searchable_personal(const struct entity *entity);

/* Whether the column is NOT NULL: the field is required, or its type always has a value. */
bool field_not_null(const struct field *field);

/* The least and the greatest value of a number or an amount. */
int64_t field_min(const struct field *field);
int64_t field_max(const struct field *field);

/* Access to the values of a struct; `base` points to a struct of the field's descriptor. */
static inline int64_t *field_int(void *base, const struct field *field)
{
    return (int64_t *)(void *)((char *)base + field->offset);
}

static inline str *field_text(void *base, const struct field *field)
{
    return (str *)(void *)((char *)base + field->offset);
}

/* Whether two structs of one descriptor have the same value in a field. */
bool field_equal(const struct field *field, const void *a, const void *b);

/* Inputs by struct name: &descriptor_booking_request. */
#define INPUT(name, title, doc) extern const struct descriptor descriptor_##name;
#define INPUT_FIELD(input, name, text, type, of, flags, min, max, default_text, doc)
#define INPUT_END(name)
#include "schema/inputs.def"
#undef INPUT
#undef INPUT_FIELD
#undef INPUT_END

#endif
