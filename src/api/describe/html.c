/* See html.h. */
#include "api/describe/html.h"

#include <sodium.h>

#include "base/check.h"
#include "base/html_escape.h"

static const char style[] =
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff;"
    "overflow-wrap:break-word}"
    "a{color:#0645ad}code,pre{font-family:ui-monospace,monospace;font-size:.9rem}"
    "pre{overflow-x:auto;padding:.8rem;border:1px solid #767676;border-radius:6px;white-space:pre-wrap}"
    "nav a{display:inline-block;margin-right:1rem}h2{margin-top:2.5rem}"
    "table{border-collapse:collapse;width:100%;margin:0 0 2rem}"
    "caption{text-align:left;padding:.5rem 0}td:first-child{font-family:ui-monospace,monospace;font-size:.9rem}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #767676}"
    "@media(max-width:45rem){table,caption,tbody,tr,td{display:block}thead{position:absolute;left:-100vw}"
    "tr{padding:.6rem 0;border-bottom:1px solid #767676}td{border:0;padding:.1rem 0}td:empty{display:none}"
    "td:not(:first-child)::before{content:attr(data-column) \": \";font-weight:600}"
    "td:first-child{font-weight:600}}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#111}a{color:#8ab4f8}}";

str html_policy(struct arena *arena)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    crypto_hash_sha256(hash, (const unsigned char *)style, sizeof(style) - 1);
    sodium_bin2base64(text, sizeof(text), hash, sizeof(hash), sodium_base64_VARIANT_ORIGINAL);
    return arena_printf(arena,
                        "default-src 'none'; style-src 'sha256-%s'; img-src 'self'; base-uri 'none'; "
                        "form-action 'none'; frame-ancestors 'none'",
                        text);
}

void html_begin(struct buf *out, str title)
{
    BUF_LITERAL(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    html_escape(out, title);
    BUF_LITERAL(out, "</title><meta name=\"viewport\" content=\"width=device-width\">"
                     "<link rel=\"icon\" href=\"/favicon.ico\" type=\"image/svg+xml\"><style>");
    buf_add(out, str_of(style));
    BUF_LITERAL(out, "</style></head>\n<body><main><h1>");
    html_escape(out, title);
    BUF_LITERAL(out, "</h1>\n");
}

str html_end(struct buf *out)
{
    BUF_LITERAL(out, "</main></body></html>\n");
    CHECK(!out->full);
    return buf_str(out);
}

void table_begin(struct table *table, const char *caption, const char *const columns[], size_t count)
{
    BUF_LITERAL(table->out, "<table>");
    if (caption) {
        BUF_LITERAL(table->out, "<caption>");
        html_escape(table->out, str_of(caption));
        BUF_LITERAL(table->out, "</caption>");
    }
    BUF_LITERAL(table->out, "<thead><tr>");
    for (size_t i = 0; i < count; i++) buf_printf(table->out, "<th scope=\"col\">%s</th>", columns[i]);
    BUF_LITERAL(table->out, "</tr></thead><tbody>\n");
    table->columns = columns;
}

void table_end(const struct table *table)
{
    BUF_LITERAL(table->out, "</tbody></table>\n");
}

void row_begin(struct table *table)
{
    BUF_LITERAL(table->out, "<tr>");
    table->cell = 0;
}

void row_end(const struct table *table)
{
    BUF_LITERAL(table->out, "</tr>\n");
}

void cell_begin(struct table *table)
{
    buf_printf(table->out, "<td data-column=\"%s\">", table->columns[table->cell++]);
}

void cell_end(const struct table *table)
{
    BUF_LITERAL(table->out, "</td>");
}

void cell_text(struct table *table, str text)
{
    cell_begin(table);
    html_escape(table->out, text);
    cell_end(table);
}
