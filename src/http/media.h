/* Content negotiation (RFC 9110 section 12.5.1) and content types, as far as an API of few types uses them. Pure. */
#ifndef HTTP_MEDIA_H
#define HTTP_MEDIA_H

#include "base/str.h"

/* Whether an Accept field takes `type` ("application/json"): by its most specific range that matches, with q > 0. A
 * field that is absent or empty takes everything. */
bool media_accepts(str accept, str type);

/* Whether a Content-Type field means `type`, with no charset but UTF-8. */
bool media_is(str content_type, str type);

#endif
