/* Compiles templates to C:  template <output.c> <template.html>...
 *
 * "sign-in.html" becomes  void template_sign_in(struct buf *out, const struct sign_in_view *view)  (site/views.h);
 * files that start with "_" are partials. What is written between braces is a small part of Mustache, with the names of
 * Handlebars for its two kinds of sections:
 *
 *     {{name}} {{page.title}}        a str of the view, escaped. There is no way to write one unescaped
 *     {{#if name}}...{{/if}}         when a bool is true, or a text is not empty; {{#unless name}} the opposite
 *     {{#each list}}...{{/each}}     for each item of a struct with items and count; names inside refer to the item
 *     {{> head}}                     the partial _head.html
 *     {{! comment }}
 *
 * The members are those of a C struct, so a wrong name or type does not compile. Values of href, src and action have to
 * be a struct url. In a tag, values are only allowed in attributes between double quotes; attributes that hold a
 * program or a style sheet (on..., style, srcdoc) and script and style elements cannot hold values. */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_MAX = 16, TEXT_MAX = 1 << 20, NAME_MAX_ = 128, PARTIAL_DEPTH_MAX = 4 };

struct compiler {
    FILE *out;
    const char *path;            /* of the template, for messages and partials */
    const char *open[DEPTH_MAX]; /* "if", "unless" or "each" of the sections that are open */
    int depth;
    int scope; /* number of the innermost each; 0: the view */
    int partials;
    /* The context of a value, followed through the literal text. */
    bool in_raw;               /* in a script or style element */
    bool in_tag;               /* between < and > */
    bool opens_raw;            /* the tag is that of a script or style element */
    char quote;                /* of the attribute value, 0 outside */
    bool at_start;             /* of the attribute value */
    char attribute[NAME_MAX_]; /* name of the last attribute in the tag */
};

__attribute__((format(printf, 2, 3))) static _Noreturn void fail(const struct compiler *compiler, const char *format,
                                                                 ...)
{
    va_list arguments;
    fprintf(stderr, "template: %s: ", compiler->path);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static char *file_read(struct compiler *compiler, const char *path)
{
    FILE *in = fopen(path, "rb");
    char *text = calloc(1, TEXT_MAX);
    if (!in || !text) fail(compiler, "cannot read %s", path);
    size_t n = fread(text, 1, TEXT_MAX - 1, in);
    if (n == TEXT_MAX - 1 || strlen(text) != n) fail(compiler, "%s is too long or holds NUL", path);
    fclose(in);
    return text;
}

/* --- literal text ------------------------------------------------------------------------------------------------- */

static void literal_write(struct compiler *compiler, const char *text, size_t n)
{
    if (n == 0) return;
    fprintf(compiler->out, "    BUF_LITERAL(out, \"");
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\n')
            fprintf(compiler->out, "\\n%s", i + 1 < n ? "\"\n                     \"" : "");
        else
            fprintf(compiler->out, text[i] == '"' || text[i] == '\\' ? "\\%c" : "%c", text[i]);
    }
    fprintf(compiler->out, "\");\n");
}

/* One character of a tag, outside of attribute values. */
static void tag_follow(struct compiler *compiler, char c, char next)
{
    char *name = compiler->attribute;
    size_t n = strlen(name);
    if (c == '>') {
        compiler->in_tag = false;
        compiler->in_raw = compiler->opens_raw;
        compiler->opens_raw = false;
    } else if (c == '"' || c == '\'') {
        compiler->quote = c;
        compiler->at_start = true;
    } else if (strchr(" \n\t", c)) {
        if (!strchr("= \n\t\"'", next)) name[0] = '\0';
    } else if (c != '=' && n + 1 < sizeof(compiler->attribute)) {
        name[n] = (char)tolower((unsigned char)c);
        name[n + 1] = '\0';
    }
}

static bool starts_with(const char *text, const char *start)
{
    return strncasecmp(text, start, strlen(start)) == 0;
}

static void context_follow(struct compiler *compiler, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (compiler->in_raw) {
            compiler->in_raw = !starts_with(text + i, "</script") && !starts_with(text + i, "</style");
        } else if (compiler->quote) {
            compiler->at_start = false;
            if (text[i] == compiler->quote) compiler->quote = '\0';
        } else if (compiler->in_tag) {
            tag_follow(compiler, text[i], text[i + 1]);
        } else if (text[i] == '<') {
            compiler->in_tag = true;
            compiler->opens_raw = starts_with(text + i, "<script") || starts_with(text + i, "<style");
            compiler->attribute[0] = '\0';
        }
    }
}

static void text_add(struct compiler *compiler, const char *text, size_t n)
{
    literal_write(compiler, text, n);
    context_follow(compiler, text, n);
}

/* --- tags --------------------------------------------------------------------------------------------------------- */

static bool attribute_is_one_of(const struct compiler *compiler, const char *const *names)
{
    for (; *names; names++) {
        if (strcmp(compiler->attribute, *names) == 0) return true;
    }
    return false;
}

static void value_add(struct compiler *compiler, const char *name)
{
    static const char *const of_urls[] = {"href", "src", "action", "formaction", "poster", "cite", "data", NULL};
    static const char *const of_code[] = {"style", "srcdoc", "srcset", NULL};
    bool in_attribute = compiler->quote == '"';
    bool url = in_attribute && compiler->at_start && attribute_is_one_of(compiler, of_urls);
    if (compiler->in_raw) fail(compiler, "{{%s}} is in a script or style element", name);
    if (compiler->in_tag && !in_attribute) fail(compiler, "{{%s}} is in a tag, but not between double quotes", name);
    if (in_attribute && (strncmp(compiler->attribute, "on", 2) == 0 || attribute_is_one_of(compiler, of_code)))
        fail(compiler, "{{%s}} is in the attribute %s, which cannot hold values", name, compiler->attribute);
    fprintf(compiler->out, "    %s(out, scope_%d->%s);\n", url ? "html_url" : "html_text", compiler->scope, name);
    compiler->at_start = false; /* a second value in the same attribute does not start it */
}

static void section_open(struct compiler *compiler, const char *kind, const char *name)
{
    FILE *out = compiler->out;
    if (compiler->depth == DEPTH_MAX) fail(compiler, "sections are nested too deeply");
    compiler->open[compiler->depth++] = kind;
    if (strcmp(kind, "each") != 0) {
        fprintf(out, "    if (%sHTML_IS(scope_%d->%s)) {\n", kind[0] == 'u' ? "!" : "", compiler->scope, name);
        return;
    }
    int outer = compiler->scope++, inner = compiler->scope;
    fprintf(out, "    for (size_t i_%d = 0; i_%d < scope_%d->%s.count; i_%d++) {\n", inner, inner, outer, name, inner);
    fprintf(out, "    const __typeof__(*scope_%d->%s.items) *scope_%d = &scope_%d->%s.items[i_%d];\n", outer, name,
            inner, outer, name, inner);
}

static void section_close(struct compiler *compiler, const char *kind)
{
    if (compiler->depth == 0 || strcmp(compiler->open[--compiler->depth], kind) != 0)
        fail(compiler, "{{/%s}} closes no section of this kind", kind);
    if (strcmp(kind, "each") == 0) compiler->scope--;
    fprintf(compiler->out, "    }\n");
}

static void template_add(struct compiler *compiler, const char *text);

static void partial_add(struct compiler *compiler, const char *name)
{
    char path[4096];
    const char *slash = strrchr(compiler->path, '/');
    int folder = slash ? (int)(slash - compiler->path) + 1 : 0;
    snprintf(path, sizeof(path), "%.*s_%s.html", folder, compiler->path, name);
    if (++compiler->partials > PARTIAL_DEPTH_MAX) fail(compiler, "partials are nested too deeply");
    char *text = file_read(compiler, path);
    template_add(compiler, text);
    free(text);
    compiler->partials--;
}

static bool name_acceptable(const char *name)
{
    return name[0] != '\0' && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.-") == strlen(name);
}

static void tag_add(struct compiler *compiler, const char *tag)
{
    static const char *const kinds[] = {"if", "unless", "each"};
    char word[NAME_MAX_] = "", name[NAME_MAX_] = "";
    if (tag[0] == '!') return;
    if (sscanf(tag, "%127s %127s", word, name) < 1) fail(compiler, "{{}} is empty");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (word[0] == '/' && strcmp(word + 1, kinds[i]) == 0) {
            section_close(compiler, kinds[i]);
            return;
        }
        if (word[0] == '#' && strcmp(word + 1, kinds[i]) == 0 && name_acceptable(name)) {
            section_open(compiler, kinds[i], name);
            return;
        }
    }
    if (strcmp(word, ">") == 0 && name_acceptable(name))
        partial_add(compiler, name);
    else if (name_acceptable(word) && name[0] == '\0')
        value_add(compiler, word);
    else
        fail(compiler, "{{%s}} is unknown", tag);
}

static void template_add(struct compiler *compiler, const char *text)
{
    const char *open;
    while ((open = strstr(text, "{{"))) {
        char tag[NAME_MAX_ * 2];
        const char *close = strstr(open, "}}");
        if (!close) fail(compiler, "a {{ is not closed");
        size_t n = (size_t)(close - open) - 2;
        bool comment = open[2] == '!';
        if (!comment && n >= sizeof(tag)) fail(compiler, "a tag is too long");
        snprintf(tag, sizeof(tag), "%.*s", (int)n, open + 2);
        text_add(compiler, text, (size_t)(open - text));
        tag_add(compiler, tag);
        text = close + 2;
    }
    text_add(compiler, text, strlen(text));
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static void function_write(FILE *out, const char *path)
{
    struct compiler compiler = {.out = out, .path = path};
    char name[NAME_MAX_];
    const char *slash = strrchr(path, '/');
    snprintf(name, sizeof(name), "%s", slash ? slash + 1 : path);
    if (name[0] == '_') return;
    name[strcspn(name, ".")] = '\0';
    for (char *c = name; *c; c++) *c = (char)(*c == '-' ? '_' : *c);
    char *text = file_read(&compiler, path);
    fprintf(out, "\nvoid template_%s(struct buf *out, const struct %s_view *scope_0)\n{\n", name, name);
    template_add(&compiler, text);
    if (compiler.depth > 0) fail(&compiler, "a section is not closed");
    fprintf(out, "}\n");
    free(text);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: template <output.c> <template.html>...\n");
        return 2;
    }
    FILE *out = fopen(argv[1], "w");
    if (!out) {
        perror(argv[1]);
        return 1;
    }
    fprintf(out, "/* Generated by tools/template. */\n#include \"site/html.h\"\n#include \"site/views.h\"\n");
    for (int i = 2; i < argc; i++) function_write(out, argv[i]);
    return fclose(out) == 0 ? 0 : 1;
}
