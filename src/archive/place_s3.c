/* A place that is a bucket of S3: see place.h.
 *
 * An object of S3 can be replaced but not extended, so a file is a sequence of objects PREFIX/NAME/OFFSET, where OFFSET
 * is where the object begins in the file, as 16 hex digits. An object ends at the latest where the next one begins, and
 * the file where no object continues it. Empty objects are not there. So cutting off the end of a file requires no
 * right to delete: objects beyond it are replaced by empty ones, the last first, and whatever happens in between,
 * readers see the file with a shorter end.
 *
 * The last object is replaced by a longer one with every synchronisation until it has TAIL_MAX bytes; so a file that is
 * extended a little every second consists of few objects, and none has to be merged or removed later. */
#include "archive/place_s3.h"

#include <stdio.h>
#include <stdlib.h>

#include "archive/s3.h"
#include "archive/s3_address.h"

enum {
    NAME_SIZE_MAX = 256,
    OFFSET_DIGITS = 16,
    FILES_MAX = 1 << 20,
    OBJECTS_MAX = 1 << 20, /* of one file */
    FIRST_ROOM = 64,
    PART_MAX = 8 << 20,
    TAIL_MAX = 256 << 10,
    TAILS = 2, /* a base is made while a segment is extended */
    CHANGES_MAX = 5,
    BUFFERS_MAX = (TAILS + 1) * PART_MAX,
    MAP_MAX = 64 << 20,
    PAGE_MAX = 4 << 20,
    PAGES_MAX = 1 << 16,
};

static const int64_t FILE_SIZE_MAX = INT64_C(1) << 56; /* sums of two of them are no problem */

struct object {
    int64_t offset; /* in the file */
    int64_t size;
};

/* The objects of a file, by offset. */
struct map {
    struct arena *arena;
    char name[NAME_SIZE_MAX]; /* empty: of none */
    struct object *objects;
    size_t count, room;
    int64_t end; /* of the file */
};

/* The end of a file that is being extended. */
struct tail {
    char name[NAME_SIZE_MAX]; /* empty: none is */
    int64_t start;            /* offset of its object */
    char *bytes;              /* PART_MAX */
    size_t size, stored;      /* how many there are, and how many of them are in the bucket */
};

struct place_s3 {
    struct place place;
    struct s3 *s3;
    str prefix;           /* of all keys: empty, or ends with a slash */
    struct arena *memory; /* for buffers, which are allocated when they are first used */
    struct map map;
    struct tail tails[TAILS]; /* the one that was used last is the first */
};

static struct place_s3 *s3_of(struct place *place)
{
    return (struct place_s3 *)place;
}

static err failed(struct place_s3 *s3, err e)
{
    snprintf(s3->place.reason, sizeof(s3->place.reason), "%s", s3_reason(s3->s3));
    return e;
}

static err refused(struct place_s3 *s3, const char *what, const char *name, const char *why)
{
    snprintf(s3->place.reason, sizeof(s3->place.reason), "cannot %s %.128s/%s: %s", what, s3->place.address, name, why);
    return ERR_INTERNAL;
}

/* --- keys --------------------------------------------------------------------------------------------------------- */

enum { KEY_SIZE = S3_PREFIX_MAX + 1 + NAME_SIZE_MAX + 1 + OFFSET_DIGITS + 1 };

static str key_of(const struct place_s3 *s3, const char *name, int64_t offset, char buffer[static KEY_SIZE])
{
    int n = snprintf(buffer, KEY_SIZE, "%.*s%s/%016llx", STR_ARG(s3->prefix), name, (unsigned long long)offset);
    CHECK(n > 0 && n < KEY_SIZE);
    return (str){buffer, (size_t)n};
}

/* The name and the offset of a key; false: it is not of this place. */
static bool key_read(const struct place_s3 *s3, str key, str *ret_name, int64_t *ret_offset)
{
    if (!str_starts(key, s3->prefix)) return false;
    str rest = str_from(key, s3->prefix.n), name = str_first(rest, str_find(rest, '/'));
    str digits = str_from(rest, name.n + 1);
    uint64_t offset = 0;
    if (name.n == 0 || name.n >= NAME_SIZE_MAX || digits.n != OFFSET_DIGITS) return false;
    for (size_t i = 0; i < digits.n; i++) {
        const char *digit = memchr("0123456789abcdef", digits.p[i], 16);
        if (!digit) return false;
        offset = offset << 4 | (uint64_t)(digit - "0123456789abcdef");
    }
    *ret_name = name;
    *ret_offset = (int64_t)offset;
    return offset <= (uint64_t)FILE_SIZE_MAX;
}

/* A listing that is being read. */
struct reading {
    err (*add)(struct place_s3 *s3, str name, struct object object, void *context);
    void *context;
    char last[S3_KEY_MAX], next[S3_TEXT_MAX]; /* the key that was listed last, and the token of the next page */
    str last_key, next_token;
};

/* Everything that is read of files relies on the order of their objects. */
static err page_read(struct place_s3 *s3, struct reading *reading, const struct s3_page *page)
{
    err e = OK;
    for (size_t i = 0; i < page->count && !e; i++) {
        struct object object = {.size = page->objects[i].size};
        str name, key = page->objects[i].key, last = reading->last_key;
        int order = last.p ? memcmp(last.p, key.p, last.n < key.n ? last.n : key.n) : -1;
        if (order > 0 || (order == 0 && last.n >= key.n))
            return refused(s3, "list", "", "the store does not list objects in the order of their keys");
        reading->last_key = (str){memcpy(reading->last, key.p, key.n), key.n};
        if (key_read(s3, key, &name, &object.offset) && object.size <= FILE_SIZE_MAX)
            e = reading->add(s3, name, object, reading->context);
    }
    str next = page->next;
    reading->next_token = next.p ? (str){memcpy(reading->next, next.p, next.n), next.n} : STR_NONE;
    return e;
}

/* Calls `add` for every object with this prefix that belongs to the place, in the order of their keys. */
static err each_object(struct place_s3 *s3, str prefix,
                       err (*add)(struct place_s3 *s3, str name, struct object object, void *context), void *context)
{
    struct reading reading = {.add = add, .context = context};
    struct arena *arena = arena_new(PAGE_MAX);
    err e = OK;
    int pages = 0;
    do {
        struct s3_page page;
        arena_reset(arena);
        e = s3_list(s3->s3, prefix, reading.next_token, arena, &page);
        e = e ? failed(s3, e) : page_read(s3, &reading, &page);
        if (!e && ++pages == PAGES_MAX) e = refused(s3, "list", "", "there are too many objects");
    } while (!e && reading.next_token.p);
    arena_free(arena);
    return e;
}

/* The end of a file after its next object; false: the file ends before it. */
static bool extended(int64_t *end, const struct object *object)
{
    if (object->size == 0) return true;
    if (object->offset > *end) return false;
    *end = object->offset + object->size;
    return true;
}

/* --- listing ------------------------------------------------------------------------------------------------------ */

struct listing {
    struct arena *arena;
    struct place_file *files;
    size_t count, room;
    bool ended; /* the last file, before its last object */
};

static err listing_add(struct place_s3 *s3, str name, struct object object, void *context)
{
    struct listing *listing = context;
    struct place_file *last = listing->count ? &listing->files[listing->count - 1] : NULL;
    if (!last || !str_equal(last->name, name)) {
        if (listing->count == FILES_MAX) return refused(s3, "list", "", "there are too many files");
        if (listing->count == listing->room) {
            listing->room = listing->room ? 2 * listing->room : FIRST_ROOM;
            struct place_file *files = ARENA_ARRAY(listing->arena, struct place_file, listing->room);
            if (listing->count) memcpy(files, listing->files, listing->count * sizeof(*files));
            listing->files = files;
        }
        last = &listing->files[listing->count++];
        *last = (struct place_file){.name = arena_copy(listing->arena, name)};
        listing->ended = false;
    }
    if (!listing->ended) listing->ended = !extended(&last->size, &object);
    return OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct place_file *)a)->name.p, ((const struct place_file *)b)->name.p);
}

static err tails_store(struct place_s3 *s3);

static err list(struct place *place, struct arena *arena, struct place_file **ret_files, size_t *ret_count)
{
    struct place_s3 *s3 = s3_of(place);
    struct listing listing = {.arena = arena};
    err e = tails_store(s3);
    if (!e) e = each_object(s3, s3->prefix, listing_add, &listing);
    if (e) return e;
    size_t kept = 0;
    for (size_t i = 0; i < listing.count; i++) {
        if (listing.files[i].size > 0) listing.files[kept++] = listing.files[i];
    }
    if (kept) qsort(listing.files, kept, sizeof(*listing.files), by_name);
    *ret_files = listing.files;
    *ret_count = kept;
    return OK;
}

/* --- the objects of a file ---------------------------------------------------------------------------------------- */

static err map_add(struct place_s3 *s3, str name, struct object object, void *context)
{
    struct map *map = context;
    (void)name; /* there is only one with this prefix */
    if (map->count == OBJECTS_MAX) return refused(s3, "read", map->name, "it has too many objects");
    if (map->count == map->room) {
        map->room = map->room ? 2 * map->room : FIRST_ROOM;
        struct object *objects = ARENA_ARRAY(map->arena, struct object, map->room);
        if (map->count) memcpy(objects, map->objects, map->count * sizeof(*objects));
        map->objects = objects;
    }
    map->objects[map->count++] = object;
    return OK;
}

static void map_forget(struct place_s3 *s3)
{
    arena_reset(s3->map.arena);
    s3->map = (struct map){.arena = s3->map.arena};
}

/* Lists the objects of a file. */
static err map_load(struct place_s3 *s3, const char *name)
{
    struct map *map = &s3->map;
    char key[KEY_SIZE];
    map_forget(s3);
    CHECK(strlen(name) < NAME_SIZE_MAX);
    snprintf(map->name, sizeof(map->name), "%s", name);
    str first = key_of(s3, name, 0, key);
    err e = each_object(s3, str_first(first, first.n - OFFSET_DIGITS), map_add, map);
    if (e) {
        map_forget(s3);
        return e;
    }
    for (size_t i = 0; i < map->count && extended(&map->end, &map->objects[i]); i++) {
    }
    return OK;
}

/* The object that has the byte at this offset, which is before the end of the file, and where the object ends. */
static const struct object *object_at(const struct map *map, int64_t offset, int64_t *ret_end)
{
    /* Objects before `low` begin at or before the offset, those from `high` on after it. */
    size_t low = 0, high = map->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (map->objects[middle].offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    while (low > 0 && map->objects[low - 1].size == 0) low--;
    while (high < map->count && map->objects[high].size == 0) high++;
    CHECK(low > 0);
    const struct object *object = &map->objects[low - 1];
    *ret_end = object->offset + object->size;
    if (high < map->count && map->objects[high].offset < *ret_end) *ret_end = map->objects[high].offset;
    return object;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* ERR_STATE_CONFLICT: an object is no longer as it was listed. */
static err read_objects(struct place_s3 *s3, int64_t offset, char *bytes, size_t size, size_t *ret_read)
{
    char key[KEY_SIZE];
    size_t done = 0;
    while (done < size && offset + (int64_t)done < s3->map.end) {
        int64_t at = offset + (int64_t)done, end, listed_size;
        const struct object *object = object_at(&s3->map, at, &end);
        struct s3_part part = {key_of(s3, s3->map.name, object->offset, key), at - object->offset, size - done};
        if ((int64_t)part.size > end - at) part.size = (size_t)(end - at);
        err e = s3_get(s3->s3, &part, bytes + done, &listed_size);
        if (!e && listed_size != object->size) e = ERR_STATE_CONFLICT;
        if (e) return failed(s3, e);
        done += part.size;
    }
    *ret_read = done;
    return OK;
}

/* A file that begins to be read is listed; again when one of its objects was replaced meanwhile. */
static err read_file(struct place *place, const char *name, int64_t offset, void *bytes, size_t size, size_t *ret_read)
{
    struct place_s3 *s3 = s3_of(place);
    bool listed = offset > 0 && strcmp(s3->map.name, name) == 0;
    for (int changes = 0; changes < CHANGES_MAX; changes++) {
        err e = tails_store(s3);
        if (!e && !listed) e = map_load(s3, name);
        if (e) return e;
        if (s3->map.end == 0) {
            (void)refused(s3, "read", name, "it does not exist");
            return ERR_NOT_FOUND;
        }
        e = read_objects(s3, offset, bytes, size, ret_read);
        if (e != ERR_STATE_CONFLICT) return e;
        listed = false;
    }
    return refused(s3, "read", name, "it is changed all the time");
}

/* --- extending ---------------------------------------------------------------------------------------------------- */

static err put(struct place_s3 *s3, const char *name, int64_t offset, str bytes)
{
    char key[KEY_SIZE];
    if (strcmp(s3->map.name, name) == 0) map_forget(s3);
    err e = s3_put(s3->s3, key_of(s3, name, offset, key), bytes);
    return e ? failed(s3, e) : OK;
}

/* The tail of this file, which becomes the first one; NULL: there is none. */
static struct tail *tail_of(struct place_s3 *s3, const char *name)
{
    for (size_t i = 0; i < TAILS; i++) {
        struct tail found = s3->tails[i];
        if (strcmp(found.name, name) != 0) continue;
        memmove(&s3->tails[1], &s3->tails[0], i * sizeof(found));
        s3->tails[0] = found;
        return &s3->tails[0];
    }
    return NULL;
}

static void tail_forget(struct tail *tail)
{
    if (tail) *tail = (struct tail){.bytes = tail->bytes};
}

/* Writes what the bucket does not have yet. When that fails it is given up, as place.h says. An object that was written
 * more than once is not replaced any more: of requests without a response one might be carried out later, and with
 * other content would take back what was written since. */
static err tail_store(struct place_s3 *s3, struct tail *tail)
{
    if (tail->size == tail->stored) return OK;
    err e = put(s3, tail->name, tail->start, (str){tail->bytes, tail->size});
    if (e) {
        tail_forget(tail);
        return e;
    }
    tail->stored = tail->size;
    if (tail->size < TAIL_MAX && !s3_was_repeated(s3->s3)) return OK;
    tail->start += (int64_t)tail->size; /* the next object begins */
    tail->size = tail->stored = 0;
    return OK;
}

static err tails_store(struct place_s3 *s3)
{
    err e = OK;
    for (size_t i = 0; i < TAILS && !e; i++) e = tail_store(s3, &s3->tails[i]);
    return e;
}

/* Replaces the objects that begin beyond `offset` by empty ones. */
static err cut(struct place_s3 *s3, int64_t offset)
{
    err e = OK;
    char key[KEY_SIZE];
    for (size_t i = s3->map.count; i > 0 && !e; i--) {
        const struct object *object = &s3->map.objects[i - 1];
        if (object->offset <= offset || object->size == 0) continue;
        e = s3_put(s3->s3, key_of(s3, s3->map.name, object->offset, key), STR(""));
    }
    return e ? failed(s3, e) : OK;
}

/* Begins to extend a file at this offset; its tail is the first one then. */
static err tail_begin(struct place_s3 *s3, const char *name, int64_t offset)
{
    if (!tail_of(s3, name)) (void)tail_of(s3, s3->tails[TAILS - 1].name);
    struct tail *tail = &s3->tails[0];
    err e = tail_store(s3, tail);
    tail_forget(tail);
    if (!e) e = map_load(s3, name);
    if (!e && s3->map.end < offset) e = refused(s3, "continue", name, "it is shorter than it was");
    if (!e) e = cut(s3, offset);
    map_forget(s3);
    if (e) return e;
    if (!tail->bytes) tail->bytes = arena_alloc(s3->memory, PART_MAX);
    snprintf(tail->name, sizeof(tail->name), "%s", name);
    tail->start = offset;
    return OK;
}

static err append(struct place *place, const char *name, int64_t offset, str bytes)
{
    struct place_s3 *s3 = s3_of(place);
    const struct tail *found = tail_of(s3, name);
    err e = found && offset == found->start + (int64_t)found->size ? OK : tail_begin(s3, name, offset);
    struct tail *tail = &s3->tails[0];
    while (bytes.n > 0 && !e) {
        str part = str_first(bytes, PART_MAX - tail->size);
        memcpy(tail->bytes + tail->size, part.p, part.n);
        tail->size += part.n;
        bytes = str_from(bytes, part.n);
        if (tail->size == PART_MAX) e = tail_store(s3, tail);
    }
    return e;
}

static err sync_file(struct place *place, const char *name)
{
    struct place_s3 *s3 = s3_of(place);
    struct tail *tail = tail_of(s3, name);
    return tail ? tail_store(s3, tail) : OK;
}

/* --- small files -------------------------------------------------------------------------------------------------- */

/* A file that is replaced is never extended, so it is one object. */
static err replace(struct place *place, const char *name, str bytes)
{
    struct place_s3 *s3 = s3_of(place);
    tail_forget(tail_of(s3, name));
    return put(s3, name, 0, bytes);
}

/* From the last object on, so that a part of the file is its beginning. */
static err remove_file(struct place *place, const char *name)
{
    struct place_s3 *s3 = s3_of(place);
    char key[KEY_SIZE];
    tail_forget(tail_of(s3, name));
    err e = map_load(s3, name);
    for (size_t i = s3->map.count; i > 0 && !e; i--) {
        e = s3_delete(s3->s3, key_of(s3, name, s3->map.objects[i - 1].offset, key));
        if (e) e = failed(s3, e);
    }
    map_forget(s3);
    return e;
}

static void close_s3(struct place *place)
{
    struct place_s3 *s3 = s3_of(place);
    s3_close(s3->s3);
    arena_free(s3->map.arena);
    arena_free(s3->memory);
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static const struct place_kind s3_kind = {
    .list = list,
    .read = read_file,
    .append = append,
    .sync = sync_file,
    .replace = replace,
    .remove = remove_file,
    .close = close_s3,
};

err place_s3_open(const struct place_opening *opening, struct arena *arena, str *ret_reason, struct place **ret_place)
{
    struct s3_address address;
    str refused = s3_address_parse(opening->address, &address);
    CHECK(!refused.p); /* place_refused() */
    struct s3_options options = {address.bucket, opening->settings, opening->abandoned, opening->context};
    struct place_s3 *s3 = ARENA_NEW(arena, struct place_s3);
    err e = s3_open(&options, arena, ret_reason, &s3->s3);
    if (e) return e;
    s3->place.kind = &s3_kind;
    s3->prefix = address.prefix.n ? arena_printf(arena, "%.*s/", STR_ARG(address.prefix)) : STR("");
    s3->memory = arena_new(BUFFERS_MAX);
    s3->map.arena = arena_new(MAP_MAX);
    *ret_place = &s3->place;
    return OK;
}
