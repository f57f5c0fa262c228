/* See html_escape.h. */
#include "base/html_escape.h"

static str escape_of(char c)
{
    switch (c) {
    case '&':
        return STR("&amp;");
    case '<':
        return STR("&lt;");
    case '>':
        return STR("&gt;");
    case '"':
        return STR("&quot;");
    case '\'':
        return STR("&#39;");
    default:
        return STR_NONE;
    }
}

void html_escape(struct buf *out, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        str escape = escape_of(text.p[i]);
        if (escape.p)
            buf_add(out, escape);
        else
            buf_add_char(out, text.p[i]);
    }
}
