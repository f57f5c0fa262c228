/* What a place has of an archive: its head, its bases and its segments, and the history that they make up. Nothing of
 * the segments but some headers is read here; chain.h reads and checks the rest.
 *
 * The epoch of a database rises when it is restored, so the same commit number may exist in several epochs. The history
 * is that of the newest epoch: its commits, before them those of the epoch that it continues, up to the commit that was
 * restored, and so on. */
#ifndef ARCHIVE_CATALOG_H
#define ARCHIVE_CATALOG_H

#include "archive/manifest.h"
#include "archive/place.h"

enum { EPOCHS_MAX = 1024 };

struct catalog_segment {
    str name;
    uint64_t epoch, first_commit; /* as its name says */
    int64_t size;
};

struct catalog_base {
    str name, manifest_name;
    uint64_t epoch, least; /* as its name says */
    struct base_manifest manifest;
    bool other_key; /* its manifest was signed with another key */
    str damage; /* why it cannot be used: a sentence; STR_NONE: nothing is known against it. Then manifest is unset. */
};

/* The commits of the history that belong to one epoch. */
struct catalog_part {
    uint64_t epoch;
    uint64_t from, to; /* inclusive; UINT64_MAX: up to the end */
};

struct catalog {
    struct place *place;
    struct arena *arena;
    bool has_head;
    struct archive_head head;
    str head_damage;                  /* without a head: why, as a sentence */
    struct catalog_segment *segments; /* by epoch, then commit */
    size_t segment_count;
    struct catalog_base *bases; /* likewise */
    size_t base_count;
    struct catalog_part parts[EPOCHS_MAX]; /* the history, in order */
    size_t part_count;
    uint64_t epoch_max; /* the highest that anything belongs to */
    uint64_t epoch;     /* whose history it is: that one, unless another was chosen */
};

/* Reads what the place has. The head and the manifests are checked with the key; without one (NULL) only for damage.
 * ERR_NOT_FOUND when there is no archive, ERR_FORBIDDEN when it was signed with another key, ERR_INTERNAL when the
 * place cannot be read; *ret_reason is a sentence. Everything is in the arena; the place must live as long. */
MUST_CHECK err catalog_read(struct place *place, const struct signing_key *key, struct arena *arena, str *ret_reason,
                            struct catalog **ret_catalog);

/* Makes the history that of an older epoch, with what was committed there after the commit that the next epoch
 * continues. ERR_NOT_FOUND: the place has nothing of this epoch. */
MUST_CHECK err catalog_choose(struct catalog *catalog, uint64_t epoch);

/* Whether a commit of this epoch belongs to the history, or is the one that it begins with. */
bool catalog_has_commit(const struct catalog *catalog, uint64_t epoch, uint64_t commit);

/* Whether a base belongs to the history. */
bool catalog_has_base(const struct catalog *catalog, const struct catalog_base *base);

/* The newest base of the history that is not known to be damaged; NULL: there is none. */
const struct catalog_base *catalog_newest_base(const struct catalog *catalog);

/* The part of the history that a segment belongs to; NULL: it belongs to an abandoned epoch, or lies behind the commit
 * at which the next epoch begins. */
const struct catalog_part *catalog_part_of(const struct catalog *catalog, const struct catalog_segment *segment);

/* Commits that can be restored, if everything in between is sound. A gap begins a new range. */
struct catalog_range {
    const struct catalog_base *from; /* the first base */
    uint64_t to;                     /* 0: up to the end, which is not known without a head */
    int64_t to_ms;                   /* time of that commit; 0: not known without reading the segments */
};

/* The ranges of the history in order, in the arena of the catalog. Reads the headers of the segments; ERR_INTERNAL:
 * place->reason says why one cannot be read. A header that is damaged is taken for one without a gap. */
MUST_CHECK err catalog_ranges(const struct catalog *catalog, struct catalog_range **ret_ranges, size_t *ret_count);

/* From when on the state of this base is known: the time of its commit, or, if there is none or a gap precedes the
 * base, when it was made. */
int64_t base_known_ms(const struct base_manifest *manifest);

#endif
