/* What the files of the SQLite engine share. Nothing else includes this. */
#ifndef STORE_ENGINE_SQLITE_H
#define STORE_ENGINE_SQLITE_H

#include "store/engine/engine.h"

err sqlite_structure(struct connection *connection, struct arena *arena, str *ret_text);

#endif
