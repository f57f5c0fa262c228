/* The table behind err.h. */
#include "base/err.h"

#include "base/check.h"

static const struct err_row rows[] = {
    [OK] = {"OK", 200, "ok", "Done"},
#define ERROR(symbol, status, code, title) [ERR_##symbol] = {#symbol, status, code, title},
#include "base/errors.def"
#undef ERROR
};

const struct err_row *err_row(err e)
{
    CHECK(e > OK && e < ERR_COUNT);
    return &rows[e];
}
