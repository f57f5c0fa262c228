/* Content negotiation (RFC 9110 section 12.5.1) and content types, limited to what an API with few types requires.
 * Pure. */
#ifndef HTTP_MEDIA_H
#define HTTP_MEDIA_H

#include "base/str.h"

/* Whether an Accept field accepts `type` ("application/json"): the most specific matching range decides, with q > 0. A
 * field that is absent or empty accepts everything. */
bool media_accepts(str accept, str type);

/* Whether a Content-Type field specifies `type`, without a charset or with UTF-8. */
bool media_is(str content_type, str type);

#endif
