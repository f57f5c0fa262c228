/* JSON, forms and query text into structs, by the descriptors. Two kinds of refusal, as the API promises: what is not
 * acceptable JSON (ERR_MALFORMED_JSON, one fault, the place where known), and what is well formed but wrong
 * (ERR_INVALID, every bad field at once).
 *
 * Codes of the first kind:  syntax  encoding  duplicate  number_range  depth  trailing  nul
 * Codes of the second kind: required  unknown  type  not_null  too_short  too_long  too_small  too_large  enum  format
 *                           precision
 *
 * Values: money is a decimal text, or a number that does not round; times are RFC 3339 and after the first instant of
 * 1970, which means "none" in C; integers have no fraction, not even .0; e-mail addresses are ASCII and come out in
 * lower case; addresses of pages are http or https; one-line texts hold no control character, others only line ends and
 * tabs. References are positive; null is "none" where a field may be without value.
 *
 * Read-only fields are decoded and marked like others, so that a row can be sent back as it was read; whether they were
 * changed is the command's question. Hidden read-only fields do not exist for a client. */
#ifndef SCHEMA_DECODE_H
#define SCHEMA_DECODE_H

#include "base/arena.h"
#include "base/problem.h"
#include "schema/change.h"

enum { DECODE_DEPTH_MAX = 32 };

enum decode_mode {
    DECODE_CREATE,  /* a new row or a command: required fields must be there */
    DECODE_PATCH,   /* only what is to change; may be empty */
    DECODE_REPLACE, /* the whole row: required fields must be there, hidden ones excepted */
};

/* A body as a change of the shape; texts and faults live in the arena. Fields not given hold their defaults. */
MUST_CHECK err decode_change(struct arena *arena, str body, const struct descriptor *descriptor, enum decode_mode mode,
                             struct problem *problem, struct change **ret_change);

/* Likewise the body of a form (application/x-www-form-urlencoded, base/parameters.h), with the same pointers and codes.
 * What cannot be decoded is ERR_BAD_REQUEST. An empty value means that the input was left empty: "none" where the field
 * may be without value, else not given. Booleans are true or false, or "on" from a checkbox. Line ends of texts become
 * LF, because browsers send CRLF. */
MUST_CHECK err decode_form(struct arena *arena, str body, const struct descriptor *descriptor, enum decode_mode mode,
                           struct problem *problem, struct change **ret_change);

/* One value from the text of a query: ERR_INVALID when it is none of the field's type. Limits do not apply, since one
 * may search beyond them. Booleans are true, false, 1 or 0. Sets the number or the text, and clears the other. */
MUST_CHECK err decode_text(struct arena *arena, const struct field *field, str text, int64_t *ret_number,
                           str *ret_text);

/* The place of a fault: "/" and the name, in which ~ and / are escaped (RFC 6901). Names come from clients and may be
 * of any length, so a pointer ends between two characters before it is longer than POINTER_MAX bytes. */
enum { POINTER_MAX = 200 };
str pointer_to(struct arena *arena, str name);

/* Sets a field of the struct `base` to its default; without one to 0 or no text. */
void field_set_default(const struct field *field, void *base);

#endif
