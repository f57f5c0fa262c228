/* The invariants of bookings, for invariants_of() (store/invariants.h); the table is invariants.def. */
#ifndef DOMAIN_INVARIANTS_H
#define DOMAIN_INVARIANTS_H

#include "store/invariants.h"

extern const struct invariant_rule domain_invariants[];
extern const size_t domain_invariant_count;

#endif
