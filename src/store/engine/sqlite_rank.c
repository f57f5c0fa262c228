/* The order of what a search finds.
 *
 * FTS5's own rank, bm25, weighs a word by how few of all rows contain it. The order of a customer's own two rows
 * would then tell whether rows that they may not read contain a word. match_rank() depends on nothing but the row
 * itself: it is bm25 without that weight, and with a constant instead of the mean length of all rows. ts_rank of
 * PostgreSQL is of that kind. */
#include "base/check.h"
#include "store/engine/sqlite.h"

enum { PHRASES_MAX = 128, USUAL_TOKENS = 100 };

static int count_phrases(const Fts5ExtensionApi *fts, Fts5Context *match, int counts[static PHRASES_MAX])
{
    int places, code = fts->xInstCount(match, &places);
    for (int i = 0; code == SQLITE_OK && i < places; i++) {
        int phrase, column, offset;
        code = fts->xInst(match, i, &phrase, &column, &offset);
        if (code == SQLITE_OK && phrase < PHRASES_MAX) counts[phrase]++;
    }
    return code;
}

/* The lowest is the best match, as with bm25. */
static void match_rank(const Fts5ExtensionApi *fts, Fts5Context *match, sqlite3_context *result, int count,
                       sqlite3_value **values)
{
    const double saturation = 1.2, by_length = 0.75;
    int counts[PHRASES_MAX] = {0}, tokens = 0;
    double rank = 0;
    (void)count, (void)values;
    int code = fts->xColumnSize(match, -1, &tokens);
    if (code == SQLITE_OK) code = count_phrases(fts, match, counts);
    if (code != SQLITE_OK) {
        sqlite3_result_error_code(result, code);
        return;
    }
    double length = 1 - by_length + by_length * tokens / USUAL_TOKENS;
    for (int i = 0; i < PHRASES_MAX; i++) rank -= counts[i] * (saturation + 1) / (counts[i] + saturation * length);
    sqlite3_result_double(result, rank);
}

int sqlite_rank_create(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL);
    if (code == SQLITE_OK) code = sqlite3_bind_pointer(stmt, 1, (void *)&api, "fts5_api_ptr", NULL);
    if (code == SQLITE_OK) sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    if (code != SQLITE_OK) return code;
    CHECK(api != NULL); /* compiled in, see third_party/build */
    return api->xCreateFunction(api, "match_rank", NULL, match_rank, NULL);
}
