/* Text in HTML. */
#ifndef BASE_HTML_ESCAPE_H
#define BASE_HTML_ESCAPE_H

#include "base/buf.h"

/* Adds text with & < > " ' escaped, for use in elements and quoted attributes. */
void html_escape(struct buf *out, str text);

#endif
