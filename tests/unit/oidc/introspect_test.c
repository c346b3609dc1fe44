/* Introspection and revocation (oidc.md section 10): of tokens that are JWT, and of those that nobody issued. */
#include "fixture.h"

#include "base/banned.h"

static const struct endpoint {
	step_fn *handler;
	const char *path, *nothing, *jwt;	/* what is said of an unknown token and of a JWT */
	bool no_store;
} endpoints[] = {
	{ oidc_introspect, "/oidc/token/introspection", "{\"active\":false}",
	  "Structured JWT Tokens cannot be introspected via the introspection_endpoint", true },
	{ oidc_revoke, "/oidc/token/revocation", "",
	  "Structured JWT Tokens cannot be revoked via the revocation_endpoint", false },
};

static struct request *tell(const struct endpoint *e, const char *authorization, const char *form)
{
	return run(e->handler, &(struct ask){ POST,
					      e->path,
					      NULL,
					      form,
					      { FORM_TYPE, authorization ? "Authorization" : NULL, authorization } });
}

/* Good or false, of this installation or another: the answer tells nothing about it. */
static void a_jwt_of_whatever_origin_is_of_the_wrong_type(void **state)
{
	char *ours = token_for(NULL, BASIC, ORGANIZATION_FORM), form[4096];
	const char *tokens[] = { ours, "e30.e30.", "eyJhbGciOiJub25lIn0.e30.AAAA" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(endpoints); i++)
		for (size_t k = 0; k < ARRAY_LEN(tokens); k++) {
			struct request *rq;

			snprintf(form, sizeof(form), "token=%s", tokens[k]);
			rq = tell(&endpoints[i], BASIC, form);
			assert_int_equal(rq->reply.status, 400);
			assert_string_equal(answer(rq, "error"), "unsupported_token_type");
			assert_string_equal(answer(rq, "error_description"), endpoints[i].jwt);
			request_free(rq);
		}
	free(ours);
}

static void a_token_that_nobody_issued_is_not_active_and_is_revoked_without_a_word(void **state)
{
	static const char *const forms[] = {
		"token=x", "token=a.b.c", "token=e30.e30", "token=1234567890123456789012345678901234567890abc",
		"token=sesame", "token=x&token_type_hint=refresh_token", "token=x&token_type_hint=nonsense",
		"token=%00",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(endpoints); i++)
		for (size_t k = 0; k < ARRAY_LEN(forms); k++) {
			struct request *rq = tell(&endpoints[i], BASIC, forms[k]);

			assert_int_equal(rq->reply.status, 200);
			assert_string_equal(buffer_str(&rq->reply.body), endpoints[i].nothing);
			assert_int_equal(rq->reply.no_store, endpoints[i].no_store);
			request_free(rq);
		}
}

static void a_public_client_is_answered_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
		struct request *rq = tell(&endpoints[i], NULL, "client_id=spa&token=x");

		assert_int_equal(rq->reply.status, 200);
		assert_string_equal(buffer_str(&rq->reply.body), endpoints[i].nothing);
		request_free(rq);
	}
}

static void who_asks_is_settled_before_what_is_asked(void **state)
{
	static const struct { const char *authorization, *form; int status; const char *description; } cases[] = {
		{ NULL, "token=e30.e30.", 400, "no client authentication mechanism provided" },
		{ NULL, "client_id=machine&token=e30.e30.", 401, "client authentication failed" },
		{ NULL, "client_id=machine&client_secret=wrong", 401, "client authentication failed" },
		{ NULL, "client_id=nope&token=x&token=y", 400, "invalid client nope" },
		{ BASIC, "", 400, "missing required parameter 'token'" },
		{ BASIC, "token=", 400, "missing required parameter 'token'" },
		{ BASIC, "token_type_hint=a&token_type_hint=b", 400,
		  "'token_type_hint' parameter must not be provided twice" },
		{ BASIC, "token=e30.e30.&token=x", 400, "'token' parameter must not be provided twice" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(endpoints); i++)
		for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
			struct request *rq = tell(&endpoints[i], cases[k].authorization, cases[k].form);

			assert_int_equal(rq->reply.status, cases[k].status);
			assert_string_equal(answer(rq, "error_description"), cases[k].description);
			request_free(rq);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_jwt_of_whatever_origin_is_of_the_wrong_type),
		cmocka_unit_test(a_token_that_nobody_issued_is_not_active_and_is_revoked_without_a_word),
		cmocka_unit_test(a_public_client_is_answered_the_same),
		cmocka_unit_test(who_asks_is_settled_before_what_is_asked),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
