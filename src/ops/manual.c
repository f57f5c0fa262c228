/* The commands manual and completion: what the tables of the command line say, as a manual page and as completion for
 * bash and zsh. */
#include "base/check.h"
#include "ops/cli.h"
#include "schema/settings.h"

/* --- manual ------------------------------------------------------------------------------------------------------- */

/* Text in roff: a hyphen would otherwise be typeset as a dash, and a line that begins with a full stop or an apostrophe
 * would be a request. */
static void roff_text(str text)
{
    if (text.n > 0 && (text.p[0] == '.' || text.p[0] == '\'')) print("\\&");
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '-')
            print("\\-");
        else if (c == '\\')
            print("\\e");
        else
            print("%c", c);
    }
}

static void roff_line(const char *text)
{
    roff_text(str_of(text));
    print("\n");
}

static void roff_options(uint64_t bits)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *option = cli_option((enum option)i);
        if (!(bits >> i & 1)) continue;
        print(".TP\n\\fB");
        roff_text(str_of(option->text));
        print("\\fR %s\n", option->value ? option->value : "");
        roff_line(option->doc);
    }
}

static void roff_examples(const char *examples)
{
    str rest = str_of(examples), line;
    print(".EX\n");
    while (str_split(&rest, '\n', &line)) {
        roff_text(line);
        if (line.n > 0) print("\n");
    }
    print(".EE\n");
}

static void roff_commands(void)
{
    size_t count;
    const struct command_row *commands = cli_commands(&count);
    print(".SH COMMANDS\n");
    for (size_t i = 0; i < count; i++) {
        print(".SS %s\n", commands[i].name);
        roff_text(str_of(commands[i].doc));
        print(".\n.PP\n");
        roff_examples(commands[i].examples);
        roff_options(commands[i].options);
    }
}

static void roff_settings(void)
{
    size_t count;
    const struct setting *settings = settings_table(&count);
    print(
        ".SH ENVIRONMENT\n"
        "Settings come from defaults, the configuration file, the environment and arguments; the later ones override\n"
        "the earlier.\n");
    for (size_t i = 0; i < count; i++) {
        print(".TP\n.B %s\n", settings[i].variable);
        roff_text(str_of(settings[i].doc));
        if (settings[i].default_text[0]) {
            print(" (default: ");
            roff_text(str_of(settings[i].default_text));
            print(")");
        }
        print(".\n");
    }
}

int command_manual(struct invocation *invocation)
{
    (void)invocation;
    print(".TH BOXOFFICE 1 \"\" \"boxoffice %s\" \"User Commands\"\n", BOXOFFICE_VERSION);
    print(".SH NAME\nboxoffice \\- event\\-booking server\n"
          ".SH SYNOPSIS\n.B boxoffice\n.I COMMAND\n[\\fIOPTION\\fR...]\n"
          ".SH DESCRIPTION\nServes the booking of seats at events over HTTP, from an embedded encrypted database\n"
          "or a database server, and administers that database.\n");
    roff_commands();
    print(".SH OPTIONS OF EVERY COMMAND\n");
    roff_options(GLOBAL_OPTIONS);
    roff_settings();
    print(".SH EXIT STATUS\n"
          ".TP\n0\nsuccess\n.TP\n1\nfailure; the reason is on standard error\n"
          ".TP\n64\nusage error: unknown command, option or value\n.TP\n78\ninvalid settings\n");
    return EXIT_DONE;
}

/* --- completion --------------------------------------------------------------------------------------------------- */

static void option_words(uint64_t bits)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (bits >> i & 1) print(" %s", cli_option((enum option)i)->text);
    }
}

/* A colon ends a word in bash, so what is completed is the part after the last one. */
static void complete_bash(void)
{
    size_t count;
    const struct command_row *commands = cli_commands(&count);
    print("# Completion of boxoffice for bash; written by `boxoffice completion --shell bash`.\n"
          "_boxoffice() {\n"
          "    local cur prev words cword command='' word choices\n"
          "    _get_comp_words_by_ref -n : cur prev words cword 2>/dev/null ||\n"
          "        { cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=(\"${COMP_WORDS[@]}\")\n"
          "          cword=$COMP_CWORD; }\n"
          "    for word in \"${words[@]:1:cword-1}\"; do\n"
          "        case $word in -*) ;; *) command=$word; break ;; esac\n"
          "    done\n"
          "    case $prev in --config | --password-file | --models | --migrations-path | --seeders-path)\n"
          "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
          "        return ;;\n"
          "    esac\n"
          "    case $command in\n");
    for (size_t i = 0; i < count; i++) {
        print("    %s) choices='", commands[i].name);
        option_words(commands[i].options | GLOBAL_OPTIONS);
        print("' ;;\n");
    }
    print("    *) choices='");
    for (size_t i = 0; i < count; i++) print(" %s", commands[i].name);
    option_words(GLOBAL_OPTIONS);
    print("' ;;\n    esac\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$cur\")\n"
          "    declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions \"$cur\"\n"
          "}\ncomplete -F _boxoffice boxoffice\n");
}

/* Text in single quotes for zsh, whose lists separate name and description by a colon. */
static void zsh_text(str text, bool escape_colons)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\'')
            print("'\\''");
        else if (c == ':' && escape_colons)
            print("\\:");
        else if ((c == '[' || c == ']') && !escape_colons)
            print("\\%c", c);
        else
            print("%c", c);
    }
}

static void zsh_options(uint64_t bits)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *option = cli_option((enum option)i);
        if (!(bits >> i & 1)) continue;
        print(" \\\n            '%s[", option->text);
        zsh_text(str_of(option->doc), false);
        print(option->value ? "]:%s:_files'" : "]'", option->value);
    }
}

static void complete_zsh(void)
{
    size_t count;
    const struct command_row *commands = cli_commands(&count);
    print("#compdef boxoffice\n# Completion of boxoffice for zsh; written by `boxoffice completion --shell zsh`.\n"
          "_boxoffice() {\n    local -a commands\n    commands=(\n");
    for (size_t i = 0; i < count; i++) {
        print("        '");
        zsh_text(str_of(commands[i].name), true);
        print(":");
        zsh_text(str_of(commands[i].doc), true);
        print("'\n");
    }
    print("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        return\n    fi\n"
          "    case $words[2] in\n");
    for (size_t i = 0; i < count; i++) {
        print("        %s) _arguments", commands[i].name);
        zsh_options(commands[i].options | GLOBAL_OPTIONS);
        print(" ;;\n");
    }
    print("    esac\n}\n_boxoffice \"$@\"\n");
}

int command_completion(struct invocation *invocation)
{
    str shell = invocation->options[OPTION_SHELL];
    if (!shell.p) return say_usage("--shell is required: bash or zsh");
    if (!str_is(shell, "bash") && !str_is(shell, "zsh"))
        return say_usage("no completion for '%.*s'; use bash or zsh", STR_ARG(shell));
    if (str_is(shell, "bash"))
        complete_bash();
    else
        complete_zsh();
    return EXIT_DONE;
}
