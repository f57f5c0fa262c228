/* Selects the engine. */
#include "store/engine/engine.h"

const struct engine *engine_of(const struct settings *settings)
{
    return settings->database_url.n > 0 ? &engine_postgres : &engine_sqlite;
}
