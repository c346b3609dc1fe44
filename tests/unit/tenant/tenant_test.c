#include "world.h"

#include "tenant/keyring.h"
#include "base/banned.h"

STATEMENT(t_roles, "SELECT count(*) FROM roles WHERE tenant_id = $1");
STATEMENT(t_keys, "SELECT count(*) FROM signing_keys WHERE tenant_id = $1");
STATEMENT(t_counters, "SELECT count(*) FROM counters WHERE tenant_id = $1");
STATEMENT(t_organizations, "SELECT count(*) FROM organizations WHERE tenant_id = $1");
STATEMENT(t_fill, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)"
	  " INSERT INTO organizations (tenant_id, id, name, custom_data, is_mfa_required, color, branding,"
	  " created_at, search) SELECT $1, 'o' || i, 'many', '{}', 0, '{}', '{}', i, 'many' FROM n");
GLOBAL_STATEMENT(t_tenants, "SELECT count(*) FROM tenants");

static struct arena *arena;
static struct txn *tx;

static int begin(void **state)
{
	(void)state;
	arena = arena_new();
	tx = write_begin("default");
	return 0;
}

static int end(void **state)
{
	(void)state;
	txn_rollback(&tx);
	arena_free(arena);
	return 0;
}

#define MUST(call) assert_int_equal(call, OK)

/* Past this the tenant is there for other transactions, until drop(). */
static void make(const char *id, const char *host)
{
	MUST(make_tenant(tx, id, host, id));
	MUST(txn_commit(&tx));
	tx = write_begin("default");
}

static void drop(const char *id)
{
	MUST(end_tenant(tx, id));
	MUST(txn_commit(&tx));
	tx = write_begin("default");
}

static const struct tenant *found_at(const char *origin)
{
	const struct tenant *t;

	MUST(tenant_resolve(read_begin("default"), arena, origin, &t));
	read_end();
	return t;
}

static err_t find(const char *id)
{
	const struct tenant *t;
	err_t e = tenant_find(read_begin("default"), arena, id, &t);

	read_end();
	return e;
}

static int64_t count(const char *tenant, struct statement *s)
{
	int64_t n = -1;

	txn_set_tenant(tx, tenant);
	MUST(store_int(tx, s, NO_ARGS, &n));
	txn_set_tenant(tx, "default");
	return n;
}

/* -- by origin -- */

struct at {
	const char *origin, *id;
};

static void resolve(const struct at *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(found_at(cases[i].origin)->id, cases[i].id))
			fail_msg("%s is %s, not %s", cases[i].origin, found_at(cases[i].origin)->id, cases[i].id);
}

static void what_is_nobodys_host_is_the_default_tenants(void **state)
{
	static const struct at cases[] = {
		{ "http://localhost:3001", "default" }, { "HTTP://LOCALHOST:3001", "default" },
		{ "http://[::1]:3001", "default" }, { "http://[::1]", "default" }, { "http://default", "default" },
		{ "http://admin", "default" }, { "http://admin:3001", "default" },
		{ "http://x.acme.example", "default" }, { "http://acme.example.", "acme" },
		{ "http://acme.example.:81", "acme" }, { "nonsense", "default" }, { "http://", "default" },
		{ "http://acme.example", "acme" }, { "https://acme.example", "acme" },
		{ "http://acme.example:1", "acme" },
	};

	(void)state;
	make("acme", "acme.example");
	resolve(cases, ARRAY_LEN(cases));
	drop("acme");
}

static void the_host_with_the_port_wins_over_the_host_alone(void **state)
{
	static const struct at cases[] = {
		{ "http://x.example", "port" }, { "http://x.example:81", "bare" }, { "http://x.example:80", "port" },
		{ "https://x.example:80", "port" }, { "https://x.example", "bare" }, { "http://x.example:8", "bare" },
		{ "http://x.example:800", "bare" },
	};

	(void)state;
	make("bare", "x.example");
	make("port", "x.example:80");
	resolve(cases, ARRAY_LEN(cases));
	drop("bare");
	assert_string_equal(found_at("https://x.example")->id, "default");
	assert_string_equal(found_at("http://x.example")->id, "port");
	drop("port");
}

static void the_admin_tenant_answers_on_its_endpoint_and_on_its_own_port(void **state)
{
	static const struct at cases[] = {
		{ "http://localhost:3002", "admin" }, { "https://localhost:3002", "admin" },
		{ "https://Admin.example", "admin" }, { "http://admin.example", "default" },
		{ "https://admin.example:3002", "default" }, { "http://127.0.0.1:3002", "default" },
		{ "http://localhost:30020", "default" }, { "http://localhost:", "default" },
		{ "http://localhost", "default" },
		{ "http://localhost:00000000000000000000000000000003002", "default" },
	};
	const char *before = context.admin_endpoint;

	(void)state;
	assert_true(found_at(before)->is_admin);
	assert_false(found_at("http://localhost:3001")->is_admin);
	context.admin_endpoint = "https://admin.example";
	resolve(cases, ARRAY_LEN(cases));
	world.settings.admin_port = 0;		/* taken by the system: nobody's */
	assert_string_equal(found_at("http://localhost:0")->id, "default");
	world.settings.admin_port = 3002;
	context.admin_endpoint = before;
}

static void one_host_has_many_spellings(void **state)
{
	static const struct at cases[] = {
		{ "https://console.example.com", "admin" }, { "https://console.example.com:443", "admin" },
		{ "https://CONSOLE.example.com.", "admin" }, { "http://console.example.com", "default" },
		{ "https://xn--bcher-kva.example", "books" }, { "https://b\u00fccher.example", "books" },
		{ "https://B\u00dcCHER.example.", "books" }, { "https://\xff.example", "default" },
	};
	const char *before = context.admin_endpoint;

	(void)state;
	context.admin_endpoint = "https://console.example.com:443/sub";
	make("books", "b\u00fccher.example");
	resolve(cases, ARRAY_LEN(cases));
	drop("books");
	context.admin_endpoint = before;
}

static void a_host_that_is_taken_is_refused(void **state)
{
	static const char *const taken[] = {
		"core.example", "core.example:443", "admin.example", "admin.example:8443", "localhost:3002",
		"xn--bcher-kva.example", "b\u00fccher.example:443",
	};
	static const char *const own[] = { "core.example:444", "admin.example:444", "localhost", "localhost:3001" };
	const char *core = context.core_endpoint, *admin = context.admin_endpoint;

	(void)state;
	context.core_endpoint = "https://core.example";
	context.admin_endpoint = "https://admin.example:8443";
	make("books", "b\u00fccher.example");
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		err_t e = make_tenant(tx, "taken", taken[i], "A");

		if (e != (strstr(taken[i], "cher") ? ERR_UNIQUE : ERR_REQUEST_INPUT))
			fail_msg("%s: %s", taken[i], err_name(e));
		txn_rollback(&tx);
		tx = write_begin("default");
	}
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		MUST(make_tenant(tx, arena_printf(arena, "own%zu", i), own[i], "A"));
	txn_rollback(&tx);
	tx = write_begin("default");
	drop("books");
	context.core_endpoint = core;
	context.admin_endpoint = admin;
}

static void a_tenant_is_reached_as_the_default_one_is(void **state)
{
	static const struct { const char *core, *host, *endpoint; } cases[] = {
		{ "http://localhost:3001", "a.example", "http://a.example:3001" },
		{ "http://localhost:3001", "a.example:80", "http://a.example" },
		{ "http://localhost:3001", "a.example:3001", "http://a.example:3001" },
		{ "https://core.example", "a.example:443", "https://a.example" },
		{ "https://core.example", "b\u00fccher.example", "https://xn--bcher-kva.example" },
		{ "https://core.example", "a.example", "https://a.example" },
		{ "https://core.example", "a.example:8443", "https://a.example:8443" },
		{ "https://[::1]", "a.example", "https://a.example" },
		{ "https://[::1]:8443", "a.example", "https://a.example:8443" },
	};
	const char *before = context.core_endpoint;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *id = arena_printf(arena, "t%zu", i);
		const struct tenant *t;

		context.core_endpoint = cases[i].core;
		txn_rollback(&tx);
		tx = write_begin("default");
		MUST(make_tenant(tx, id, cases[i].host, "A"));
		MUST(tenant_find(tx, arena, id, &t));
		assert_string_equal(t->endpoint, cases[i].endpoint);
		assert_string_equal(t->issuer, arena_printf(arena, "%s/oidc", cases[i].endpoint));
		assert_string_equal(t->indicator, arena_printf(arena, "https://%s.logto.app/api", id));
	}
	context.core_endpoint = before;
}

/* -- memory -- */

static void what_was_looked_up_is_remembered_until_tenants_change(void **state)
{
	static const char origin[] = "http://new.example";

	(void)state;
	assert_null(tenant_recall(arena, origin));
	assert_string_equal(found_at(origin)->id, "default");
	assert_string_equal(tenant_recall(arena, origin)->id, "default");
	make("new", "new.example");
	assert_null(tenant_recall(arena, origin));
	assert_string_equal(found_at(origin)->id, "new");
	assert_string_equal(tenant_recall(arena, origin)->id, "new");
	MUST(find("new"));
	drop("new");
	assert_null(tenant_recall(arena, origin));
	assert_int_equal(find("new"), ERR_NOT_FOUND);
}

/* Whatever strangers name, they take a few places and leave the tenants' alone. */
static void origins_of_nobody_do_not_fill_the_memory(void **state)
{
	const int tried = 300;
	int remembered = 0;

	(void)state;
	make("known", "known.example");
	assert_string_equal(found_at("http://known.example")->id, "known");
	for (int i = 0; i < tried; i++)
		assert_string_equal(found_at(arena_printf(arena, "http://stranger-%d.example", i))->id, "default");
	for (int i = 0; i < tried; i++)
		remembered += tenant_recall(arena, arena_printf(arena, "http://stranger-%d.example", i)) != NULL;
	assert_in_range(remembered, 1, 64);
	assert_non_null(tenant_recall(arena, arena_printf(arena, "http://stranger-%d.example", tried - 1)));
	assert_string_equal(tenant_recall(arena, "http://known.example")->id, "known");
	drop("known");
}

/* A tenant without a port is found at every port. */
static void ports_and_spellings_of_a_tenant_do_not_fill_the_memory_either(void **state)
{
	static const char *const own[] = {
		"http://known.example", "https://known.example", "http://known.example:3001",
		"http://ported.example:77",
	};
	const int tried = 300;
	int remembered = 0;

	(void)state;
	make("known", "known.example");
	make("ported", "ported.example:77");
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		assert_string_not_equal(found_at(own[i])->id, "default");
	for (int i = 0; i < tried; i++)
		assert_string_equal(found_at(arena_printf(arena, "http://known.example:%d", 4000 + i))->id, "known");
	assert_string_equal(found_at("http://\uff4bnown.example")->id, "known");	/* full width */
	for (int i = 0; i < tried; i++)
		remembered += tenant_recall(arena, arena_printf(arena, "http://known.example:%d", 4000 + i)) != NULL;
	assert_in_range(remembered, 1, 64);
	assert_string_equal(tenant_recall(arena, "http://\uff4bnown.example")->id, "known");
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		assert_string_not_equal(tenant_recall(arena, own[i])->id, "default");
	drop("known");
	drop("ported");
}

static void a_tenant_that_was_never_written_is_not_remembered(void **state)
{
	const struct tenant *t;

	(void)state;
	MUST(make_tenant(tx, "ghost", "ghost.example", "Ghost"));
	assert_true(tenant_ticket(tx, NULL, CHANGE_TENANTS).off);
	MUST(tenant_find(tx, arena, "ghost", &t));
	MUST(tenant_resolve(tx, arena, "http://ghost.example", &t));
	assert_string_equal(t->id, "ghost");
	txn_rollback(&tx);
	assert_null(tenant_recall(arena, "http://ghost.example"));
	assert_int_equal(find("ghost"), ERR_NOT_FOUND);
	assert_string_equal(found_at("http://ghost.example")->id, "default");
	assert_false(tenant_ticket(read_begin("default"), NULL, CHANGE_TENANTS).off);
	read_end();
	tx = write_begin("default");
}

static void an_origin_longer_than_any_host_costs_no_memory(void **state)
{
	const char *origin = arena_printf(arena, "https://%0300d", 0);

	(void)state;
	assert_string_equal(tenant_recall(arena, origin)->id, "default");
	assert_string_equal(found_at(origin)->id, "default");
}

/* -- making -- */

static void ids_hosts_and_names_have_their_form(void **state)
{
	static const struct { const char *id, *host, *name; err_t e; } cases[] = {
		{ "a", "a.example", "A", OK }, { "0-9", "x", "A", OK },
		{ "abcdefghijklmnopqrs", "a-b.example:65535", "A", OK }, { "", "a.example", "A", ERR_REQUEST_INPUT },
		{ "abcdefghijklmnopqrst", "a.example", "A", ERR_REQUEST_INPUT },
		{ "-a", "a.example", "A", ERR_REQUEST_INPUT }, { "a-", "a.example", "A", ERR_REQUEST_INPUT },
		{ "-", "a.example", "A", ERR_REQUEST_INPUT }, { "A", "a.example", "A", ERR_REQUEST_INPUT },
		{ "a.b", "a.example", "A", ERR_REQUEST_INPUT }, { "a_b", "a.example", "A", ERR_REQUEST_INPUT },
		{ "b", "", "A", ERR_REQUEST_INPUT }, { "b", ".example", "A", ERR_REQUEST_INPUT },
		{ "b", "-x", "A", ERR_REQUEST_INPUT }, { "b", "B.example", "A", ERR_REQUEST_INPUT },
		{ "b", "http://b", "A", ERR_REQUEST_INPUT }, { "b", "b/x", "A", ERR_REQUEST_INPUT },
		{ "b", ":80", "A", ERR_REQUEST_INPUT }, { "b", "b:", "A", ERR_REQUEST_INPUT },
		{ "b", "b:x", "A", ERR_REQUEST_INPUT }, { "b", "b:123456", "A", ERR_REQUEST_INPUT },
		{ "b", "b:65536", "A", ERR_REQUEST_INPUT }, { "b", "b.", "A", ERR_REQUEST_INPUT },
		{ "b", "b..example", "A", ERR_REQUEST_INPUT }, { "b", "b:80:80", "A", ERR_REQUEST_INPUT },
		{ "b", "b example", "A", ERR_REQUEST_INPUT },
		{ "b", "b.example", "", ERR_REQUEST_INPUT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		err_clear();
		if (make_tenant(tx, cases[i].id, cases[i].host, cases[i].name) != cases[i].e)
			fail_msg("'%s' at '%s'", cases[i].id, cases[i].host);
		if (cases[i].e)
			assert_string_equal(err_fault()->args[0].key, "reason");
	}
	MUST(make_tenant(tx, "long", "long.example", arena_printf(arena, "%0128d", 0)));
	assert_int_equal(make_tenant(tx, "longer", "longer.example", arena_printf(arena, "%0129d", 0)),
			 ERR_REQUEST_INPUT);
	MUST(make_tenant(tx, "h255", arena_printf(arena, "%063d.%063d.%063d.%063d:65535", 0, 0, 0, 0), "A"));
	assert_int_equal(make_tenant(tx, "h256", arena_printf(arena, "%063d.%063d.%063d.%062d.0", 0, 0, 0, 0), "A"),
			 ERR_REQUEST_INPUT);
	assert_int_equal(make_tenant(tx, "label", arena_printf(arena, "%064d", 0), "A"), ERR_REQUEST_INPUT);
}

static void an_id_and_a_host_belong_to_one_tenant(void **state)
{
	static const struct { const char *id, *host; } taken[] = {
		{ "acme", "b.example" }, { "b", "acme.example" }, { "default", "b.example" }, { "admin", "b.example" },
		{ "b", "default" }, { "b", "admin" },
	};

	(void)state;
	MUST(make_tenant(tx, "acme", "acme.example", "Acme"));
	assert_string_equal(txn_tenant(tx), "default");
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		MUST(txn_savepoint(tx, "default"));
		assert_int_equal(make_tenant(tx, taken[i].id, taken[i].host, "B"), ERR_UNIQUE);
		assert_string_equal(txn_tenant(tx), "default");
		MUST(txn_rollback_to(tx));
	}
}

static void a_new_tenant_signs_as_the_settings_say(void **state)
{
	static const struct { const char *algorithm; err_t e; } cases[] = {
		{ "ES384", OK }, { "EdDSA", OK }, { "HS256", ERR_INTERNAL }, { "", ERR_INTERNAL },
	};
	const char *before = world.settings.signing_algorithm;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *id = arena_printf(arena, "k%zu", i);
		const struct keyring *ring = NULL;

		world.settings.signing_algorithm = cases[i].algorithm;
		assert_int_equal(make_tenant(tx, id, id, "A"), cases[i].e);
		assert_string_equal(txn_tenant(tx), "default");
		if (cases[i].e)
			continue;
		MUST(keyring_load(tx, id, &ring));
		assert_string_equal(key_algorithm_name(key_algorithm(keyring_current(ring))), cases[i].algorithm);
		keyring_release(&ring);
	}
	world.settings.signing_algorithm = before;
}

/* -- ending -- */

static void make_large_tenant(const char *id, int organizations)
{
	MUST(make_tenant(tx, id, "acme.example", "Acme"));
	txn_set_tenant(tx, id);
	MUST(store_exec(tx, &t_fill, ARGS(N(organizations)), NULL));
	txn_set_tenant(tx, "default");
}

static void a_deleted_tenant_leaves_nothing_and_the_built_in_ones_stay(void **state)
{
	(void)state;
	assert_int_equal(end_tenant(tx, "default"), ERR_CHECK);
	assert_int_equal(end_tenant(tx, "admin"), ERR_CHECK);
	assert_int_equal(end_tenant(tx, "nobody"), ERR_NOT_FOUND);
	MUST(make_tenant(tx, "acme", "acme.example", "Acme"));
	assert_int_equal(count("acme", &t_roles), 2);
	assert_int_equal(count("acme", &t_keys), 1);
	assert_true(count("acme", &t_counters) > 0);
	MUST(end_tenant(tx, "acme"));
	assert_string_equal(txn_tenant(tx), "default");
	assert_int_equal(count("acme", &t_roles), 0);
	assert_int_equal(count("acme", &t_keys), 0);
	assert_int_equal(count("acme", &t_counters), 0);
	assert_int_equal(count("default", &t_roles), 2);
	assert_int_equal(end_tenant(tx, "acme"), ERR_NOT_FOUND);
	MUST(make_tenant(tx, "acme", "acme.example", "Acme"));	/* the name is free again */
}

static void a_large_tenant_goes_in_slices(void **state)
{
	int slices = 0;
	bool more;

	(void)state;
	make_large_tenant("acme", 12000);
	for (MUST(tenant_delete(tx, "acme", &more)); more; MUST(tenant_delete(tx, "acme", &more))) {
		slices++;
		assert_int_equal(count("acme", &t_organizations), 12000 - slices * 5000);
	}
	assert_int_equal(slices, 2);
	assert_int_equal(count("acme", &t_organizations) + count("acme", &t_roles), 0);
	assert_int_equal(tenant_delete(tx, "acme", &more), ERR_NOT_FOUND);
}

static void a_large_tenant_is_gone_for_everybody_after_its_first_slice(void **state)
{
	struct arena *a = arena_new();
	int64_t proxies = count("admin", &t_roles);
	const struct tenant *found;
	bool more;

	(void)state;
	make_large_tenant("acme", 12000);
	assert_int_equal(count("admin", &t_roles), proxies + 1);
	MUST(tenant_delete(tx, "acme", &more));
	assert_true(more);
	assert_int_equal(tenant_find(tx, a, "acme", &found), ERR_NOT_FOUND);
	MUST(tenant_resolve(tx, a, "http://acme.example", &found));
	assert_string_equal(found->id, "default");
	assert_int_equal(count("admin", &t_roles), proxies);
	assert_int_equal(make_tenant(tx, "acme", "new.example", "Acme"), ERR_REQUEST_INPUT);
	MUST(make_tenant(tx, "other", "acme.example", "Other"));	/* the host is free */
	for (MUST(tenant_deletion_slice(tx, a, &more)); more; MUST(tenant_deletion_slice(tx, a, &more)))
		assert_string_equal(txn_tenant(tx), "default");
	assert_int_equal(count("acme", &t_organizations) + count("acme", &t_roles) + count("acme", &t_counters), 0);
	assert_true(count("other", &t_roles) > 0);
	MUST(make_tenant(tx, "acme", "new.example", "Acme"));
	arena_free(a);
}

static void seeding_what_is_seeded_changes_nothing(void **state)
{
	int64_t roles = count("admin", &t_roles), tenants = count("admin", &t_tenants);
	bool seeded = false;

	(void)state;
	MUST(tenant_is_seeded(tx, &seeded));
	assert_true(seeded);
	MUST(seed_tenants(tx));
	assert_string_equal(txn_tenant(tx), "default");
	assert_int_equal(count("admin", &t_roles), roles);
	assert_int_equal(count("admin", &t_tenants), tenants);
	assert_int_equal(count("default", &t_keys), 1);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(what_is_nobodys_host_is_the_default_tenants),
		CASE(the_host_with_the_port_wins_over_the_host_alone),
		CASE(the_admin_tenant_answers_on_its_endpoint_and_on_its_own_port),
		CASE(one_host_has_many_spellings), CASE(a_host_that_is_taken_is_refused),
		CASE(a_tenant_is_reached_as_the_default_one_is),
		CASE(what_was_looked_up_is_remembered_until_tenants_change),
		CASE(origins_of_nobody_do_not_fill_the_memory),
		CASE(ports_and_spellings_of_a_tenant_do_not_fill_the_memory_either),
		CASE(a_tenant_that_was_never_written_is_not_remembered),
		CASE(an_origin_longer_than_any_host_costs_no_memory), CASE(ids_hosts_and_names_have_their_form),
		CASE(an_id_and_a_host_belong_to_one_tenant), CASE(a_new_tenant_signs_as_the_settings_say),
		CASE(a_deleted_tenant_leaves_nothing_and_the_built_in_ones_stay), CASE(a_large_tenant_goes_in_slices),
		CASE(a_large_tenant_is_gone_for_everybody_after_its_first_slice),
		CASE(seeding_what_is_seeded_changes_nothing),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
