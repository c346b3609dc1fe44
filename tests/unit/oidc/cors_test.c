/* Which pages may read answers (oidc.md section 1.4), and preflights. */
#include "fixture.h"

#include "base/banned.h"

#define OWN "http://localhost:3001"

static bool allows(const char *list, const char *redirect_uri, const char *origin)
{
	char *listed[2] = { NULL, NULL }, *uris[2] = { NULL, NULL };
	struct client client = { .cors_origins = listed, .redirect_uris = uris };
	bool fine;

	listed[0] = list ? strdup(list) : NULL;
	uris[0] = redirect_uri ? strdup(redirect_uri) : NULL;
	fine = cors_is_allowed(&client, OWN, origin);
	free(listed[0]);
	free(uris[0]);
	return fine;
}

static void a_listed_origin_counts_letter_by_letter(void **state)
{
	static const struct { const char *origin; bool allowed; } cases[] = {
		{ OWN, true }, { "HTTP://LOCALHOST.:3001", true }, { "http://localhost:3002", false },
		{ "https://localhost:3001", false }, { "https://friend.example", true },
		{ "https://friend.example/", false }, { "https://FRIEND.example", false },
		{ "http://friend.example", false }, { "https://friend.example:443", false },
		{ "https://friend.example.evil", false }, { "https://x.friend.example", false }, { "null", false },
		{ "*", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(allows("https://friend.example", NULL, cases[i].origin), cases[i].allowed);
	/* what is listed is an address, not a pattern */
	assert_false(allows("*", NULL, "https://stranger.example"));
	assert_false(allows(NULL, NULL, "https://stranger.example"));
}

/* What is not told apart here could read tokens in the name of a page. */
static void a_redirect_uri_opens_its_own_origin_only(void **state)
{
	static const struct { const char *uri, *origin; bool allowed; } cases[] = {
		{ "https://app.example/cb?x=1#y", "https://app.example", true },
		{ "https://APP.example/cb", "https://app.EXAMPLE", true },
		{ "https://app.example:443/cb", "https://app.example", true },
		{ "http://app.example/cb", "http://app.example:80", true },
		{ "https://app.example:80/cb", "https://app.example", false },
		{ "http://app.example:443/cb", "https://app.example", false },
		{ "https://app.example/cb", "http://app.example", false },
		{ "https://app.example:8443", "https://app.example:8443", true },
		{ "https://app.example:8443", "https://app.example", false },
		{ "https://app.example", "https://app.example.evil", false },
		{ "https://app.example", "https://evil-app.example", false },
		{ "https://app.example", "https://app.example@evil", false },
		{ "https://app.example@evil/", "https://evil", false },
		{ "https://evil/?https://app.example", "https://app.example", false },
		{ "http://[::1]:3000/cb", "http://[::1]:3000", true },
		{ "http://[::1]:3000/cb", "http://[::2]:3000", false },
		{ "http://[::1]/cb", "http://[::1]:3000", false },
		{ "https://app.example./cb", "https://app.example", true },
		{ "https://a\\@app.example/cb", "https://app.example", false },
		{ "app://cb", "app://cb", false },			/* only the web has origins */
		{ "file:///x", "null", false },
		{ "https://", "https://", false },
		{ "/cb", "https://app.example", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (allows(NULL, cases[i].uri, cases[i].origin) != cases[i].allowed)
			fail_msg("%s from %s", cases[i].uri, cases[i].origin);
}

/* Of an address only the origin is read, so that a long path costs those who send an origin nothing. */
static void a_redirect_uri_may_be_long_behind_its_host(void **state)
{
	char uri[3000];
	size_t i;

	(void)state;
	memset(uri, 'x', sizeof(uri));
	memcpy(uri, "https://app.example/", 20);
	uri[sizeof(uri) - 1] = '\0';
	assert_true(allows(NULL, uri, "https://app.example"));
	uri[2000] = '\x01';		/* nobody looks at it */
	assert_true(allows(NULL, uri, "https://app.example"));
	for (i = 0; i < sizeof("?#") - 1; i++) {
		uri[19] = "?#"[i];
		assert_true(allows(NULL, uri, "https://app.example"));
		assert_false(allows(NULL, uri, "https://app.exampl"));
	}
	uri[19] = '@';
	assert_false(allows(NULL, uri, "https://app.example"));
}

static void a_star_stands_for_characters_of_one_label_and_never_for_a_domain(void **state)
{
	static const struct { const char *host, *origin; bool allowed; } cases[] = {
		{ "*.app.example", "a.app.example", true }, { "*.app.example", "A.App.Example", true },
		{ "*.app.example", "app.example", false }, { "*.app.example", ".app.example", false },
		{ "*.app.example", "a.b.app.example", false }, { "*.app.example", "a.app.example.evil", false },
		{ "*.app.example", "a@b.app.example", false },
		{ "*.app.example", "*.app.example", false },		/* a star in the origin names nobody */
		{ "a*c.app.example", "abc.app.example", true }, { "a*c.app.example", "abbcbc.app.example", true },
		{ "a*c.app.example", "ac.app.example", false }, { "a*c.app.example", "abcd.app.example", false },
		{ "*-*.app.example", "x-y.app.example", true }, { "*-*.app.example", "x-.app.example", false },
		{ "**.app.example", "a.app.example", false }, { "pr-*.*.app.example", "pr-7.eu.app.example", true },
		{ "pr-*.*.app.example", "pr-7.app.example", false }, { "*.example", "a.example", false },
		{ "a.*.example", "a.b.example", false }, { "*", "localhost", false }, { "*.*", "a.b", false },
	};
	char uri[80], origin[80];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(uri, sizeof(uri), "https://%s/cb", cases[i].host);
		snprintf(origin, sizeof(origin), "https://%s", cases[i].origin);
		if (allows(NULL, uri, origin) != cases[i].allowed)
			fail_msg("%s from %s", uri, origin);
	}
	assert_false(allows(NULL, "https://*.app.example/cb", "http://a.app.example"));
	assert_false(allows(NULL, "https://*.app.example/cb", "https://a.app.example:8443"));
}

/* One label against another may take the product of both: what cannot be a name of the DNS is not compared. */
static void what_is_too_long_for_a_name_is_not_compared(void **state)
{
	char uri[6100], origin[12600];
	int64_t began = clock_monotonic_us();

	(void)state;
	memset(uri, 'a', sizeof(uri));
	memcpy(uri, "https://*", 9);
	memcpy(uri + 6000, "b.app.example/cb", 17);
	memset(origin, 'a', sizeof(origin));
	memcpy(origin, "https://", 8);
	memcpy(origin + 12500, ".app.example", 13);
	for (int i = 0; i < 1000; i++)
		assert_false(allows(NULL, uri, origin));
	assert_false(allows(NULL, "https://*.app.example/cb", origin));
	assert_false(allows(NULL, uri, "https://a.app.example"));
	assert_true(clock_monotonic_us() - began < SOON_MS * 1000);
}

static void a_page_is_judged_once_the_client_is_known(void **state)
{
	static const char fine[] = MACHINE ORGANIZATION_FORM;
	static const struct { const char *origin, *form; int status; const char *allowed; } cases[] = {
		{ NULL, fine, 200, "*" },
		{ "http://localhost:3001", fine, 200, "http://localhost:3001" },
		{ "https://friend.example", fine, 200, "https://friend.example" },
		{ "https://stranger.example", fine, 400, NULL },
		{ "null", fine, 400, NULL },
		{ "https://stranger.example", "client_id=nope", 400, "https://stranger.example" },
		{ "https://stranger.example", "", 400, "https://stranger.example" },
		/* before the secret */
		{ "https://stranger.example", "client_id=machine&client_secret=wrong", 400, NULL },
		{ "https://friend.example", "client_id=machine&client_secret=wrong", 401, "https://friend.example" },
		{ "https://a.app.example.com", "client_id=spa&grant_type=nope", 400, "https://a.app.example.com" },
		{ "https://app.example.com", "client_id=spa&grant_type=nope", 400, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *origin = cases[i].origin;
		struct request *rq = run(oidc_token, &(struct ask){ POST,
								    "/oidc/token",
								    NULL,
								    cases[i].form,
								    { FORM_TYPE, origin ? "Origin" : NULL, origin } });

		assert_int_equal(rq->reply.status, cases[i].status);
		assert_true(rq->reply.cors_exposed);
		if (cases[i].allowed)
			assert_string_equal(rq->reply.cors_origin, cases[i].allowed);
		else
			assert_null(rq->reply.cors_origin);
		request_free(rq);
	}
}

static void a_refused_page_is_told_its_origin_and_the_client(void **state)
{
	struct request *rq =
		run(oidc_token,
		    &(struct ask){ POST, "/oidc/token", NULL, MACHINE, { FORM_TYPE, "Origin", "https://x.example" } });

	(void)state;
	assert_string_equal(answer(rq, "error"), "invalid_request");
	assert_string_equal(answer(rq, "error_description"),
			    "origin https://x.example not allowed for client: machine");
	request_free(rq);
}

/* -- preflights -- */

static void a_preflight_is_always_allowed_and_names_the_methods_of_the_endpoint(void **state)
{
	static const struct { const char *path, *methods; } cases[] = {
		{ "/oidc/me", "GET,POST" }, { "/oidc/token", "POST" }, { "/oidc/token/introspection", "POST" },
		{ "/oidc/token/revocation", "POST" },
		{ "/oidc/jwks", "GET" }, { "/oidc/.well-known/openid-configuration", "GET" },
		{ "/oidc/.well-known/oauth-authorization-server", "GET" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = run(oidc_preflight, &(struct ask){ OPTIONS, cases[i].path, NULL, NULL,
			{ "Origin", "https://x.example", "Access-Control-Request-Method", "POST",
			  "Access-Control-Request-Headers", "a, b" } });

		assert_ptr_equal(rq->route->handler, oidc_preflight);
		assert_int_equal(rq->reply.status, 204);
		assert_string_equal(rq->reply.cors_origin, "https://x.example");
		assert_string_equal(reply_header_value(rq, "Access-Control-Allow-Methods"), cases[i].methods);
		assert_string_equal(reply_header_value(rq, "Access-Control-Allow-Headers"), "a, b");
		assert_string_equal(reply_header_value(rq, "Access-Control-Max-Age"), "3600");
		assert_null(reply_header_value(rq, "Access-Control-Allow-Credentials"));
		request_free(rq);
	}
}

static void without_a_method_asked_for_it_is_no_preflight(void **state)
{
	struct request *rq = run(oidc_preflight,
				 &(struct ask){ OPTIONS, "/oidc/me", NULL, NULL, { "Origin", "https://x.example" } });

	(void)state;
	assert_int_equal(rq->reply.status, 404);
	assert_null(reply_header_value(rq, "Access-Control-Allow-Methods"));
	request_free(rq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_listed_origin_counts_letter_by_letter),
		cmocka_unit_test(a_redirect_uri_opens_its_own_origin_only),
		cmocka_unit_test(a_redirect_uri_may_be_long_behind_its_host),
		cmocka_unit_test(a_star_stands_for_characters_of_one_label_and_never_for_a_domain),
		cmocka_unit_test(what_is_too_long_for_a_name_is_not_compared),
		cmocka_unit_test(a_page_is_judged_once_the_client_is_known),
		cmocka_unit_test(a_refused_page_is_told_its_origin_and_the_client),
		cmocka_unit_test(a_preflight_is_always_allowed_and_names_the_methods_of_the_endpoint),
		cmocka_unit_test(without_a_method_asked_for_it_is_no_preflight),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
