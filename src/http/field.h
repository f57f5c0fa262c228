/* A header that is a list may be sent as several lines, which are equivalent to one line with all values (RFC 9110
 * section 5.3); cookies likewise, with another separator (RFC 9113 section 8.2.3). */
#ifndef HTTP_FIELD_H
#define HTTP_FIELD_H

#include "http/http.h"

/* The values of all headers of this name, with `separator` between them; STR_NONE when there is none. Lives as long as
 * the request. */
str field_joined(const struct http_request *request, str name, char separator);

#endif
