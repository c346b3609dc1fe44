/* The token endpoint: which grant, and whether the client may use it (oidc.md section 4.3). */
#include "fixture.h"

#include "base/banned.h"

#define DEVICE "grant_type=urn:ietf:params:oauth:grant-type:device_code"
#define EXCHANGE "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"

static int more(void **state)
{
	struct txn *tx;

	if (start(state))
		return -1;
	tx = write_begin("default");
	add_app(tx, &(struct app){ "trader", "SPA", "{\"redirectUris\":[\"https://x.example\"]}",
				   "{\"allowTokenExchange\":true}" });
	return txn_commit(&tx);
}

static void a_machine_gets_a_token(void **state)
{
	/* fields of other grants are dropped, and may repeat */
	struct request *rq = ask(BASIC, MANAGEMENT_FORM "&nonsense=1&code=x&code=y");

	(void)state;
	assert_int_equal(rq->reply.status, 200);
	assert_true(rq->reply.no_store);
	assert_non_null(answer(rq, "access_token"));
	request_free(rq);
}

static void a_request_is_refused_for_the_first_thing_that_is_wrong(void **state)
{
	static const char not_allowed[] = "requested grant type is not allowed for this client";
	static const struct { const char *form, *error, *description; } cases[] = {
		/* the client comes first, whatever the grant is */
		{ "client_id=nope&grant_type=nope", "invalid_client", "invalid client nope" },
		{ "client_id=machine&client_secret=expired&grant_type=nope", "invalid_request",
		  "client secret has expired" },
		{ MACHINE "grant_type=client_credentials&grant_type=nope", "invalid_request",
		  "'grant_type' parameter must not be provided twice" },
		{ MACHINE, "invalid_request", "missing required parameter 'grant_type'" },
		{ MACHINE "grant_type=", "invalid_request", "missing required parameter 'grant_type'" },
		{ MACHINE "grant_type=implicit", "unsupported_grant_type", "unsupported grant_type requested" },
		{ MACHINE "grant_type=Client_Credentials", "unsupported_grant_type",
		  "unsupported grant_type requested" },
		{ MACHINE "grant_type=password&scope=a&scope=b", "unsupported_grant_type",
		  "unsupported grant_type requested" },
		/* its fields once, before whether it is allowed */
		{ MACHINE "grant_type=client_credentials&scope=a&scope=b", "invalid_request",
		  "'scope' parameter must not be provided twice" },
		{ MACHINE "grant_type=client_credentials&organization_id=a&organization_id=a", "invalid_request",
		  "'organization_id' parameter must not be provided twice" },
		{ "client_id=spa&grant_type=client_credentials&scope=a&scope=b", "invalid_request",
		  "'scope' parameter must not be provided twice" },
		{ "client_id=spa&grant_type=client_credentials", "invalid_request", not_allowed },
		{ MACHINE "grant_type=authorization_code&code=x", "invalid_request", not_allowed },
		{ MACHINE "grant_type=refresh_token", "invalid_request", not_allowed },
		{ MACHINE DEVICE, "invalid_request", not_allowed },
		{ MACHINE EXCHANGE, "invalid_request", not_allowed },
		{ "client_id=spa&" DEVICE "&device_code=x", "invalid_request", not_allowed },
		{ "client_id=spa&" EXCHANGE, "invalid_request", not_allowed },
		{ "client_id=device-demo-app&grant_type=authorization_code", "invalid_request", not_allowed },
		/* what a grant cannot do without */
		{ "client_id=spa&grant_type=authorization_code", "invalid_request",
		  "missing required parameter 'code'" },
		{ "client_id=spa&grant_type=refresh_token&refresh_token=", "invalid_request",
		  "missing required parameter 'refresh_token'" },
		{ "client_id=device-demo-app&" DEVICE, "invalid_request", "missing required parameter 'device_code'" },
		{ "client_id=trader&" EXCHANGE, "invalid_request",
		  "missing required parameters 'subject_token' and 'subject_token_type'" },
		{ "client_id=trader&" EXCHANGE "&subject_token_type=x", "invalid_request",
		  "missing required parameter 'subject_token'" },
		{ "client_id=trader&" EXCHANGE "&subject_token=x", "invalid_request",
		  "missing required parameter 'subject_token_type'" },
		{ "client_id=trader&" EXCHANGE "&actor_token=x&actor_token=y", "invalid_request",
		  "'actor_token' parameter must not be provided twice" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = ask(NULL, cases[i].form);

		assert_int_equal(rq->reply.status, 400);
		assert_string_equal(answer(rq, "error"), cases[i].error);
		assert_string_equal(answer(rq, "error_description"), cases[i].description);
		assert_true(rq->reply.no_store);
		request_free(rq);
	}
}

/* Unknown, expired, used up, another client's: the caller cannot tell which. */
static void everything_that_was_never_issued_gets_one_and_the_same_answer(void **state)
{
	char *token = token_for(NULL, BASIC, ORGANIZATION_FORM), ours[4096];
	const char *forms[] = {
		"client_id=spa&grant_type=authorization_code&code=x",
		"client_id=spa&grant_type=refresh_token&refresh_token=x",
		"client_id=spa&grant_type=refresh_token&refresh_token=x&organization_id=acme&scope=look",
		"client_id=demo-app&grant_type=refresh_token&refresh_token=x",
		"client_id=device-demo-app&" DEVICE "&device_code=x",
		"client_id=trader&" EXCHANGE "&subject_token=x&subject_token_type=nonsense", ours,
	};
	struct request *first = ask(NULL, forms[0]);

	(void)state;
	snprintf(ours, sizeof(ours),
		 "client_id=trader&" EXCHANGE
		 "&subject_token=%s&subject_token_type=urn:ietf:params:oauth:token-type:access_token",
		 token);
	assert_string_equal(answer(first, "error"), "invalid_grant");
	assert_string_equal(answer(first, "error_description"), "grant request is invalid");
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct request *rq = ask(NULL, forms[i]);

		assert_int_equal(rq->reply.status, 400);
		assert_string_equal(buffer_str(&rq->reply.body), buffer_str(&first->reply.body));
		request_free(rq);
	}
	request_free(first);
	free(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_gets_a_token),
		cmocka_unit_test(a_request_is_refused_for_the_first_thing_that_is_wrong),
		cmocka_unit_test(everything_that_was_never_issued_gets_one_and_the_same_answer),
	};

	return cmocka_run_group_tests(tests, more, world_end);
}
