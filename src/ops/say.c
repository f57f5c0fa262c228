/* See say.h. */
#include "ops/say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 1, 0))) static void say_arguments(const char *format, va_list arguments)
{
    fflush(stdout); /* keeps the order when both go to one terminal */
    fputs("boxoffice: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_arguments(format, arguments);
    va_end(arguments);
}

int say_failed(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_arguments(format, arguments);
    va_end(arguments);
    return EXIT_FAILED;
}

int say_usage(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_arguments(format, arguments);
    va_end(arguments);
    return EXIT_USAGE;
}

void print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

void print_text(str text)
{
    fwrite(text.p, 1, text.n, stdout);
}

bool print_end(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return true;
    say("cannot write to standard output: %s", strerror(errno));
    return false;
}
