/* See cli.h. */
#include "ops/cli.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "ops/confine.h"

static const struct command_row commands[] = {
#define COMMAND(name, function, options, doc, examples) {name, function, options, doc, examples},
#include "ops/commands.def"
#undef COMMAND
};

static const struct option_row options[] = {
#define OPTION(symbol, text, value, setting, doc) {text, value, setting, doc},
#include "ops/options.def"
#undef OPTION
};

_Static_assert(OPTION_COUNT <= 64, "options of a command are bits of a uint64_t");

enum { ARENA_MAX = 256 * 1024 * 1024, SUGGESTION_DISTANCE_MAX = 3, NAME_LENGTH_MAX = 64 };

const struct command_row *cli_commands(size_t *ret_count)
{
    *ret_count = COUNT_OF(commands);
    return commands;
}

const struct option_row *cli_option(enum option option)
{
    return &options[option];
}

/* --- help --------------------------------------------------------------------------------------------------------- */

static void print_examples(const char *examples)
{
    str rest = str_of(examples), line;
    while (str_split(&rest, '\n', &line)) {
        if (line.n > 0) print("  %.*s\n", STR_ARG(line));
    }
}

static void print_options(uint64_t requested)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!(requested >> i & 1)) continue;
        int width = 26 - (int)strlen(options[i].text);
        print("  %s %-*s %s\n", options[i].text, width, options[i].value ? options[i].value : "", options[i].doc);
    }
}

static void print_exit_codes(void)
{
    print("\nExit codes\n  0   success\n  1   failure; the reason is on standard error\n"
          "  64  usage error: unknown command, option or value\n  78  invalid settings\n");
}

static int help_overview(void)
{
    print("Examples\n");
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        str examples = str_of(commands[i].examples);
        print("  %.*s\n", STR_ARG(str_first(examples, str_find(examples, '\n'))));
    }
    print("\nUsage\n  boxoffice COMMAND [OPTION...]\n  boxoffice COMMAND --help\n\nCommands\n");
    for (size_t i = 0; i < COUNT_OF(commands); i++) print("  %-24s %s\n", commands[i].name, commands[i].doc);
    print("\nOptions of every command\n");
    print_options(GLOBAL_OPTIONS);
    print("\nSettings come from defaults, the configuration file, the environment and arguments; the later ones\n"
          "override the earlier. `boxoffice --print-config` shows each with its source.\n");
    print_exit_codes();
    return EXIT_DONE;
}

static int help_command(const struct command_row *command)
{
    print("Examples\n");
    print_examples(command->examples);
    print("\n%s\n  %s.\n", command->name, command->doc);
    if (command->options) print("\nOptions\n");
    print_options(command->options);
    print("\nOptions of every command\n");
    print_options(GLOBAL_OPTIONS);
    print_exit_codes();
    return EXIT_DONE;
}

/* --- finding commands --------------------------------------------------------------------------------------------- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein distance. Longer names are truncated. */
static size_t distance(str a, str b)
{
    size_t row[NAME_LENGTH_MAX + 1];
    a = str_first(a, NAME_LENGTH_MAX);
    b = str_first(b, NAME_LENGTH_MAX);
    for (size_t j = 0; j <= b.n; j++) row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t replaced = diagonal + (a.p[i - 1] != b.p[j - 1]);
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b.n];
}

static const struct command_row *command_find(str name)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (str_is(name, commands[i].name)) return &commands[i];
    }
    return NULL;
}

static int unknown_command(str name)
{
    const struct command_row *nearest = NULL;
    size_t best = SUGGESTION_DISTANCE_MAX + 1;
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        size_t far = distance(name, str_of(commands[i].name));
        if (far >= best) continue;
        best = far;
        nearest = &commands[i];
    }
    if (!nearest) return say_usage("unknown command '%.*s'; boxoffice --help lists them", STR_ARG(name));
    return say_usage("unknown command '%.*s'; did you mean %s?", STR_ARG(name), nearest->name);
}

/* --- arguments ---------------------------------------------------------------------------------------------------- */

struct parsing {
    const struct command_row *command; /* NULL: not seen yet */
    str *values;                       /* OPTION_COUNT of them */
    char **rest;                       /* arguments not parsed yet, ending with NULL */
};

static bool option_find(str text, size_t *ret_option)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!str_is(text, options[i].text)) continue;
        *ret_option = i;
        return true;
    }
    return false;
}

static int parse_option(struct parsing *parsing, str argument)
{
    size_t equals = str_find(argument, '=');
    str text = str_first(argument, equals);
    str value = equals < argument.n ? str_from(argument, equals + 1) : STR_NONE;
    size_t i;
    if (str_is(text, "-h")) text = STR("--help");
    if (!option_find(text, &i))
        return say_usage("unknown option %.*s; boxoffice COMMAND --help lists them", STR_ARG(text));
    if (parsing->values[i].p) return say_usage("%s is given twice", options[i].text);
    if (!options[i].value && value.p) return say_usage("%s takes no value", options[i].text);
    if (!options[i].value) value = STR("true");
    if (!value.p && *parsing->rest) value = str_of(*parsing->rest++);
    if (!value.p) return say_usage("%s requires a value: %s", options[i].text, options[i].value);
    parsing->values[i] = value;
    return EXIT_DONE;
}

static int parse_word(struct parsing *parsing, str word)
{
    if (parsing->command)
        return say_usage("unexpected argument '%.*s' after %s", STR_ARG(word), parsing->command->name);
    parsing->command = command_find(word);
    return parsing->command ? EXIT_DONE : unknown_command(word);
}

/* Options may come before or after the command, so they are checked at the end. */
static int check_options(const struct parsing *parsing)
{
    uint64_t allowed = GLOBAL_OPTIONS | (parsing->command ? parsing->command->options : 0);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!parsing->values[i].p || allowed >> i & 1) continue;
        if (!parsing->command) return say_usage("%s requires a command", options[i].text);
        return say_usage("%s is not an option of %s", options[i].text, parsing->command->name);
    }
    return EXIT_DONE;
}

static int parse(struct parsing *parsing)
{
    while (*parsing->rest) {
        str argument = str_of(*parsing->rest++);
        bool is_option = argument.n > 1 && argument.p[0] == '-';
        int code = is_option ? parse_option(parsing, argument) : parse_word(parsing, argument);
        if (code != EXIT_DONE) return code;
    }
    return check_options(parsing);
}

/* --- running ------------------------------------------------------------------------------------------------------ */

/* The values of options that override a setting, in the order of the settings. */
static str *setting_values(const struct invocation *invocation)
{
    size_t count;
    const struct setting *table = settings_table(&count);
    str *values = ARENA_ARRAY(invocation->arena, str, count);
    for (size_t i = 0; i < count; i++) {
        for (size_t option = 0; option < OPTION_COUNT; option++) {
            if (!options[option].setting || strcmp(options[option].setting, table[i].name) != 0) continue;
            values[i] = invocation->options[option];
        }
    }
    return values;
}

static bool set_log_level(str name)
{
    static const char *const levels[] = {"debug", "info", "warning", "error", "silent"};
    for (size_t i = 0; i < COUNT_OF(levels); i++) {
        if (!str_is(name, levels[i])) continue;
        log_set_level((enum log_level)i);
        return true;
    }
    return false;
}

static int configure(struct invocation *invocation)
{
    const struct configuration_arguments arguments = {
        .environment = invocation->options[OPTION_ENVIRONMENT],
        .file = invocation->options[OPTION_CONFIGURATION],
        .url = invocation->options[OPTION_URL],
        .values = setting_values(invocation),
    };
    str reason = STR("");
    err e = configuration_load(invocation->arena, &arguments, &reason, &invocation->configuration);
    if (!e && !set_log_level(invocation->configuration->settings.log_level)) {
        e = ERR_INVALID;
        reason = STR("log_level must be debug, info, warning, error or silent");
    }
    if (!e) return EXIT_DONE;
    say("%.*s", STR_ARG(reason));
    return EXIT_CONFIGURATION;
}

static int run(const struct command_row *command, struct invocation *invocation)
{
    if (invocation_has(invocation, OPTION_HELP)) return command ? help_command(command) : help_overview();
    if (!command && !invocation_has(invocation, OPTION_PRINT_CONFIG)) {
        return say_usage("a command is required; boxoffice --help lists them");
    }
    int code = configure(invocation);
    if (code != EXIT_DONE) return code;
    confine_memory(&invocation->configuration->settings);
    if (!invocation_has(invocation, OPTION_PRINT_CONFIG)) return command->run(invocation);
    configuration_print(invocation->configuration, invocation->arena);
    return EXIT_DONE;
}

int cli_main(int argc, char **argv)
{
    struct invocation invocation = {.arena = arena_new(ARENA_MAX)};
    struct parsing parsing = {.values = invocation.options, .rest = argc > 0 ? argv + 1 : argv};
    int code = parse(&parsing);
    if (code == EXIT_DONE) code = run(parsing.command, &invocation);
    if (!print_end() && code == EXIT_DONE) code = EXIT_FAILED;
    arena_free(invocation.arena);
    return code;
}
