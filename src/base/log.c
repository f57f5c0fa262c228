/* See log.h. A line is built in a bounded buffer and written by one write(2), so that lines of threads never mix. */
#include "base/log.h"

#include <stdatomic.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/time_text.h"

enum { LINE_MAX = 4096 };

static const char *const level_names[] = {"debug", "info", "warning", "error"};

static _Atomic int level_min = LOG_INFO;

void log_set_level(enum log_level level)
{
    atomic_store(&level_min, (int)level);
}

static void write_line(struct buf *line)
{
    if (line->full) {
        *line = buf_new(line->arena, LINE_MAX);
        BUF_LITERAL(line, "{\"level\":\"warning\",\"event\":\"log_line_too_long\"}");
    }
    buf_add_char(line, '\n');
    ssize_t ignored = write(STDERR_FILENO, line->p, line->n);
    (void)ignored; /* an error cannot be reported anywhere else */
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
    if ((int)level < atomic_load(&level_min) || level >= LOG_SILENT) return;
    struct arena *arena = arena_new(4 * LINE_MAX);
    struct buf line = buf_new(arena, LINE_MAX);
    struct json json = json_to(&line);
    char now[TIME_TEXT_SIZE];
    json_object_begin(&json);
    json_member_text(&json, "time", time_to_rfc3339(clock_now_ms(), now));
    json_member_text(&json, "level", str_of(level_names[level]));
    json_member_text(&json, "event", str_of(event));
    for (size_t i = 0; i < count; i++) {
        if (fields[i].text.p) {
            json_member_text(&json, fields[i].name, fields[i].text);
        } else {
            json_member_int(&json, fields[i].name, fields[i].number);
        }
    }
    json_object_end(&json);
    write_line(&line);
    arena_free(arena);
}
