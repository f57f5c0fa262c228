/* A scan of a JSON body before it is parsed, and up to where it could not be parsed. The parser builds a tree of all
 * values, so the scan stops at what no body of the route can have: then the response is known, and the rest costs
 * nothing. It follows only the depth and the members of the object (or, of a list, of its objects); what else is wrong
 * with the syntax is for the parser. Pure. */
#ifndef SCHEMA_DECODE_SCAN_H
#define SCHEMA_DECODE_SCAN_H

#include "base/problem.h"
#include "schema/schema.h"

/* What a body may have. */
struct scan_rules {
    const struct descriptor *descriptor;
    size_t items_max; /* of a list of objects; 0: it is one object */
};

/* More unknown members and values within members than can be reported: every value of a field is a scalar. */
enum { IMPOSSIBLE_MAX = FIELD_ERRORS_MAX };

/* Where a scan ended. */
struct place {
    const struct scan_rules *rules;
    char outermost; /* '{' or '[', 0 before it */
    unsigned depth;
    bool in_string;
    bool escaped;
    bool before_name; /* the next text is the name of a member */
    size_t name_start;
    str name;          /* name of the member, as written; STR_NONE outside of a member */
    size_t item;       /* of a list: the index of the object */
    size_t impossible; /* unknown members, and values within members */
};

/* Scans up to the byte `end`; less when the depth exceeds DECODE_DEPTH_MAX, `impossible` IMPOSSIBLE_MAX, or a list
 * items_max. */
struct place body_scan(const struct scan_rules *rules, str body, size_t end);

/* The pointer to the member at a place: "/title", of a list "/3/title"; empty outside of a member, and when the name
 * has escapes or is not valid UTF-8. */
str place_pointer(struct arena *arena, const struct place *place);

/* Adds a field error for each member that is not possible, as far as the problem has room: `unknown`, or `type` when
 * its value, or the body, is of the wrong kind. Names are as written, with their escapes. */
void body_report(struct arena *arena, const struct scan_rules *rules, str body, struct problem *problem);

#endif
