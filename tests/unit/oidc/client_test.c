/* An application as OAuth sees it (oidc.md sections 4.1 and 4.2). */
#include "fixture.h"

#include "base/banned.h"

STATEMENT(t_move_secret,
	  "UPDATE application_secrets SET application_id = $2 WHERE tenant_id = $1 AND application_id = $3");
STATEMENT(t_count_apps, "SELECT count(*) FROM applications WHERE tenant_id = $1");
STATEMENT(t_change, "UPDATE applications SET custom_client_metadata = $2 WHERE tenant_id = $1 AND id = $3");

#define CODE (GRANT_AUTHORIZATION_CODE | GRANT_REFRESH_TOKEN)

static err_t load_in(struct txn *tx, const char *tenant, const char *id, const struct client **out)
{
	struct arena *a = arena_new();
	const struct tenant *t;
	err_t e;

	*out = NULL;
	MUST(tenant_find(tx, a, tenant, &t));
	e = client_load(tx, t, id, out);
	arena_free(a);
	return e;
}

static err_t load(const char *tenant, const char *id, const struct client **out)
{
	err_t e = load_in(read_begin(tenant), tenant, id, out);

	read_end();
	return e;
}

static void put(const struct app *app)
{
	struct txn *tx = write_begin("default");

	add_app(tx, app);
	MUST(txn_commit(&tx));
}

static void what_a_client_may_do_is_its_type(void **state)
{
	static const char device[] = "{\"isDeviceFlow\":true}", exchange[] = "{\"allowTokenExchange\":true}";
	static const struct { struct app app; bool is_public, is_native; unsigned grants; } cases[] = {
		{ { "native", "Native" }, true, true, CODE },
		{ { "tv", "Native", .custom = device }, true, true, GRANT_DEVICE_CODE | GRANT_REFRESH_TOKEN },
		{ { "page", "SPA", .custom = device }, true, false, CODE },	/* only a native one can be a device */
		{ { "site", "Traditional" }, false, false, CODE },
		{ { "robot", "MachineToMachine" }, false, false, GRANT_CLIENT_CREDENTIALS },
		{ { "robot-tv", "MachineToMachine", .custom = device }, false, false, GRANT_CLIENT_CREDENTIALS },
		{ { "protected", "Protected" }, false, false, CODE },
		{ { "saml", "SAML" }, false, false, CODE },
		{ { "trader", "MachineToMachine", .custom = exchange }, false, false,
		  GRANT_CLIENT_CREDENTIALS | GRANT_TOKEN_EXCHANGE },
		/* never for third parties */
		{ { "guest", "Traditional", .custom = exchange, .is_third_party = true }, false, false, CODE },
		{ { "truthy", "Traditional", .custom = "{\"allowTokenExchange\":\"true\",\"isDeviceFlow\":1}" }, false,
		  false, CODE },
		{ { "broken", "Native", "[", "{" }, true, true, CODE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct client *c;

		put(&cases[i].app);
		MUST(load("default", cases[i].app.id, &c));
		assert_string_equal(c->id, cases[i].app.id);
		assert_int_equal(c->is_public, cases[i].is_public);
		assert_int_equal(c->is_native, cases[i].is_native);
		assert_int_equal(c->is_third_party, cases[i].app.is_third_party);
		assert_int_equal(c->grants, cases[i].grants);
		client_release(&c);
	}
}

static void texts_of_its_lists_are_taken_and_nothing_else(void **state)
{
	const struct client *c;

	(void)state;
	put(&(struct app){ "lists", "SPA", "{\"redirectUris\":[\"a:/\",7,null,\"b:/\"]}",
			   "{\"corsAllowedOrigins\":{\"x\":\"y\"}}" });
	MUST(load("default", "lists", &c));
	assert_string_equal(c->redirect_uris[0], "a:/");
	assert_string_equal(c->redirect_uris[1], "b:/");
	assert_null(c->redirect_uris[2]);
	assert_null(c->cors_origins[0]);
	client_release(&c);
}

static void the_built_in_ones_need_no_row_and_live_below_their_tenant(void **state)
{
	static const struct { const char *tenant, *id, *uri; unsigned grants; } cases[] = {
		{ "default", "demo-app", "http://localhost:3001/demo-app", CODE },
		{ "admin", "demo-app", ADMIN_ORIGIN "/demo-app", CODE },
		{ "default", "account-center", "http://localhost:3001/account", CODE },
		{ "default", "device-demo-app", NULL, GRANT_DEVICE_CODE | GRANT_REFRESH_TOKEN },
		{ "admin", "admin-console", ADMIN_ORIGIN "/console/callback", CODE },
	};
	const struct client *c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		MUST(load(cases[i].tenant, cases[i].id, &c));
		assert_true(c->is_public);
		assert_int_equal(c->grants, cases[i].grants);
		assert_int_equal(c->secret_count, 0);
		if (cases[i].uri)
			assert_string_equal(c->redirect_uris[0], cases[i].uri);
		else
			assert_null(c->redirect_uris[0]);
		client_release(&c);
	}
	assert_int_equal(load("default", "admin-console", &c), ERR_NOT_FOUND);
	put(&(struct app){ "admin-console", "SPA", "{\"redirectUris\":[]}" });
	MUST(load("default", "admin-console", &c));	/* an ordinary application of that name */
	assert_null(c->redirect_uris[0]);
	client_release(&c);
}

static void the_preview_may_be_used_at_the_port_behind_a_proxy_too(void **state)
{
	int64_t port = context.settings->port;
	const struct client *c;

	(void)state;
	context.settings->port = 4001;
	cache_forget(context.cache, "default", CHANGE_APPLICATIONS);
	MUST(load("default", "demo-app", &c));
	assert_string_equal(c->redirect_uris[0], "http://localhost:3001/demo-app");
	assert_string_equal(c->redirect_uris[1], "http://localhost:4001/demo-app");
	assert_string_equal(c->post_logout_uris[1], "http://localhost:4001/demo-app");
	assert_null(c->redirect_uris[2]);
	client_release(&c);
	MUST(load("default", "account-center", &c));
	assert_null(c->redirect_uris[1]);
	client_release(&c);
	context.settings->port = port;
	cache_forget(context.cache, "default", CHANGE_APPLICATIONS);
	MUST(load("default", "demo-app", &c));
	assert_null(c->redirect_uris[1]);
	client_release(&c);
}

static void an_application_belongs_to_one_tenant(void **state)
{
	const struct client *c;

	(void)state;
	MUST(load("default", "machine", &c));
	client_release(&c);
	assert_int_equal(load("admin", "machine", &c), ERR_NOT_FOUND);		/* remembered, but not there */
	assert_int_equal(load("default", "m-default", &c), ERR_NOT_FOUND);
	MUST(load("admin", "m-default", &c));
	client_release(&c);
}

/* It could otherwise be cut to the id of another. */
static void an_id_too_long_is_nobody(void **state)
{
	const struct client *c;
	char longest[KIB(8) + 1];

	(void)state;
	memset(longest, 'a', KIB(8));
	longest[KIB(8)] = 0;
	put(&(struct app){ "a23456789012345678901", "SPA" });
	MUST(load("default", "a23456789012345678901", &c));
	client_release(&c);
	assert_int_equal(load("default", "a234567890123456789012", &c), ERR_NOT_FOUND);
	assert_int_equal(load("default", longest, &c), ERR_NOT_FOUND);
	assert_int_equal(load("default", "", &c), ERR_NOT_FOUND);
	assert_null(c);
}

static void only_secrets_that_prove_something_are_kept(void **state)
{
	struct fingerprint of_old = fingerprint_of("of old", 6);
	const struct client *c;
	struct txn *tx = write_begin("default");

	(void)state;
	add_app(tx, &(struct app){ "veteran", "MachineToMachine", .legacy_secret = "of old" });
	add_app(tx, &(struct app){ "modern", "MachineToMachine", .legacy_secret = "#internal:x" });
	add_secret(tx, "modern", "a", "never", T(NULL));
	add_secret(tx, "modern", "b", "long ago", N(0));
	add_secret(tx, "modern", "c", "longer ago", N(-5));
	add_secret(tx, "modern", "d", "some day", N(9000000000000));
	MUST(txn_commit(&tx));
	MUST(load("default", "veteran", &c));
	assert_true(c->has_legacy_secret && fingerprint_equal(&c->legacy_secret, &of_old));
	assert_int_equal(c->secret_count, 0);
	client_release(&c);
	MUST(load("default", "modern", &c));
	assert_false(c->has_legacy_secret);
	assert_int_equal(c->secret_count, 4);
	assert_int_equal(c->secrets[0].expires_at_ms, 0);	/* never */
	assert_int_equal(c->secrets[1].expires_at_ms, 1);	/* and not: never */
	assert_int_equal(c->secrets[2].expires_at_ms, 1);
	assert_int_equal(c->secrets[3].expires_at_ms, 9000000000000);
	client_release(&c);
}

static void a_secret_moved_to_another_application_opens_nothing(void **state)
{
	const struct client *c;
	struct txn *tx = write_begin("default");

	(void)state;
	add_app(tx, &(struct app){ "victim", "MachineToMachine" });
	add_app(tx, &(struct app){ "thief", "MachineToMachine" });
	add_secret(tx, "thief", "x", "known", T(NULL));
	MUST(txn_commit(&tx));
	write_one(&t_move_secret, ARGS(T("victim"), T("thief")), CHANGE_APPLICATIONS);
	assert_int_equal(load("default", "victim", &c), ERR_INTERNAL);
	assert_null(c);
}

/* -- memory -- */

static void it_is_remembered_until_it_changes(void **state)
{
	const struct client *before, *again, *after;

	(void)state;
	put(&(struct app){ "changing", "Traditional" });
	MUST(load("default", "changing", &before));
	MUST(load("default", "changing", &again));
	assert_ptr_equal(before, again);
	write_one(&t_change, ARGS(T("{\"allowTokenExchange\":true}"), T("changing")), CHANGE_APPLICATIONS);
	MUST(load("default", "changing", &after));
	assert_int_equal(after->grants, CODE | GRANT_TOKEN_EXCHANGE);
	assert_int_equal(before->grants, CODE);		/* a holder of the old one reads on */
	client_release(&before);
	client_release(&again);
	client_release(&after);
	assert_null(after);
	client_release(&after);
}

static void that_it_is_not_there_is_not_remembered(void **state)
{
	const struct client *c;

	(void)state;
	assert_int_equal(load("default", "late", &c), ERR_NOT_FOUND);
	put(&(struct app){ "late", "SPA" });
	MUST(load("default", "late", &c));
	client_release(&c);
}

static void what_an_old_snapshot_shows_is_not_remembered(void **state)
{
	const struct client *c;
	struct txn *tx;
	int64_t n;

	(void)state;
	put(&(struct app){ "leaving", "SPA" });
	tx = read_begin("default");
	MUST(store_int(tx, &t_count_apps, NO_ARGS, &n));	/* from here it reads what is now */
	write_one(&t_app_gone, ARGS(T("leaving")), CHANGE_APPLICATIONS);
	MUST(load_in(tx, "default", "leaving", &c));
	client_release(&c);
	read_end();
	assert_int_equal(load("default", "leaving", &c), ERR_NOT_FOUND);
}

static void what_may_be_rolled_back_is_not_remembered(void **state)
{
	const struct client *c;
	struct txn *tx = write_begin("default");

	(void)state;
	add_app(tx, &(struct app){ "dreamt", "SPA" });
	MUST(load_in(tx, "default", "dreamt", &c));
	client_release(&c);
	txn_rollback(&tx);
	assert_int_equal(load("default", "dreamt", &c), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_client_may_do_is_its_type),
		cmocka_unit_test(texts_of_its_lists_are_taken_and_nothing_else),
		cmocka_unit_test(the_built_in_ones_need_no_row_and_live_below_their_tenant),
		cmocka_unit_test(the_preview_may_be_used_at_the_port_behind_a_proxy_too),
		cmocka_unit_test(an_application_belongs_to_one_tenant),
		cmocka_unit_test(an_id_too_long_is_nobody),
		cmocka_unit_test(only_secrets_that_prove_something_are_kept),
		cmocka_unit_test(a_secret_moved_to_another_application_opens_nothing),
		cmocka_unit_test(it_is_remembered_until_it_changes),
		cmocka_unit_test(that_it_is_not_there_is_not_remembered),
		cmocka_unit_test(what_an_old_snapshot_shows_is_not_remembered),
		cmocka_unit_test(what_may_be_rolled_back_is_not_remembered),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
