/* Which engine: the only decision about it. */
#include "store/engine.h"

const struct engine *engine_of(const struct settings *settings)
{
    (void)settings; /* they name storage, a file: the configuration refuses everything else */
    return &engine_sqlite;
}
