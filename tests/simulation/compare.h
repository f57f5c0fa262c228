/* Whether the database holds what the model says. Differences are printed. */
#ifndef SIMULATION_COMPARE_H
#define SIMULATION_COMPARE_H

#include "machine.h"
#include "model.h"

/* Compares the rows that the model or the store has changed since the last time. */
MUST_CHECK bool compare_changed(struct model *model);

/* Compares all rows, and that there are no others. */
MUST_CHECK bool compare_all(struct model *model);

/* Whether people of each role see in lists exactly the rows that they may see, by the row policies of the engine. */
MUST_CHECK bool lists_agree(struct model *model);

/* Whether every invariant of `boxoffice verify` about the rows holds. */
MUST_CHECK bool invariants_hold(int64_t now);

#endif
