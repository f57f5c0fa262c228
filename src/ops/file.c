/* See file.h. */
#include "ops/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"

enum { CHUNK = 4096 };

err file_drain(struct arena *arena, int descriptor, size_t max, str *ret_text)
{
    struct buf out = buf_new(arena, max + CHUNK + 1);
    for (;;) {
        char *space = buf_reserve(&out, CHUNK);
        if (!space || out.n > max) return ERR_PAYLOAD_TOO_LARGE;
        ssize_t got = read(descriptor, space, CHUNK);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return ERR_INTERNAL;
        if (got == 0) break;
        out.n += (size_t)got;
    }
    if (out.n > max) return ERR_PAYLOAD_TOO_LARGE;
    *ret_text = arena_copy(arena, buf_str(&out));
    return OK;
}

err file_read(struct arena *arena, const char *path, str *ret_text)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return ERR_NOT_FOUND;
    err e = file_drain(arena, descriptor, FILE_MAX, ret_text);
    close(descriptor);
    return e;
}

err file_write(const char *path, str text)
{
    FILE *out = fopen(path, "wbe");
    if (!out) return ERR_INTERNAL;
    bool written = fwrite(text.p, 1, text.n, out) == text.n;
    return fclose(out) == 0 && written ? OK : ERR_INTERNAL;
}
