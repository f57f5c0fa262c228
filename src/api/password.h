/* Passwords are prepared as RFC 8265 section 4.2 says (OpaqueString): other spaces become U+0020, then NFC. So the same
 * password can be typed on every keyboard and system. A hash made before that, of the text as it was sent, still
 * matches.
 *
 * Password hashes: argon2id (RFC 9106) by libsodium, in libsodium's text format, with the first parameters that OWASP's
 * password storage cheat sheet recommends for servers: 19 MiB, two passes. Slow on purpose: each takes tens of
 * milliseconds of CPU time, so never on the network thread or the writer. Any thread after random_start(). */
#ifndef API_PASSWORD_H
#define API_PASSWORD_H

#include "base/arena.h"
#include "base/err.h"

/* The hash of a password with a fresh salt. ERR_OVERLOADED when there is no memory for it. */
MUST_CHECK err password_hash(struct arena *arena, str password, str *ret_hash);

/* Whether the password matches the hash. Without a hash (STR_NONE: no such user) it is false and takes as long as for a
 * wrong password, so that response times do not reveal who has an account. */
bool password_matches(struct arena *arena, str hash, str password);

#endif
