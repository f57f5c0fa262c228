/* See verification.h. */
#include "domain/verification.h"

#include "domain/invariants.h"
#include "store/administer.h"

void verification_run(struct verification *verification, struct store *store, struct arena *arena)
{
    *verification = (struct verification){.arena = arena};
    verification->count = invariants_of(store_dialect(store_settings(store)), NULL, domain_invariants,
                                        domain_invariant_count, arena, verification->invariants);
    for (size_t i = 0; i < verification->count; i++) {
        int64_t *violations = &verification->violations[i];
        if (store_number(store, verification->invariants[i].sql, violations) != OK) *violations = VIOLATIONS_UNKNOWN;
        if (*violations != 0) verification->broken++;
    }
}
