/* Where the databases of simulations are: files in memory, or databases of the cluster that BOXOFFICE_TEST_POSTGRES
 * names if BOXOFFICE_TEST_ENGINE is postgres. Every simulation begins with a copy of the template. */
#ifndef SIMULATION_STORAGE_H
#define SIMULATION_STORAGE_H

#include "schema/settings.h"

/* Names the template in the settings; it does not exist yet. */
void storage_prepare(struct settings *settings);

/* What storage_prepare() named is complete, and no process has it open. */
void storage_keep_template(void);

/* A copy of the template; the settings name it. */
void storage_begin(struct settings *settings);
void storage_end(void);

/* The process ends at this moment: what is on the disk is kept for the next one. */
void storage_process_ends(void);

/* The settings name what was kept. The process before has closed its connection since. */
void storage_process_starts(struct settings *settings);

/* Removes everything. */
void storage_remove(void);

#endif
