/* See query.h. */
#include "store/query.h"

#include "base/check.h"

const struct field *entity_field_at(enum entity_id id, size_t offset)
{
    const struct descriptor *descriptor = &entity_of(id)->descriptor;
    for (size_t i = 0; i < descriptor->count; i++) {
        if (descriptor->fields[i].offset == offset) return &descriptor->fields[i];
    }
    CHECK(false); /* no field has this offset */
    return NULL;
}

void query_filter(struct query *query, const struct field *field, enum comparison comparison,
                  const struct value *values, size_t count)
{
    CHECK(query->filter_count < FILTERS_MAX && count >= 1 && count <= VALUES_MAX);
    query->filters[query->filter_count++] = (struct filter){field, comparison, values, count};
}
