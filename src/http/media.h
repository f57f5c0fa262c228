/* Content negotiation (RFC 9110 section 12.5.1) and content types, limited to what an API with few types requires.
 * Pure. */
#ifndef HTTP_MEDIA_H
#define HTTP_MEDIA_H

#include "base/str.h"

/* How much an Accept field wants `type` ("application/json"): the q of the most specific matching range in thousandths,
 * 0 for a type that is not accepted. A field that is absent or empty accepts everything alike. */
int media_quality(str accept, str type);

static inline bool media_accepts(str accept, str type)
{
    return media_quality(accept, type) > 0;
}

/* Whether a Content-Type field specifies `type`, without a charset or with UTF-8. */
bool media_is(str content_type, str type);

#endif
