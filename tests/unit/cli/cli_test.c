/* Verbs as somebody types them: each a process of its own, all on the store of one folder. */
#include "folder.h"
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#undef T	/* store.h's is meant here */
#include "cli/cli.h"

#include "base/banned.h"

static char folder[FOLDER_SIZE];
static int *dumpable;		/* shared with the processes: what the last one was at its end */
static struct { int status; char out[32768], err[32768]; } did;

static void read_back(FILE *from, char *to, size_t size)
{
	size_t n;

	rewind(from);
	n = fread(to, 1, size - 1, from);
	to[n] = '\0';
	fclose(from);
}

static void type_words(const char *const *words)
{
	FILE *out = tmpfile(), *err = tmpfile();
	char *argv[16] = { NULL };
	int argc = 0, status;
	pid_t child;

	for (; *words; words++)
		argv[argc++] = (char *)(uintptr_t)*words;
	fflush(NULL);
	child = fork();
	if (child == 0) {
		dup2(fileno(out), STDOUT_FILENO);
		dup2(fileno(err), STDERR_FILENO);
		status = cli_main(argc, argv);
		*dumpable = prctl(PR_GET_DUMPABLE);
		fflush(NULL);
		_exit(status);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	did.status = WEXITSTATUS(status);
	read_back(out, did.out, sizeof(did.out));
	read_back(err, did.err, sizeof(did.err));
}

#define TYPE(...) type_words((const char *const[]){ "guildhall", __VA_ARGS__ __VA_OPT__(,) NULL })
#define TYPE_AT(...) TYPE(__VA_ARGS__, "--data", folder)

/* Nothing but a sentence. */
static void refused(int status, const char *part)
{
	assert_int_equal(did.status, status);
	assert_string_equal(did.out, "");
	assert_memory_equal(did.err, "guildhall: ", 11);
	assert_ptr_equal(strchr(did.err, '\n'), did.err + strlen(did.err) - 1);
	if (!strstr(did.err, part))
		fail_msg("'%s' should speak of %s", did.err, part);
}

static void done(void)
{
	assert_string_equal(did.err, "");
	assert_int_equal(did.status, 0);
}

/* -- the rows -- */

#define ROW(noun) { noun##_verbs, &noun##_verb_count }
static const struct { const struct verb *rows; const size_t *count; } nouns[] = {
	ROW(tenant), ROW(app), ROW(user), ROW(key),
};

static bool is_a_settings_flag(const char *name)
{
	static const char *const flags[] = {
#define TEXT_SETTING(member, flag, ...) flag,
#define SECRET_SETTING(member, flag, ...) flag,
#define INT_SETTING(member, flag, ...) flag,
#define BOOL_SETTING(member, flag, ...) flag,
#include "base/settings.def"
#undef TEXT_SETTING
#undef SECRET_SETTING
#undef INT_SETTING
#undef BOOL_SETTING
		"config", "help", "tenant",
	};

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (!strcmp(flags[i], name))
			return true;
	return false;
}

/* Settings are taken out of the command line before the verb sees it; the last place is that of --tenant. */
static void an_option_has_a_place_and_a_name_of_its_own(void **state)
{
	(void)state;
	for (size_t t = 0; t < ARRAY_LEN(nouns); t++)
		for (size_t i = 0; i < *nouns[t].count; i++) {
			const struct option_row *o = nouns[t].rows[i].options;

			for (int k = 0; o && o[k].name; k++) {
				assert_true(k < OPTIONS_MOST - 1);
				assert_non_null(o[k].help);
				assert_false(is_a_settings_flag(o[k].name));
				for (int earlier = 0; earlier < k; earlier++)
					assert_string_not_equal(o[earlier].name, o[k].name);
			}
		}
}

static void every_verb_has_its_noun_its_help_and_something_to_run(void **state)
{
	(void)state;
	for (size_t t = 0; t < ARRAY_LEN(nouns); t++)
		for (size_t i = 0; i < *nouns[t].count; i++) {
			const struct verb *v = &nouns[t].rows[i];

			assert_string_equal(v->noun, nouns[t].rows[0].noun);
			assert_non_null(v->action);
			assert_true(!v->run != !v->alone);
			assert_true(*v->help && v->help[strlen(v->help) - 1] != '.');	/* --help puts it */
			TYPE(v->noun, v->action, "--help");
			done();
			assert_non_null(strstr(did.out, v->help));
			assert_int_equal(strstr(did.out, "--tenant ID") != NULL, v->tenant);
		}
}

/* -- options -- */

static void an_option_is_found_by_its_name_in_its_place(void **state)
{
	static const struct option_row rows[] = { { "a", "X", "a" }, { "b", NULL, "b" }, { .name = NULL } };
	static const struct verb verb = { "n", "v", .options = rows, .tenant = true, .help = "h" };
	struct invocation v = { .verb = &verb, .options = { NULL, "", [OPTIONS_MOST - 1] = "acme" } };
	const char *value;

	(void)state;
	assert_null(option(&v, "a"));
	assert_string_equal(option(&v, "b"), "");
	assert_string_equal(option(&v, "tenant"), "acme");
	assert_null(option(&v, "c"));
	assert_int_equal(option_required(&v, "a", &value), ERR_INPUT);
	assert_non_null(strstr(err_fault()->detail, "--a"));
	v.options[0] = "";
	assert_int_equal(option_required(&v, "a", &value), OK);		/* given, though empty */
	assert_string_equal(value, "");
}

static void a_value_stands_behind_its_option_or_behind_an_equals_sign(void **state)
{
	static const struct { const char *words[4], *name; } cases[] = {
		{ { "--name", "one" }, "one" }, { { "--name=two" }, "two" }, { { "--name=a=b" }, "a=b" },
		{ { "--name", "-x" }, "-x" }, { { "--name=--x" }, "--x" },
		{ { "--name", "first", "--name", "last" }, "last" },
	};
	char part[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *words[12] = { "guildhall", "app", "create", "--data", folder };

		memcpy(words + 5, cases[i].words, sizeof(cases[i].words));
		type_words(words);
		done();
		TYPE_AT("app", "list");
		snprintf(part, sizeof(part), "\"name\":\"%s\"", cases[i].name);
		assert_non_null(strstr(did.out, part));
	}
}

static void wrong_usage_is_told_in_a_sentence_and_touches_nothing(void **state)
{
	static const struct { const char *words[8], *part; } cases[] = {
		{ { "app", "create", "--nope" }, "--nope" }, { { "app", "create", "--nam", "x" }, "--nam" },
		{ { "app", "create", "--names=x" }, "--names" }, { { "app", "create", "word" }, "word" },
		{ { "app", "create", "-n", "x" }, "-n" }, { { "app", "create", "--" }, "--" },
		{ { "app", "create", "--name" }, "--name needs a value" },
		{ { "app", "create", "--name", "--management-api" }, "--name needs a value" },
		{ { "app", "create", "--name", "x", "--management-api=no" }, "--management-api takes no value" },
		{ { "app", "list", "--tenant" }, "--tenant needs a value" },
		{ { "app", "list", "--tenants", "x" }, "--tenants" },
		{ { "tenant", "list", "--tenant", "x" }, "--tenant" }, { { "migrate", "--tenant=x" }, "--tenant" },
		{ { "version", "x" }, "x" }, { { "tenant", "create" }, "ID is missing" },
		{ { "tenant", "create", "a", "b" }, "b" }, { { "tenant", "delete", "--host", "x" }, "--host" },
		{ { "app", "list", "--port", "x" }, "--port" },
		{ { "app", "list", "--config", "/nothing" }, "/nothing" },
	};
	struct stat st;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *words[12] = { "guildhall" };
		char nowhere[PATH_SIZE], flag[PATH_SIZE + 16];
		size_t n = 0;

		snprintf(nowhere, sizeof(nowhere), "%s/nowhere", folder);
		snprintf(flag, sizeof(flag), "--data=%s", nowhere);
		while (n < 8 && cases[i].words[n])
			n++;
		words[1] = cases[i].words[0];
		words[2] = n > 1 && cases[i].words[1][0] != '-' ? cases[i].words[1] : flag;
		if (words[2] == flag) {
			memcpy(words + 3, cases[i].words + 1, (n - 1) * sizeof(*words));
		} else {
			words[3] = flag;
			memcpy(words + 4, cases[i].words + 2, (n - 2) * sizeof(*words));
		}
		type_words(words);
		refused(2, cases[i].part);
		assert_int_equal(stat(nowhere, &st), -1);
	}
}

/* -- verbs -- */

static void an_unknown_verb_gets_the_list_of_all(void **state)
{
	static const char *const words[][3] = {
		{ NULL }, { "nope" }, { "app" }, { "app", "nope" }, { "APP", "list" }, { "create", "app" }, { "list" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		TYPE(words[i][0], words[i][0] ? words[i][1] : NULL);
		assert_int_equal(did.status, 2);
		assert_string_equal(did.out, "");
		assert_memory_equal(did.err, "usage:\n", 7);
		assert_non_null(strstr(did.err, "  guildhall tenant create ID\n"));
	}
	TYPE("nope", "-h");
	done();
	assert_memory_equal(did.out, "usage:\n", 7);
}

static void the_memory_is_nobodys_business_unless_asked_for(void **state)
{
	(void)state;
	TYPE_AT("app", "list");
	done();
	assert_int_equal(*dumpable, 0);
	TYPE_AT("app", "list", "--core-dumps");
	done();
	assert_int_equal(*dumpable, 1);
}

static void verbs_without_a_store_need_none(void **state)
{
	(void)state;
	TYPE("version", "--data", "/dev/null/nothing");
	done();
	assert_string_equal(did.out, "guildhall " GUILDHALL_VERSION "\n");
	TYPE("settings", "--data", "/dev/null/nothing");
	done();
	assert_non_null(strstr(did.out, "`--data`"));
	TYPE("app", "list", "--data", "/dev/null/nothing");
	refused(1, "/dev/null/nothing");
}

static void a_verb_works_on_the_tenant_that_is_named(void **state)
{
	(void)state;
	TYPE_AT("tenant", "create", "acme", "--host=acme.example");
	done();
	TYPE_AT("app", "create", "--name", "there", "--tenant", "acme");
	done();
	TYPE_AT("app", "list", "--tenant=acme");
	assert_non_null(strstr(did.out, "\"name\":\"there\""));
	TYPE_AT("app", "list");
	assert_null(strstr(did.out, "\"name\":\"there\""));
	TYPE_AT("app", "list", "--tenant", "");
	refused(1, "there is no tenant");
	TYPE_AT("key", "rotate", "--tenant", "nobody");
	refused(1, "there is no tenant nobody");
}

static void the_status_tells_a_failure_from_wrong_usage(void **state)
{
	(void)state;
	TYPE_AT("tenant", "create", "b", "--host", "b.example");
	done();
	TYPE_AT("tenant", "create", "b", "--host", "c.example");
	refused(1, "taken");
	TYPE_AT("tenant", "create", "B", "--host", "c.example");
	refused(2, "id");
	TYPE_AT("tenant", "create", "c");
	refused(2, "--host");
	TYPE_AT("app", "create", "--name", "never made", "--type", "SPA", "--management-api");
	refused(1, "");
	TYPE_AT("app", "list");
	assert_null(strstr(did.out, "never made"));
}

static int begin(void **state)
{
	(void)state;
	if (!folder_new(folder))
		return -1;
	TYPE_AT("migrate");
	return did.status || strcmp(did.out, "{\"migrated\":true}\n");
}

static int end(void **state)
{
	char command[PATH_SIZE];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

int main(void)
{
#define CASE(f) cmocka_unit_test(f)
	const struct CMUnitTest tests[] = {
		CASE(an_option_has_a_place_and_a_name_of_its_own),
		CASE(every_verb_has_its_noun_its_help_and_something_to_run),
		CASE(an_option_is_found_by_its_name_in_its_place),
		CASE(a_value_stands_behind_its_option_or_behind_an_equals_sign),
		CASE(wrong_usage_is_told_in_a_sentence_and_touches_nothing),
		CASE(an_unknown_verb_gets_the_list_of_all),
		CASE(the_memory_is_nobodys_business_unless_asked_for), CASE(verbs_without_a_store_need_none),
		CASE(a_verb_works_on_the_tenant_that_is_named),
		CASE(the_status_tells_a_failure_from_wrong_usage),
	};

	dumpable = mmap(NULL, sizeof(*dumpable), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return cmocka_run_group_tests(tests, begin, end);
}
