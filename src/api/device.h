/* Known devices: a step of serving a sign-in. A successful sign-in leaves a cookie with a random token, of which the
 * database has only the hash. A sign-in that brings it back, for the account of that time, comes from a place that this
 * person has used before: it waits in a queue of its own and is limited by the device instead of the account
 * (admit.h). So strangers who guess passwords, from however many addresses, do not keep the person out. */
#ifndef API_DEVICE_H
#define API_DEVICE_H

#include "api/call.h"

/* Looks up the device by its cookie, and sets input.device_id if it is one of the account that the request names.
 * Without such a cookie nothing is read. */
MUST_CHECK err device_look_up(struct call *call, struct reader *reader);
enum place device_place(struct call *call);

#endif
