/* See html.h. */
#include "site/html.h"

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

void html_text(struct buf *out, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        str escape = escape_of(text.p[i]);
        if (escape.p)
            buf_add(out, escape);
        else
            buf_add_char(out, text.p[i]);
    }
}

void html_url(struct buf *out, struct url url)
{
    html_text(out, url.text);
}

struct url url_local(str text, struct url otherwise)
{
    if (text.n == 0 || text.n > URL_MAX || text.p[0] != '/') return otherwise;
    if (text.n > 1 && text.p[1] == '/') return otherwise;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] <= 0x20 || text.p[i] >= 0x7f || text.p[i] == '\\') return otherwise;
    }
    return (struct url){text};
}
