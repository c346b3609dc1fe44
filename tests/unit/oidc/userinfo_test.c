/* How a token is presented at /oidc/me (oidc.md section 9); what it says comes with people signing in. */
#include "fixture.h"

#include "base/banned.h"

#define REALM "Bearer realm=\"http://localhost:3001/oidc\""
#define BAD_REQUEST(description) REALM ", error=\"invalid_request\", error_description=\"" description "\""
#define UNKNOWN REALM ", error=\"invalid_token\", error_description=\"invalid token provided\""

static struct request *present(const char *header, const char *form, const char *query)
{
	return run(oidc_userinfo, &(struct ask){ form ? POST : GET,
						 "/oidc/me",
						 query,
						 form,
						 { FORM_TYPE, header ? "Authorization" : NULL, header } });
}

static void each_way_to_present_a_token_has_its_challenge(void **state)
{
	static const struct { const char *header, *form, *query; int status; const char *challenge; } cases[] = {
		{ NULL, NULL, NULL, 401, REALM },		/* RFC 6750 section 3: no error for who knew nothing */
		{ "", NULL, NULL, 401, REALM },
		{ NULL, "access_token=", NULL, 401, REALM },
		{ "Bearer x", NULL, NULL, 401, UNKNOWN },
		{ "bEARER x", NULL, NULL, 401, UNKNOWN },
		{ NULL, "access_token=x", NULL, 401, UNKNOWN },
		{ BASIC, NULL, NULL, 400, BAD_REQUEST("authorization header scheme must be `Bearer`") },
		{ "Bearers x", NULL, NULL, 400, BAD_REQUEST("authorization header scheme must be `Bearer`") },
		{ "Bearer", NULL, NULL, 400, BAD_REQUEST("invalid authorization header value format") },
		{ "Bearer ", NULL, NULL, 400, BAD_REQUEST("invalid authorization header value format") },
		{ "Bearer  x", NULL, NULL, 400, BAD_REQUEST("invalid authorization header value format") },
		{ "Basic x y", NULL, NULL, 400, BAD_REQUEST("invalid authorization header value format") },
		{ "Bearer x", "access_token=x", NULL, 400,
		  BAD_REQUEST("access token must only be provided using one mechanism") },
		{ "Basic x", "access_token=x", NULL, 400,
		  BAD_REQUEST("access token must only be provided using one mechanism") },
		{ "Bearer x", "access_token=x&access_token=y", NULL, 400,
		  BAD_REQUEST("'access_token' parameter must not be provided twice") },
		{ NULL, NULL, "access_token=x", 400,
		  BAD_REQUEST("access tokens must not be provided via query parameter") },
		{ "Bearer x", "access_token=x", "access_token=", 400,	/* in the query before all else */
		  BAD_REQUEST("access tokens must not be provided via query parameter") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = present(cases[i].header, cases[i].form, cases[i].query);
		const char *challenge = reply_header_value(rq, "WWW-Authenticate");

		if (rq->reply.status != cases[i].status)
			fail_msg("%zu: %s", i, buffer_str(&rq->reply.body));
		assert_string_equal(answer(rq, "error"), cases[i].status == 401 ? "invalid_token" : "invalid_request");
		assert_true(rq->reply.no_store);
		assert_string_equal(challenge, cases[i].challenge);
		request_free(rq);
	}
}

static void a_token_of_a_machine_is_as_unknown_as_any(void **state)
{
	char *token = token_for(NULL, BASIC, ORGANIZATION_FORM), header[4096];
	struct request *ours, *other = present("Bearer x", NULL, NULL);

	(void)state;
	snprintf(header, sizeof(header), "Bearer %s", token);
	ours = present(header, NULL, NULL);
	assert_int_equal(ours->reply.status, 401);
	assert_string_equal(answer(ours, "error_description"), "invalid token provided");
	assert_string_equal(buffer_str(&ours->reply.body), buffer_str(&other->reply.body));
	request_free(ours);
	request_free(other);
	free(token);
}

static void the_body_of_a_GET_is_not_read(void **state)
{
	struct request *rq =
		run(oidc_userinfo, &(struct ask){ GET, "/oidc/me", NULL, "access_token=x", { FORM_TYPE } });

	(void)state;
	assert_string_equal(answer(rq, "error_description"), "no access token provided");
	request_free(rq);
}

static void without_a_known_client_any_page_may_read_the_refusal(void **state)
{
	struct request *rq =
		run(oidc_userinfo, &(struct ask){ GET, "/oidc/me", NULL, NULL, { "Origin", "https://x.example" } });

	(void)state;
	assert_string_equal(rq->reply.cors_origin, "https://x.example");
	assert_true(rq->reply.cors_exposed);
	request_free(rq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_to_present_a_token_has_its_challenge),
		cmocka_unit_test(a_token_of_a_machine_is_as_unknown_as_any),
		cmocka_unit_test(the_body_of_a_GET_is_not_read),
		cmocka_unit_test(without_a_known_client_any_page_may_read_the_refusal),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
