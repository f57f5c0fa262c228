/* Deterministic simulation of the booking rules, the unit of work and the writer (tests/README.md, "Simulation").
 *
 *     simulation SEED                       one simulation, step by step
 *     simulation FIRST COUNT                so many, until one fails
 *     simulation --figures FIRST COUNT      likewise, and how often each operation led to what
 *     simulation --twice FIRST COUNT        each two times: the same seed has the same trace
 *     simulation --wrong KIND FIRST COUNT   with a model that is wrong on purpose: succeeds when that is noticed
 *
 * A simulation is a script of requests drawn from the seed. The virtual scheduler decides which of the requests that
 * wait run in the next batch and in which order, how time passes before it, and what the disk does during it
 * (machine.h). The model decides each request in the order of the batch; its result must be the response. After each
 * batch the changed rows are those of the model, after a restart and at the end all rows are, and all invariants hold.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "compare.h"
#include "domain/commands.h"
#include "server.h"

enum { WAITING_MAX = 12, BATCH_MAX = 8, LINE_BYTES = 2048, OPERATIONS_MAX = 64, SEEDS_TELLING = 500 };

struct simulation {
    uint64_t seed;
    struct draw draw;
    bool prints;
    uint64_t trace; /* hash of all lines */
    int step;
    bool failed;
    int64_t next_key;
    struct model *model;
    struct flight flights[WAITING_MAX];
    size_t waiting;
};

static struct model first, present; /* as the template is, and as the simulation goes on */
static struct simulation simulation;
static int64_t figures[OPERATIONS_MAX][ERR_COUNT]; /* responses of each operation */

/* --- trace -------------------------------------------------------------------------------------------------------- */

static void say(struct simulation *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct simulation *s, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list values;
    va_start(values, format);
    int n = vsnprintf(line, sizeof(line), format, values);
    va_end(values);
    CHECK(n > 0 && n < LINE_BYTES);
    for (int i = 0; i < n; i++) s->trace = (s->trace ^ (unsigned char)line[i]) * UINT64_C(0x100000001B3);
    if (s->prints) printf("%s\n", line);
}

static void fail(struct simulation *s, const char *what)
{
    printf("seed %" PRIu64 ", step %d: %s\n", s->seed, s->step, what);
    s->failed = true;
}

static const char *result_text(err e)
{
    return e ? err_row(e)->code : "ok";
}

/* --- what clients do ---------------------------------------------------------------------------------------------- */

static bool may_repeat(const struct request *request)
{
    const struct route *route = route_of_operation(request->operation);
    return route && route->method == HTTP_POST && !(route->flags & NO_REPLAY);
}

/* More requests arrive. Some are made long before they run. */
static void requests_arrive(struct simulation *s)
{
    size_t busy = (size_t)draw_between(&s->draw, 1, WAITING_MAX);
    while (s->waiting < busy) {
        struct request *request = &s->flights[s->waiting++].request;
        *request = operation_draw(s->model, &s->draw);
        if (may_repeat(request) && draw_percent(&s->draw, 60)) request->key = s->next_key++;
    }
}

/* Seconds while many act, and now and then days, so that holds expire, sales end and events are over. */
static void time_passes(struct simulation *s)
{
    int64_t step =
        draw_of(&s->draw, 0, 0, 0, 0, 1, SECOND_MS, SECOND_MS, MINUTE_MS, MINUTE_MS, 10 * MINUTE_MS, HOUR_MS);
    int64_t ms = step * draw_between(&s->draw, 1, 8);
    if (draw_percent(&s->draw, 3)) ms = draw_between(&s->draw, 1, 3) * DAY_MS;
    if (ms == 0) return;
    machine_pass(ms);
    s->model->now = machine_now();
    say(s, "time passes: %lld ms", (long long)ms);
}

static struct plan draw_plan(struct draw *draw)
{
    struct plan plan = {.kind = DISK_WORKS};
    if (draw_percent(draw, 85)) return plan;
    plan.kind = (enum plan_kind)draw_between(draw, DISK_WORKS + 1, PLAN_COUNT - 1);
    bool of_commit = plan.kind >= COMMIT_LOST && plan.kind != PROCESS_ENDS;
    plan.call = draw_between(draw, 1, of_commit ? 2 : draw_of(draw, 4, 20, 80));
    plan.failure = (err)draw_of(draw, ERR_STORAGE_FULL, ERR_INTERNAL, ERR_OVERLOADED);
    return plan;
}

/* --- a batch ------------------------------------------------------------------------------------------------------ */

/* What is compared with the response of the model. */
static void check_response(struct simulation *s, const struct flight *flight, const struct outcome *outcome, err e)
{
    say(s, "  = %s %s", result_text(e), e ? "" : flight->response);
    figures[flight->request.operation - operations][e]++;
    if (e != outcome->e) {
        printf("expected %s\nfound    %s\n", result_text(outcome->e), result_text(e));
        fail(s, "another result");
    } else if (!e && strcmp(flight->response, outcome->text) != 0) {
        printf("expected %s\nfound    %s\n", outcome->text, flight->response);
        fail(s, "another response");
    }
}

static const char *const fates[] = {"run", "failed", "lost", "unknown"};

static void settle(struct simulation *s, const struct flight *flight, const struct outcome_of_command *of)
{
    str line = request_text(&flight->request, machine.scratch);
    say(s, "%.*s", STR_ARG(line));
    arena_reset(machine.scratch);
    if (of->fate == FATE_FAILED || of->fate == FATE_LOST) {
        say(s, "  = %s", fates[of->fate]);
        return;
    }
    struct outcome outcome = model_run(s->model, &flight->request);
    if (of->fate == FATE_RUN)
        check_response(s, flight, &outcome, of->e);
    else
        say(s, "  = unknown");
}

/* Moves some of the waiting flights, drawn at random, to the end. */
static size_t batch_draw(struct simulation *s)
{
    size_t most = s->waiting < BATCH_MAX ? s->waiting : BATCH_MAX,
           count = (size_t)draw_between(&s->draw, 1, (int64_t)most);
    for (size_t i = 0; i < count; i++) {
        size_t last = s->waiting - 1 - i, at = (size_t)draw_between(&s->draw, 0, (int64_t)last);
        struct flight *a = &s->flights[at], *b = &s->flights[last];
        struct request request = a->request;
        a->request = b->request;
        b->request = request;
    }
    return count;
}

/* Clients that got no response, and some that did, send the request again. */
static bool sends_again(struct simulation *s, const struct flight *flight, const struct outcome_of_command *of)
{
    if (of->fate != FATE_RUN) return draw_percent(&s->draw, 70);
    return flight->request.key && !of->e && draw_percent(&s->draw, 8);
}

static void batch_end(struct simulation *s, size_t count, const struct outcome_of_command *outcomes)
{
    size_t begin = s->waiting - count, kept = begin;
    for (size_t i = 0; i < count; i++) {
        struct flight *flight = &s->flights[begin + i];
        if (!s->failed) settle(s, flight, &outcomes[i]);
        if (sends_again(s, flight, &outcomes[i])) s->flights[kept++].request = flight->request;
    }
    s->waiting = kept;
}

static void step_batch(struct simulation *s)
{
    struct command *commands[BATCH_MAX];
    struct outcome_of_command outcomes[BATCH_MAX], results[BATCH_MAX];
    static struct arena *arena;
    if (!arena) arena = arena_new(64 << 20);
    size_t count = batch_draw(s), queued = 0, at[BATCH_MAX];
    struct plan plan = draw_plan(&s->draw);
    for (size_t i = 0; i < count; i++) {
        struct flight *flight = &s->flights[s->waiting - count + i];
        outcomes[i] = (struct outcome_of_command){FATE_RUN, flight_admit(flight, arena)};
        if (outcomes[i].e) continue;
        at[queued] = i;
        commands[queued++] = &flight->command;
    }
    bool ended = queued && machine_run(commands, queued, &plan, results);
    for (size_t i = 0; i < queued; i++) outcomes[at[i]] = results[i];
    say(s, "batch of %zu, plan %d at %lld%s", queued, plan.kind, (long long)plan.call, ended ? ", process ended" : "");
    batch_end(s, count, outcomes);
    arena_reset(arena);
    if (s->failed) return;
    if (!(ended ? compare_all(s->model) : compare_changed(s->model))) fail(s, "the database differs");
}

/* --- single requests ---------------------------------------------------------------------------------------------- */

static struct request as_system(const char *operation)
{
    return (struct request){.operation = operation_named(operation), .role = ROLE_SYSTEM, .version = VERSION_ANY};
}

/* Whether a request succeeds in a batch of its own, with the response of the model. */
static bool run_single(struct model *model, const struct request *request)
{
    static struct flight flight;
    struct command *commands[] = {&flight.command};
    struct outcome_of_command of;
    flight.request = *request;
    err e = flight_admit(&flight, machine.scratch);
    if (!e) machine_run(commands, 1, &(struct plan){DISK_WORKS, 0, OK}, &of);
    if (e || of.e) return false;
    struct outcome outcome = model_run(model, request);
    return !outcome.e && strcmp(outcome.text, flight.response) == 0;
}

static void furnish_with(struct request request)
{
    bool succeeds = run_single(&first, &request);
    CHECK(succeeds);
}

/* --- a simulation ------------------------------------------------------------------------------------------------- */

static void model_begin(void)
{
    size_t used = offsetof(struct model, snapshots) + first.snapshot_count * sizeof(struct snapshot);
    enum wrong wrong = present.wrong;
    memcpy(&present, &first, used);
    present.wrong = wrong;
    present.now = machine_now();
}

/* An hour after a cancellation its bookings are ended, if the job runs: events first, then schedules. */
static void settle_all(struct simulation *s)
{
    struct request request = as_system("cancellation_settle");
    for (int runs = 0; runs < 2 && !s->failed; runs++) {
        if (!run_single(s->model, &request)) fail(s, "the cancellations are not settled");
    }
}

static void finish(struct simulation *s)
{
    settle_all(s);
    if (!s->failed && !compare_all(s->model)) fail(s, "the database differs at the end");
    bool looks = draw_percent(&s->draw, 10); /* opening the connections of a reader takes as long as the rest */
    if (!s->failed && looks && !lists_agree(s->model)) fail(s, "a list differs");
    if (!s->failed && !invariants_hold(s->model->now)) fail(s, "an invariant is violated");
}

static void simulate(uint64_t seed, bool prints)
{
    struct simulation *s = &simulation;
    *s = (struct simulation){.seed = seed, .draw = {seed}, .prints = prints, .next_key = 1, .model = &present};
    s->trace = UINT64_C(0xCBF29CE484222325);
    machine_begin(seed);
    model_begin();
    int steps = (int)draw_between(&s->draw, 8, 32);
    for (s->step = 1; s->step <= steps && !s->failed; s->step++) {
        time_passes(s);
        requests_arrive(s);
        step_batch(s);
        if (draw_percent(&s->draw, 10)) machine_idle();
        if (!s->failed && draw_percent(&s->draw, 1)) machine_restart();
    }
    finish(s);
    machine_end();
}

/* --- the template ------------------------------------------------------------------------------------------------- */

/* People of each role, who are signed in. */
static void furnish_people(void)
{
    static const enum user_role roles[] = {USER_CUSTOMER, USER_CUSTOMER, USER_ORGANIZER, USER_ORGANIZER, USER_SUPPORT,
                                           USER_CUSTOMER, USER_CUSTOMER, USER_CUSTOMER,  USER_CUSTOMER,  USER_CUSTOMER};
    for (size_t i = 0; i < COUNT_OF(roles); i++) {
        struct request request = as_system("create a user");
        request_give(&request, ARG_EMAIL, 100 + (int64_t)i);
        request_give(&request, ARG_PASSWORD, 1);
        request_give(&request, ARG_NAME, 1);
        request_give(&request, ARG_USER_ROLE, roles[i]);
        request_give(&request, ARG_IS_ADMIN, i < 2);
        request_give(&request, ARG_IS_VERIFIED, i % 2);
        furnish_with(request);
        request = as_system("sign in");
        request.id = (int64_t)i + 1;
        furnish_with(request);
    }
}

static void furnish_events(void)
{
    static const struct {
        int64_t price, capacity, in_ms;
    } events[] = {{1000, 6, 2 * HOUR_MS}, {0, 8, DAY_MS}, {500, 12, 3 * (int64_t)DAY_MS}};
    struct request request = as_system("create a venue");
    request_give(&request, ARG_NAME, 1);
    request_give(&request, ARG_ADDRESS, 1);
    request_give(&request, ARG_CAPACITY, 40);
    furnish_with(request);
    for (size_t i = 0; i < COUNT_OF(events); i++) {
        request = as_system("create an event");
        request_give(&request, ARG_TITLE, 1);
        request_give(&request, ARG_PRICE, events[i].price);
        request_give(&request, ARG_CAPACITY, events[i].capacity);
        request_give(&request, ARG_VENUE, 1);
        request_give(&request, ARG_START_DATE, first.now + events[i].in_ms);
        request_give(&request, ARG_END_DATE, first.now + events[i].in_ms + 3 * HOUR_MS);
        furnish_with(request);
    }
}

static void furnish(void)
{
    first.now = machine_now();
    first.settings = &machine.settings;
    furnish_people();
    furnish_events();
}

/* --- figures ------------------------------------------------------------------------------------------------------ */

static void figures_print(void)
{
    for (size_t i = 0; i < operation_count; i++) {
        printf("%-24s", operations[i].name);
        for (err e = OK; e < ERR_COUNT; e++) {
            if (figures[i][e]) printf(" %s %lld", result_text(e), (long long)figures[i][e]);
        }
        printf("\n");
    }
}

/* A simulation in which an operation always succeeds or never does would prove little about it. Jobs always succeed. */
static bool figures_tell(void)
{
    bool all = true;
    for (size_t i = 0; i < operation_count; i++) {
        int64_t refused = 0;
        for (err e = OK + 1; e < ERR_COUNT; e++) refused += figures[i][e];
        if (figures[i][OK] && (refused || !operations[i].roles)) continue;
        printf("%s: %s\n", operations[i].name, figures[i][OK] ? "never refused" : "never succeeded");
        all = false;
    }
    return all;
}

/* --- command line ------------------------------------------------------------------------------------------------- */

/* The first of so many seeds that fails; -1: none. */
static int64_t first_failure(uint64_t from, uint64_t count, bool twice)
{
    for (uint64_t seed = from; seed < from + count; seed++) {
        simulate(seed, false);
        uint64_t trace = simulation.trace;
        if (simulation.failed) return (int64_t)seed;
        if (!twice) continue;
        simulate(seed, false);
        if (simulation.trace == trace) continue;
        printf("seed %" PRIu64 ": another trace the second time\n", seed);
        return (int64_t)seed;
    }
    return -1;
}

static int usage(void)
{
    fprintf(stderr,
            "usage: simulation SEED | [--figures | --twice | --wrong seats|holds|refunds|rights] FIRST COUNT\n");
    return 2;
}

static int run_many(const char *option, uint64_t from, uint64_t count)
{
    CHECK(operation_count <= OPERATIONS_MAX);
    int64_t failure = first_failure(from, count, strcmp(option, "--twice") == 0);
    if (present.wrong) {
        printf("%s: a wrong model was %s\n", option, failure >= 0 ? "noticed" : "NOT noticed");
        return failure < 0;
    }
    if (strcmp(option, "--figures") == 0) figures_print();
    bool tells = count < SEEDS_TELLING || failure >= 0 || figures_tell();
    printf("%" PRIu64 " seeds, %lld batches, %lld with a failure of the disk, %lld ends of the process: %s\n",
           failure < 0 ? count : (uint64_t)failure - from + 1, (long long)machine.batches, (long long)machine.failures,
           (long long)machine.ends, failure < 0 ? "ok" : "FAILED");
    return failure >= 0 || !tells;
}

static int run(int count, char **arguments)
{
    static const char *const wrong[WRONG_COUNT] = {"", "seats", "holds", "refunds", "rights"};
    const char *option = "";
    int at = 1;
    if (count > 3 && strncmp(arguments[1], "--", 2) == 0) option = arguments[at++];
    for (int i = 1; strcmp(option, "--wrong") == 0 && i < WRONG_COUNT; i++) {
        if (strcmp(arguments[2], wrong[i]) == 0) present.wrong = (enum wrong)i;
    }
    if (present.wrong) option = arguments[at++];
    if (count - at != 2 && !(count == 2 && at == 1)) return usage();
    uint64_t from = strtoull(arguments[at], NULL, 10);
    if (count - at == 2) return run_many(option, from, strtoull(arguments[at + 1], NULL, 10));
    simulate(from, true);
    printf("trace %016" PRIx64 "\n", simulation.trace);
    return simulation.failed;
}

int main(int count, char **arguments)
{
    machine_prepare(furnish);
    int code = run(count, arguments);
    machine_remove();
    return code;
}
