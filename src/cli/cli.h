/*
 * cli.h - the program's verbs (docs/architecture.md, section 8).
 *
 * A verb is a row: a noun, an action where it needs one, its options, what it does. The same row parses and prints
 * --help. Standard output carries the result and nothing else, standard error the rest.
 * Exit status: 0 done, 1 failed, 2 wrong usage.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/arena.h"
#include "base/json.h"
#include "base/settings.h"
#include "store/store.h"

struct option_row {
	const char *name;	/* without --; NULL ends */
	const char *value;	/* what stands for it in --help; NULL: a switch */
	const char *help;
};

#define OPTIONS_MOST 8

struct invocation {
	struct settings settings;
	const struct verb *verb;
	const char *options[OPTIONS_MOST];	/* by place in verb->options; a switch: "" */
	const char *word;			/* the verb's own argument (tenant create ID); NULL */
	struct arena *arena;
	struct txn *tx;				/* of `run`: a write transaction of the tenant */
	struct key *key;			/* made by `work`; freed after the verb */
	const char *digest;			/* likewise: of a password */
	bool again;				/* set by `run`: commit, so that others come to write, and run again */
	struct buffer out;			/* printed when the transaction has committed */
};

struct verb {
	const char *noun, *action;		/* action NULL: none */
	const char *argument;			/* name of its own argument; NULL: none */
	const struct option_row *options;	/* NULL: none */
	bool tenant;				/* works on a tenant's data: --tenant, a transaction */
	err_t (*work)(struct invocation *v);	/* before it, without: what costs processor time; NULL: nothing */
	err_t (*run)(struct invocation *v);	/* with a transaction */
	int (*alone)(struct invocation *v);	/* without; returns the exit status */
	const char *help;
};

/* The value of an option, "" for a switch; NULL: not given. */
const char *option(const struct invocation *v, const char *name);
/* The same for one that must be there: ERR_INPUT with a sentence. */
NODISCARD err_t option_required(const struct invocation *v, const char *name, const char **out);

/* Runs the verb of argv. Returns the exit status. */
int cli_main(int argc, char **argv);

/* The rows, one table a file. */
extern const struct verb tenant_verbs[], app_verbs[], user_verbs[], key_verbs[], cookie_key_verbs[];
extern const size_t tenant_verb_count, app_verb_count, user_verb_count, key_verb_count, cookie_key_verb_count;

#endif
