/* Carries out calls of a place of an archive (archive/place.h), for tests that compare places.
 *
 * Usage: archive_fixture ADDRESS ENDPOINT ACCESS_KEY_FILE SECRET_KEY_FILE
 * Standard input has one call a line: list | read NAME OFFSET SIZE | append NAME OFFSET BYTE COUNT | sync NAME |
 * replace NAME TEXT | remove NAME | reopen. For each of them a line is printed: what it gave, or "failed: " and the
 * reason. */
#include <stdio.h>
#include <stdlib.h>

#include "archive/place.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/random.h"

enum { ARENA_MAX = 1 << 28, LINE_MAX_SIZE = 1024, WORDS = 5 };

struct calls {
    struct arena *arena;
    struct place_opening opening;
    struct place *place;
};

static void open_place(struct calls *calls)
{
    str reason;
    err e = place_open(&calls->opening, calls->arena, &reason, &calls->place);
    if (e) printf("failed: %.*s\n", STR_ARG(reason));
    if (e) exit(1);
}

static err list(struct calls *calls)
{
    struct place_file *files;
    size_t count;
    err e = calls->place->kind->list(calls->place, calls->arena, &files, &count);
    for (size_t i = 0; !e && i < count; i++) printf("%s=%lld ", files[i].name.p, (long long)files[i].size);
    return e;
}

static err read_some(struct calls *calls, char *words[])
{
    size_t size = (size_t)atoll(words[3]), n;
    char *bytes = arena_alloc(calls->arena, size + 1);
    err e = calls->place->kind->read(calls->place, words[1], atoll(words[2]), bytes, size, &n);
    if (e) return e;
    char hash[HASH_TEXT_SIZE];
    hash_sha256_hex((str){bytes, n}, hash);
    printf("%zu %s", n, hash);
    return OK;
}

static err append(struct calls *calls, char *words[])
{
    size_t size = (size_t)atoll(words[4]);
    char *bytes = arena_alloc(calls->arena, size + 1);
    memset(bytes, words[3][0], size);
    return calls->place->kind->append(calls->place, words[1], atoll(words[2]), (str){bytes, size});
}

static err call(struct calls *calls, char *words[])
{
    const struct place_kind *kind = calls->place->kind;
    str name = str_of(words[0]);
    if (str_is(name, "list")) return list(calls);
    if (str_is(name, "read")) return read_some(calls, words);
    if (str_is(name, "append")) return append(calls, words);
    if (str_is(name, "sync")) return kind->sync(calls->place, words[1]);
    if (str_is(name, "replace")) return kind->replace(calls->place, words[1], str_of(words[2]));
    if (str_is(name, "remove")) return kind->remove(calls->place, words[1]);
    CHECK(str_is(name, "reopen"));
    place_close(calls->place);
    open_place(calls);
    return OK;
}

int main(int argc, char **argv)
{
    CHECK(argc == 5);
    random_start();
    struct calls calls = {.arena = arena_new(ARENA_MAX)};
    struct settings settings;
    settings_defaults(&settings, calls.arena);
    settings.s3_endpoint = str_of(argv[2]);
    settings.s3_access_key_file = str_of(argv[3]);
    settings.s3_secret_key_file = str_of(argv[4]);
    calls.opening = (struct place_opening){.address = str_of(argv[1]), .create = true, .settings = &settings};
    open_place(&calls);
    char line[LINE_MAX_SIZE], *words[WORDS];
    while (fgets(line, sizeof(line), stdin)) {
        char *rest = line;
        for (size_t i = 0; i < WORDS; i++) words[i] = strtok_r(i ? NULL : line, " \n", &rest);
        err e = call(&calls, words);
        printf(e ? "failed: %s\n" : "\n", calls.place->reason);
        fflush(stdout);
    }
    place_close(calls.place);
    arena_free(calls.arena);
    return 0;
}
