/* See invariants.h. */
#include "domain/invariants.h"

#include "base/check.h"

const struct invariant_rule domain_invariants[] = {
#define INVARIANT(name, doc, sql) {#name, INVARIANT_ANY_DIALECT, INVARIANT_ONE_QUERY, doc, sql},
#include "domain/invariants.def"
#undef INVARIANT
};

const size_t domain_invariant_count = COUNT_OF(domain_invariants);
