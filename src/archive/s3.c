/* See s3.h. */
#include "archive/s3.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "archive/s3_address.h"
#include "base/buf.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/key_file.h"
#include "base/random.h"

enum {
    CONNECT_MS = 10 * SECOND_MS,
    SILENCE_S = 15, /* without a byte in either direction */
    REQUEST_MS = 5 * MINUTE_MS,
    ATTEMPTS_MAX = 5,
    ATTEMPTS_MS = 30 * SECOND_MS, /* after which none is begun */
    PAUSE_MS = 200,
    PAUSE_MAX_MS = 5 * SECOND_MS,
    NAP_MS = 50,
    PAGE_SIZE_MAX = 2 << 20,
    ERROR_SIZE_MAX = 16 << 10,
    KEY_SIZE_MAX = 256,
    HEADER_SIZE_MAX = 128,
    URL_MAX = 16 << 10,
    ARENA_MAX = 16 << 20,
};

struct s3 {
    struct arena *arena, *scratch; /* scratch: of one request */
    char *page;                    /* the XML of a listing, PAGE_SIZE_MAX; NULL: none was read yet */
    CURL *handle;
    str bucket, endpoint, region;
    str authority; /* file of certificates; STR_NONE: those of the system */
    char access_key[KEY_SIZE_MAX], secret_key[KEY_SIZE_MAX];
    bool (*abandoned)(void *context);
    void *context;
    int sent; /* how often the last request was */
    char reason[S3_REASON_SIZE];
};

struct request {
    const char *method;
    const char *what; /* the verb of a sentence */
    str key;          /* of an object; empty: the bucket */
    str query;        /* its parameters in the order of their names, encoded */
    str body;         /* of a PUT */
    str range;
    char *bytes; /* of the response, when it is a success */
    size_t room, size;
    char *error; /* of the response, when it is not; what does not fit is left out */
    size_t error_size;
    int64_t object_size; /* said by a partial response; -1: by none */
    CURL *handle;
};

const char *s3_reason(const struct s3 *s3)
{
    return s3->reason;
}

bool s3_was_repeated(const struct s3 *s3)
{
    return s3->sent > 1;
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static void curl_start(void)
{
    CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    CHECK(code == CURLE_OK);
}

static err key_read(str path, const char *variable, struct arena *arena, str *ret_reason, char *ret_key)
{
    const char *refused = secret_file_read(arena_copy(arena, path).p, ret_key, KEY_SIZE_MAX);
    if (!refused && strspn(ret_key, " \t\r\n") == strlen(ret_key)) refused = "it is empty";
    if (refused) {
        *ret_reason = arena_printf(arena, "%s: cannot use %.*s: %s", variable, STR_ARG(path), refused);
        return ERR_NOT_FOUND;
    }
    ret_key[strcspn(ret_key, " \t\r\n")] = '\0';
    return OK;
}

static err keys_read(struct s3 *s3, const struct settings *settings, struct arena *arena, str *ret_reason)
{
    err e = key_read(settings->s3_access_key_file, "BOXOFFICE_S3_ACCESS_KEY_FILE", arena, ret_reason, s3->access_key);
    return e ? e
             : key_read(settings->s3_secret_key_file, "BOXOFFICE_S3_SECRET_KEY_FILE", arena, ret_reason,
                        s3->secret_key);
}

err s3_open(const struct s3_options *options, struct arena *arena, str *ret_reason, struct s3 **ret_s3)
{
    static pthread_once_t started = PTHREAD_ONCE_INIT;
    pthread_once(&started, curl_start);
    struct arena *own = arena_new(ARENA_MAX);
    arena_wipe(own); /* the keys */
    struct s3 *s3 = ARENA_NEW(own, struct s3);
    s3->arena = own;
    s3->scratch = arena_new(ARENA_MAX);
    s3->bucket = arena_copy(own, options->bucket);
    s3->endpoint = s3_endpoint(options->settings, own);
    s3->region = arena_copy(own, options->settings->s3_region);
    s3->authority = options->settings->s3_ca_file.n ? arena_copy(own, options->settings->s3_ca_file) : STR_NONE;
    s3->abandoned = options->abandoned;
    s3->context = options->context;
    err e = keys_read(s3, options->settings, arena, ret_reason);
    if (e) { /* without a handle */
        s3_close(s3);
        return e;
    }
    s3->handle = curl_easy_init();
    CHECK(s3->handle);
    *ret_s3 = s3;
    return OK;
}

void s3_close(struct s3 *s3)
{
    curl_easy_cleanup(s3->handle);
    arena_free(s3->scratch);
    arena_free(s3->arena);
}

/* --- a request ---------------------------------------------------------------------------------------------------- */

/* Everything but unreserved characters (RFC 3986) and slashes is encoded, as the signature requires. */
static void add_encoded(struct buf *url, str text, const char *kept)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
        if (letter || digit || memchr("-_.~", c, 4) || memchr(kept, c, strlen(kept)))
            buf_add_char(url, c);
        else
            buf_printf(url, "%%%02X", (unsigned char)c);
    }
}

static const char *url_of(struct s3 *s3, const struct request *request)
{
    struct buf url = buf_new(s3->scratch, URL_MAX);
    buf_add(&url, s3->endpoint);
    buf_add_char(&url, '/');
    buf_add(&url, s3->bucket);
    buf_add_char(&url, '/');
    add_encoded(&url, request->key, "/");
    if (request->query.n) buf_printf(&url, "?%.*s", STR_ARG(request->query));
    buf_add_char(&url, '\0');
    CHECK(!url.full);
    return url.p;
}

static bool is_success(CURL *handle)
{
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status >= 200 && status < 300;
}

static size_t on_bytes(char *bytes, size_t unit, size_t size, void *context)
{
    struct request *request = context;
    (void)unit; /* 1 */
    if (!is_success(request->handle)) {
        size_t left = ERROR_SIZE_MAX - request->error_size, kept = size < left ? size : left;
        memcpy(request->error + request->error_size, bytes, kept);
        request->error_size += kept;
        return size;
    }
    if (size > request->room - request->size) return 0; /* longer than what was asked for */
    if (size > 0) memcpy(request->bytes + request->size, bytes, size);
    request->size += size;
    return size;
}

static int on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct s3 *s3 = context;
    (void)a, (void)b, (void)c, (void)d;
    return s3->abandoned && s3->abandoned(s3->context);
}

/* Also called when libcurl itself repeats a request, because a connection that it had kept was broken. */
static int on_send(void *context, char *address, char *own_address, int port, int own_port)
{
    struct s3 *s3 = context;
    (void)address, (void)own_address, (void)port, (void)own_port;
    s3->sent++;
    return CURL_PREREQFUNC_OK;
}

static struct curl_slist *header_add(struct curl_slist *headers, const char *name, const char *value)
{
    char line[HEADER_SIZE_MAX];
    int n = snprintf(line, sizeof(line), "%s: %s", name, value);
    CHECK(n < (int)sizeof(line));
    headers = curl_slist_append(headers, line);
    CHECK(headers);
    return headers;
}

/* Content-MD5 is required by buckets with object lock; what protects the body is its SHA-256, which is signed. */
static struct curl_slist *headers_of(const struct request *request)
{
    char hash[HASH_TEXT_SIZE];
    unsigned char md5[EVP_MAX_MD_SIZE];
    char md5_text[2 * EVP_MAX_MD_SIZE];
    unsigned md5_size = 0;
    struct curl_slist *headers = NULL;
    hash_sha256_hex(request->body, hash);
    headers = header_add(headers, "x-amz-content-sha256", hash);
    if (request->range.n) headers = header_add(headers, "Range", request->range.p);
    if (strcmp(request->method, "PUT") != 0) return headers;
    headers = header_add(headers, "Content-Type", "application/octet-stream");
    if (EVP_Digest(request->body.p, request->body.n, md5, &md5_size, EVP_md5(), NULL) != 1) return headers;
    EVP_EncodeBlock((unsigned char *)md5_text, md5, (int)md5_size);
    return header_add(headers, "Content-MD5", md5_text);
}

static void set_connection(struct s3 *s3)
{
    CURL *handle = s3->handle;
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https"); /* http: see s3_settings_refused() */
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (s3->authority.p) curl_easy_setopt(handle, CURLOPT_CAINFO, s3->authority.p);
    if (str_starts(s3->endpoint, STR("http:"))) curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L); /* without waiting for a name that is being resolved */
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, (long)SILENCE_S);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)REQUEST_MS);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, s3);
    curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, on_send);
    curl_easy_setopt(handle, CURLOPT_PREREQDATA, s3);
}

static void set_request(struct s3 *s3, struct request *request, struct curl_slist *headers)
{
    CURL *handle = s3->handle;
    curl_easy_setopt(handle, CURLOPT_URL, url_of(s3, request));
    curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(handle, CURLOPT_AWS_SIGV4, arena_printf(s3->scratch, "aws:amz:%.*s:s3", STR_ARG(s3->region)).p);
    curl_easy_setopt(handle, CURLOPT_USERNAME, s3->access_key);
    curl_easy_setopt(handle, CURLOPT_PASSWORD, s3->secret_key);
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "boxoffice/" BOXOFFICE_VERSION);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, request);
    if (strcmp(request->method, "PUT") == 0) {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.n);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->body.p);
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request->method);
}

/* The size of the object, from "bytes 0-9/100". */
static int64_t object_size_of(CURL *handle)
{
    struct curl_header *header;
    int64_t size;
    if (curl_easy_header(handle, "Content-Range", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return -1;
    const char *slash = strrchr(header->value, '/');
    return slash && str_is_digits(str_of(slash + 1)) && str_to_int(str_of(slash + 1), &size) ? size : -1;
}

/* Sends the request once. */
static CURLcode perform(struct s3 *s3, struct request *request)
{
    curl_easy_reset(s3->handle); /* keeps its connections */
    request->handle = s3->handle;
    request->size = request->error_size = 0;
    struct curl_slist *headers = headers_of(request);
    set_connection(s3);
    set_request(s3, request, headers);
    CURLcode code = curl_easy_perform(s3->handle);
    if (code == CURLE_OK) request->object_size = object_size_of(s3->handle);
    curl_slist_free_all(headers);
    return code;
}

/* --- errors ------------------------------------------------------------------------------------------------------- */

struct transport_row {
    CURLcode code;
    bool repeated;
    const char *sentence;
};

static const struct transport_row transports[] = {
    {CURLE_COULDNT_RESOLVE_HOST, true, "its name cannot be resolved; check BOXOFFICE_S3_ENDPOINT and DNS"},
    {CURLE_COULDNT_CONNECT, true, "no connection is possible; check BOXOFFICE_S3_ENDPOINT and the firewall"},
    {CURLE_OPERATION_TIMEDOUT, true, "it does not respond in time"},
    {CURLE_SEND_ERROR, true, "the connection broke"},
    {CURLE_RECV_ERROR, true, "the connection broke"},
    {CURLE_GOT_NOTHING, true, "the connection broke"},
    {CURLE_PARTIAL_FILE, true, "the connection broke"},
    {CURLE_SSL_CONNECT_ERROR, true, "no TLS connection is possible"},
    {CURLE_PEER_FAILED_VERIFICATION, false,
     "its certificate is not trusted; set BOXOFFICE_S3_CA_FILE if a private authority issued it"},
    {CURLE_SSL_CACERT_BADFILE, false, "the file of BOXOFFICE_S3_CA_FILE cannot be used"},
    {CURLE_WRITE_ERROR, false, "its response is too long"},
    {CURLE_ABORTED_BY_CALLBACK, false, "the server ends"},
};

static const struct transport_row *transport_of(CURLcode code)
{
    for (size_t i = 0; i < COUNT_OF(transports); i++) {
        if (transports[i].code == code) return &transports[i];
    }
    return NULL;
}

static err transport_failed(struct s3 *s3, const struct request *request, CURLcode code, bool *ret_repeated)
{
    const struct transport_row *row = transport_of(code);
    snprintf(s3->reason, sizeof(s3->reason), "cannot %s s3://%s/%.*s at %.*s: %s", request->what, s3->bucket.p,
             STR_ARG(str_first(request->key, 160)), STR_ARG(str_first(s3->endpoint, 100)),
             row ? row->sentence : curl_easy_strerror(code));
    *ret_repeated = row && row->repeated;
    return ERR_INTERNAL;
}

/* AWS says where a bucket is in the error or in a header. */
static str region_of(struct s3 *s3, const struct s3_error *error)
{
    struct curl_header *header;
    if (error->region[0]) return str_of(error->region);
    if (curl_easy_header(s3->handle, "x-amz-bucket-region", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return STR_NONE;
    return str_first(str_of(header->value), S3_REGION_SIZE);
}

static err response_failed(struct s3 *s3, const struct request *request, long status, bool *ret_repeated)
{
    struct s3_error error;
    s3_error_parse((str){request->error, request->error_size}, &error);
    str region = region_of(s3, &error);
    const struct s3_problem *row = s3_problem_of(status, error.code);
    int n =
        snprintf(s3->reason, sizeof(s3->reason), "cannot %s s3://%s/%.*s: %s (%ld%s%s", request->what, s3->bucket.p,
                 STR_ARG(str_first(request->key, 160)), row->sentence, status, error.code[0] ? " " : "", error.code);
    CHECK(n > 0 && n < (int)sizeof(s3->reason));
    snprintf(s3->reason + n, sizeof(s3->reason) - (size_t)n, "%s%.*s)", region.n ? ", the region is " : "",
             STR_ARG(region));
    *ret_repeated = row->repeated;
    return row->e;
}

/* --- repeating ---------------------------------------------------------------------------------------------------- */

static bool is_abandoned(struct s3 *s3)
{
    return s3->abandoned && s3->abandoned(s3->context);
}

/* A random pause, so that those who were refused at the same time do not come back at the same time. */
static void pause_before(struct s3 *s3, int attempt)
{
    int64_t longest_ms = PAUSE_MS << attempt;
    uint32_t random;
    if (longest_ms > PAUSE_MAX_MS) longest_ms = PAUSE_MAX_MS;
    random_bytes(&random, sizeof(random));
    int64_t until_ms = clock_monotonic_ms() + longest_ms / 2 + random % (longest_ms / 2);
    while (clock_monotonic_ms() < until_ms && !is_abandoned(s3))
        nanosleep(&(struct timespec){0, NAP_MS * INT64_C(1000000)}, NULL);
}

static err attempt_once(struct s3 *s3, struct request *request, bool *ret_repeated)
{
    CURLcode code = perform(s3, request);
    if (code != CURLE_OK) return transport_failed(s3, request, code, ret_repeated);
    if (is_success(s3->handle)) return OK;
    long status = 0;
    curl_easy_getinfo(s3->handle, CURLINFO_RESPONSE_CODE, &status);
    return response_failed(s3, request, status, ret_repeated);
}

static err send_request(struct s3 *s3, struct request *request)
{
    int64_t begun_ms = clock_monotonic_ms();
    s3->sent = 0;
    request->error = arena_alloc(s3->scratch, ERROR_SIZE_MAX);
    for (int attempt = 1;; attempt++) {
        bool repeated = false;
        err e = attempt_once(s3, request, &repeated);
        if (!e || !repeated || attempt == ATTEMPTS_MAX || is_abandoned(s3)) return e;
        if (clock_monotonic_ms() - begun_ms > ATTEMPTS_MS) return e;
        pause_before(s3, attempt);
    }
}

/* --- objects ------------------------------------------------------------------------------------------------------ */

err s3_put(struct s3 *s3, str key, str bytes)
{
    struct request request = {.method = "PUT", .what = "write", .key = key, .body = bytes};
    err e = send_request(s3, &request);
    arena_reset(s3->scratch);
    return e;
}

err s3_get(struct s3 *s3, const struct s3_part *part, void *bytes, int64_t *ret_object_size)
{
    struct request request = {.method = "GET", .what = "read", .key = part->key, .bytes = bytes, .room = part->size};
    request.range = arena_printf(s3->scratch, "bytes=%lld-%lld", (long long)part->offset,
                                 (long long)part->offset + (long long)part->size - 1);
    err e = send_request(s3, &request);
    arena_reset(s3->scratch);
    if (e) return e;
    if (request.size < part->size || request.object_size < part->offset + (int64_t)part->size) {
        snprintf(s3->reason, sizeof(s3->reason), "cannot read s3://%s/%.*s: it is shorter than it was", s3->bucket.p,
                 STR_ARG(str_first(part->key, 160)));
        return ERR_STATE_CONFLICT;
    }
    *ret_object_size = request.object_size;
    return OK;
}

static str list_query(struct s3 *s3, str prefix, str next)
{
    struct buf query = buf_new(s3->scratch, URL_MAX);
    if (next.p) {
        BUF_LITERAL(&query, "continuation-token=");
        add_encoded(&query, next, "");
        buf_add_char(&query, '&');
    }
    buf_printf(&query, "list-type=2&max-keys=%d&prefix=", S3_PAGE_OBJECTS);
    add_encoded(&query, prefix, "");
    return buf_str(&query);
}

err s3_list(struct s3 *s3, str prefix, str next, struct arena *arena, struct s3_page *ret_page)
{
    struct request request = {.method = "GET", .what = "list", .query = list_query(s3, prefix, next)};
    if (!s3->page) s3->page = arena_alloc(s3->arena, PAGE_SIZE_MAX);
    request.bytes = s3->page;
    request.room = PAGE_SIZE_MAX;
    err e = send_request(s3, &request);
    if (!e) e = s3_page_parse((str){request.bytes, request.size}, arena, ret_page);
    if (e == ERR_INVALID) {
        snprintf(s3->reason, sizeof(s3->reason),
                 "cannot list s3://%s: the response is no listing; check BOXOFFICE_S3_ENDPOINT", s3->bucket.p);
        e = ERR_INTERNAL;
    }
    arena_reset(s3->scratch);
    return e;
}

err s3_delete(struct s3 *s3, str key)
{
    struct request request = {.method = "DELETE", .what = "delete", .key = key};
    err e = send_request(s3, &request);
    arena_reset(s3->scratch);
    return e == ERR_NOT_FOUND ? OK : e;
}
