/*
 * cli.h - the program's verbs (docs/architecture.md, section 8).
 *
 * A verb is a row: a noun, an action where it needs one, its options, its functions. The same row serves parsing and
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
	const char *name;	/* without --; NULL ends the rows */
	const char *value;	/* word for the value in --help; NULL: a switch, without value */
	const char *help;
};

#define OPTIONS_MOST 8

struct invocation {
	struct settings settings;
	const struct verb *verb;
	const char *options[OPTIONS_MOST];	/* by index in verb->options; "" for a switch */
	const char *word;			/* the verb's own argument (tenant create ID); NULL: none */
	struct arena *arena;
	struct txn *tx;				/* of `run`: a write transaction of the tenant */
	struct key *key;			/* made by `work`; freed after the verb */
	const char *digest;			/* of a password; made by `work`, too */
	bool again;				/* set by `run`: commit, let others write, run again (with it set) */
	struct buffer out;			/* printed just before the transaction commits */
};

struct verb {
	const char *noun, *action;		/* action NULL: none */
	const char *argument;			/* name of its own argument; NULL: none */
	const struct option_row *options;	/* NULL: none */
	bool tenant;				/* works on a tenant's data: --tenant, a transaction */
	err_t (*work)(struct invocation *v);	/* before the transaction: what takes processor time; NULL: nothing */
	err_t (*run)(struct invocation *v);	/* in the transaction */
	int (*alone)(struct invocation *v);	/* instead of `run`, without a transaction; returns the exit status */
	const char *help;
	unsigned reads;				/* settings of its own (enum readers); BY_STORE goes without saying */
};

/* The value of an option, "" for a switch; NULL: not given. */
const char *option(const struct invocation *v, const char *name);
/* The same for an option that must be given. ERR_INPUT: it is not, with a sentence for the user. */
NODISCARD err_t option_required(const struct invocation *v, const char *name, const char **out);

/* Runs the verb of argv. Returns the exit status. */
int cli_main(int argc, char **argv);

/* The rows, one table for each file. */
extern const struct verb tenant_verbs[], app_verbs[], user_verbs[], key_verbs[], cookie_key_verbs[];
extern const size_t tenant_verb_count, app_verb_count, user_verb_count, key_verb_count, cookie_key_verb_count;

#endif
