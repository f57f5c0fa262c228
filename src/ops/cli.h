/* The command line as a table: commands.def has a row for each command, options.def one for each option; parsing, help
 * and suggestions loop over both. A command receives its options as text and the merged settings; it prints data on
 * stdout and messages on stderr (ops/say.h), and returns an exit code. */
#ifndef OPS_CLI_H
#define OPS_CLI_H

#include "ops/configuration.h"
#include "ops/say.h"

enum option {
#define OPTION(symbol, text, value, setting, doc) OPTION_##symbol,
#include "ops/options.def"
#undef OPTION
    OPTION_COUNT
};

#define OPTION_BIT(symbol) (UINT64_C(1) << OPTION_##symbol)

/* One run of the program. Everything in it lives as long as the process. */
struct invocation {
    struct arena *arena;
    str options[OPTION_COUNT]; /* STR_NONE: not given; a flag that was given is "true" */
    struct configuration *configuration;
};

static inline bool invocation_has(const struct invocation *invocation, enum option option)
{
    return invocation->options[option].p != NULL;
}

/* Runs one command and returns its exit code. */
typedef int command_run(struct invocation *invocation);

#define COMMAND(name, function, options, doc, examples) command_run function;
#include "ops/commands.def"
#undef COMMAND

/* The tables, for help, the manual and completion. */
struct command_row {
    const char *name;
    command_run *run;
    uint64_t options; /* OPTION_BITs, without the global ones */
    const char *doc;
    const char *examples;
};

struct option_row {
    const char *text;    /* "--port" */
    const char *value;   /* "N"; NULL: a flag */
    const char *setting; /* that it overrides; NULL: none */
    const char *doc;
};

const struct command_row *cli_commands(size_t *ret_count);
const struct option_row *cli_option(enum option option);

/* Options that every command has. */
#define GLOBAL_OPTIONS                                                                                                 \
    (OPTION_BIT(HELP) | OPTION_BIT(PRINT_CONFIG) | OPTION_BIT(ENVIRONMENT) | OPTION_BIT(CONFIGURATION) |               \
     OPTION_BIT(URL))

/* Parses the arguments of main() and runs the command. Returns the exit code. */
int cli_main(int argc, char **argv);

#endif
