/* See s3_response.h. */
#include "archive/s3_response.h"

#include <expat.h>
#include <stdio.h>

#include "base/check.h"

enum { DEPTH_MAX = 8, NAME_MAX_SIZE = 64 };

/* A document that is being read: where the parser is, and the text there. */
struct document {
    XML_Parser parser;
    char path[DEPTH_MAX][NAME_MAX_SIZE];
    size_t depth;
    char text[S3_TEXT_MAX];
    size_t text_size;
    bool refused;
    /* An element has ended. False: the document is not valid. */
    bool (*on_element)(void *context, const struct document *document, str text);
    void *context;
};

static void refuse(struct document *document)
{
    document->refused = true;
    XML_StopParser(document->parser, XML_FALSE);
}

static void on_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct document *document = context;
    (void)attributes;
    document->text_size = 0;
    if (document->depth == DEPTH_MAX || strlen(name) >= NAME_MAX_SIZE) {
        refuse(document);
        return;
    }
    snprintf(document->path[document->depth++], NAME_MAX_SIZE, "%s", name);
}

static void on_text(void *context, const XML_Char *bytes, int size)
{
    struct document *document = context;
    if ((size_t)size > sizeof(document->text) - document->text_size) {
        refuse(document);
        return;
    }
    memcpy(document->text + document->text_size, bytes, (size_t)size);
    document->text_size += (size_t)size;
}

static void on_end(void *context, const XML_Char *name)
{
    struct document *document = context;
    (void)name;
    if (!document->on_element(document->context, document, (str){document->text, document->text_size}))
        refuse(document);
    document->text_size = 0;
    document->depth--;
}

/* Entities are of no use here, and could be used to make a short document long. */
static void on_doctype(void *context, const XML_Char *name, const XML_Char *system, const XML_Char *public,
                       int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    refuse(context);
}

static bool document_read(struct document *document, str xml)
{
    document->parser = XML_ParserCreate("UTF-8");
    CHECK(document->parser && xml.n <= INT32_MAX);
    XML_SetUserData(document->parser, document);
    XML_SetElementHandler(document->parser, on_start, on_end);
    XML_SetCharacterDataHandler(document->parser, on_text);
    XML_SetStartDoctypeDeclHandler(document->parser, on_doctype);
    bool valid = XML_Parse(document->parser, xml.p, (int)xml.n, XML_TRUE) == XML_STATUS_OK && !document->refused;
    XML_ParserFree(document->parser);
    return valid;
}

static bool is_at(const struct document *document, const char *const *path, size_t depth)
{
    if (document->depth != depth) return false;
    for (size_t i = 0; i < depth; i++) {
        if (strcmp(document->path[i], path[i]) != 0) return false;
    }
    return true;
}

#define IS_AT(document, ...)                                                                                           \
    is_at(document, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* --- pages -------------------------------------------------------------------------------------------------------- */

struct paging {
    struct arena *arena;
    struct s3_page page;
    struct s3_object object; /* the one that is being read */
    bool listed, truncated;
};

static bool object_add(struct paging *paging)
{
    if (paging->object.key.n == 0 || paging->object.size < 0 || paging->page.count == S3_PAGE_OBJECTS) return false;
    paging->page.objects[paging->page.count++] = paging->object;
    paging->object = (struct s3_object){.size = -1};
    return true;
}

static bool on_page_element(void *context, const struct document *document, str text)
{
    struct paging *paging = context;
    if (IS_AT(document, "ListBucketResult", "Contents", "Key")) {
        paging->object.key = arena_copy(paging->arena, text);
        return text.n <= S3_KEY_MAX;
    }
    if (IS_AT(document, "ListBucketResult", "Contents", "Size"))
        return str_is_digits(text) && str_to_int(text, &paging->object.size);
    if (IS_AT(document, "ListBucketResult", "Contents")) return object_add(paging);
    if (IS_AT(document, "ListBucketResult", "IsTruncated")) paging->truncated = str_is(text, "true");
    if (IS_AT(document, "ListBucketResult", "NextContinuationToken"))
        paging->page.next = arena_copy(paging->arena, text);
    if (IS_AT(document, "ListBucketResult")) paging->listed = true;
    return true;
}

err s3_page_parse(str xml, struct arena *arena, struct s3_page *ret_page)
{
    struct paging paging = {.arena = arena, .object = {.size = -1}};
    struct document document = {.on_element = on_page_element, .context = &paging};
    paging.page.objects = ARENA_ARRAY(arena, struct s3_object, S3_PAGE_OBJECTS);
    bool valid = document_read(&document, xml) && paging.listed && paging.truncated == (paging.page.next.n > 0);
    if (valid) *ret_page = paging.page;
    return valid ? OK : ERR_INVALID;
}

/* --- errors ------------------------------------------------------------------------------------------------------- */

static void copy_word(str text, char *ret_word, size_t size)
{
    if (text.n >= size) return;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool usual = c == '-' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!usual) return;
    }
    memcpy(ret_word, text.p, text.n);
    ret_word[text.n] = '\0';
}

static bool on_error_element(void *context, const struct document *document, str text)
{
    struct s3_error *error = context;
    if (IS_AT(document, "Error", "Code")) copy_word(text, error->code, sizeof(error->code));
    if (IS_AT(document, "Error", "Region")) copy_word(text, error->region, sizeof(error->region));
    return true;
}

void s3_error_parse(str xml, struct s3_error *ret_error)
{
    *ret_error = (struct s3_error){0};
    struct document document = {.on_element = on_error_element, .context = ret_error};
    if (!document_read(&document, xml)) *ret_error = (struct s3_error){0};
}

/* A row without a code is for all of its status. */
static const struct s3_problem problems[] = {
    {0, "RequestTimeTooSkewed", false, ERR_INTERNAL,
     "the clock of this machine and that of the store differ by more than 15 minutes; set the clock (timedatectl)"},
    {0, "SignatureDoesNotMatch", false, ERR_INTERNAL,
     "the secret key is not that of the access key; check the file of BOXOFFICE_S3_SECRET_KEY_FILE"},
    {0, "InvalidAccessKeyId", false, ERR_INTERNAL,
     "the store does not know the access key; check the file of BOXOFFICE_S3_ACCESS_KEY_FILE"},
    {0, "NoSuchBucket", false, ERR_INTERNAL,
     "the bucket does not exist; create it, or correct the address of the place or BOXOFFICE_S3_ENDPOINT"},
    {0, "NoSuchKey", false, ERR_NOT_FOUND, "it does not exist"},
    {0, "InvalidRange", false, ERR_STATE_CONFLICT, "it is shorter than it was"},
    {0, "PermanentRedirect", false, ERR_INTERNAL, "the bucket is in another region; set BOXOFFICE_S3_REGION"},
    {0, "AuthorizationHeaderMalformed", false, ERR_INTERNAL,
     "the bucket is in another region; set BOXOFFICE_S3_REGION"},
    {0, "RequestTimeout", true, ERR_INTERNAL, "the connection is too slow"},
    {0, "BadDigest", true, ERR_INTERNAL, "the data were damaged on the way"},
    {0, "XAmzContentSHA256Mismatch", true, ERR_INTERNAL, "the data were damaged on the way"},
    {0, "QuotaExceeded", false, ERR_STORAGE_FULL, "the quota of the bucket is used up"},
    {0, "XMinioStorageFull", false, ERR_STORAGE_FULL, "the store is full"},
    {301, NULL, false, ERR_INTERNAL, "the bucket is in another region; set BOXOFFICE_S3_REGION"},
    {307, NULL, false, ERR_INTERNAL, "the bucket is in another region; set BOXOFFICE_S3_REGION"},
    {403, NULL, false, ERR_INTERNAL,
     "the access key has no permission; allow it s3:PutObject, s3:GetObject and s3:ListBucket in this bucket"},
    {404, NULL, false, ERR_INTERNAL, "the store does not know it; check BOXOFFICE_S3_ENDPOINT"},
    {409, NULL, true, ERR_INTERNAL, "another request changes it"},
    {429, NULL, true, ERR_INTERNAL, "the store is overloaded"},
    {500, NULL, true, ERR_INTERNAL, "the store failed"},
    {502, NULL, true, ERR_INTERNAL, "the store failed"},
    {503, NULL, true, ERR_INTERNAL, "the store is overloaded"},
    {504, NULL, true, ERR_INTERNAL, "the store failed"},
    {507, NULL, false, ERR_STORAGE_FULL, "the store is full"},
    {0, NULL, false, ERR_INTERNAL, "the store refused it"},
};

const struct s3_problem *s3_problem_of(long status, const char *code)
{
    size_t i = 0;
    while (problems[i].code ? strcmp(problems[i].code, code) != 0
                            : problems[i].status != 0 && problems[i].status != status)
        i++;
    return &problems[i];
}
