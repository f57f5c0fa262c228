/* See query.h. */
#include "store/query.h"

#include "base/check.h"

void query_filter(struct query *query, const struct field *field, enum comparison comparison,
                  const struct value *values, size_t count)
{
    CHECK(query->filter_count < FILTERS_MAX && count >= 1 && count <= VALUES_MAX);
    query->filters[query->filter_count++] = (struct filter){field, comparison, values, count};
}
