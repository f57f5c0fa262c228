/* See parse.h. llhttp parses heads. This file adds the checks that it leaves to the caller (exactly one Host, no
 * Transfer-Encoding on HTTP/1.0, supported transfer codings, forms of targets, limits) and fills struct
 * http_request. Names are checked again, because only a strict build of llhttp refuses a space before the colon. */
#include "http/parse.h"

#include "base/check.h"
#include "http/field.h"

/* Memory for a body is allocated at once up to this size and then grows, so that a large Content-Length without a body
 * costs nothing. */
enum { BODY_RESERVE_MAX = 64 * 1024 };

static err scan_line_end(struct head_scan *scan)
{
    bool empty = scan->column == 0;
    scan->after_cr = false;
    scan->column = 0;
    if (empty && scan->lines > 0) {
        scan->complete = true;
        return OK;
    }
    if (empty) { /* RFC 9112 section 2.2: one empty line before the request line is to be ignored */
        if (scan->start > 0) return ERR_BAD_REQUEST;
        scan->start = 2;
        return OK;
    }
    scan->section = scan->lines == 0 ? 0 : scan->section + 2; /* CR LF count in the fields, not in the request line */
    scan->lines++;
    bool too_many = scan->lines - 1 > HTTP_HEADERS_MAX;
    return too_many || scan->section > HTTP_HEADERS_SIZE_MAX ? ERR_HEADERS_TOO_LARGE : OK;
}

static inline err scan_byte(struct head_scan *scan, unsigned char c)
{
    if (scan->after_cr) return c == '\n' ? scan_line_end(scan) : ERR_BAD_REQUEST;
    if (c == '\r') {
        scan->after_cr = true;
        return OK;
    }
    if ((c < ' ' && c != '\t') || c == 0x7f) return ERR_BAD_REQUEST;
    if (scan->column == 0 && (c == ' ' || c == '\t')) return ERR_BAD_REQUEST;
    scan->column++;
    scan->section++;
    if (scan->lines == 0) return scan->section > HTTP_REQUEST_LINE_MAX ? ERR_URI_TOO_LONG : OK;
    return scan->section > HTTP_HEADERS_SIZE_MAX ? ERR_HEADERS_TOO_LARGE : OK;
}

err head_scan(struct head_scan *scan, str bytes)
{
    CHECK(!scan->complete && scan->at <= bytes.n);
    struct head_scan local = *scan; /* a local copy can live in registers */
    err e = OK;
    while (local.at < bytes.n && !local.complete && !e) e = scan_byte(&local, (unsigned char)bytes.p[local.at++]);
    *scan = local;
    return e;
}

str http_header(const struct http_request *request, str name, size_t *ret_count)
{
    str value = STR_NONE;
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        if (!str_equal_nocase(request->headers[i].name, name)) continue;
        if (count++ == 0) value = request->headers[i].value;
    }
    if (ret_count) *ret_count = count;
    return value;
}

/* RFC 9110 section 5.6.2 */
static bool is_token(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c)) return false;
    }
    return s.n > 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_version(str s)
{
    return s.n == 8 && str_starts(s, STR("HTTP/")) && is_digit(s.p[5]) && s.p[6] == '.' && is_digit(s.p[7]);
}

/* Visible ASCII without a fragment. The application checks the path further. */
static bool is_target(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= ' ' || c >= 0x7f || c == '#') return false;
    }
    return s.n > 0;
}

static bool method_find(str name, enum http_method *ret_method)
{
    static const char *const names[HTTP_METHOD_COUNT] = {
        [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
        [HTTP_OPTIONS] = "OPTIONS", [HTTP_TRACE] = "TRACE", [HTTP_CONNECT] = "CONNECT",
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (!str_is(name, names[i])) continue;
        *ret_method = (enum http_method)i;
        return true;
    }
    return false;
}

static void target_set(struct http_request *request, str target)
{
    size_t mark = str_find(target, '?');
    request->path = str_first(target, mark);
    request->query = mark < target.n ? str_from(target, mark + 1) : STR_NONE;
}

/* The characters of a host and port, RFC 3986 section 3.2.2. */
static bool is_host(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= ' ' || c >= 0x7f || strchr("\"#/<>?@\\^`{|}", c)) return false;
    }
    return true;
}

/* Removes scheme and authority from a target in absolute-form, which proxies and their clients send (RFC 9112 section
 * 3.2.2). An empty path means "/", of OPTIONS the whole server (section 3.2.4). */
static err absolute_target_read(struct parse *parse, str *target)
{
    size_t colon = str_find(*target, ':');
    str scheme = str_first(*target, colon), rest = str_from(*target, colon);
    if (!str_equal_nocase(scheme, STR("http")) && !str_equal_nocase(scheme, STR("https"))) return ERR_BAD_REQUEST;
    if (!str_starts(rest, STR("://"))) return ERR_BAD_REQUEST;
    rest = str_from(rest, 3);
    size_t slash = str_find(rest, '/'), mark = str_find(rest, '?');
    parse->authority = str_first(rest, slash < mark ? slash : mark);
    rest = str_from(rest, parse->authority.n);
    if (parse->authority.n == 0 || !is_host(parse->authority)) return ERR_BAD_REQUEST;
    bool empty = rest.n == 0 && parse->request->method == HTTP_OPTIONS;
    *target = slash < mark ? rest : arena_printf(parse->request->arena, "%s%.*s", empty ? "*" : "/", STR_ARG(rest));
    return OK;
}

/* The target in origin-form, or "*". */
static err target_read(struct parse *parse, str target)
{
    struct http_request *request = parse->request;
    bool asterisk = request->method == HTTP_OPTIONS && str_is(target, "*");
    if (request->method == HTTP_CONNECT) { /* authority-form */
        if (!is_host(target)) return ERR_BAD_REQUEST;
        target = STR("/");
    } else if (target.p[0] != '/' && !asterisk) {
        err e = absolute_target_read(parse, &target);
        if (e) return e;
    }
    target_set(request, target);
    return OK;
}

/* "METHOD SP target SP version", exactly. */
static err request_line(struct parse *parse, str line)
{
    struct http_request *request = parse->request;
    str method, target, version;
    if (!str_split(&line, ' ', &method) || !str_split(&line, ' ', &target)) return ERR_BAD_REQUEST;
    version = line;
    if (!version.p || !is_version(version)) return ERR_BAD_REQUEST;
    if (!is_token(method) || !is_target(target)) return ERR_BAD_REQUEST;
    if (!method_find(method, &request->method)) return ERR_NOT_IMPLEMENTED;
    if (!str_is(version, "HTTP/1.1") && !str_is(version, "HTTP/1.0")) return ERR_HTTP_VERSION;
    return target_read(parse, target);
}

static struct parse *parse_of(llhttp_t *llhttp)
{
    return llhttp->data;
}

/* llhttp gets the block in one piece, so names and values come in one piece too. */
static int on_header_field(llhttp_t *llhttp, const char *at, size_t length)
{
    struct parse *parse = parse_of(llhttp);
    if (parse->request->header_count == parse->header_room) return HPE_USER;
    parse->headers[parse->request->header_count++] = (struct http_header){{at, length}, STR("")};
    parse->header_value_seen = false;
    return 0;
}

static int on_header_value(llhttp_t *llhttp, const char *at, size_t length)
{
    struct parse *parse = parse_of(llhttp);
    if (length == 0) return 0;
    if (parse->request->header_count == 0 || parse->header_value_seen) return HPE_USER;
    parse->headers[parse->request->header_count - 1].value = str_trim((str){at, length});
    parse->header_value_seen = true;
    return 0;
}

static int on_headers_complete(llhttp_t *llhttp)
{
    struct parse *parse = parse_of(llhttp);
    parse->head_done = true;
    parse->keep_alive = llhttp_should_keep_alive(llhttp) != 0;
    parse->content_length = llhttp->content_length;
    llhttp->upgrade = 0; /* upgrades are not supported: handle it as an ordinary request */
    return 0;
}

static int on_message_complete(llhttp_t *llhttp)
{
    parse_of(llhttp)->complete = true;
    return HPE_PAUSED; /* what follows belongs to the next request */
}

static const llhttp_settings_t settings = {
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_message_complete = on_message_complete,
};

/* Runs llhttp on the block; true if it accepts it and stops at its end. */
static bool llhttp_accepts(struct parse *parse, str block)
{
    llhttp_init(&parse->llhttp, HTTP_REQUEST, &settings);
    parse->llhttp.data = parse;
    llhttp_errno_t result = llhttp_execute(&parse->llhttp, block.p, block.n);
    if (result == HPE_OK) return parse->head_done;
    return result == HPE_PAUSED && llhttp_get_error_pos(&parse->llhttp) == block.p + block.n;
}

static err names_check(const struct http_request *request)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (!is_token(request->headers[i].name)) return ERR_BAD_REQUEST;
    }
    return OK;
}

static void host_replace(struct parse *parse)
{
    for (size_t i = 0; i < parse->request->header_count; i++) {
        if (str_equal_nocase(parse->headers[i].name, STR("Host"))) parse->headers[i].value = parse->authority;
    }
}

static err host_check(const struct http_request *request, bool version_1_1)
{
    size_t count;
    str host = http_header(request, STR("Host"), &count);
    if (count > 1 || (count == 0 && version_1_1)) return ERR_BAD_REQUEST;
    return count == 0 || is_host(host) ? OK : ERR_BAD_REQUEST;
}

static err content_length_check(const struct http_request *request)
{
    size_t count;
    str value = http_header(request, STR("Content-Length"), &count);
    if (count == 0) return OK;
    if (count > 1 || value.n == 0) return ERR_BAD_REQUEST;
    for (size_t i = 0; i < value.n; i++) {
        if (!is_digit(value.p[i])) return ERR_BAD_REQUEST;
    }
    return OK;
}

/* Counts the codings of one field; a coding other than "chunked" is noted in *ret_unknown. */
static err codings_count(str value, int *codings, bool *ret_unknown)
{
    for (str coding; str_split(&value, ',', &coding); ++*codings) {
        coding = str_trim(coding);
        str name = str_trim(str_first(coding, str_find(coding, ';')));
        if (!is_token(name)) return ERR_BAD_REQUEST;
        if (!str_equal_nocase(coding, STR("chunked"))) *ret_unknown = true;
    }
    return OK;
}

/* The only supported transfer coding is "chunked", once (RFC 9112 section 6.1). */
static err transfer_encoding_check(struct parse *parse)
{
    const struct http_request *request = parse->request;
    int codings = 0;
    bool unknown = false, present = false;
    for (size_t i = 0; i < request->header_count; i++) {
        if (!str_equal_nocase(request->headers[i].name, STR("Transfer-Encoding"))) continue;
        present = true;
        err e = codings_count(request->headers[i].value, &codings, &unknown);
        if (e) return e;
    }
    if (!present) return OK;
    if (!parse->version_1_1 || http_header(request, STR("Content-Length"), NULL).p) return ERR_BAD_REQUEST;
    if (unknown) return ERR_NOT_IMPLEMENTED;
    parse->chunked = true;
    return codings == 1 ? OK : ERR_BAD_REQUEST;
}

/* RFC 9110 section 10.1.1: a list, of which 100-continue is the only known member; ignored on HTTP/1.0. */
static err expectation_check(struct parse *parse)
{
    str list = field_joined(parse->request, STR("Expect"), ','), expectation;
    if (!parse->version_1_1) return OK;
    while (str_split(&list, ',', &expectation)) {
        expectation = str_trim(expectation);
        if (expectation.n == 0) continue; /* section 5.6.1: empty members of lists are ignored */
        if (!str_equal_nocase(expectation, STR("100-continue"))) return ERR_EXPECTATION_FAILED;
        parse->expects_continue = true;
    }
    return OK;
}

/* Checks that llhttp does not make. They take precedence over its result, because only they detect 501. */
static err head_check(struct parse *parse)
{
    const struct http_request *request = parse->request;
    err e = names_check(request);
    if (!e) e = host_check(request, parse->version_1_1);
    if (!e) e = content_length_check(request);
    if (!e) e = transfer_encoding_check(parse);
    return e;
}

err parse_head(struct parse *parse, struct http_request *request, str block, int lines)
{
    *parse = (struct parse){.request = request};
    block = arena_copy(request->arena, block);
    str line = str_first(block, str_find(block, '\r'));
    err e = request_line(parse, line);
    if (e) return e;

    parse->version_1_1 = line.p[line.n - 1] == '1';
    parse->header_room = (size_t)(lines - 1);
    parse->headers = ARENA_ARRAY(request->arena, struct http_header, parse->header_room);
    request->headers = parse->headers;
    bool accepted = llhttp_accepts(parse, block);
    if (!parse->head_done) return ERR_BAD_REQUEST;
    e = head_check(parse);
    if (e) return e;
    bool body_expected = parse->chunked || parse->content_length > 0;
    if (!accepted || parse->complete == body_expected) return ERR_BAD_REQUEST; /* llhttp and these checks disagree */
    e = expectation_check(parse);
    if (e) return e;
    if (parse->authority.p) host_replace(parse);
    request->body = STR("");
    return OK;
}

err parse_body_start(struct parse *parse, size_t body_max)
{
    CHECK(parse->head_done && body_max <= PARSE_BODY_MAX);
    if (parse->content_length > body_max) return ERR_PAYLOAD_TOO_LARGE;
    parse->body = buf_new(parse->request->arena, body_max);
    size_t reserve = (size_t)parse->content_length;
    if (reserve > BODY_RESERVE_MAX) reserve = BODY_RESERVE_MAX;
    if (reserve > 0) buf_reserve(&parse->body, reserve);
    return OK;
}

/* Bytes of a body with declared length, which fits. */
static size_t body_take(struct parse *parse, str bytes)
{
    uint64_t missing = parse->content_length - parse->body.n;
    str part = str_first(bytes, missing < bytes.n ? (size_t)missing : bytes.n);
    buf_add(&parse->body, part);
    parse->complete = parse->body.n == parse->content_length;
    return part.n;
}

err parse_body(struct parse *parse, str bytes, size_t *ret_used)
{
    CHECK(parse->head_done && !parse->complete);
    size_t used = 0;
    if (parse->chunked) {
        err e = chunk_decode(&parse->chunks, bytes, &parse->body, &used);
        if (e) return e;
        parse->complete = parse->chunks.state == CHUNK_DONE;
    } else {
        used = body_take(parse, bytes);
    }
    if (parse->complete) parse->request->body = buf_str(&parse->body);
    *ret_used = used;
    return OK;
}
