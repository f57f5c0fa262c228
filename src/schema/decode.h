/* Decodes JSON bodies, forms and values of query strings into structs, by the descriptors. There are two kinds of
 * errors: a body that is not acceptable JSON (ERR_MALFORMED_JSON, one field error, with the position if it is known),
 * and a well-formed body with invalid values (ERR_INVALID, every field error at once).
 *
 * Codes of the first kind:  syntax  encoding  duplicate  number_range  depth  trailing  nul
 * Codes of the second kind: required  unknown  type  not_null  too_short  too_long  too_small  too_large  enum  format
 *                           precision  blank
 *
 * Values: money is a decimal text, or a number with at most two decimals; times are RFC 3339, later than the start of
 * 1970 (which is "no value" in C); integers may be written with a fraction of zero (32.0); e-mail addresses are ASCII
 * and are converted to lower case; URLs are http or https. Of one-line texts (STRING) outer white space is removed;
 * they have no control characters, line separators, or characters that override a direction. Other texts have line ends
 * and tabs. Both have something to see where they are required. References are positive; null is accepted for fields
 * that may have no value.
 *
 * Read-only fields are decoded and marked like others, so that a row can be sent back as it was read; the command
 * checks that they are unchanged. Fields that clients may neither read nor write are unknown (schema/visible.h). */
#ifndef SCHEMA_DECODE_H
#define SCHEMA_DECODE_H

#include "base/arena.h"
#include "base/problem.h"
#include "schema/change.h"

enum { DECODE_DEPTH_MAX = 32 };

enum decode_mode {
    DECODE_CREATE,  /* a new row or a command: required fields must be given */
    DECODE_PATCH,   /* only the fields to change; may be empty */
    DECODE_REPLACE, /* the whole row: required fields must be given, except hidden ones */
};

/* The largest body that can be a row or request of the descriptor, however its characters are escaped, in bytes. */
size_t decode_size_max(const struct descriptor *descriptor);

/* Decodes a body. The change, its texts and the field errors live in the arena; fields that are not given hold their
 * defaults. */
MUST_CHECK err decode_change(struct arena *arena, str body, const struct descriptor *descriptor, enum decode_mode mode,
                             struct problem *problem, struct change **ret_change);

/* Likewise for an array of 1 to `max` objects that create rows; the pointers begin with the index, "/0/title". */
MUST_CHECK err decode_changes(struct arena *arena, str body, const struct descriptor *descriptor, size_t max,
                              struct problem *problem, struct change_list *ret_changes);

/* Likewise for the body of a form (application/x-www-form-urlencoded, base/parameters.h), with the same pointers and
 * codes. ERR_BAD_REQUEST when it cannot be decoded. An empty value means that the input was left empty: "no value"
 * where the field allows that, else not given. Booleans are true or false, or "on" from a checkbox. Line ends of texts
 * become LF, because browsers send CRLF. */
MUST_CHECK err decode_form(struct arena *arena, str body, const struct descriptor *descriptor, enum decode_mode mode,
                           struct problem *problem, struct change **ret_change);

/* The JSON pointer of a member: "/" and the name, in which ~ and / are escaped (RFC 6901). Names come from clients and
 * may be of any length, so the pointer is cut after a whole character, to at most POINTER_MAX bytes. */
enum { POINTER_MAX = 200 };
str pointer_to(struct arena *arena, str name);

#endif
