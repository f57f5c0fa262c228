/* The command backup:prune: retention of an archive, for places where the server itself may not remove anything. */
#include "archive/prune.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/time_text.h"
#include "ops/recovery.h"

enum { MIB = 1024 * 1024, JSON_MAX = 1024 };

struct pruning {
    struct recovery recovery;
    struct prune_plan plan;
    int64_t since_ms;
    bool dry_run;
    size_t removed;
};

static void print_json(const struct pruning *pruning)
{
    const struct prune_plan *plan = &pruning->plan;
    char since[TIME_TEXT_SIZE];
    struct buf out = buf_new(pruning->recovery.arena, JSON_MAX);
    struct json json = json_to(&out);
    json_object_begin(&json);
    json_member_text(&json, "since", time_to_rfc3339(pruning->since_ms, since));
    json_member_text(&json, "oldestBase", plan->oldest ? plan->oldest->name : STR_NONE);
    json_member_int(&json, "files", (int64_t)plan->count);
    json_member_int(&json, "bytes", (int64_t)plan->bytes);
    json_member_int(&json, "removed", (int64_t)pruning->removed);
    json_object_end(&json);
    CHECK(!out.full);
    print_text(buf_str(&out));
    print("\n");
}

static void print_result(const struct pruning *pruning)
{
    const struct prune_plan *plan = &pruning->plan;
    char since[TIME_TEXT_SIZE];
    if (invocation_has(pruning->recovery.invocation, OPTION_JSON)) {
        print_json(pruning);
        return;
    }
    str from = time_to_rfc3339(pruning->since_ms, since);
    if (!plan->oldest) {
        print("no base is older than %.*s; nothing to remove\n", STR_ARG(from));
        return;
    }
    print("%s %zu files, %llu MiB; every commit since %.*s can be restored, from %.*s on\n",
          pruning->dry_run ? "would remove" : "removed", plan->count, (unsigned long long)(plan->bytes / MIB),
          STR_ARG(from), STR_ARG(plan->oldest->name));
}

/* The newest state has to be restorable, and from the newest base. */
static int newest_check(struct recovery *recovery)
{
    int code = recovery_find(recovery, OPTION_AT, NULL); /* not an option of this command: the latest */
    if (code != EXIT_DONE) return code;
    return recovery->chain->base_note.p ? say_failed("nothing was removed: the newest base is damaged") : EXIT_DONE;
}

static int prune(struct pruning *pruning)
{
    struct recovery *recovery = &pruning->recovery;
    str reason = STR("");
    int code = newest_check(recovery);
    if (code != EXIT_DONE) return code;
    err e = prune_plan(recovery->catalog, pruning->since_ms, recovery->arena, &reason, &pruning->plan);
    if (!e && !pruning->dry_run)
        e = prune_run(recovery->catalog, &pruning->plan, recovery->arena, &reason, &pruning->removed);
    if (e)
        return say_failed("%.*s; %zu of %zu files were removed", STR_ARG(reason), pruning->removed,
                          pruning->plan.count);
    if (recovery->key_reason.p) say("signatures were not checked: %.*s", STR_ARG(recovery->key_reason));
    print_result(pruning);
    return EXIT_DONE;
}

int command_backup_prune(struct invocation *invocation)
{
    int64_t keep_days = invocation->configuration->settings.backup_keep_days;
    struct pruning pruning = {.since_ms = clock_now_ms() - keep_days * DAY_MS,
                              .dry_run = invocation_has(invocation, OPTION_DRY_RUN)};
    if (pruning.since_ms < 0) pruning.since_ms = 0;
    int code = recovery_open(&pruning.recovery, invocation, NULL, false);
    if (code == EXIT_DONE) code = prune(&pruning);
    recovery_close(&pruning.recovery);
    return code;
}
