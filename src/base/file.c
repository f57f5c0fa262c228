/* See file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool file_write_at(int handle, const void *bytes, size_t size, int64_t offset)
{
    const char *p = bytes;
    while (size > 0) {
        ssize_t n = pwrite(handle, p, size, offset);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        p += n;
        offset += n;
        size -= (size_t)n;
    }
    return true;
}

ssize_t file_read_at(int handle, void *bytes, size_t size, int64_t offset)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = pread(handle, (char *)bytes + done, size - done, offset + (int64_t)done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        if (n == 0) break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

bool folder_sync(const char *folder)
{
    int handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = handle >= 0 && fsync(handle) == 0;
    int reason = errno;
    if (handle >= 0) close(handle);
    errno = reason;
    return synced;
}

bool folder_sync_of(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path + 1) : 1, slash ? path : ".");
    return folder_sync(folder);
}

err file_error(int reason)
{
    return reason == ENOSPC || reason == EDQUOT ? ERR_STORAGE_FULL : ERR_INTERNAL;
}
