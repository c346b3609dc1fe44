/* Finds the verb of a command line, parses its options, runs it; and the verbs that are not about one tenant. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "crypto/keys.h"
#include "server/environment.h"
#include "server/openapi.h"
#include "server/routes.h"
#include "server/serve.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/* -- standard output -- */

/* A result that does not arrive is a failure: a secret is shown once. ERR_INTERNAL; nothing is left to write then. */
static err_t flush_output(void)
{
	int why;

	if (fflush(stdout) == 0 && !ferror(stdout))
		return OK;
	why = errno;
	__fpurge(stdout);
	clearerr(stdout);
	return err_set(ERR_INTERNAL, "standard output cannot be written: %s", strerror(why));
}

/* Flushes what a verb printed. `made`: what it has done, for the case that nobody learns of it. Returns the status. */
static int end_output(int status, const char *made)
{
	if (!flush_output())
		return status;
	fprintf(stderr, "guildhall: %s%s\n", made, err_fault()->detail);
	return status ? status : 1;
}

/* A file that is opened later must not get the number of a stream that the caller has closed. */
static void hold_standard_streams(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", fd == 2 ? O_WRONLY : O_RDONLY);	/* takes the lowest number */
}

/* -- verbs -- */

static int run_serve(struct invocation *v)
{
	return serve(&v->settings);
}

static int run_migrate(struct invocation *v)
{
	struct store *store;
	err_t e = environment_open(&v->settings, &store);	/* this migrates */

	if (!e)
		printf("{\"migrated\":true}\n");
	environment_close(&store);
	return e ? 1 : end_output(0, "the database is up to date, but ");
}

static int run_version(struct invocation *v)
{
	(void)v;
	printf("guildhall %s\n", GUILDHALL_VERSION);
	return 0;
}

static int run_settings(struct invocation *v)
{
	(void)v;
	printf("# Settings\n\n"
	       "A flag wins over the environment, the environment over the file that `--config` names.\n\n");
	settings_markdown(stdout);
	return 0;
}

/* False: there is no part of this name. */
static bool find_part(const char *name, enum openapi_part *out)
{
	static const char *const names[] = {
		[OPENAPI_WHOLE] = "whole", [OPENAPI_MANAGEMENT] = "management",
		[OPENAPI_EXPERIENCE] = "experience", [OPENAPI_USER] = "user",
	};

	*out = OPENAPI_MANAGEMENT;
	if (!name)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(names[i], name)) {
			*out = (enum openapi_part)i;
			return true;
		}
	return false;
}

static int run_openapi(struct invocation *v)
{
	const char *server = option(v, "server");
	enum openapi_part part;
	struct json_out j;

	if (!find_part(option(v, "part"), &part)) {
		fprintf(stderr, "guildhall: the parts are management, experience, user and whole\n");
		return 2;
	}
	if (environment_describe() || routes_start()) {
		fprintf(stderr, "guildhall: %s\n", err_fault()->detail);
		return 1;
	}
	json_out_init(&j, &v->out);
	openapi_write(&j, v->arena, part, server ? server : "http://localhost:3001");
	fputs(buffer_str(&v->out), stdout);
	return 0;
}

static const struct option_row openapi_options[] = {
	{ "part", "NAME", "management (default), experience, user or whole" },
	{ "server", "URL", "The server that it names; default: http://localhost:3001" },
	{ .name = NULL }
};

static const struct verb own_verbs[] = {
	{ "serve", .alone = run_serve, .help = "Run the server", .reads = BY_SERVER },
	{ "migrate", .alone = run_migrate, .help = "Bring the database up to date and stop", .reads = BY_STORE },
	{ "openapi", .options = openapi_options, .alone = run_openapi,
	  .help = "Print the description of the API (OpenAPI)" },
	{ "settings", .alone = run_settings, .help = "Print every setting as a page of Markdown" },
	{ "version", .alone = run_version, .help = "Print the version" },
};

static const struct { const struct verb *rows; const size_t *count; size_t own; } tables[] = {
	{ own_verbs, NULL, ARRAY_LEN(own_verbs) },
	{ tenant_verbs, &tenant_verb_count, 0 },
	{ app_verbs, &app_verb_count, 0 },
	{ user_verbs, &user_verb_count, 0 },
	{ key_verbs, &key_verb_count, 0 },
	{ cookie_key_verbs, &cookie_key_verb_count, 0 },
};

static const struct option_row tenant_option = { "tenant", "ID", "Tenant; default: default" };

/* -- help -- */

static void print_name(const struct verb *v, FILE *to)
{
	fprintf(to, "guildhall %s%s%s%s%s", v->noun, v->action ? " " : "", v->action ? v->action : "",
		v->argument ? " " : "", v->argument ? v->argument : "");
}

static void usage(FILE *to)
{
	fprintf(to, "usage:\n");
	for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
		size_t n = tables[t].count ? *tables[t].count : tables[t].own;

		for (size_t i = 0; i < n; i++) {
			fprintf(to, "  ");
			print_name(&tables[t].rows[i], to);
			fprintf(to, "\n        %s\n", tables[t].rows[i].help);
		}
	}
	fprintf(to, "Each takes --help.\n");
}

static void print_option(const struct option_row *o, FILE *to)
{
	char left[48];

	snprintf(left, sizeof(left), "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
	fprintf(to, "  %-28s %s\n", left, o->help);
}

static void verb_help(const struct verb *v, FILE *to)
{
	unsigned reads = v->reads | (v->alone ? 0 : BY_STORE);

	fprintf(to, "usage: ");
	print_name(v, to);
	fprintf(to, " [options]\n%s.\n\noptions:\n", v->help);
	for (const struct option_row *o = v->options; o && o->name; o++)
		print_option(o, to);
	if (v->tenant)
		print_option(&tenant_option, to);
	if (reads) {
		fprintf(to, "\nsettings (flag, environment, file):\n");
		settings_help(to, reads);
	}
}

/* -- parsing -- */

const char *option(const struct invocation *v, const char *name)
{
	for (int i = 0; v->verb->options && v->verb->options[i].name; i++)
		if (!strcmp(v->verb->options[i].name, name))
			return v->options[i];
	return !strcmp(name, tenant_option.name) ? v->options[OPTIONS_MOST - 1] : NULL;
}

err_t option_required(const struct invocation *v, const char *name, const char **out)
{
	*out = option(v, name);
	return *out ? OK : err_set(ERR_INPUT, "--%s is needed", name);
}

/* The verb of a command line; `*used`: how many words name it, the program's included. NULL: there is none. */
static const struct verb *find_verb(int argc, char **argv, int *used)
{
	for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
		size_t n = tables[t].count ? *tables[t].count : tables[t].own;

		for (size_t i = 0; i < n; i++) {
			const struct verb *v = &tables[t].rows[i];

			if (argc < 2 || strcmp(argv[1], v->noun))
				continue;
			*used = v->action ? 3 : 2;
			if (!v->action || (argc > 2 && !strcmp(argv[2], v->action)))
				return v;
		}
	}
	return NULL;
}

/* Index of --name or --name=value among the verb's options, OPTIONS_MOST - 1 for --tenant; -1: unknown. */
static int option_place(const struct verb *v, const char *arg)
{
	size_t n = strcspn(arg + 2, "=");

	for (int i = 0; v->options && v->options[i].name; i++)
		if (strlen(v->options[i].name) == n && !strncmp(arg + 2, v->options[i].name, n))
			return i;
	return v->tenant && n == 6 && !strncmp(arg + 2, "tenant", 6) ? OPTIONS_MOST - 1 : -1;
}

static bool takes_value(const struct verb *v, int place)
{
	return place == OPTIONS_MOST - 1 || v->options[place].value;
}

/* Reads what settings_load() left: the verb's options and argument. Returns 0, or 2 after a line on standard error. */
static int read_arguments(struct invocation *v, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');
		int place = text_has_prefix(argv[i], "--") ? option_place(v->verb, argv[i]) : -1;

		if (place < 0 && v->verb->argument && !v->word && argv[i][0] != '-') {
			v->word = argv[i];
		} else if (place < 0) {
			/* what stands behind a mistyped flag may be a secret */
			fprintf(stderr, "guildhall: unknown argument %.*s\n", (int)strcspn(argv[i], "="), argv[i]);
			return 2;
		} else if (!takes_value(v->verb, place) && equals) {
			fprintf(stderr, "guildhall: --%s takes no value\n", v->verb->options[place].name);
			return 2;
		} else if (!takes_value(v->verb, place)) {
			v->options[place] = "";
		} else if (equals) {
			v->options[place] = equals + 1;
		} else if (i + 1 < argc && !text_has_prefix(argv[i + 1], "--")) {
			v->options[place] = argv[++i];
		} else {
			fprintf(stderr, "guildhall: %s needs a value\n", argv[i]);
			return 2;
		}
	}
	if (v->verb->argument && !v->word) {
		fprintf(stderr, "guildhall: %s is missing\n", v->verb->argument);
		return 2;
	}
	return 0;
}

/* -- running -- */

static const char *tenant_of(const struct invocation *v)
{
	const char *given = v->verb->tenant ? option(v, "tenant") : NULL;

	return given ? given : "default";
}

/* Prints the result while the change can be taken back, and commits it. */
static err_t print_and_commit(struct invocation *v)
{
	err_t e = OK;

	if (!v->again) {
		fputs(buffer_str(&v->out), stdout);
		e = flush_output();
	}
	if (e) {
		txn_rollback(&v->tx);
		return err_set(e, "nothing was changed: %s", arena_copy(v->arena, err_fault()->detail));
	}
	e = txn_commit(&v->tx);
	if (e && v->out.len)
		err_set(e, "what is printed was not made: %s", arena_copy(v->arena, err_fault()->detail));
	return e;
}

/* Runs the verb in a write transaction of its tenant and commits unless it fails. ERR_NOT_FOUND: no such tenant. */
static err_t run_in_transaction(struct invocation *v, struct conn *c)
{
	const struct tenant *tenant;
	err_t e = txn_begin(c, tenant_of(v), true, &v->tx);

	if (e)
		return e;
	e = tenant_find(v->tx, v->arena, tenant_of(v), &tenant);
	if (e == ERR_NOT_FOUND)
		e = err_set(ERR_NOT_FOUND, "there is no tenant %s", tenant_of(v));
	if (!e)
		e = v->verb->run(v);
	if (!e)
		return print_and_commit(v);
	txn_rollback(&v->tx);
	return e;
}

/* Does the verb's work without a transaction, then runs it in transactions until it no longer asks for another. */
static err_t run_verb(struct invocation *v, struct conn *c)
{
	err_t e = v->verb->work ? v->verb->work(v) : OK;

	if (!e)
		do
			e = run_in_transaction(v, c);
		while (!e && v->again);
	key_free(v->key);
	return e;
}

/* Runs a verb that needs the database. Returns the exit status. */
static int run_with_store(struct invocation *v)
{
	struct store *store = NULL;
	struct conn *c = NULL;
	err_t e = environment_open(&v->settings, &store);

	if (!e) {
		e = conn_open(store, true, &c);
		if (!e)
			e = run_verb(v, c);
		if (e)
			fprintf(stderr, "guildhall: %s\n",
				*err_fault()->detail ? err_fault()->detail : err_row(e)->message);
	}
	conn_close(c);
	environment_close(&store);
	return e == OK ? 0 : e == ERR_INPUT ? 2 : 1;
}

/* From now on there is no core, and nobody but root can look into the memory. */
static void hide_memory(const struct settings *s)
{
	if (!s->core_dumps && prctl(PR_SET_DUMPABLE, 0) != 0)
		log_warn("the memory of the process can be dumped: %s", strerror(errno));
}

static bool asks_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return true;
	return false;
}

/* Returns the exit status. */
static int run(int argc, char **argv)
{
	static struct invocation v;	/* holds the settings, which live as long as the process */
	int used = 0, rest, status;

	if (argc == 2 && !strcmp(argv[1], "--version"))
		return run_version(NULL);
	v.arena = arena_new();
	v.verb = find_verb(argc, argv, &used);
	if (!v.verb) {
		usage(asks_help(argc, argv) ? stdout : stderr);
		return asks_help(argc, argv) ? 0 : 2;
	}
	if (asks_help(argc, argv)) {
		verb_help(v.verb, stdout);
		return 0;
	}
	argv[used - 1] = argv[0];
	rest = argc - used + 1;
	status = settings_load(&v.settings, &rest, argv + used - 1);
	if (!status)
		status = read_arguments(&v, rest - 1, argv + used);
	if (status)
		return status;
	log_start(LOG_WARN, false);
	hide_memory(&v.settings);
	buffer_init(&v.out, MIB(16));
	status = v.verb->alone ? v.verb->alone(&v) : run_with_store(&v);
	buffer_done(&v.out);
	arena_free(v.arena);
	return status;
}

int cli_main(int argc, char **argv)
{
	hold_standard_streams();
	secret_memory_start();
	return end_output(run(argc, argv), "");
}
