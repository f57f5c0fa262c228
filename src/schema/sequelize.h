/* Sequelize 6 models derived from the descriptors, one file each, so that unmodified Sequelize clients can read and
 * write the database. sync() of these models creates the tables, columns, types, defaults, keys and indexes of
 * ddl_schema(); checks, triggers and full-text search exist only in the migrations.
 *
 * Associations have Sequelize's default names ("include: Payment" works), and their foreign key is named on
 * both sides. */
#ifndef SCHEMA_SEQUELIZE_H
#define SCHEMA_SEQUELIZE_H

#include "base/buf.h"
#include "schema/schema.h"

/* The text of models/<model in lower case>.js. */
void sequelize_model(struct buf *out, const struct entity *entity);

#endif
