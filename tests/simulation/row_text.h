/* A row as text, the same for a row of the database and one of the model, so that they can be compared and a difference
 * can be read. */
#ifndef SIMULATION_ROW_TEXT_H
#define SIMULATION_ROW_TEXT_H

#include "model.h"

/* Of a row as the store read it; NULL: none. */
void store_row_text(enum entity_id entity, const struct row *row, char ret_text[static ROW_TEXT_MAX]);

/* Of a row of the model, a struct of its table; NULL: none. */
void model_row_text(enum entity_id entity, int64_t id, const void *row, char ret_text[static ROW_TEXT_MAX]);

#endif
