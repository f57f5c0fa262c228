/* The command user:create: runs the same domain command as POST /users, with the role system. It creates the first
 * admin. The password is never an argument, because other users of the machine could read it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "api/common_password.h"
#include "api/password.h"
#include "base/check.h"
#include "base/json.h"
#include "domain/commands.h"
#include "domain/run.h"
#include "ops/database.h"
#include "ops/file.h"
#include "schema/decode.h"

enum { PASSWORD_INPUT_MAX = 4096, BODY_MAX = 64 * 1024 };

/* --- the password ------------------------------------------------------------------------------------------------- */

static str first_line(str text)
{
    str line = str_first(text, str_find(text, '\n'));
    return str_ends(line, STR("\r")) ? str_first(line, line.n - 1) : line;
}

/* One line from the terminal, without echo. */
static bool prompt(FILE *terminal, const char *question, struct arena *arena, str *ret_line)
{
    struct termios original, silent;
    if (tcgetattr(fileno(terminal), &original) != 0) return false;
    silent = original;
    /* ISIG is off too, because Ctrl-C would leave the terminal without echo. Ctrl-D ends the input. */
    silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    if (tcsetattr(fileno(terminal), TCSAFLUSH, &silent) != 0) return false;
    fputs(question, terminal);
    fflush(terminal);
    char line[PASSWORD_INPUT_MAX];
    bool typed = fgets(line, sizeof(line), terminal) != NULL;
    tcsetattr(fileno(terminal), TCSAFLUSH, &original);
    fputc('\n', terminal);
    if (!typed) return false;
    *ret_line = arena_copy(arena, first_line(str_of(line)));
    return true;
}

static int password_from_terminal(struct arena *arena, str *ret_password)
{
    FILE *terminal = fopen("/dev/tty", "r+e");
    if (!terminal) return say_failed("cannot prompt for the password: %s; use --password-file", strerror(errno));
    str first, second;
    bool typed = prompt(terminal, "Password: ", arena, &first) && prompt(terminal, "Repeat password: ", arena, &second);
    fclose(terminal);
    if (!typed) return say_failed("no password entered");
    if (!str_equal(first, second)) return say_failed("passwords do not match");
    *ret_password = first;
    return EXIT_DONE;
}

static int password_from_file(const struct invocation *invocation, str *ret_password)
{
    str path = arena_copy(invocation->arena, invocation->options[OPTION_PASSWORD_FILE]), text;
    err e = file_read(invocation->arena, path.p, &text);
    if (e) return say_failed("cannot read %.*s: %s", STR_ARG(path), strerror(errno));
    *ret_password = first_line(text);
    return EXIT_DONE;
}

static int password_read(const struct invocation *invocation, str *ret_password)
{
    if (invocation_has(invocation, OPTION_PASSWORD_FILE)) return password_from_file(invocation, ret_password);
    if (isatty(STDIN_FILENO)) return password_from_terminal(invocation->arena, ret_password);
    str text;
    err e = file_drain(invocation->arena, STDIN_FILENO, PASSWORD_INPUT_MAX, &text);
    if (e) return say_failed("cannot read the password from standard input");
    *ret_password = first_line(text);
    return EXIT_DONE;
}

/* --- the user ----------------------------------------------------------------------------------------------------- */

/* The body of an equivalent POST /users, so that the same validation applies. */
static str user_body(const struct invocation *invocation, str password)
{
    struct buf out = buf_new(invocation->arena, BODY_MAX);
    struct json json = json_to(&out);
    json_object_begin(&json);
    json_member_text(&json, "email", invocation->options[OPTION_EMAIL]);
    json_member_text(&json, "name", invocation->options[OPTION_NAME]);
    json_member_text(&json, "password", password);
    json_member_bool(&json, "isAdmin", invocation_has(invocation, OPTION_ADMIN));
    json_member_bool(&json, "isVerified", true); /* the operator vouches for the address */
    if (invocation_has(invocation, OPTION_ROLE)) {
        json_member_text(&json, "role", invocation->options[OPTION_ROLE]);
    }
    json_object_end(&json);
    return buf_str(&out);
}

static int say_problem(err e, const struct problem *problem)
{
    for (size_t i = 0; i < problem->count; i++) {
        const struct field_error *field_error = &problem->errors[i];
        say("%.*s: %s", STR_ARG(str_from(field_error->pointer, 1)), field_error->detail);
    }
    return say_failed("user not created: %s", err_row(e)->title);
}

struct creation {
    struct command_run run; /* first member */
    int64_t id;             /* of the new user */
};

static void creation_take(struct command_run *run)
{
    ((struct creation *)(void *)run)->id = run->result.row->id;
}

static int user_store(const struct invocation *invocation, const struct change *change)
{
    struct creation creation = {
        .run = {.function = user_create, .input = {.version = VERSION_ANY, .change = change}, .take = creation_take},
    };
    struct store *store;
    int code = database_open(invocation, false, &store);
    if (code != EXIT_DONE) return code;
    code = database_ready(invocation, store);
    err e = code == EXIT_DONE ? command_run_wait(store, &creation.run) : OK;
    store_close(store);
    if (code != EXIT_DONE) return code;
    if (e) return say_problem(e, &creation.run.problem);
    /* For scripts; a person reads the message. */
    if (!isatty(STDOUT_FILENO)) print("%lld\n", (long long)creation.id);
    say("user %lld created", (long long)creation.id);
    return EXIT_DONE;
}

int command_user_create(struct invocation *invocation)
{
    if (!invocation_has(invocation, OPTION_EMAIL)) return say_usage("--email is required");
    if (!invocation_has(invocation, OPTION_NAME)) return say_usage("--name is required");
    if (invocation_has(invocation, OPTION_ADMIN) && invocation_has(invocation, OPTION_ROLE)) {
        return say_usage("--admin and --role cannot be combined");
    }
    str password;
    int code = password_read(invocation, &password);
    if (code != EXIT_DONE) return code;

    struct problem problem = {0};
    struct change *change;
    err e = decode_change(invocation->arena, user_body(invocation, password), &entity_of(ENTITY_user)->descriptor,
                          DECODE_CREATE, &problem, &change);
    if (e) return say_problem(e, &problem);
    struct user *user = change->values;
    const char *detail;
    if (password_refusal(invocation->arena, user->password, user->email, user->name, &detail))
        return say_failed("password refused: %s", detail);
    e = password_hash(invocation->arena, user->password, &user->password);
    if (e) return say_failed("not enough memory to hash the password");
    return user_store(invocation, change);
}
