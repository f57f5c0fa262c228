/* What the commands that restore from an archive share: opening the archive, writing the database file, proving that it
 * is the database that was archived. */
#ifndef OPS_RECOVERY_H
#define OPS_RECOVERY_H

#include "archive/restore.h"
#include "base/hash.h"
#include "ops/cli.h"

/* A line about progress on stderr, overwritten on a terminal. */
struct recovery_display {
    bool terminal;
    const char *what; /* printed last; NULL: nothing yet */
    int64_t shown_ms; /* monotonic */
};

/* What was checked in the restored database. */
struct proof {
    size_t invariants; /* that hold; 0: only the file was checked, because the schema is not that of this program */
    str digest_reason; /* why there is no digest; STR_NONE: there is one */
    char sha256[HASH_TEXT_SIZE];
};

struct recovery {
    struct invocation *invocation;
    struct arena *arena;
    struct settings settings; /* of the restored database: embedded, not archived */
    struct place *place;
    struct place *copy; /* of what is read from a bucket; NULL: the place is read itself */
    struct signing_key key;
    str key_reason; /* why there is no key; STR_NONE: there is one */
    struct catalog *catalog;
    struct chain_target target;
    struct chain *chain;
    struct recovery_display display;
    struct chain_progress progress;
    struct proof proof;
};

/* Each prints a message and returns an exit code other than EXIT_DONE on failure. */

/* Opens the place that --from names, or the first one of the setting backup_to, and reads what it has. `path`: of the
 * restored database, which decides where its key is; NULL: the key is that of the configured database. With
 * `key_required` the key has to be there. */
MUST_CHECK int recovery_open(struct recovery *recovery, struct invocation *invocation, const char *path,
                             bool key_required);
void recovery_close(struct recovery *recovery);

/* Finds and checks what gives the state that the option names (default: the latest). What is read from a bucket is kept
 * in a temporary file in the folder of `path`; NULL: it is not restored, so nothing has to be kept. */
MUST_CHECK int recovery_find(struct recovery *recovery, enum option option, const char *path);

/* Writes the database file and opens it: its integrity, the invariants, the digest. On failure all of its files are
 * removed. */
MUST_CHECK int recovery_write(struct recovery *recovery, const char *path);

/* Prints what the restored state is, as text or JSON; `path` NULL: it was only checked. */
void recovery_print(const struct recovery *recovery, const char *path);

#endif
