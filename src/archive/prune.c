/* See prune.h. */
#include "archive/prune.h"

#include "archive/chain.h"

struct pruning {
    const struct catalog *catalog;
    const struct catalog_base *oldest;
    int64_t since_ms;
    struct prune_plan *plan;
};

static bool is_usable(const struct catalog *catalog, const struct catalog_base *base)
{
    return !base->damage.p && catalog_has_base(catalog, base);
}

/* The newest base whose state is not after the time. */
static const struct catalog_base *base_at(const struct catalog *catalog, int64_t since_ms)
{
    for (size_t i = catalog->base_count; i > 0; i--) {
        const struct catalog_base *base = &catalog->bases[i - 1];
        if (is_usable(catalog, base) && base_known_ms(&base->manifest) <= since_ms) return base;
    }
    return NULL;
}

static bool precedes(uint64_t epoch, uint64_t commit, const struct catalog_base *base)
{
    return epoch < base->epoch || (epoch == base->epoch && commit < base->least);
}

/* Whether a base of an abandoned history is young enough to be kept. */
static bool is_kept_apart(const struct pruning *pruning, const struct catalog_base *base)
{
    return !base->damage.p && !catalog_has_base(pruning->catalog, base) &&
           base->manifest.created_ms >= pruning->since_ms;
}

static bool base_kept(const struct pruning *pruning, const struct catalog_base *base)
{
    return !precedes(base->epoch, base->least, pruning->oldest) || is_kept_apart(pruning, base);
}

/* The last commit of a segment that a base could require; UINT64_MAX: not known. */
static uint64_t segment_end(const struct catalog *catalog, size_t index)
{
    const struct catalog_segment *segment = &catalog->segments[index];
    const struct catalog_part *part = catalog_part_of(catalog, segment);
    uint64_t end = part ? part->to : UINT64_MAX;
    if (index + 1 == catalog->segment_count) return end;
    const struct catalog_segment *next = &catalog->segments[index + 1];
    if (next->epoch == segment->epoch && next->first_commit - 1 < end) end = next->first_commit - 1;
    return end;
}

/* Whether commits after the base are restored from the segment. */
static bool segment_follows(const struct catalog *catalog, size_t index, const struct catalog_base *base)
{
    const struct catalog_segment *segment = &catalog->segments[index];
    bool earlier = segment->epoch < base->epoch, in_history = catalog_part_of(catalog, segment) != NULL;
    if (segment->epoch > base->epoch) return true;
    return (!earlier || in_history) && segment_end(catalog, index) > base->manifest.after;
}

static bool segment_kept(const struct pruning *pruning, size_t index)
{
    const struct catalog *catalog = pruning->catalog;
    if (segment_follows(catalog, index, pruning->oldest)) return true;
    for (size_t i = 0; i < catalog->base_count; i++) {
        if (is_kept_apart(pruning, &catalog->bases[i]) && segment_follows(catalog, index, &catalog->bases[i]))
            return true;
    }
    return false;
}

static const struct catalog_base *base_named(const struct catalog *catalog, uint64_t epoch, uint64_t least)
{
    for (size_t i = 0; i < catalog->base_count; i++) {
        if (catalog->bases[i].epoch == epoch && catalog->bases[i].least == least) return &catalog->bases[i];
    }
    return NULL;
}

/* A file without a manifest is a copy that was not completed. */
static bool copy_kept(const struct pruning *pruning, uint64_t epoch, uint64_t least)
{
    const struct catalog_base *base = base_named(pruning->catalog, epoch, least);
    return base ? base_kept(pruning, base) : !precedes(epoch, least, pruning->oldest);
}

static bool segment_named_kept(const struct pruning *pruning, uint64_t epoch, uint64_t first_commit)
{
    const struct catalog *catalog = pruning->catalog;
    for (size_t i = 0; i < catalog->segment_count; i++) {
        if (catalog->segments[i].epoch == epoch && catalog->segments[i].first_commit == first_commit)
            return segment_kept(pruning, i);
    }
    return true; /* it is newer than the catalog */
}

/* Adds the files of one kind that are not kept. */
static void kind_plan(const struct pruning *pruning, enum archive_file file, const struct place_file *files,
                      size_t count)
{
    enum archive_file kind;
    uint64_t epoch, commit;
    for (size_t i = 0; i < count; i++) {
        if (!archive_name_read(files[i].name, &kind, &epoch, &commit) || kind != file) continue;
        bool kept =
            kind == ARCHIVE_SEGMENT ? segment_named_kept(pruning, epoch, commit) : copy_kept(pruning, epoch, commit);
        if (kept) continue;
        pruning->plan->names[pruning->plan->count++] = files[i].name.p;
        pruning->plan->bytes += (uint64_t)files[i].size;
    }
}

err prune_plan(const struct catalog *catalog, int64_t since_ms, struct arena *arena, str *ret_reason,
               struct prune_plan *ret_plan)
{
    static const enum archive_file order[] = {ARCHIVE_MANIFEST, ARCHIVE_BASE, ARCHIVE_SEGMENT};
    struct place_file *files;
    size_t count;
    *ret_plan = (struct prune_plan){.oldest = base_at(catalog, since_ms)};
    if (!ret_plan->oldest) return OK;
    err e = catalog->place->kind->list(catalog->place, arena, &files, &count);
    if (e) {
        *ret_reason = arena_copy(arena, str_of(catalog->place->reason));
        return e;
    }
    const struct pruning pruning = {catalog, ret_plan->oldest, since_ms, ret_plan};
    ret_plan->names = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < COUNT_OF(order); i++) kind_plan(&pruning, order[i], files, count);
    return OK;
}

static err base_check(const struct catalog *catalog, const struct catalog_base *base, struct arena *arena,
                      str *ret_reason)
{
    unsigned char *chunk = arena_alloc(arena, BASE_CHUNK_SIZE);
    for (size_t i = 0; i < base->manifest.chunk_count; i++) {
        err e = chain_read_base(catalog, base, i, arena, chunk, ret_reason);
        if (e) return e;
    }
    return OK;
}

err prune_run(const struct catalog *catalog, const struct prune_plan *plan, struct arena *arena, str *ret_reason,
              size_t *ret_removed)
{
    *ret_removed = 0;
    if (plan->count == 0) return OK;
    err e = base_check(catalog, plan->oldest, arena, ret_reason);
    for (size_t i = 0; i < plan->count && !e; i++) {
        e = catalog->place->kind->remove(catalog->place, plan->names[i]);
        if (e == ERR_NOT_FOUND) e = OK;
        if (e)
            *ret_reason = arena_copy(arena, str_of(catalog->place->reason));
        else
            ++*ret_removed;
    }
    return e;
}
