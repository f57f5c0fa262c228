/* Content negotiation (RFC 9110 section 12.5.1) and content types, for an API with few types. Pure; any thread. */
#ifndef HTTP_MEDIA_H
#define HTTP_MEDIA_H

#include "base/str.h"

/* Whether an Accept field accepts `type` ("application/json"): its most specific matching range has q > 0. An absent or
 * empty field accepts everything. */
bool media_accepts(str accept, str type);

/* Whether a Content-Type field means `type`, with no charset but UTF-8. */
bool media_is(str content_type, str type);

#endif
