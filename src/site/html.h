/* Functions that the generated templates call (tools/template.c). Text is always escaped; no function writes a str
 * unescaped. */
#ifndef SITE_HTML_H
#define SITE_HTML_H

#include "base/buf.h"

/* A URL that is safe in href, src and action: on this site, so never "javascript:" or another host. Only url_local()
 * and url_constant() create one. */
struct url {
    str text;
};

enum { URL_MAX = 1024 };

/* A URL from a request, if it is a path of this site: it starts with exactly one slash, is visible ASCII without
 * backslashes (which browsers read as slashes), and has at most URL_MAX bytes. Else returns `otherwise`. */
struct url url_local(str text, struct url otherwise);

/* A URL that is part of the program, or built from escaped parts. */
static inline struct url url_constant(str text)
{
    return (struct url){text};
}

/* Adds text with & < > " ' escaped, for use in elements and quoted attributes. */
void html_text(struct buf *out, str text);
void html_url(struct buf *out, struct url url);

/* Conditions of {{#if}}. */
static inline bool html_bool_is(bool value)
{
    return value;
}
static inline bool html_text_is(str text)
{
    return text.n > 0;
}
static inline bool html_url_is(struct url url)
{
    return url.text.n > 0;
}
#define HTML_IS(value) _Generic((value), bool : html_bool_is, str : html_text_is, struct url : html_url_is)(value)

#endif
