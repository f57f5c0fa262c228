/* Links to the other pages of a list; see list.h. */
#include <stdio.h>

#include "api/resources/cursor.h"
#include "api/resources/list_private.h"
#include "base/check.h"

/* Proxies buffer the headers of a response in one page of memory, 4 KiB by default in nginx, and respond with 502 to
 * more. The links may use most of that; the other headers of a list take less than 1 KiB. */
enum { LINKS_MAX = 3000 };

enum link { LINK_FIRST, LINK_PREV, LINK_NEXT, LINK_LAST, LINK_COUNT };

/* A position in the list, for the kind of paging that the request uses. */
struct target {
    const char *relation;
    int64_t offset;
    str cursor; /* instead of the offset */
};

static void number_add(struct buf *out, const char *name, int64_t number)
{
    char digits[24];
    int n = snprintf(digits, sizeof(digits), "%lld", (long long)number);
    parameter_add(out, str_of(name), (str){digits, (size_t)n});
}

static void window_add(struct buf *out, const struct list *list, const struct target *target)
{
    int64_t limit = list->query.limit;
    if (target->cursor.p) {
        parameter_add(out, STR("after"), target->cursor);
        BUF_LITERAL(out, "&");
        number_add(out, "perPage", limit);
    } else if (list->paging == PAGING_PAGES) {
        number_add(out, "page", target->offset / limit + 1);
        BUF_LITERAL(out, "&");
        number_add(out, "perPage", limit);
    } else if (list->paging == PAGING_RANGE) {
        buf_printf(out, "range=%%5B%lld,%lld%%5D", (long long)target->offset, (long long)(target->offset + limit - 1));
    } else {
        number_add(out, "_start", target->offset);
        BUF_LITERAL(out, "&");
        number_add(out, "_end", target->offset + limit);
    }
}

static str link_of(struct arena *arena, const struct list *list, str path, const struct target *target)
{
    struct buf out = buf_new(arena, LINKS_MAX);
    buf_add_char(&out, '<');
    buf_add(&out, path);
    buf_add_char(&out, '?');
    for (size_t i = 0; i < list->parameters.count; i++) {
        const struct parameter *parameter = &list->parameters.items[i];
        if (is_paging(parameter->name)) continue;
        parameter_add(&out, parameter->name, parameter->value);
        buf_add_char(&out, '&');
    }
    window_add(&out, list, target);
    buf_printf(&out, ">; rel=\"%s\"", target->relation);
    return out.full ? STR_NONE : buf_str(&out);
}

static bool is_full(const struct list *list, const struct page *page)
{
    return page->count == (size_t)list->query.limit;
}

/* STR_NONE when the page is the last one or the link too long. A request without an offset gets a cursor where
 * possible. */
static str link_next(struct arena *arena, const struct list *list, str path, const struct page *page)
{
    struct target next = {"next", list->query.offset + list->query.limit, STR_NONE};
    bool walks = list->paging == PAGING_NONE || list->paging == PAGING_CURSOR;
    bool more = list->paging == PAGING_CURSOR ? is_full(list, page) : next.offset < page->total;
    if (!more) return STR_NONE;
    if (walks) next.cursor = cursor_of(arena, &list->query, page);
    str link = link_of(arena, list, path, &next);
    if (link.p || list->paging == PAGING_CURSOR) return link;
    next.cursor = STR_NONE;
    return link_of(arena, list, path, &next);
}

/* Fills `ret_links` in the order of the header. */
static void links_make(struct arena *arena, const struct list *list, str path, const struct page *page,
                       str ret_links[static LINK_COUNT])
{
    int64_t limit = list->query.limit, offset = list->query.offset;
    struct target first = {"first", 0, STR_NONE}, prev = {"prev", offset > limit ? offset - limit : 0, STR_NONE},
                  last = {"last", page->total > 0 ? (page->total - 1) / limit * limit : 0, STR_NONE};
    ret_links[LINK_FIRST] = link_of(arena, list, path, &first);
    ret_links[LINK_PREV] = offset > 0 ? link_of(arena, list, path, &prev) : STR_NONE;
    ret_links[LINK_NEXT] = link_next(arena, list, path, page);
    ret_links[LINK_LAST] = link_of(arena, list, path, &last);
}

/* Keeps the links that fit into the header, the most useful ones first. */
static void links_limit(str links[static LINK_COUNT])
{
    static const enum link by_use[] = {LINK_NEXT, LINK_PREV, LINK_FIRST, LINK_LAST};
    size_t length = 0;
    for (size_t i = 0; i < COUNT_OF(by_use); i++) {
        str *link = &links[by_use[i]];
        if (length + link->n > LINKS_MAX) *link = STR_NONE;
        if (link->p) length += link->n + 2;
    }
}

err list_links(struct arena *arena, const struct list *list, str path, const struct page *page, str *ret_links)
{
    str links[LINK_COUNT] = {STR_NONE};
    struct buf out = buf_new(arena, LINKS_MAX);
    if (list->query.limit > 0) links_make(arena, list, path, page, links);
    links_limit(links);
    if (!links[LINK_NEXT].p && list->paging == PAGING_CURSOR && is_full(list, page)) return ERR_INVALID;
    for (size_t i = 0; i < LINK_COUNT; i++) {
        if (links[i].p && out.n > 0) BUF_LITERAL(&out, ", ");
        if (links[i].p) buf_add(&out, links[i]);
    }
    *ret_links = out.n > 0 ? buf_str(&out) : STR_NONE;
    return OK;
}

str list_range(struct arena *arena, const struct list *list, const struct page *page)
{
    const char *unit = list->query.entity->resource;
    long long total = page->total, first = list->query.offset;
    if (page->count == 0 || list->paging == PAGING_CURSOR) return arena_printf(arena, "%s */%lld", unit, total);
    return arena_printf(arena, "%s %lld-%lld/%lld", unit, first, first + (long long)page->count - 1, total);
}
