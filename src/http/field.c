/* See field.h. */
#include "http/field.h"

#include "base/buf.h"

str field_joined(const struct http_request *request, str name, char separator)
{
    size_t count;
    str first = http_header(request, name, &count);
    if (count < 2) return first;
    struct buf out = buf_new(request->arena, HTTP_HEADERS_SIZE_MAX);
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_header *header = &request->headers[i];
        if (header->value.n == 0 || !str_equal_nocase(header->name, name)) continue;
        if (out.n > 0) buf_add_char(&out, separator);
        buf_add(&out, header->value);
    }
    return buf_str(&out);
}
