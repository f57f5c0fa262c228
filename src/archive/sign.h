/* Signatures of the texts of an archive (Ed25519, RFC 8032). The pair of keys is derived from the key of the database:
 * who can open the database can sign, and no second secret has to be kept. A signed text ends with two lines,
 *
 *   signed-by <public key>
 *   signature <of all before this line>
 *
 * so whether it is damaged can be checked without any key, and whether this database wrote it with the key only. */
#ifndef ARCHIVE_SIGN_H
#define ARCHIVE_SIGN_H

#include <sodium.h>

#include "base/buf.h"
#include "base/err.h"
#include "schema/settings.h"

enum { SIGNATURE_LINES_SIZE = 256 }; /* at most, of the two lines */

struct signing_key {
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    unsigned char public[crypto_sign_PUBLICKEYBYTES];
};

/* From 64 hex digits, the text of a key file. */
void signing_key_derive(const char *digits, struct signing_key *ret_key);

/* From the key file of the settings' database. ERR_NOT_FOUND when it cannot be used; *ret_reason says why. The caller
 * wipes the key from memory. */
MUST_CHECK err signing_key_read(const struct settings *settings, struct arena *arena, str *ret_reason,
                                struct signing_key *ret_key);

/* Adds the two lines to a text whose last line has ended. */
void text_sign(struct buf *text, const struct signing_key *key);

enum signature { SIGNATURE_VALID, SIGNATURE_OTHER_KEY, SIGNATURE_DAMAGED };

/* Checks a signed text and returns what was signed, without the two lines. Without a key (NULL) any signing key is
 * accepted: only damage is noticed then. */
enum signature text_check(str text, const struct signing_key *key, str *ret_body);

#endif
