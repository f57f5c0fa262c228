/* Log lines: one JSON object a line on stderr, with time, level and event, then the given fields. Values are escaped,
 * so a client cannot forge a line. Never log a person's data or a secret; ids and request ids are fine. Any thread. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_SILENT };

struct log_field {
    const char *name;
    str text;       /* used when p != NULL */
    int64_t number; /* else this */
};

#define LOG_TEXT(name, value) ((struct log_field){name, value, 0})
#define LOG_INT(name, value)  ((struct log_field){name, STR_NONE, value})

/* Lines below this level are dropped. The start value is LOG_INFO. */
void log_set_level(enum log_level level);

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count);

#define LOG(level, event, ...)                                                                                         \
    log_write(level, event, (const struct log_field[]){{0}, __VA_ARGS__} + 1,                                          \
              sizeof((const struct log_field[]){{0}, __VA_ARGS__}) / sizeof(struct log_field) - 1)

#endif
