/* What a person lets an application have: granted at once, or by the calls of a page (oidc.md section 5.6). */
#include "browser.h"

#include "oidc/grant.h"

#include "base/banned.h"

STATEMENT(t_all_grants, "SELECT id FROM grants WHERE tenant_id = $1 ORDER BY created_at DESC, id");
STATEMENT(t_newest_grant, "SELECT scopes FROM grants WHERE tenant_id = $1 ORDER BY created_at DESC LIMIT 1");
STATEMENT(t_count_grants, "SELECT count(*) FROM grants WHERE tenant_id = $1");
STATEMENT(t_no_sessions, "DELETE FROM sessions WHERE tenant_id = $1");
STATEMENT(t_age_grants, "UPDATE grants SET created_at = created_at - 1000 WHERE tenant_id = $1");
STATEMENT(t_user_role, "INSERT INTO user_roles (tenant_id, role_id, user_id) VALUES ($1, $2, $3)");
STATEMENT(t_member_of, "INSERT INTO organization_users (tenant_id, organization_id, user_id) VALUES ($1, $2, $3)");
STATEMENT(t_position,
	  "INSERT INTO organization_user_roles (tenant_id, organization_id, user_id, organization_role_id)"
	  " VALUES ($1, $2, $3, $4)");
STATEMENT(t_position_scope,
	  "INSERT INTO organization_role_resource_scopes (tenant_id, organization_role_id, scope_id)"
	  " VALUES ($1, $2, $3)");
STATEMENT(t_may_user, "INSERT INTO application_user_scopes (tenant_id, application_id, name) VALUES ($1, $2, $3)");
STATEMENT(t_may_own,
	  "INSERT INTO application_resource_scopes (tenant_id, application_id, scope_id) VALUES ($1, $2, $3)");
STATEMENT(t_may_member,
	  "INSERT INTO application_organization_resource_scopes (tenant_id, application_id, scope_id)"
	  " VALUES ($1, $2, $3)");
STATEMENT(t_who_may, "UPDATE applications SET app_level_access_control_enabled = 1 WHERE tenant_id = $1 AND id = $2");

#define ORGANIZATIONS "urn%3Alogto%3Ascope%3Aorganizations"
#define ASK_GUEST "client_id=guest&response_type=code&resource=https%3A%2F%2Fstore.example" \
	"&scope=openid+profile+" ORGANIZATIONS "+own+member+hidden"

static void add(struct statement *s, const char *a, const char *b)
{
	MUST(store_exec(browser.tx, s, ARGS(T(a), T(b)), NULL));
}

/* Ada has `own` and `hidden` by a role of the tenant, `member` by one in acme; the guest may have the other two. */
static void furnish(void)
{
	struct txn *tx = browser.tx;

	MUST(store_exec(tx, &t_resource, ARGS(T("store"), T("https://store.example"), N(0), N(3600)), NULL));
	for (const char *const *name = (const char *const[]){ "own", "member", "hidden", NULL }; *name; name++)
		MUST(store_exec(tx, &t_scope, ARGS(T(*name), T("store"), T(*name)), NULL));
	MUST(store_exec(tx, &t_new_role, ARGS(T("buyer"), T("User")), NULL));
	add(&t_role_scope, "buyer", "own");
	add(&t_role_scope, "buyer", "hidden");
	add(&t_user_role, "buyer", "ada");
	add(&t_member_of, "acme", "ada");
	MUST(store_exec(tx, &t_position, ARGS(T("acme"), T("ada"), T("worker")), NULL));
	add(&t_position_scope, "worker", "member");
	add(&t_may_user, "guest", "profile");
	add(&t_may_user, "guest", "urn:logto:scope:organizations");
	add(&t_may_own, "guest", "own");
	add(&t_may_member, "guest", "member");
}

static const char *granted(void)
{
	static char out[1024];
	struct arena *a = arena_new();
	const char *scopes;

	MUST(store_text(browser.tx, &t_newest_grant, NO_ARGS, a, &scopes));
	snprintf(out, sizeof(out), "%s", scopes);
	arena_free(a);
	return out;
}

static struct request *agree(const char *body)
{
	return send_as_browser(&(struct ask){ POST, "/api/interaction/consent", NULL, body,
					      { "Content-Type", "application/json" } });
}

static void ask_guest(void)
{
	furnish();
	visit("/oidc/auth", ASK_GUEST);
	sign_in_as("ada", clock_s());
	assert_string_equal(location(), "/consent?app_id=guest");
}

static void an_application_of_the_tenant_gets_all_that_it_asks_for_and_the_person_has(void **state)
{
	(void)state;
	furnish();
	visit("/oidc/auth", ASK_SHOP "+own+member+unknown&resource=https%3A%2F%2Fstore.example");
	sign_in_as("ada", clock_s());
	consent();
	assert_string_equal(granted(), "{\"oidc\":[\"openid\",\"profile\"],"
				       "\"resources\":{\"https://store.example\":[\"own\",\"member\"]}}");
}

static void the_page_is_told_what_is_missing_and_where(void **state)
{
	const char *body;

	(void)state;
	ask_guest();
	visit("/api/interaction/consent", NULL);
	assert_int_equal(browser.last->reply.status, 200);
	body = buffer_str(&browser.last->reply.body);
	assert_non_null(strstr(body, "\"application\":{\"id\":\"guest\",\"name\":\"guest\"}"));
	assert_non_null(strstr(body, "\"user\":{\"id\":\"ada\",\"name\":null,"));
	assert_non_null(strstr(body, "\"missingOIDCScope\":[\"profile\",\"urn:logto:scope:organizations\"]"));
	assert_non_null(strstr(body, "\"organizations\":[{\"id\":\"acme\",\"name\":\"acme\",\"missingResourceScopes\":"
				     "[{\"resource\":{\"id\":\"store\",\"name\":\"store\","
				     "\"indicator\":\"https://store.example\"},"
				     "\"scopes\":[{\"id\":\"member\",\"name\":\"member\",\"description\":null}]}]}]"));
	assert_non_null(strstr(body, "\"scopes\":[{\"id\":\"own\",\"name\":\"own\",\"description\":null}]"));
	assert_null(strstr(body, "hidden"));
	assert_non_null(strstr(body, "\"redirectUri\":\"https://app.example/cb\""));
}

static void without_an_organization_the_application_gets_what_the_person_has_alone(void **state)
{
	(void)state;
	ask_guest();
	agree("{}");
	assert_int_equal(browser.last->reply.status, 200);
	assert_non_null(strstr(answer(browser.last, "redirectTo"), "http://localhost:3001/oidc/auth/"));
	assert_non_null(strstr(granted(), "\"resources\":{\"https://store.example\":[\"own\"]}"));
	assert_non_null(strstr(granted(), "\"rejected\":{\"resources\":{\"https://store.example\":[\"member\"]}}"));
}

static void with_an_organization_it_gets_what_the_person_has_there(void **state)
{
	(void)state;
	ask_guest();
	agree("{\"organizationIds\":[\"acme\"]}");
	assert_int_equal(browser.last->reply.status, 200);
	assert_non_null(strstr(granted(), "\"https://store.example\":[\"own\",\"member\"]"));
	assert_null(strstr(granted(), "rejected"));
}

/* The guest may have `hidden` of organizations, and ada has it by a role of the tenant: neither place gives it. */
static void what_the_person_has_alone_is_not_given_through_an_organization(void **state)
{
	(void)state;
	furnish();
	add(&t_may_member, "guest", "hidden");
	visit("/oidc/auth", ASK_GUEST);
	sign_in_as("ada", clock_s());
	visit("/api/interaction/consent", NULL);
	assert_int_equal(browser.last->reply.status, 200);
	assert_null(strstr(buffer_str(&browser.last->reply.body), "hidden"));
	agree("{\"organizationIds\":[\"acme\"]}");
	assert_int_equal(browser.last->reply.status, 200);
	assert_non_null(strstr(granted(), "{\"https://store.example\":[\"own\",\"member\"]}"));
}

static void an_organization_of_others_is_refused_and_nothing_is_kept(void **state)
{
	(void)state;
	ask_guest();
	agree("{\"organizationIds\":[\"acme\",\"other\"]}");
	assert_int_equal(browser.last->reply.status, 422);
	assert_string_equal(answer(browser.last, "code"), "organization.require_membership");
}

static void who_is_not_admitted_gets_no_consent(void **state)
{
	(void)state;
	ask_guest();
	MUST(store_exec(browser.tx, &t_who_may, ARGS(T("guest")), NULL));
	store_note_change(browser.tx, CHANGE_APPLICATIONS);
	visit("/api/interaction/consent", NULL);
	assert_int_equal(browser.last->reply.status, 400);
	assert_string_equal(answer(browser.last, "code"), "oidc.access_denied");
	agree("{}");
	assert_string_equal(answer(browser.last, "code"), "oidc.access_denied");
}

static void a_sign_in_is_not_taken_for_a_consent(void **state)
{
	(void)state;
	visit("/oidc/auth", ASK_PAGE);
	visit("/api/interaction/consent", NULL);
	assert_int_equal(browser.last->reply.status, 400);
	assert_string_equal(answer(browser.last, "code"), "session.not_found");
	agree("{}");
	assert_string_equal(answer(browser.last, "code"), "session.not_found");
}

static void who_agrees_twice_on_one_page_has_one_grant(void **state)
{
	int64_t n;

	(void)state;
	ask_guest();
	agree("{}");
	agree("{\"organizationIds\":[\"acme\"]}");
	assert_int_equal(browser.last->reply.status, 200);
	MUST(store_int(browser.tx, &t_count_grants, NO_ARGS, &n));
	assert_int_equal(n, 1);
	assert_non_null(strstr(granted(), "{\"https://store.example\":[\"own\",\"member\"]}"));
}

/* Gives the browser the cookies of a page back that it had open before. */
static void return_to_page(const struct browser *before)
{
	for (int i = 0; i < before->count; i++)
		if (text_has_prefix(before->cookies[i].name, "_interaction"))
			browser.cookies[i] = before->cookies[i];
}

static void what_another_page_has_granted_meanwhile_is_added_to(void **state)
{
	static struct browser first;
	int64_t n;

	(void)state;
	visit("/oidc/auth", ASK_SHOP);
	sign_in_as("ada", clock_s());
	first = browser;
	visit("/oidc/auth", ASK_SHOP "+email");
	consent();
	assert_non_null(strstr(location(), "code="));
	return_to_page(&first);
	visit("/consent", "app_id=shop");
	assert_true(text_has_prefix(location(), "http://localhost:3001/oidc/auth/"));
	MUST(store_int(browser.tx, &t_count_grants, NO_ARGS, &n));
	assert_int_equal(n, 1);
	assert_string_equal(granted(), "{\"oidc\":[\"openid\",\"profile\",\"email\"]}");
}

static void after_a_sign_out_the_page_tells_nobody_who_was_there(void **state)
{
	int64_t n;

	(void)state;
	ask_guest();
	MUST(store_exec(browser.tx, &t_no_sessions, NO_ARGS, NULL));
	visit("/api/interaction/consent", NULL);
	assert_int_equal(browser.last->reply.status, 400);
	assert_string_equal(answer(browser.last, "code"), "session.not_found");
	agree("{\"organizationIds\":[\"acme\"]}");
	assert_string_equal(answer(browser.last, "code"), "session.not_found");
	visit("/oidc/auth", ASK_SHOP);
	sign_in_as("ada", clock_s());
	MUST(store_exec(browser.tx, &t_no_sessions, NO_ARGS, NULL));
	visit("/consent", "app_id=shop");
	assert_string_equal(location(), "");
	MUST(store_int(browser.tx, &t_count_grants, NO_ARGS, &n));
	assert_int_equal(n, 0);
}

static void only_the_newest_grants_of_an_application_with_a_limit_stay(void **state)
{
	static const char ask[] = "client_id=few&response_type=code&scope=openid";
	struct arena *a = arena_new();
	const char *first, *newest;
	int64_t n;

	(void)state;
	add_app(browser.tx, &(struct app){ "few", "Traditional", "{\"redirectUris\":[\"https://app.example/cb\"]}",
					   "{\"maxAllowedGrants\":2}" });
	for (int i = 0; i < 4; i++) {
		visit("/oidc/auth", ask);
		sign_in_as("ada", clock_s());
		consent();
		browser.count = 0;	/* another browser */
		if (i == 0)
			MUST(store_text(browser.tx, &t_all_grants, NO_ARGS, a, &first));
		MUST(store_exec(browser.tx, &t_age_grants, NO_ARGS, NULL));
	}
	MUST(store_int(browser.tx, &t_count_grants, NO_ARGS, &n));
	assert_int_equal(n, 2);
	MUST(store_text(browser.tx, &t_all_grants, NO_ARGS, a, &newest));
	assert_string_not_equal(first, newest);
	arena_free(a);
}

#define IN_BROWSER(test) cmocka_unit_test_setup_teardown(test, browser_open, browser_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_BROWSER(an_application_of_the_tenant_gets_all_that_it_asks_for_and_the_person_has),
		IN_BROWSER(the_page_is_told_what_is_missing_and_where),
		IN_BROWSER(without_an_organization_the_application_gets_what_the_person_has_alone),
		IN_BROWSER(with_an_organization_it_gets_what_the_person_has_there),
		IN_BROWSER(what_the_person_has_alone_is_not_given_through_an_organization),
		IN_BROWSER(an_organization_of_others_is_refused_and_nothing_is_kept),
		IN_BROWSER(who_is_not_admitted_gets_no_consent),
		IN_BROWSER(a_sign_in_is_not_taken_for_a_consent),
		IN_BROWSER(who_agrees_twice_on_one_page_has_one_grant),
		IN_BROWSER(what_another_page_has_granted_meanwhile_is_added_to),
		IN_BROWSER(after_a_sign_out_the_page_tells_nobody_who_was_there),
		IN_BROWSER(only_the_newest_grants_of_an_application_with_a_limit_stay),
	};

	return cmocka_run_group_tests(tests, browser_start, world_end);
}
