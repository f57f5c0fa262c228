/* Sequelize 6 models from the descriptors, one file each, so that stock clients read and write our database. sync() of
 * these models makes the tables, columns, types, defaults, keys and indexes of ddl_schema(); checks, triggers and full
 * text exist only in the migrations.
 *
 * Associations carry the names that Sequelize gives by itself ("include: Payment" works), and their foreign key is
 * named on both sides. */
#ifndef SCHEMA_SEQUELIZE_H
#define SCHEMA_SEQUELIZE_H

#include "base/buf.h"
#include "schema/schema.h"

/* The text of models/<model in lower case>.js. */
void sequelize_model(struct buf *out, const struct entity *entity);

#endif
