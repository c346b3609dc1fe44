/*
 * settings.h - what an operator can decide: one table (settings.def) that reads the
 * file, the environment and the flags, and prints `serve --help` and docs/settings.md.
 *
 * Precedence: flag, environment, file, default.
 */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <stdio.h>

#include "base/base.h"

/* Which verbs read a setting. The server reads all of them. */
enum readers {
	BY_SERVER = 1,
	BY_STORE = 2,		/* every verb that opens the store */
	BY_ROTATION = 4,	/* key rotate */
	BY_USERS = 8,		/* user create */
};

/* One member for each row of settings.def; texts are "" when unset, never NULL. */
struct settings {
#define TEXT_SETTING(member, ...) const char *member;
#define SECRET_SETTING(member, ...) const char *member;
#define INT_SETTING(member, ...) int64_t member;
#define BOOL_SETTING(member, ...) bool member;
#include "base/settings.def"
#undef TEXT_SETTING
#undef SECRET_SETTING
#undef INT_SETTING
#undef BOOL_SETTING
};

/*
 * Reads defaults, then the file (`--config FILE` or GUILDHALL_CONFIG; [no section] key = value with
 * the flag's name as key), then the environment, then `--flag value` / `--flag=value` of argv. A SECRET_SETTING is
 * not a flag: everybody on the machine can read a command line. It is wiped from the environment, and kept as a secret
 * is (secret.h).
 * Arguments that are not settings are left in argv, their count in *argc.
 * Returns 0; or 2 after a line on standard error that says what is wrong, and never quotes a secret.
 * The texts live as long as the process.
 */
int settings_load(struct settings *s, int *argc, char **argv);
void settings_help(FILE *to, unsigned readers);	/* the lines of --help; `readers`: those of the verb */
void settings_markdown(FILE *to);	/* docs/settings.md */

#endif
