/* Password hashes: argon2id (RFC 9106) by libsodium, in its own text form, at the cost that OWASP's password storage
 * sheet names first for servers: 19 MiB, two passes. Slow on purpose: tens of milliseconds of a processor each, so
 * never on the network thread or the writer. Any thread after random_start(). */
#ifndef API_PASSWORD_H
#define API_PASSWORD_H

#include "base/arena.h"
#include "base/err.h"

/* The hash of a password with a fresh salt. ERR_OVERLOADED when there is no memory for it. */
MUST_CHECK err password_hash(struct arena *arena, str password, str *ret_hash);

/* Whether the password is the one that was hashed. STR_NONE for the hash (no such person) is never, and takes as long
 * as a wrong password, so that response times do not tell who has an account. */
bool password_matches(struct arena *arena, str hash, str password);

#endif
