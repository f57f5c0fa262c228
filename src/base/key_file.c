/* See key_file.h. */
#include "base/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

str key_file_path(str chosen, str storage, struct arena *arena)
{
    return chosen.n ? arena_copy(arena, chosen) : arena_printf(arena, "%.*s.key", STR_ARG(storage));
}

/* Why a file must not be used as a key; NULL: it may. A group may read files of root: so container platforms hand out
 * secrets. */
static const char *key_refused(int handle)
{
    struct stat found;
    if (fstat(handle, &found) != 0) return strerror(errno);
    mode_t forbidden = found.st_uid == 0 && geteuid() != 0 ? S_IRWXO | S_IWGRP : S_IRWXO | S_IRWXG;
    if (found.st_mode & forbidden) return "other users can read it; run chmod 600 on it";
    return found.st_size == 0 ? "it is empty; restore it from a copy" : NULL;
}

/* Reads up to `size` bytes of a file that may be used as a key. */
static const char *read_secret(int handle, char *ret_text, size_t size, ssize_t *ret_read)
{
    const char *refused = key_refused(handle);
    if (refused) return refused;
    *ret_read = read(handle, ret_text, size);
    return *ret_read < 0 ? strerror(errno) : NULL;
}

const char *key_file_read(const char *path, char ret_text[static KEY_TEXT_SIZE + 1])
{
    ssize_t n = 0;
    int handle = open(path, O_RDONLY | O_CLOEXEC);
    if (handle < 0) return errno == ENOENT ? "it is missing, and without it the data cannot be read" : strerror(errno);
    const char *refused = read_secret(handle, ret_text, KEY_TEXT_SIZE, &n);
    close(handle);
    ret_text[KEY_TEXT_SIZE] = '\0';
    bool valid = n == KEY_TEXT_SIZE && strspn(ret_text, "0123456789abcdefABCDEF") == KEY_TEXT_SIZE;
    if (refused) return refused;
    return valid ? NULL : "it is not a key: expected 64 hex digits";
}

const char *secret_file_read(const char *path, char *ret_text, size_t size)
{
    ssize_t n = 0;
    int handle = open(path, O_RDONLY | O_CLOEXEC);
    if (handle < 0) return strerror(errno);
    const char *refused = read_secret(handle, ret_text, size, &n);
    close(handle);
    if (refused) return refused;
    if ((size_t)n == size) return "it is too long";
    ret_text[n] = '\0';
    return NULL;
}
