/* Starts of the program: each in a process of its own, as the environment is made once in one. */
#include "world.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tenant/keyring.h"

#include "base/banned.h"

static char folder[FOLDER_SIZE];

/* What one start does; the exit status of its process. Standard error goes to the file `said`. */
#define AS_ASKED 0
#define OTHERWISE 1
#define EXPECT(condition) \
	do { \
		if (!(condition)) \
			return OTHERWISE; \
	} while (0)

static int start(int (*what)(struct settings *s), const char *data)
{
	char program[] = "test", flag[] = "--data", path[PATH_SIZE], said[PATH_SIZE],
	     *argv[] = { program, flag, path, NULL };
	struct settings settings;
	int argc = 3, status;
	pid_t child = fork();

	if (child == 0) {
		snprintf(path, sizeof(path), "%s/%s", folder, data);
		snprintf(said, sizeof(said), "%s/said", folder);
		dup2(open(said, O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
		_exit(settings_load(&settings, &argc, argv) ? OTHERWISE : what(&settings));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool is_said(const char *text)
{
	char path[PATH_SIZE], line[16384] = "";
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/said", folder);
	f = fopen(path, "r");
	n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = '\0';
	return strstr(line, text) != NULL;
}

static mode_t mode_of(const char *name)
{
	char path[PATH_SIZE];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

/* -- starts -- */

static int opens(struct settings *s)
{
	struct store *store;

	EXPECT(environment_open(s, &store) == OK && store);
	EXPECT(store_check(store) == OK);
	environment_close(&store);
	EXPECT(!store);
	return AS_ASKED;
}

static int is_refused(struct settings *s)
{
	struct store *store;

	EXPECT(environment_open(s, &store) != OK);
	environment_close(&store);		/* as far as it was opened */
	return AS_ASKED;
}

/* The id of the default tenant's signing key goes to the file `kid`, or must be what stands there. */
static int has_the_same_key(struct settings *s)
{
	const struct keyring *ring = NULL;
	char path[PATH_SIZE], kid[64] = "";
	struct store *store;
	struct conn *c;
	struct txn *tx;
	FILE *f;

	EXPECT(environment_open(s, &store) == OK);
	EXPECT(conn_open(store, false, &c) == OK && txn_begin(c, "default", false, &tx) == OK);
	EXPECT(keyring_load(tx, "default", &ring) == OK && ring->count == 1);
	snprintf(path, sizeof(path), "%s/kid", folder);
	f = fopen(path, "r");
	if (f)
		EXPECT(fscanf(f, "%63s", kid) == 1 && !strcmp(kid, key_kid(keyring_current(ring))));
	else
		EXPECT((f = fopen(path, "w")) && fputs(key_kid(keyring_current(ring)), f) > 0);
	fclose(f);
	keyring_release(&ring);
	txn_rollback(&tx);
	conn_close(c);
	environment_close(&store);
	return AS_ASKED;
}

static int with_another_seal(struct settings *s)
{
	s->seal_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
	return is_refused(s);
}

static int with_no_seal_key(struct settings *s)
{
	s->seal_key = "too short";
	return is_refused(s);
}

static bool stands_at(struct settings *s, const char *core, const char *admin)
{
	struct store *store;

	return environment_open(s, &store) == OK && !strcmp(context.core_endpoint, core) &&
	       !strcmp(context.admin_endpoint, admin);
}

static int on_ports(struct settings *s)
{
	s->port = 80;
	s->admin_port = 8443;
	EXPECT(stands_at(s, "http://localhost:80", "http://localhost:8443"));
	return AS_ASKED;
}

static int on_tls(struct settings *s)
{
	s->tls_key = "key.pem";
	s->tls_certificate = "certificate.pem";
	s->admin_endpoint = "///";
	EXPECT(stands_at(s, "https://localhost:3001", "https://localhost:3002"));
	return AS_ASKED;
}

static int on_public_names(struct settings *s)
{
	s->endpoint = "https://ID.example.com.:443//";
	s->admin_endpoint = "https://admin.example.com/sub/";
	EXPECT(stands_at(s, "https://id.example.com", "https://admin.example.com/sub"));
	return AS_ASKED;
}

static int with_endpoints_nobody_can_open(struct settings *s)
{
	static const char *const bad[] = { "id.example.com", "ftp://id.example.com", "https:/id.example.com",
		"https://a:b@id.example.com", "https://id.example.com?x", "https://id.example.com#x",
		"https://id example.com", "https://id.example.com/a b" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		s->admin_endpoint = bad[i];
		EXPECT(is_refused(s) == AS_ASKED);
	}
	return AS_ASKED;
}

static int forgets_what_changed(struct settings *s)
{
	struct cache_ticket ticket, other;
	struct store *store;
	struct conn *c;
	struct txn *tx;

	EXPECT(environment_open(s, &store) == OK && conn_open(store, true, &c) == OK);
	cache_mark(context.cache);
	ticket = cache_ticket(context.cache, "default", CHANGE_KEYS);
	other = cache_ticket(context.cache, "default", CHANGE_SETTINGS);
	EXPECT(txn_begin(c, "default", true, &tx) == OK);
	store_note_change(tx, CHANGE_KEYS);
	EXPECT(txn_commit(&tx) == OK);
	EXPECT(!cache_is_current(context.cache, ticket, "default", CHANGE_KEYS));
	EXPECT(cache_is_current(context.cache, other, "default", CHANGE_SETTINGS));
	conn_close(c);
	environment_close(&store);
	return AS_ASKED;
}

/* -- cases -- */

static void a_first_start_makes_a_folder_that_nobody_else_reads(void **state)
{
	mode_t before = umask(0);

	(void)state;
	assert_int_equal(start(opens, "data"), AS_ASKED);
	umask(before);
	assert_int_equal(mode_of("data"), 0700);
	assert_int_equal(mode_of("data/seal.key"), 0600);
	assert_int_equal(mode_of("data/guildhall.db") & 0077, 0);
}

static void a_later_start_finds_what_the_first_has_made(void **state)
{
	(void)state;
	assert_int_equal(start(has_the_same_key, "data"), AS_ASKED);
	assert_int_equal(start(has_the_same_key, "data"), AS_ASKED);
}

static void a_start_that_fails_says_why(void **state)
{
	(void)state;
	assert_int_equal(start(is_refused, "no/such/folder"), AS_ASKED);
	assert_true(is_said("guildhall: cannot make the folder"));
	assert_int_equal(start(with_no_seal_key, "other"), AS_ASKED);
	assert_true(is_said("guildhall: "));
}

static void a_store_that_another_key_sealed_is_not_opened(void **state)
{
	(void)state;
	assert_int_equal(start(opens, "sealed"), AS_ASKED);
	assert_int_equal(start(with_another_seal, "sealed"), AS_ASKED);
	assert_true(is_said("the store was sealed with another key"));
	assert_int_equal(start(opens, "sealed"), AS_ASKED);
}

static void a_store_without_its_key_is_refused_and_gets_no_other(void **state)
{
	char path[PATH_SIZE], kept[PATH_SIZE];
	struct stat st;

	(void)state;
	assert_int_equal(start(opens, "lost"), AS_ASKED);
	snprintf(path, sizeof(path), "%s/lost/seal.key", folder);
	snprintf(kept, sizeof(kept), "%s/kept", folder);
	assert_int_equal(rename(path, kept), 0);
	assert_int_equal(start(is_refused, "lost"), AS_ASKED);
	assert_true(is_said("seal.key, and the store was sealed with a key"));
	assert_int_not_equal(stat(path, &st), 0);
	assert_int_equal(rename(kept, path), 0);
	assert_int_equal(start(opens, "lost"), AS_ASKED);
}

static void a_folder_that_others_may_write_is_closed_or_refused(void **state)
{
	char path[PATH_SIZE];

	(void)state;
	snprintf(path, sizeof(path), "%s/open", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, 01777), 0);
	assert_int_equal(start(is_refused, "open"), AS_ASKED);
	assert_true(is_said("can be written by others"));
	assert_int_equal(mode_of("open"), 0777);
	assert_int_equal(chmod(path, 0775), 0);
	assert_int_equal(start(opens, "open"), AS_ASKED);
	assert_true(is_said("could be written by others; its mode is 755 now"));
	assert_int_equal(mode_of("open"), 0755);
	assert_int_equal(start(opens, "open"), AS_ASKED);
	assert_false(is_said("others"));
}

static void what_is_no_folder_is_refused_by_its_path(void **state)
{
	char path[PATH_SIZE];

	(void)state;
	snprintf(path, sizeof(path), "%s/file", folder);
	close(open(path, O_WRONLY | O_CREAT, 0700));
	assert_int_equal(start(is_refused, "file"), AS_ASKED);
	assert_true(is_said(path));
}

static void endpoints_are_those_set_or_of_this_machine(void **state)
{
	(void)state;
	assert_int_equal(start(on_ports, "data"), AS_ASKED);
	assert_int_equal(start(on_tls, "data"), AS_ASKED);
	assert_int_equal(start(on_public_names, "data"), AS_ASKED);
	assert_int_equal(start(with_endpoints_nobody_can_open, "data"), AS_ASKED);
	assert_true(is_said("the endpoint must be http(s)://HOST"));
}

static void what_changes_in_the_store_is_forgotten(void **state)
{
	(void)state;
	assert_int_equal(start(forgets_what_changed, "data"), AS_ASKED);
}

static int begin(void **state)
{
	(void)state;
	return folder_new(folder) ? 0 : -1;
}

static int end(void **state)
{
	memcpy(world.folder, folder, sizeof(folder));
	return world_end(state);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(a_first_start_makes_a_folder_that_nobody_else_reads),
		CASE(a_later_start_finds_what_the_first_has_made),
		CASE(a_start_that_fails_says_why), CASE(a_store_that_another_key_sealed_is_not_opened),
		CASE(a_store_without_its_key_is_refused_and_gets_no_other),
		CASE(a_folder_that_others_may_write_is_closed_or_refused),
		CASE(what_is_no_folder_is_refused_by_its_path), CASE(endpoints_are_those_set_or_of_this_machine),
		CASE(what_changes_in_the_store_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
