#include "base/settings.h"

#include <unistd.h>

#include "folder.h"
#include "test.h"
#include "base/banned.h"

static char path[FOLDER_SIZE];

static void write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int load(struct settings *s, char **argv)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	return settings_load(s, &argc, argv);
}

#define LOAD(s, ...) load(s, (char *[]){ (char []){ "guildhall" }, __VA_ARGS__ __VA_OPT__(,) NULL })
#define A(text) ((char []){ text })

static int fresh(void **state)
{
	(void)state;
	unsetenv("PORT");
	unsetenv("DB_URL");
	unsetenv("TRUST_PROXY_HEADER");
	unsetenv("GUILDHALL_CONFIG");
	unsetenv("LOG_LEVEL");
	return 0;
}

static void without_anything_the_defaults_hold(void **state)
{
	struct settings s;

	(void)state;
	assert_int_equal(LOAD(&s, ), 0);
	assert_int_equal(s.port, 3001);
	assert_string_equal(s.db, "");
	assert_string_equal(s.data, "./guildhall-data");
	assert_false(s.trust_proxy);
}

static void flag_beats_environment_beats_file_beats_default(void **state)
{
	struct settings s;

	(void)state;
	write_file("; a comment\nport = 1001\nadmin-port: 1002\nlog-level=debug\n");
	assert_int_equal(LOAD(&s, A("--config"), path), 0);
	assert_int_equal(s.port, 1001);
	assert_int_equal(s.admin_port, 1002);
	assert_string_equal(s.log_level, "debug");
	setenv("PORT", "2001", 1);
	setenv("LOG_LEVEL", "", 1);
	setenv("GUILDHALL_CONFIG", path, 1);
	assert_int_equal(LOAD(&s, ), 0);
	assert_int_equal(s.port, 2001);
	assert_string_equal(s.log_level, "debug");
	assert_int_equal(LOAD(&s, A("--port=4001"), A("--log-level"), A("warn")), 0);
	assert_int_equal(s.port, 4001);
	assert_string_equal(s.log_level, "warn");
}

static void other_arguments_stay_in_their_order(void **state)
{
	struct settings s;
	char *argv[] = { A("guildhall"), A("serve"), A("--port"), A("80"), A("--what"), A("x"), A("--trust-proxy"),
			 A("y2"),
			 A("--"), A("--port"), NULL };
	int argc = 10;

	(void)state;
	assert_int_equal(settings_load(&s, &argc, argv), 0);
	assert_int_equal(argc, 6 + 1);
	assert_string_equal(argv[1], "serve");
	assert_string_equal(argv[2], "--what");
	assert_string_equal(argv[3], "x");
	assert_string_equal(argv[4], "y2");
	assert_string_equal(argv[5], "--");
	assert_string_equal(argv[6], "--port");
	assert_null(argv[7]);
	assert_int_equal(s.port, 80);
	assert_true(s.trust_proxy);
}

static void truthy_words_turn_a_setting_on(void **state)
{
	struct settings s;

	(void)state;
	setenv("TRUST_PROXY_HEADER", "Yes", 1);
	assert_int_equal(LOAD(&s, ), 0);
	assert_true(s.trust_proxy);
	assert_int_equal(LOAD(&s, A("--trust-proxy"), A("no")), 0);
	assert_false(s.trust_proxy);
	assert_int_equal(LOAD(&s, A("--trust-proxy=0")), 0);
	assert_false(s.trust_proxy);
	setenv("TRUST_PROXY_HEADER", "on", 1);
	assert_int_equal(LOAD(&s, ), 2);
}

static void bad_numbers_and_missing_values_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "x", "1x", " 1", "1.5", "+1", "0x1", "65536", "-1", "99999999999999999999",
	};
	struct settings s;
	char flag[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(flag, sizeof(flag), "--port=%s", bad[i]);
		assert_int_equal(LOAD(&s, flag), 2);
	}
	setenv("PORT", "many", 1);
	assert_int_equal(LOAD(&s, ), 2);
	unsetenv("PORT");
	assert_int_equal(LOAD(&s, A("--port")), 2);
	assert_int_equal(LOAD(&s, A("--data"), A("--port"), A("1")), 2);
	assert_int_equal(LOAD(&s, A("--config")), 2);
	assert_int_equal(LOAD(&s, A("--data=\xff")), 2);
}

static void a_faulty_file_is_refused(void **state)
{
	static const char *const bad[] = {
		"port = 70000\n", "colour = blue\n", "[server]\nport = 1\n", "port = 1\nport = 2\n", "port\n",
		"db = a\n  b\n",
	};
	struct settings s;
	char text[400];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		write_file(bad[i]);
		assert_int_equal(LOAD(&s, A("--config"), path), 2);
	}
	snprintf(text, sizeof(text), "db = %0300d\n", 1);
	write_file(text);
	assert_int_equal(LOAD(&s, A("--config"), path), 2);
	assert_int_equal(LOAD(&s, A("--config=/nowhere/at-all")), 2);
}

static void a_text_that_nobody_can_mean_is_refused(void **state)
{
	static const char *const bad[] = {
		"--endpoint=id.example.com", "--endpoint=https://h?x=1", "--admin-endpoint=ftp://x",
		"--endpoint=https://me:word@h", "--endpoint=https://h h", "--log-level=loud", "--log-level=",
		"--log-format=xml", "--signing-algorithm=HS256", "--signing-algorithm=es256", "--db=mysql://x",
		"--db=g1", "--db=host=x", "--trust-proxy=maybe", "--tls-certificate=/no/c.pem",
		"--tls-key=/no/k.pem",
		"--endpoint=https://h:0", "--data=", "--listen=999.1.1.1", "--listen=127.0.0.1:80", "--listen=[::1]",
		"--listen=a b", "--port=3002",
	};
	static const char *const good[] = {
		"--endpoint=https://id.example.com/", "--endpoint=///", "--endpoint=", "--log-level=WARN",
		"--log-format=", "--log-format=JSON", "--signing-algorithm=EdDSA", "--db=", "--trust-proxy=nope",
		"--listen=", "--listen=::1", "--listen=::ffff:127.0.0.1", "--listen=10.0.0.1", "--listen=localhost",
	};
	struct settings s;
	char flag[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(flag, sizeof(flag), "%s", bad[i]);
		if (LOAD(&s, flag) != 2)
			fail_msg("%s is taken", bad[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		snprintf(flag, sizeof(flag), "%s", good[i]);
		if (LOAD(&s, flag) != 0)
			fail_msg("%s is refused", good[i]);
	}
}

static void two_endpoints_are_two(void **state)
{
	struct settings s;

	(void)state;
	assert_int_equal(LOAD(&s, A("--endpoint=https://A.ex/x"), A("--admin-endpoint=https://a.ex:443")), 2);
	assert_int_equal(LOAD(&s, A("--endpoint=https://a.ex"), A("--admin-endpoint=https://a.ex:444")), 0);
	assert_int_equal(LOAD(&s, A("--port=0"), A("--admin-port=0")), 0);
	assert_int_equal(LOAD(&s, A("--port=80"), A("--admin-port=80")), 2);
}

/* What libpq reads in another way than it was meant, it quotes: also what was meant as a password. */
static void the_url_of_a_database_has_its_form(void **state)
{
	static const char *const good[] = {
		"postgres://host/db", "postgresql://me@host:5432/db", "postgres://me:pass%40word@host",
		"postgres:///db",
		"postgres://me:pa:ss@a:1,b:2/db?target_session_attrs=any&connect_timeout=2",
		"postgres://me@[::1]:5432/db", "postgres://%2Fvar%2Frun/db",
		"postgres:///db?host=/var/run&sslmode=verify-full",
	};
	static const char *const bad[] = {
		"postgres://me:s3cr@t@host/db", "postgres://me:s3cr/t@host/db", "postgres://me:s3cr?t@host/db",
		"postgres://me:s3cr#t@host/db", "postgres://me:s3cr%t@host/db", "postgres://me:s3cr[t@host/db",
		"postgres://me:s3cr t@host/db", "postgres://me:s3cr%00t@host/db", "postgres://me:s3crt/db",
		"postgres://me@host:s3cr/db", "postgres://me@[::1/db", "postgres://host/db?s3cr",
		"postgres://host/db?a=b=s3cr",
		"postgres://host/db?password=s3@cr", "Postgres://host/db", "postgres:host",
	};
	struct settings s;
	char flag[200], said[1000] = "";
	FILE *heard;
	int before;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		snprintf(flag, sizeof(flag), "--db=%s", good[i]);
		if (LOAD(&s, flag) != 0)
			fail_msg("%s is refused", good[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(flag, sizeof(flag), "--db=%s", bad[i]);
		heard = tmpfile();
		before = dup(STDERR_FILENO);
		dup2(fileno(heard), STDERR_FILENO);
		if (LOAD(&s, flag) != 2)
			fail_msg("%s is taken", bad[i]);
		dup2(before, STDERR_FILENO);
		close(before);
		rewind(heard);
		assert_non_null(fgets(said, sizeof(said), heard));
		fclose(heard);
		assert_memory_equal(said, "guildhall: --db: the value ", 27);
		assert_null(strstr(said, "s3"));
	}
}

static void a_secret_is_no_flag(void **state)
{
	static const char key[] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
	struct settings s;
	char text[100];

	(void)state;
	assert_int_equal(LOAD(&s, A("--seal-key"), A("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")), 2);
	assert_int_equal(LOAD(&s, A("--seal-key=")), 2);
	snprintf(text, sizeof(text), "seal-key = %s\n", key);
	write_file(text);
	assert_int_equal(LOAD(&s, A("--config"), path), 0);
	assert_string_equal(s.seal_key, key);
	setenv("SEAL_KEY", key, 1);
	assert_int_equal(LOAD(&s, ), 0);
	assert_string_equal(s.seal_key, key);
	assert_string_equal(getenv("SEAL_KEY"), "");	/* /proc/PID/environ shows it no more */
	assert_int_equal(LOAD(&s, A("--status-api-key=word")), 2);
	setenv("SEAL_KEY", "c2hvcnQ=", 1);
	assert_int_equal(LOAD(&s, ), 2);
	unsetenv("SEAL_KEY");
}

static void a_verb_shows_the_settings_that_it_reads(void **state)
{
	char *help = NULL;
	size_t len;
	FILE *f = open_memstream(&help, &len);

	(void)state;
	settings_help(f, BY_STORE | BY_USERS);
	fclose(f);
	assert_non_null(strstr(help, "--data"));
	assert_non_null(strstr(help, "--config"));
	assert_non_null(strstr(help, "--password-memory"));
	assert_null(strstr(help, "--threads"));
	assert_null(strstr(help, "--key-rotation-grace"));
	free(help);
}

static void every_setting_is_in_the_help_and_the_document(void **state)
{
	static const char *const flags[] = {
#define TEXT_SETTING(member, flag, ...) "--" flag,
#define SECRET_SETTING(member, flag, ...) flag,
#define INT_SETTING(member, flag, ...) "--" flag,
#define BOOL_SETTING(member, flag, ...) "--" flag,
#include "base/settings.def"
#undef TEXT_SETTING
#undef SECRET_SETTING
#undef INT_SETTING
#undef BOOL_SETTING
		"--config",
	};
	char *help = NULL, *document = NULL;
	size_t len;
	FILE *f;

	(void)state;
	f = open_memstream(&help, &len);
	settings_help(f, BY_SERVER);
	fclose(f);
	f = open_memstream(&document, &len);
	settings_markdown(f);
	fclose(f);
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		if (flags[i][0] == '-')
			assert_non_null(strstr(help, flags[i]));
		assert_non_null(strstr(document, flags[i]));
	}
	assert_non_null(strstr(help, "(no flag)"));
	assert_non_null(strstr(document, "| `seal-key` | `SEAL_KEY` |"));
	assert_non_null(strstr(document, "| `--port` | `PORT` | `3001` | 0 to 65535 | Port of the core endpoint"));
	free(help);
	free(document);
}

#define F(function) cmocka_unit_test_setup(function, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		F(without_anything_the_defaults_hold), F(flag_beats_environment_beats_file_beats_default),
		F(other_arguments_stay_in_their_order), F(truthy_words_turn_a_setting_on),
		F(bad_numbers_and_missing_values_are_refused), F(a_faulty_file_is_refused),
		F(a_text_that_nobody_can_mean_is_refused), F(two_endpoints_are_two),
		F(the_url_of_a_database_has_its_form),
		F(a_secret_is_no_flag),
		F(a_verb_shows_the_settings_that_it_reads), F(every_setting_is_in_the_help_and_the_document),
	};
	FILE *f = file_new(path);
	int failed;

	if (!f)
		return 1;
	fclose(f);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
