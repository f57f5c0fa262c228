/* See html.h. */
#include "site/html.h"

#include "base/html_escape.h"

void html_text(struct buf *out, str text)
{
    html_escape(out, text);
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
