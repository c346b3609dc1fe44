#include "world.h"

#include "oidc/grant.h"
#include "base/banned.h"

STATEMENT(t_add_session,
	  "INSERT INTO sessions (tenant_id, hash, uid, jti, user_id, login_at, login, clients, logout, created_at,"
	  " expires_at) VALUES ($1, $2, $3, 'jti', $4, 1700000000, $5, $6, NULL, $7, $8)");
STATEMENT(t_add_grant,
	  "INSERT INTO grants (tenant_id, id, user_id, client_id, scopes, created_at, expires_at)"
	  " VALUES ($1, $2, $3, $4, $5, $6, $7)");
STATEMENT(t_add_token,
	  "INSERT INTO tokens (tenant_id, hash, kind, client_id, user_id, grant_id, session_uid, details, created_at,"
	  " expires_at) VALUES ($1, $2, 'refresh', 'app', $3, $4, $5, '{}', 1, 99999999999999)");
STATEMENT(t_tokens, "SELECT count(*) FROM tokens WHERE tenant_id = $1");

static const char *new_user(void)
{
	return api_post_for_id("/api/users", "{}");
}

static const char *new_application(bool third_party)
{
	return api_post_for_id("/api/applications",
			       arena_printf(api.arena, "{\"name\":\"App\",\"type\":\"SPA\",\"isThirdParty\":%s}",
					    third_party ? "true" : "false"));
}

static const char *at(const char *user_id, const char *below)
{
	return arena_printf(api.arena, "/api/users/%s/%s", user_id, below);
}

static void add_session(const char *uid, const char *user_id, const char *login, const char *clients, int64_t life_ms)
{
	int64_t now = clock_ms();

	assert_int_equal(store_exec(api.tx, &t_add_session,
				    ARGS(T(arena_printf(api.arena, "hash of %s", uid)), T(uid), T(user_id), T(login),
					 T(clients), N(now), N(now + life_ms)),
				    NULL),
			 OK);
}

static void add_grant(const char *id, const char *user_id, const char *client_id, int64_t life_ms)
{
	static const char scopes[] =
		"{\"oidc\":[\"openid\",\"email\"],\"resources\":{\"https://a.example\":[\"a\",\"b\"]}}";

	assert_int_equal(store_exec(api.tx, &t_add_grant,
				    ARGS(T(id), T(user_id), T(client_id), T(scopes), N(1), N(clock_ms() + life_ms)),
				    NULL),
			 OK);
}

static void add_token(const char *hash, const char *user_id, const char *grant_id, const char *session_uid)
{
	assert_int_equal(
		store_exec(api.tx, &t_add_token, ARGS(T(hash), T(user_id), T(grant_id), T(session_uid)), NULL), OK);
}

static int64_t tokens(void)
{
	int64_t n;

	assert_int_equal(store_int(api.tx, &t_tokens, NO_ARGS, &n), OK);
	return n;
}

/* Whether the last answer holds the text. */
static bool says(const char *text)
{
	return strstr(api.answer, text) != NULL;
}

/* The grants that the user's sessions hold for a client. */
static const char *given(const char *client_id, const char *grant_id)
{
	return arena_printf(api.arena, "{\"%s\":{\"sid\":\"s\",\"grantId\":\"%s\",\"persists\":true}}", client_id,
			    grant_id);
}

static void a_session_tells_who_signed_in_how_and_where(void **state)
{
	static const char login[] = "{\"accountId\":\"a\",\"ts\":1,\"clientId\":\"app\","
				    "\"interactionEvent\":\"SignIn\",\"userId\":\"u\",\"verificationRecords\":[],"
				    "\"signInContext\":{\"ip\":\"::1\"}}";
	const char *ada = new_user();

	(void)state;
	add_session("one", ada, login, given("app", "g"), 5000);
	add_session("over", ada, NULL, "{}", -1);
	add_session("other", new_user(), NULL, "{}", 5000);
	api_expect(OK, GET, at(ada, "sessions"), NULL);
	assert_false(says("over") || says("other"));
	assert_true(says("\"uid\":\"one\",\"kind\":\"Session\",\"loginTs\":1700000000,\"accountId\":\""));
	assert_true(says("\"authorizations\":{\"app\":{\"persistsLogout\":true,\"sid\":\"s\",\"grantId\":\"g\"}}"));
	assert_true(says("\"lastSubmission\":{\"interactionEvent\":\"SignIn\",\"userId\":\"u\","
			 "\"verificationRecords\":[],\"signInContext\":{\"ip\":\"::1\"}},\"clientId\":\"app\""));
	api_expect(OK, GET, at(ada, "sessions/one"), NULL);
	assert_string_equal(api_member("accountId"), ada);
	api_expect(ERR_USER_SESSION_NOT_FOUND, GET, at(ada, "sessions/over"), NULL);
	api_expect(ERR_USER_SESSION_NOT_FOUND, GET, at(ada, "sessions/other"), NULL);
}

static void a_session_whose_login_is_not_known_is_shown_too(void **state)
{
	const char *ada = new_user();

	(void)state;
	add_session("one", ada, NULL, "{}", 5000);
	api_expect(OK, GET, at(ada, "sessions/one"), NULL);
	assert_true(says("\"lastSubmission\":null,\"clientId\":null"));
	assert_false(says("authorizations"));
}

static void a_session_ends_with_what_was_given_for_its_duration(void **state)
{
	const char *ada = new_user(), *bob = new_user(), *app = new_application(false);

	(void)state;
	add_grant("g", ada, app, 5000);
	add_session("one", ada, NULL, given(app, "g"), 5000);
	add_session("two", ada, NULL, "{}", 5000);
	add_token("bound", ada, "g", "one");
	add_token("offline", ada, "g", NULL);
	api_expect(ERR_USER_SESSION_ACCOUNT, DELETE, at(bob, "sessions/one"), NULL);
	assert_int_equal(tokens(), 2);
	api_expect(OK, DELETE, at(ada, "sessions/one"), NULL);
	assert_int_equal(tokens(), 1);
	api_expect(ERR_USER_SESSION_NOT_FOUND, DELETE, at(ada, "sessions/one"), NULL);
	api_expect(OK, GET, at(ada, "sessions/two"), NULL);
	api_expect(OK, GET, at(ada, "grants"), NULL);
	assert_true(says("\"id\":\"g\""));
}

/* Ends a session with a grant of an own and of a foreign application; returns how many tokens are left of two. */
static int64_t end_with(const char *user_id, const char *target)
{
	const char *own = new_application(false), *foreign = new_application(true);
	struct request *rq = request_new(&(struct ask){ DELETE, at(user_id, "sessions/one"), target });

	add_grant("own", user_id, own, 5000);
	add_grant("foreign", user_id, foreign, 5000);
	add_session("one", user_id, NULL,
		    arena_printf(api.arena, "{\"%s\":{\"grantId\":\"own\"},\"%s\":{\"grantId\":\"foreign\"}}", own,
				 foreign),
		    5000);
	add_token("a", user_id, "own", NULL);
	add_token("b", user_id, "foreign", NULL);
	rq->tenant = api.tenant;
	rq->body = json_object();
	assert_int_equal(chain_run(rq, api.tx), OK);
	assert_int_equal(rq->reply.status, 204);
	request_free(rq);
	return tokens();
}

static void all_grants_of_a_session_can_end_with_it(void **state)
{
	const char *ada = new_user();

	(void)state;
	assert_int_equal(end_with(ada, "revokeGrantsTarget=all"), 0);
	api_expect(OK, GET, at(ada, "grants"), NULL);
	assert_true(says("{\"grants\":[]}"));
}

static void those_of_third_parties_can_be_spared(void **state)
{
	const char *ada = new_user();

	(void)state;
	assert_int_equal(end_with(ada, "revokeGrantsTarget=firstParty"), 1);
	api_expect(OK, GET, at(ada, "grants"), NULL);
	assert_true(says("\"foreign\"") && !says("\"own\""));
}

static void a_grant_tells_what_an_application_may_have(void **state)
{
	const char *ada = new_user(), *own = new_application(false), *foreign = new_application(true);
	const char *gone = new_application(false);

	(void)state;
	add_grant("own", ada, own, 5000);
	add_grant("foreign", ada, foreign, 5000);
	add_grant("built in", ada, "demo-app", 5000);
	add_grant("over", ada, own, -1);
	add_grant("gone", ada, gone, 5000);
	api_expect(OK, DELETE, arena_printf(api.arena, "/api/applications/%s", gone), NULL);
	api_expect(OK, GET, at(ada, "grants"), NULL);
	assert_true(says("\"own\"") && says("\"foreign\"") && says("\"built in\""));
	assert_false(says("\"over\"") || says("\"gone\""));
	assert_true(says("\"kind\":\"Grant\",\"clientId\":\"demo-app\""));
	assert_true(says("\"openid\":{\"scope\":\"openid email\"},\"resources\":{\"https://a.example\":\"a b\"}"));
	assert_true(says("\"application\":{\"id\":\"demo-app\",\"name\":\"Live Preview\"}"));
	api_expect(OK, DELETE, at(ada, "grants/gone"), NULL);	/* one that is not listed can be ended */
}

static void a_grant_ends_with_its_tokens_and_leaves_the_sessions(void **state)
{
	const char *ada = new_user(), *bob = new_user(), *app = new_application(false);

	(void)state;
	add_grant("g", ada, app, 5000);
	add_session("one", ada, NULL, given(app, "g"), 5000);
	add_session("two", ada, NULL, given(app, "h"), 5000);
	add_token("a", ada, "g", NULL);
	api_expect(ERR_USER_GRANT_NOT_FOUND, DELETE, at(bob, "grants/g"), NULL);
	assert_int_equal(tokens(), 1);
	api_expect(OK, DELETE, at(ada, "grants/g"), NULL);
	assert_int_equal(tokens(), 0);
	api_expect(ERR_USER_GRANT_NOT_FOUND, DELETE, at(ada, "grants/g"), NULL);
	api_expect(OK, GET, at(ada, "sessions/one"), NULL);
	assert_false(says("authorizations") || says("\"jti\":\"jti\""));
	api_expect(OK, GET, at(ada, "sessions/two"), NULL);
	assert_true(says("\"grantId\":\"h\"") && says("\"jti\":\"jti\""));
}

static void who_is_suspended_is_signed_out_everywhere_and_keeps_the_grants(void **state)
{
	const char *ada = new_user(), *bob = new_user(), *app = new_application(false);

	(void)state;
	add_grant("g", ada, app, 5000);
	add_session("one", ada, NULL, given(app, "g"), 5000);
	add_session("two", bob, NULL, "{}", 5000);
	add_token("a", ada, "g", NULL);
	add_token("b", ada, NULL, "one");
	add_token("c", bob, NULL, "two");
	api_expect(OK, PATCH, at(ada, "is-suspended"), "{\"isSuspended\":false}");
	assert_int_equal(tokens(), 3);
	api_expect(OK, PATCH, at(ada, "is-suspended"), "{\"isSuspended\":true}");
	assert_int_equal(tokens(), 1);
	api_expect(OK, GET, at(ada, "sessions"), NULL);
	assert_true(says("{\"sessions\":[]}"));
	api_expect(OK, GET, at(ada, "grants"), NULL);
	assert_true(says("\"id\":\"g\""));
	api_expect(OK, GET, at(bob, "sessions/two"), NULL);
}

static void who_is_deleted_leaves_nothing(void **state)
{
	const char *ada = new_user(), *app = new_application(false);

	(void)state;
	add_grant("g", ada, app, 5000);
	add_session("one", ada, NULL, given(app, "g"), 5000);
	add_token("a", ada, "g", NULL);
	api_expect(OK, DELETE, arena_printf(api.arena, "/api/users/%s", ada), NULL);
	assert_int_equal(tokens(), 0);
	api_expect(OK, GET, at(ada, "sessions"), NULL);
	assert_true(says("{\"sessions\":[]}"));
	api_expect(OK, GET, at(ada, "grants"), NULL);
	assert_true(says("{\"grants\":[]}"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_session_tells_who_signed_in_how_and_where),
		CASE(a_session_whose_login_is_not_known_is_shown_too),
		CASE(a_session_ends_with_what_was_given_for_its_duration),
		CASE(all_grants_of_a_session_can_end_with_it), CASE(those_of_third_parties_can_be_spared),
		CASE(a_grant_tells_what_an_application_may_have),
		CASE(a_grant_ends_with_its_tokens_and_leaves_the_sessions),
		CASE(who_is_suspended_is_signed_out_everywhere_and_keeps_the_grants),
		CASE(who_is_deleted_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
