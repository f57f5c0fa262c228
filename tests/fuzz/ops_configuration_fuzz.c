/* Configuration files, DATABASE_URL and values of settings: every message is made without the value, and what is
 * accepted can be printed. */
#include "fuzz.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ops/configuration.h"

/* A file without a name on a disk. */
static str file_of(struct arena *arena, str bytes, int *ret_handle)
{
    *ret_handle = memfd_create("configuration", MFD_CLOEXEC);
    CHECK(*ret_handle >= 0 && write(*ret_handle, bytes.p, bytes.n) == (ssize_t)bytes.n);
    return arena_printf(arena, "/proc/self/fd/%d", *ret_handle);
}

static void fuzz(struct arena *arena, str bytes)
{
    size_t count;
    const struct setting *table = settings_table(&count);
    unsigned source = fuzz_choice(&bytes, 3), setting = fuzz_choice(&bytes, (unsigned)count);
    struct configuration_arguments arguments = {.values = ARENA_ARRAY(arena, str, count)};
    struct configuration *configuration;
    str reason = STR_NONE, text = memchr(bytes.p, '\0', bytes.n) ? STR("x") : bytes;
    int handle = -1;
    for (size_t i = 0; i < count; i++) arguments.values[i] = STR_NONE;
    unsetenv("DATABASE_URL");
    if (source == 0) arguments.file = file_of(arena, bytes, &handle);
    if (source == 1) setenv("DATABASE_URL", text.p, 1);
    if (source == 2 && !table[setting].secret) arguments.values[setting] = text;
    err e = configuration_load(arena, &arguments, &reason, &configuration);
    CHECK(!e || reason.n > 0);
    for (size_t i = 0; i < count && !e; i++) CHECK(setting_text(&configuration->settings, &table[i], arena).p != NULL);
    if (handle >= 0) close(handle);
}
