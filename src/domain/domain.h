/* Types shared by all commands. A command is a plain function
 *
 *     err booking_create(struct unit *unit, const struct input *input, struct result *ret);
 *
 * that reads through the unit, checks its guards in the order of base/errors.def, and changes rows last. It knows no
 * HTTP, SQL, clock or randomness, and may be run twice. */
#ifndef DOMAIN_DOMAIN_H
#define DOMAIN_DOMAIN_H

#include "schema/change.h"
#include "store/unit.h"

enum { VERSION_ANY = -1 };

struct input {
    int64_t id;                  /* from the path; 0: none */
    int64_t version;             /* from If-Match; VERSION_ANY: not given */
    const struct change *change; /* decoded body; NULL: none. change->values is the struct of its descriptor */
    str file;                    /* body of a route that takes a file; STR_NONE: none */
    int64_t device_id;           /* of a sign-in: the known device of this user that it comes from; 0: another one */
    const struct entity *entity; /* of the route; only used by commands for several entities (restore) */
};

struct result {
    struct row *row;   /* the row of the response; NULL: none (204) */
    const char *embed; /* name of a second row inside it ("payment"), NULL: none */
    struct row *embedded;
    const char *action;  /* the next action on the embedded row: a route "<its address>/<action>" ("pay"); NULL: none */
    str token;           /* a session token, for sign-in only; STR_NONE; lives as long as the batch */
    str device;          /* likewise of a new device */
    int64_t count;       /* rows that a background job processed, or another number that the command reports */
    const char *counted; /* name of the member of the response with `count`; NULL: none */
    struct problem *warnings; /* what is unusual about the new state, in the unit's arena; NULL: nothing */
};

/* Adds the rows that a command with this input reads and changes to the lock set (store/command.h). If these are all
 * rows it uses, returns the id of the row that commands of this kind contend for; else 0. */
typedef int64_t lock_set_function(const struct input *input, struct lock_set *lock_set);

typedef err command_function(struct unit *unit, const struct input *input, struct result *ret);

/* The body as its struct: INPUT_BODY(input, booking_request). */
#define INPUT_BODY(input, type) ((const struct type *)(input)->change->values)

#endif
