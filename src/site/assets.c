/* See assets.h. */
#include "site/assets.h"

#include <stdio.h>

#include "api/call.h"
#include "base/asset.h"
#include "base/check.h"
#include "site/pages.h"

enum { FILES_MAX = 64, NAME_SIZE = 96, DIGITS = 16 };

#define FOLDER "web/static/"

static const struct {
    const char *extension;
    const char *type;
} types[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
};

static struct file {
    const struct asset *asset;
    str type;
    char address[NAME_SIZE]; /* "/assets/site.0123456789abcdef.css" */
} files[FILES_MAX];
static size_t file_count;

static str type_of(str name)
{
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        if (str_ends(name, str_of(types[i].extension))) return str_of(types[i].type);
    }
    CHECK(!"a file of web/static has an unknown extension");
    return STR_NONE;
}

static void file_add(const struct asset *asset)
{
    CHECK(file_count < FILES_MAX);
    struct file *file = &files[file_count++];
    str name = str_from(str_of(asset->name), STR(FOLDER).n);
    size_t dot = str_find(name, '.');
    char hash[HASH_TEXT_SIZE];
    hash_sha256_hex((str){(const char *)asset->data, asset->size}, hash);
    file->asset = asset;
    file->type = type_of(name);
    int n = snprintf(file->address, NAME_SIZE, "/assets/%.*s.%.*s%.*s", STR_ARG(str_first(name, dot)), DIGITS, hash,
                     STR_ARG(str_from(name, dot)));
    CHECK(n > 0 && n < NAME_SIZE);
}

void assets_start(void)
{
    const struct asset *asset;
    for (size_t i = 0; (asset = asset_at(i)); i++) {
        if (str_starts(str_of(asset->name), STR(FOLDER))) file_add(asset);
    }
}

struct url asset_address(const char *name)
{
    for (size_t i = 0; i < file_count; i++) {
        if (str_is(str_from(str_of(files[i].asset->name), STR(FOLDER).n), name))
            return url_constant(str_of(files[i].address));
    }
    CHECK(!"there is no such asset");
    return (struct url){STR_NONE};
}

err asset_read(struct call *call, struct reader *reader)
{
    (void)reader;
    str name = match_text(&call->match, "file");
    for (size_t i = 0; i < file_count; i++) {
        const struct file *file = &files[i];
        if (!str_equal(str_from(str_of(file->address), STR("/assets/").n), name)) continue;
        call->response.body = (str){(const char *)file->asset->data, file->asset->size};
        call->response.content_type = file->type;
        call->response.cache_control = STR("public, max-age=31536000, immutable");
        return OK;
    }
    return ERR_NOT_FOUND;
}
