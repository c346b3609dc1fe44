#include <limits.h>

#include "store/fixture.h"

BOTH(a_second_start_applies_nothing)
{
	ON(engine);
	struct fixture g = f;
	int applied = -1;

	CHECK_OK(store_migrate(f.store, &applied));
	assert_int_equal(2, applied);	/* those of the start */
	CHECK_OK(fixture_start(&g));
	CHECK_OK(store_migrate(g.store, &applied));
	assert_int_equal(0, applied);
	store_stop(g.store);
}

BOTH(a_newer_database_is_refused)
{
	ON(engine);
	struct fixture g = f;

	store__program.migration_count = 1;
	CHECK_ERR(ERR_STORE, fixture_start(&g));
}

BOTH(a_migration_that_fails_leaves_nothing)
{
	ON(engine);
	struct fixture g = f;
	static const struct migration broken[] = {
		{ 1, "a", true, true, "SELECT 1;" },
		{ 3, "good", true, true, "CREATE TABLE good (x bigint);" },
		{ 4, "bad", true, true, "CREATE TABLE half (x bigint); INSERT INTO nowhere VALUES (1);" },
	};
	static const struct migration mended[] = {
		{ 3, "good", true, true, "CREATE TABLE good (x bigint);" },
		{ 4, "bad", true, true, "CREATE TABLE half (x bigint); INSERT INTO half VALUES (1);" },
	};
	int applied = 0;

	store__program.migrations = broken;
	store__program.migration_count = ARRAY_LEN(broken);
	CHECK_ERR(ERR_STORE, fixture_start(&g));
	store__program.migrations = mended;
	store__program.migration_count = ARRAY_LEN(mended);
	CHECK_OK(fixture_start(&g));
	CHECK_OK(store_migrate(g.store, &applied));
	assert_int_equal(1, applied);
	store_stop(g.store);
}

BOTH(a_migration_may_change_searched_rows_and_tables_that_others_refer_to)
{
	ON(engine);
	struct txn *tx = write_in(&f, "acme");
	struct fixture g = f;
	static const struct migration next[] = {
		{ 3, "words", true, true, "UPDATE things SET search = 'rewritten';" },
		{ 4, "anew", true, false,
		  "CREATE TABLE things2 (seq INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, id TEXT NOT NULL,"
		  " name TEXT, n bigint NOT NULL DEFAULT 0,"
		  " real_n double precision, data BLOB, search TEXT NOT NULL DEFAULT '', UNIQUE (tenant_id, id));"
		  "INSERT INTO things2 SELECT * FROM things; DROP TABLE things; ALTER TABLE things2 RENAME TO"
		  " things;" },
		{ 4, "anew", false, true, "ALTER TABLE things DROP CONSTRAINT things_name;" },
	};
	int64_t n = 0;

	CHECK_OK(add(tx, "a", "ada"));
	CHECK_OK(store_exec(tx, &part_add, ARGS(T("p"), T("a")), NULL));
	CHECK_OK(txn_commit(&tx));
	store__program.migrations = next;
	store__program.migration_count = ARRAY_LEN(next);
	CHECK_OK(fixture_start(&g));
	tx = read_in(&f, "acme");
	assert_string_equal("a", join_rows(&f, tx, &thing_found, ARGS(T("rewrit"))));
	CHECK_OK(txn_commit(&tx));
	tx = write_in(&f, "acme");
	CHECK_OK(add(tx, "b", "ada"));	/* the prepared statement goes on */
	CHECK_OK(store_exec(tx, &thing_drop, ARGS(T("a")), &n));
	assert_int_equal(1, n);
	CHECK_OK(txn_commit(&tx));
	store_stop(g.store);
}

static void a_migration_that_breaks_a_reference_is_refused(void **state)
{
	ON(SQLITE);
	struct txn *tx = write_in(&f, "acme");
	struct fixture g = f;
	static const struct migration bad[] = { { 3, "orphans", true, false, "DELETE FROM things;" } };

	(void)state;
	CHECK_OK(add(tx, "a", "ada"));
	CHECK_OK(store_exec(tx, &part_add, ARGS(T("p"), T("a")), NULL));
	CHECK_OK(txn_commit(&tx));
	store__program.migrations = bad;
	store__program.migration_count = 1;
	CHECK_ERR(ERR_STORE, fixture_start(&g));
	assert_int_equal(1, count_in(&f, "acme"));
}

static struct statement no_tenant = { "no_tenant", "SELECT id FROM things", "SELECT id FROM things", false, 0 };
STMT(misspelt, "SELECT idd FROM things WHERE tenant_id = $1");
static struct statement namesake = { "thing_name", "SELECT id FROM things WHERE tenant_id = $1",
	"SELECT id FROM things WHERE tenant_id = $1", false, 0 };

/* Last: what is registered stays. */
static void a_misspelt_statement_fails_the_check(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, SQLITE);
	store_register(&misspelt);
	CHECK_OK(fixture_start(&f));
	CHECK_ERR(ERR_STORE, store_check(f.store));
	fixture_done(&f);
}

static void two_statements_of_one_name_stop_the_start(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, SQLITE);
	store_register(&namesake);
	CHECK_ERR(ERR_STORE, fixture_start(&f));
	assert_string_equal("two statements are called thing_name", err_fault()->detail);
	fixture_done(&f);
}

static void a_statement_without_a_tenant_stops_the_start(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, SQLITE);
	store_register(&no_tenant);
	CHECK_ERR(ERR_STORE, fixture_start(&f));
	assert_non_null(strstr(err_fault()->detail, "no $1"));
	fixture_done(&f);
}

/* The program's own: each is well formed, and they follow each other. */
static void the_embedded_migrations_are_in_order(void **state)
{
	int i;
	char *text;

	(void)state;
	for (i = 0; i < store__migration_count; i++) {
		assert_true(i == 0 || store__migrations[i].version >= store__migrations[i - 1].version);
		CHECK_OK(store__expand(store__migrations[i].sqlite ? SQLITE : POSTGRES, store__migrations[i].text,
				       &text));
		free(text);
	}
}

/* A store of the program's own tables, as they are after this migration. */
static struct fixture fixture_embedded(enum engine engine, int version)
{
	struct fixture f;
	int n = 0;

	fixture_init(&f, engine);
	while (n < store__migration_count && store__migrations[n].version <= version)
		n++;
	store__program = (struct store_program){ store__migrations, n, NULL, NULL };
	f.store = store__alloc(sizeof(*f.store));
	f.store->engine = engine;
	f.store->ops = engine == SQLITE ? &store__sqlite : &store__postgres;
	f.store->path = strdup(f.path);
	f.store->url = strdup(f.url);
	CHECK_OK(f.store->ops->prepare_store(f.store));
	CHECK_OK(store_migrate(f.store, NULL));
	return f;
}

BOTH(the_embedded_migrations_apply)
{
	struct fixture f = fixture_embedded(engine, INT_MAX);

	fixture_done(&f);
}

static void run_script(struct fixture *f, const char *text)
{
	struct txn *tx = write_in(f, NULL);

	CHECK_OK(tx->ops->script(tx, text));
	CHECK_OK(txn_commit(&tx));
}

/* The separator of fields, within a field and between two: in the texts of before the same, in those of now not. */
#define WAS "\x1f"
#define IS "\x1e"
#define OLD_ROWS(S) \
	"INSERT INTO tenants (id, host, name, created_at) VALUES ('t', 't', 't', 0);" \
	"INSERT INTO organizations (tenant_id, id, name, custom_data, is_mfa_required, color, branding, created_at," \
	" search) VALUES ('t', 'o', 'A" S "\xc3\x84', '{}', 0, '{}', '{}', 0, 'o" S "a" S "\xc3\xa4');" \
	"INSERT INTO roles (tenant_id, id, name, description, type, is_default, created_at, search)" \
	" VALUES ('t', 'r', '" S "N', 'D" S "', 'User', 0, 0, 'r" S S "n" S "d" S "');" \
	"INSERT INTO organization_scopes (tenant_id, id, name, search) VALUES ('t', 's', 'W" S "', 'w" S "');" \
	"INSERT INTO users (tenant_id, id, primary_email, primary_phone, username, name, profile, identities," \
	" custom_data, logto_config, mfa_verifications, is_suspended, is_password_expired, created_at, updated_at," \
	" search) VALUES ('t', 'u', '\xc3\x84" S "@b.c', '49', 'Bob', 'N" S "', '{}', '{}', '{}', '{}', '[]'," \
	" 0, 0, 0, 0, 'u" S "\xc3\xa4" S "@b.c" S "49" S "bob" S "n" S "')," \
	" ('t', 'v', NULL, NULL, NULL, 'x', '{}', '{}', '{}', '{}', '[]', 0, 0, 0, 0, 'v" S S S S "x');"
#define ALL_ARE_AS_NOW(S, R) \
	"CREATE TABLE probe (n bigint NOT NULL CHECK (n = 5));" \
	"INSERT INTO probe SELECT count(*) FROM (SELECT search FROM organizations UNION ALL SELECT search FROM roles" \
	" UNION ALL SELECT search FROM organization_scopes UNION ALL SELECT search FROM users) texts" \
	" WHERE search IN ('o" S "a" R "\xc3\xa4', 'r" S R "n" S "d" R "', 'w" R "'," \
	" 'u" S "\xc3\xa4" R "@b.c" S "49" S "bob" S "n" R "', 'v" S S S S "x')"

BOTH(a_separator_within_a_field_of_an_old_search_text_becomes_another_character)
{
	struct fixture f = fixture_embedded(engine, 7);

	CHECK_OK(conn_open(f.store, true, &f.w));
	run_script(&f, OLD_ROWS(WAS));
	store__program.migration_count = store__migration_count;
	CHECK_OK(store_migrate(f.store, NULL));
	run_script(&f, ALL_ARE_AS_NOW(WAS, IS));
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BOTH(a_second_start_applies_nothing), RUN_BOTH(a_newer_database_is_refused),
		RUN_BOTH(a_migration_that_fails_leaves_nothing),
		RUN_BOTH(a_migration_may_change_searched_rows_and_tables_that_others_refer_to),
		cmocka_unit_test(a_migration_that_breaks_a_reference_is_refused),
		cmocka_unit_test(the_embedded_migrations_are_in_order), RUN_BOTH(the_embedded_migrations_apply),
		RUN_BOTH(a_separator_within_a_field_of_an_old_search_text_becomes_another_character),
		cmocka_unit_test(a_misspelt_statement_fails_the_check),
		cmocka_unit_test(two_statements_of_one_name_stop_the_start),
		cmocka_unit_test(a_statement_without_a_tenant_stops_the_start),
	};

	log_start(LOG_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
