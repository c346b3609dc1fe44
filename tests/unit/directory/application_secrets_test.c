#include "world.h"

#include "base/ids.h"
#include "directory/application.h"
#include "base/banned.h"

STATEMENT(t_expire,
	  "UPDATE application_secrets SET expires_at = $2 WHERE tenant_id = $1 AND application_id = $3 AND name = $4");
STATEMENT(t_many,
	  "INSERT INTO application_secrets (tenant_id, application_id, name, value_sealed, created_at, expires_at)"
	  " SELECT $1, $2, 'old' || i, 'x', 1, 1 FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	  " WHERE i < $3) SELECT i FROM n)");
STATEMENT(t_old, "SELECT count(*) FROM application_secrets WHERE tenant_id = $1 AND application_id = $2");
STATEMENT(t_copy,
	  "INSERT INTO application_secrets (tenant_id, application_id, name, value_sealed, created_at, expires_at)"
	  " SELECT tenant_id, $2, 'copied', value_sealed, 1, NULL FROM application_secrets WHERE tenant_id = $1"
	  " AND application_id = $3");
STATEMENT(t_legacy, "UPDATE applications SET legacy_secret_sealed = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(t_type, "UPDATE applications SET type = $2 WHERE tenant_id = $1 AND id = $3");

static const char *application_of(const char *type)
{
	return api_post_for_id("/api/applications", arena_printf(api.arena, "{\"name\":\"n\",\"type\":\"%s\"}", type));
}

static const char *below(const char *id, const char *what)
{
	return arena_printf(api.arena, "/api/applications/%s/%s", id, what);
}

static void set_legacy(const char *id, const char *purpose, const char *tenant)
{
	struct slice sealed;

	assert_int_equal(seal_wrap(context.seal, api.arena, purpose, tenant, id, "old secret", 10, &sealed), OK);
	assert_int_equal(store_exec(api.tx, &t_legacy, ARGS(BLOB(sealed.at, sealed.len), T(id)), NULL), OK);
}

static void secrets_belong_to_applications_that_can_keep_them(void **state)
{
	static const struct { const char *type; bool has; } cases[] = {
		{ "MachineToMachine", true }, { "Traditional", true }, { "Protected", true }, { "SPA", false },
		{ "Native", false }, { "SAML", false },
	};
	const char *id = application_of("SPA");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(has_secrets(cases[i].type), cases[i].has);
		assert_int_equal(store_exec(api.tx, &t_type, ARGS(T(cases[i].type), T(id)), NULL), OK);
		api_expect(cases[i].has ? OK : ERR_CHECK, POST, below(id, "secrets"),
			   arena_printf(api.arena, "{\"name\":\"%s\"}", cases[i].type));
	}
	api_expect(OK, GET, below(id, "secrets"), NULL);	/* what is there is shown, whatever the type is now */
	assert_non_null(strstr(api.answer, "Traditional"));
}

static void a_secret_opens_nowhere_but_in_its_application(void **state)
{
	const char *mine = application_of("MachineToMachine"), *other = application_of("SPA");

	(void)state;
	assert_int_equal(store_exec(api.tx, &t_copy, ARGS(T(other), T(mine)), NULL), OK);
	api_expect(OK, GET, below(mine, "secrets"), NULL);
	api_expect(ERR_INTERNAL, GET, below(other, "secrets"), NULL);
}

static void a_renamed_secret_is_the_same_secret(void **state)
{
	const char *id = application_of("MachineToMachine"), *value;

	(void)state;
	api_expect(OK, POST, below(id, "secrets"), "{\"name\":\"a\",\"expiresAt\":99999999999999}");
	value = api_member("value");
	assert_int_equal(strlen(value), SECRET_LEN);
	api_expect(OK, PATCH, below(id, "secrets/a"), "{\"name\":\"a\"}");
	api_expect(OK, PATCH, below(id, "secrets/a"), "{\"name\":\"A\"}");
	assert_string_equal(api_member("value"), value);
	assert_non_null(strstr(api.answer, "\"expiresAt\":99999999999999"));
	api_expect(ERR_APP_SECRET_NAME, PATCH, below(id, "secrets/A"), "{\"name\":\"Default secret\"}");
	api_expect(ERR_NOT_EXISTS, PATCH, below(id, "secrets/a"), "{\"name\":\"Default secret\"}");
	api_expect(ERR_NOT_FOUND, DELETE, below(id, "secrets/a"), NULL);
	api_expect(OK, DELETE, below(id, "secrets/A"), NULL);
}

static void a_time_that_is_past_comes_before_an_application_that_is_not_there(void **state)
{
	static const struct { const char *application, *more; err_t refusal; } cases[] = {
		{ "nobody", ",\"expiresAt\":1", ERR_REQUEST_INPUT },
		{ "nobody", ",\"expiresAt\":0", ERR_REQUEST_INPUT },
		{ "nobody", ",\"expiresAt\":-1", ERR_REQUEST_INPUT },
		{ "nobody", ",\"expiresAt\":99999999999999", ERR_NOT_EXISTS_WITH_ID },
		{ "nobody", ",\"expiresAt\":null", ERR_NOT_EXISTS_WITH_ID }, { "nobody", "", ERR_NOT_EXISTS_WITH_ID },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		api_expect(cases[i].refusal, POST, below(cases[i].application, "secrets"),
			   arena_printf(api.arena, "{\"name\":\"n\"%s}", cases[i].more));
}

static void the_one_secret_of_old_times_is_shown_until_it_is_deleted(void **state)
{
	const char *id = application_of("Traditional");

	(void)state;
	assert_null(api_member("secret"));
	application_of("SPA");
	set_legacy(id, SEAL_LEGACY_SECRET, "default");
	api_expect(OK, GET, below(id, ""), NULL);
	assert_string_equal(api_member("secret"), "old secret");
	api_expect(OK, GET, "/api/applications", NULL);		/* the other one, which is newer, has none */
	assert_ptr_equal(strstr(strstr(api.answer, "\"secret\"") + 1, "\"secret\""), NULL);
	api_expect(OK, DELETE, below(id, "legacy-secret"), NULL);
	assert_null(api_member("secret"));
	api_expect(ERR_APP_NO_LEGACY_SECRET, DELETE, below(id, "legacy-secret"), NULL);
	api_expect(ERR_NOT_EXISTS_WITH_ID, DELETE, below("nobody", "legacy-secret"), NULL);
}

static void a_sealed_value_of_another_place_is_not_shown(void **state)
{
	const char *id = application_of("Traditional");

	(void)state;
	set_legacy(id, SEAL_APPLICATION_SECRET, "default");
	api_expect(ERR_INTERNAL, GET, below(id, ""), NULL);
	api_expect(ERR_INTERNAL, GET, "/api/applications", NULL);
	set_legacy(id, SEAL_LEGACY_SECRET, "admin");
	api_expect(ERR_INTERNAL, GET, below(id, ""), NULL);
}

static void every_change_of_a_secret_is_told(void **state)
{
	const char *id = application_of("MachineToMachine");

	(void)state;
	set_legacy(id, SEAL_LEGACY_SECRET, "default");
	assert_true(api_call_forgets(CHANGE_APPLICATIONS, POST, below(id, "secrets"), "{\"name\":\"a\"}"));
	assert_true(api_call_forgets(CHANGE_APPLICATIONS, PATCH, below(id, "secrets/a"), "{\"name\":\"b\"}"));
	assert_true(api_call_forgets(CHANGE_APPLICATIONS, DELETE, below(id, "secrets/b"), NULL));
	assert_true(api_call_forgets(CHANGE_APPLICATIONS, DELETE, below(id, "legacy-secret"), NULL));
	assert_false(api_call_forgets(CHANGE_APPLICATIONS, GET, below(id, "secrets"), NULL));
}

extern const struct worker forget_client_secrets;

static void a_secret_that_expired_long_ago_is_forgotten(void **state)
{
	const int64_t day = 86400000;
	const char *id = application_of("MachineToMachine");
	const struct { const char *name; int64_t expires_at; bool stays; } cases[] = {
		{ "never", 0, true }, { "just now", clock_ms() - 1, true },
		{ "179 days", clock_ms() - 179 * day, true }, { "181 days", clock_ms() - 181 * day, false },
		{ "tomorrow", clock_ms() + day, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		api_post_for_id(below(id, "secrets"), arena_printf(api.arena, "{\"name\":\"%s\"}", cases[i].name));
		assert_int_equal(
			store_exec(api.tx, &t_expire, ARGS(N(cases[i].expires_at), T(id), T(cases[i].name)), NULL),
			OK);
	}
	world.settings.expired_secret_days = 0;
	assert_int_equal(worker_run(&forget_client_secrets, api.tx), OK);
	api_expect(OK, GET, below(id, "secrets"), NULL);
	assert_non_null(strstr(api.answer, "181 days"));
	world.settings.expired_secret_days = 180;
	assert_int_equal(worker_run(&forget_client_secrets, api.tx), OK);
	api_expect(OK, GET, below(id, "secrets"), NULL);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(strstr(api.answer, cases[i].name) != NULL, cases[i].stays);
}

static void more_than_a_slice_is_forgotten_in_one_round(void **state)
{
	const char *id = application_of("MachineToMachine");
	int64_t left;

	(void)state;
	assert_int_equal(store_exec(api.tx, &t_many, ARGS(T(id), N(1201)), NULL), OK);
	assert_int_equal(worker_run(&forget_client_secrets, api.tx), OK);
	assert_int_equal(store_int(api.tx, &t_old, ARGS(T(id)), &left), OK);
	assert_int_equal(left, 1);	/* the one that it was made with */
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(secrets_belong_to_applications_that_can_keep_them),
		CASE(a_secret_opens_nowhere_but_in_its_application),
		CASE(a_renamed_secret_is_the_same_secret),
		CASE(a_time_that_is_past_comes_before_an_application_that_is_not_there),
		CASE(the_one_secret_of_old_times_is_shown_until_it_is_deleted),
		CASE(a_sealed_value_of_another_place_is_not_shown),
		CASE(every_change_of_a_secret_is_told), CASE(a_secret_that_expired_long_ago_is_forgotten),
		CASE(more_than_a_slice_is_forgotten_in_one_round),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
