/* XML of a store: pages and errors. A page is within its limits, reading it again gives the same, and an error has only
 * letters, digits and hyphens. */
#include "fuzz.h"

#include "archive/s3_response.h"

static void check_word(const char *word, size_t size)
{
    CHECK(strnlen(word, size) < size);
    for (; *word; word++)
        CHECK(*word == '-' || (*word >= '0' && *word <= '9') || (*word >= 'A' && *word <= 'Z') ||
              (*word >= 'a' && *word <= 'z'));
}

static void fuzz(struct arena *arena, str bytes)
{
    struct s3_page page = {0}, again = {0};
    struct s3_error error;
    err e = s3_page_parse(bytes, arena, &page);
    CHECK(s3_page_parse(bytes, arena, &again) == e && page.count == again.count && page.count <= S3_PAGE_OBJECTS);
    for (size_t i = 0; i < page.count; i++) {
        CHECK(page.objects[i].key.n > 0 && page.objects[i].key.n <= S3_KEY_MAX && page.objects[i].size >= 0);
        CHECK(str_equal(page.objects[i].key, again.objects[i].key));
    }
    CHECK(page.next.n <= S3_TEXT_MAX);
    s3_error_parse(bytes, &error);
    check_word(error.code, sizeof(error.code));
    check_word(error.region, sizeof(error.region));
}
