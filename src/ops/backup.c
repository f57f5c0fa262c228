/* The commands backup:list and backup:verify: what an archive has, and whether it can be restored. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "base/time_text.h"
#include "ops/recovery.h"

enum { ENTRY_MAX = 512, MIB = 1024 * 1024 };

/* --- backup:list -------------------------------------------------------------------------------------------------- */

static str time_or_none(int64_t ms, char buffer[static TIME_TEXT_SIZE])
{
    return ms ? time_to_rfc3339(ms, buffer) : STR_NONE;
}

static void json_point(struct json *json, const char *name, uint64_t commit, int64_t ms)
{
    char time[TIME_TEXT_SIZE];
    json_name(json, str_of(name));
    json_object_begin(json);
    json_member_int(json, "commit", (int64_t)commit);
    json_member_text(json, "time", time_or_none(ms, time));
    json_object_end(json);
}

static void json_ranges(struct json *json, const struct catalog_range *ranges, size_t count)
{
    json_name(json, STR("ranges"));
    json_array_begin(json);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(json);
        json_point(json, "from", ranges[i].from->least, base_known_ms(&ranges[i].from->manifest));
        json_point(json, "to", ranges[i].to, ranges[i].to_ms);
        json_object_end(json);
    }
    json_array_end(json);
}

static void json_bases(struct json *json, const struct catalog *catalog)
{
    char time[TIME_TEXT_SIZE];
    json_name(json, STR("bases"));
    json_array_begin(json);
    for (size_t i = 0; i < catalog->base_count; i++) {
        const struct catalog_base *base = &catalog->bases[i];
        json_object_begin(json);
        json_member_text(json, "name", base->name);
        json_member_int(json, "epoch", (int64_t)base->epoch);
        json_member_int(json, "commit", (int64_t)base->least);
        json_member_text(json, "created", time_or_none(base->manifest.created_ms, time));
        json_member_int(json, "bytes", (int64_t)base->manifest.size);
        json_member_text(json, "damage", base->damage);
        json_object_end(json);
    }
    json_array_end(json);
}

static void list_json(const struct recovery *recovery, const struct catalog_range *ranges, size_t count)
{
    const struct catalog *catalog = recovery->catalog;
    struct buf out = buf_new(recovery->arena, ENTRY_MAX * (catalog->base_count + count + 4));
    struct json json = json_to(&out);
    json_object_begin(&json);
    json_member_text(&json, "place", str_of(recovery->place->address));
    json_member_int(&json, "epoch", (int64_t)catalog->epoch_max);
    json_member_bool(&json, "signaturesChecked", !recovery->key_reason.p);
    json_member_text(&json, "headDamage", catalog->head_damage);
    json_ranges(&json, ranges, count);
    json_bases(&json, catalog);
    json_object_end(&json);
    CHECK(!out.full);
    print_text(buf_str(&out));
    print("\n");
}

static void list_range(const struct catalog_range *range)
{
    char from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE];
    str end = time_or_none(range->to_ms, to);
    time_to_rfc3339(base_known_ms(&range->from->manifest), from);
    print("can be restored: commit %llu, %s, to commit %llu%s%.*s\n", (unsigned long long)range->from->least, from,
          (unsigned long long)range->to, end.p ? ", " : ", before a gap", STR_ARG(end));
}

static void list_text(const struct recovery *recovery, const struct catalog_range *ranges, size_t count)
{
    const struct catalog *catalog = recovery->catalog;
    char created[TIME_TEXT_SIZE];
    for (size_t i = 0; i < count; i++) list_range(&ranges[i]);
    if (count == 0) print("nothing can be restored: there is no usable base\n");
    print("%-40s %12s  %-24s %10s\n", "base", "commit", "made", "MiB");
    for (size_t i = 0; i < catalog->base_count; i++) {
        const struct catalog_base *base = &catalog->bases[i];
        if (base->damage.p) {
            print("%-40s %12llu  cannot be used: %.*s\n", base->name.p, (unsigned long long)base->least,
                  STR_ARG(base->damage));
            continue;
        }
        time_to_rfc3339(base->manifest.created_ms, created);
        print("%-40s %12llu  %-24s %10.1f\n", base->name.p, (unsigned long long)base->least, created,
              (double)base->manifest.size / MIB);
    }
}

static int list(const struct recovery *recovery)
{
    struct catalog_range *ranges;
    size_t count;
    err e = catalog_ranges(recovery->catalog, &ranges, &count);
    if (e) return say_failed("%s", recovery->place->reason);
    if (invocation_has(recovery->invocation, OPTION_JSON))
        list_json(recovery, ranges, count);
    else
        list_text(recovery, ranges, count);
    if (recovery->key_reason.p) say("signatures were not checked: %.*s", STR_ARG(recovery->key_reason));
    if (recovery->catalog->head_damage.p)
        say("warning: %.*s; where the archive ends is not known", STR_ARG(recovery->catalog->head_damage));
    return EXIT_DONE;
}

int command_backup_list(struct invocation *invocation)
{
    struct recovery recovery;
    int code = recovery_open(&recovery, invocation, NULL, false);
    if (code == EXIT_DONE) code = list(&recovery);
    recovery_close(&recovery);
    return code;
}

/* --- backup:verify ------------------------------------------------------------------------------------------------ */

/* The scratch folder is next to the database, where there is room for one, or else where temporary files are. */
static char *scratch_template(const struct recovery *recovery)
{
    const struct settings *configured = &recovery->invocation->configuration->settings;
    const char *slash = strrchr(configured->storage.p, '/'), *temporary = getenv("TMPDIR");
    str folder = slash ? str_first(configured->storage, (size_t)(slash - configured->storage.p) + 1) : STR("");
    str template = arena_printf(recovery->arena, "%.*sverify-XXXXXX", STR_ARG(folder));
    if (slash && access(arena_copy(recovery->arena, folder).p, W_OK) != 0)
        template = arena_printf(recovery->arena, "%s/boxoffice-verify-XXXXXX", temporary ? temporary : "/tmp");
    return memcpy(arena_alloc(recovery->arena, template.n + 1), template.p, template.n + 1);
}

static int verify_in(struct recovery *recovery, const char *folder)
{
    const char *path = arena_printf(recovery->arena, "%s/restored.db", folder).p;
    int code = recovery_write(recovery, path);
    if (code != EXIT_DONE) return code;
    recovery_print(recovery, NULL);
    restore_remove(path, recovery->arena);
    return EXIT_DONE;
}

static int verify(struct recovery *recovery)
{
    char *folder = scratch_template(recovery);
    int code = recovery_find(recovery, OPTION_AT, folder);
    if (code != EXIT_DONE) return code;
    if (!mkdtemp(folder)) return say_failed("cannot create the folder %s: %s", folder, strerror(errno));
    code = verify_in(recovery, folder);
    rmdir(folder);
    return code;
}

int command_backup_verify(struct invocation *invocation)
{
    struct recovery recovery;
    int code = recovery_open(&recovery, invocation, NULL, true);
    if (code == EXIT_DONE) code = verify(&recovery);
    recovery_close(&recovery);
    return code;
}
