/* Verifying a backup: the state of a commit is restored from a place into a scratch folder next to the database, as the
 * command restore would do it, and compared with the database itself as it was after that commit. */
#ifndef JOBS_BACKUP_CHECK_H
#define JOBS_BACKUP_CHECK_H

#include "jobs/jobs.h"
#include "store/maintain/digest.h"

/* Restores the commit of the digest from the place with this address, into the folder "<storage>.verify", which is
 * empty or does not exist before and is removed afterwards; one that was left by a process that was killed is removed
 * first. Checks the chain of hashes and signatures, the file, all invariants and the digest, and fills in what the
 * report says about the restored state: isVerified, or the problem as a sentence in the arena. ERR_OVERLOADED when the
 * process is stopping: nothing is known then. */
MUST_CHECK err backup_check(const struct job_context *context, str address, const struct committed_digest *expected,
                            struct backup *report);

#endif
