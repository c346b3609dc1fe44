/* How a client proves who it is (oidc.md section 4.3). */
#include "fixture.h"

#include "base/banned.h"

STATEMENT(t_secret_gone, "DELETE FROM application_secrets WHERE tenant_id = $1 AND name = $2");

#define NOON_MS INT64_C(1700000000000)
#define ASSERTION(sub) "client_assertion=e30." sub ".AAAA"
#define SUB_MACHINE "eyJzdWIiOiJtYWNoaW5lIn0"	/* {"sub":"machine"} */
#define SUB_SPA "eyJzdWIiOiJzcGEifQ"			/* {"sub":"spa"} */
#define ONE_MECHANISM "client authentication must only be provided using one mechanism"

static int more(void **state)
{
	struct txn *tx;

	if (start(state))
		return -1;
	tx = write_begin("default");
	add_app(tx, &(struct app){ "veteran", "MachineToMachine", .legacy_secret = "of old" });
	add_app(tx, &(struct app){ "modern", "MachineToMachine", .legacy_secret = "#internal:x" });
	add_secret(tx, "veteran", "new", "newer", T(NULL));
	return txn_commit(&tx);
}

/* Who got in, and by which of its secrets. */
static err_t who(struct oauth *o)
{
	err_t e = client_authenticate(o);

	if (e)
		return e;
	return reply_text(o->rq, 200,
			  arena_printf(o->rq->arena, "%s/%s", o->client->id,
				       o->client_secret_name ? o->client_secret_name : "-"));
}

static err_t authenticate(struct request *rq)
{
	return oauth_run(rq, OAUTH_NO_STORE, who);
}

static struct request *knock(const char *authorization, const char *form)
{
	return run(authenticate,
		   &(struct ask){ POST,
				  "/oidc/token",
				  NULL,
				  form,
				  { FORM_TYPE, authorization ? "Authorization" : NULL, authorization } });
}

static void expect_in(const char *authorization, const char *form, const char *client)
{
	struct request *rq = knock(authorization, form);

	assert_string_equal(buffer_str(&rq->reply.body), client);
	assert_int_equal(rq->reply.status, 200);
	request_free(rq);
}

static void expect_out(const char *authorization, const char *form, int status, const char *description)
{
	struct request *rq = knock(authorization, form);

	assert_int_equal(rq->reply.status, status);
	assert_string_equal(answer(rq, "error_description"), description);
	request_free(rq);
}

static void header_and_form_are_two_ways_to_say_the_same(void **state)
{
	(void)state;
	expect_in(BASIC, "", "machine/first");
	expect_in(BASIC, "client_id=machine", "machine/first");
	expect_in(NULL, "client_id=machine&client_secret=sesame", "machine/first");
	expect_in("", "client_id=machine&client_secret=sesame", "machine/first");	/* an empty header is none */
	expect_in(BASIC, "client_secret=&client_assertion=", "machine/first");	/* as empty fields */
	expect_in(NULL, "client_id=spa", "spa/-");
}

static void any_of_the_named_secrets_will_do_and_the_one_of_old_times(void **state)
{
	(void)state;
	expect_in(NULL, "client_id=veteran&client_secret=newer", "veteran/new");
	expect_in(NULL, "client_id=veteran&client_secret=of+old", "veteran/-");
	expect_in("Basic dmV0ZXJhbjpvZitvbGQ=", "", "veteran/-");	/* veteran:of+old, decoded */
}

static void a_request_is_refused_for_the_first_thing_that_is_wrong(void **state)
{
	static const char failed[] = "client authentication failed", format[] = "invalid client_assertion format";
	static const char subject[] = "subject of client_assertion must be the same as client_id provided in the body";
	static const struct {
		const char *authorization, *form;
		int status;
		const char *error, *description;
	} cases[] = {
		{ NULL, "client_id=machine&client_id=machine", 400, "invalid_request",
		  "'client_id' parameter must not be provided twice" },
		{ NULL, MACHINE "client_secret=sesame", 400, "invalid_request",
		  "'client_secret' parameter must not be provided twice" },
		/* 1: a secret that is known and has expired, before all that follows */
		{ NULL, "client_id=machine&client_secret=expired", 400, "invalid_request",
		  "client secret has expired" },
		{ NULL, "client_id=machine&client_secret=expired&client_assertion=x", 400, "invalid_request",
		  "client secret has expired" },
		{ "Basic bWFjaGluZTpleHBpcmVk", "client_assertion=x", 400, "invalid_request",
		  "client secret has expired" },
		/* not looked up then */
		{ "Basic bWFjaGluZTpleHBpcmVk", "client_id=spa", 400, "invalid_request", "client_id mismatch" },
		{ "Basic bWFjaGluZTpleHBpcmVk", "client_secret=x", 400, "invalid_request", ONE_MECHANISM },
		/* 2 */
		{ BASIC, "client_secret=sesame&client_id=machine", 400, "invalid_request", ONE_MECHANISM },
		{ BASIC, ASSERTION(SUB_MACHINE), 400, "invalid_request", ONE_MECHANISM },
		{ NULL, "client_id=machine&client_secret=sesame&client_assertion=x", 400, "invalid_request",
		  ONE_MECHANISM },
		{ "Bearer x", "client_secret=x&client_id=machine", 400, "invalid_request", ONE_MECHANISM },
		/* 3 */
		{ "Bearer x", "client_id=machine", 400, "invalid_request",
		  "invalid authorization header value format" },
		{ "Basic bWFjaGluZTo=", "", 400, "invalid_request",
		  "client_secret must be provided in the Authorization header" },
		/* 4 */
		{ BASIC, "client_id=spa", 400, "invalid_request", "client_id mismatch" },
		{ BASIC, "client_id=Machine", 400, "invalid_request", "client_id mismatch" },
		/* 5 */
		{ NULL, "", 400, "invalid_request", "no client authentication mechanism provided" },
		{ NULL, "client_secret=sesame", 400, "invalid_request",
		  "no client authentication mechanism provided" },
		{ NULL, "client_assertion=x", 400, "invalid_request", format },
		{ NULL, ASSERTION("e30"), 400, "invalid_request", "no client authentication mechanism provided" },
		{ NULL, "client_id=machine&" ASSERTION("e30"), 400, "invalid_request", subject },
		{ NULL, "client_id=machine&" ASSERTION(SUB_SPA), 400, "invalid_request", subject },
		/* 6 */
		{ NULL, "client_id=nope&client_secret=x", 400, "invalid_client", "invalid client nope" },
		{ NULL, "client_id=nope", 400, "invalid_client", "invalid client nope" },
		{ NULL, "client_id=MACHINE&client_secret=sesame", 400, "invalid_client", "invalid client MACHINE" },
		{ NULL, "client_id=machinemachinemachinemachine&client_secret=sesame", 400, "invalid_client",
		  "invalid client machinemachinemachinemachine" },
		/* of another tenant */
		{ NULL, "client_id=m-default&client_secret=x", 400, "invalid_client", "invalid client m-default" },
		{ NULL, "client_id=bare&client_secret=x", 400, "invalid_redirect_uri",
		  "redirect_uris must contain members" },
		/* 7 and 8 */
		{ NULL, "client_id=machine", 401, "invalid_client", failed },
		{ NULL, "client_id=spa&client_secret=x", 401, "invalid_client", failed },
		{ "Basic c3BhOng=", "", 401, "invalid_client", failed },	/* spa:x */
		{ NULL, ASSERTION(SUB_SPA), 401, "invalid_client", failed },
		{ NULL, ASSERTION(SUB_MACHINE), 401, "invalid_client", failed },
		{ NULL, "client_id=machine&" ASSERTION(SUB_MACHINE), 401, "invalid_client", failed },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = knock(cases[i].authorization, cases[i].form);

		if (rq->reply.status != cases[i].status)
			fail_msg("%s, %s: %d", cases[i].authorization, cases[i].form, rq->reply.status);
		assert_string_equal(answer(rq, "error"), cases[i].error);
		assert_string_equal(answer(rq, "error_description"), cases[i].description);
		assert_int_equal(reply_header_value(rq, "WWW-Authenticate") != NULL,
				 cases[i].status == 401 && cases[i].authorization);
		assert_true(rq->reply.no_store);
		request_free(rq);
	}
}

/* Neither which part of a secret was right, nor whose it is, nor that there was a secret of this kind. */
static void every_wrong_secret_gets_the_same_answer(void **state)
{
	static const char *const wrong[] = {
		"client_id=machine&client_secret=wrong", "client_id=machine&client_secret=sesam",
		"client_id=machine&client_secret=sesame1", "client_id=machine&client_secret=Sesame",
		"client_id=machine&client_secret=sesame%00", "client_id=machine&client_secret=%00",
		"client_id=machine&client_secret=newer",		/* another machine's */
		"client_id=veteran&client_secret=sesame", "client_id=veteran&client_secret=of+ol",
		"client_id=modern&client_secret=x",
		"client_id=modern&client_secret=%23internal%3Ax",	/* what stands for "none" proves nothing */
		"client_id=machine", "client_id=veteran", "client_id=modern",
	};
	struct request *first = knock(NULL, wrong[0]);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct request *rq = knock(NULL, wrong[i]);

		assert_int_equal(rq->reply.status, 401);
		assert_string_equal(buffer_str(&rq->reply.body), buffer_str(&first->reply.body));
		assert_int_equal(rq->reply.header_count, first->reply.header_count);
		request_free(rq);
	}
	request_free(first);
}

static void a_refusal_of_basic_comes_with_its_challenge(void **state)
{
	struct request *rq = knock("Basic bWFjaGluZTp3cm9uZw==", "");

	(void)state;
	assert_string_equal(
		reply_header_value(rq, "WWW-Authenticate"),
		"Basic realm=\"http://localhost:3001/oidc\", error=\"invalid_client\", error_description=\"client"
		" authentication failed\"");
	request_free(rq);
}

/* Its expiry is known to those only who know the secret. */
static void a_secret_ends_at_the_millisecond(void **state)
{
	struct txn *tx = write_begin("default");

	(void)state;
	add_secret(tx, "machine", "short", "fleeting", N(NOON_MS));
	MUST(txn_commit(&tx));
	clock_stands_ms = NOON_MS - 1;
	expect_in(NULL, "client_id=machine&client_secret=fleeting", "machine/short");
	clock_stands_ms = NOON_MS;		/* though the application is remembered */
	expect_out(NULL, "client_id=machine&client_secret=fleeting", 400, "client secret has expired");
	expect_out(NULL, "client_id=machine&client_secret=fleetin", 401, "client authentication failed");
	clock_stands_ms = 0;
}

static void a_secret_that_is_deleted_is_over_at_once(void **state)
{
	struct txn *tx = write_begin("default");

	(void)state;
	add_secret(tx, "machine", "third", "open", T(NULL));
	MUST(txn_commit(&tx));
	expect_in(NULL, "client_id=machine&client_secret=open", "machine/third");
	write_one(&t_secret_gone, ARGS(T("third")), CHANGE_APPLICATIONS);
	expect_out(NULL, "client_id=machine&client_secret=open", 401, "client authentication failed");
	expect_in(BASIC, "", "machine/first");
}

static void a_client_proves_itself_in_its_own_tenant_only(void **state)
{
	struct request *rq = run(authenticate, &(struct ask){ POST,
							      "/oidc/token",
							      NULL,
							      "client_id=machine&client_secret=sesame",
							      { FORM_TYPE },
							      ADMIN_ORIGIN });

	(void)state;
	assert_int_equal(rq->reply.status, 400);
	assert_string_equal(answer(rq, "error"), "invalid_client");
	request_free(rq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_and_form_are_two_ways_to_say_the_same),
		cmocka_unit_test(any_of_the_named_secrets_will_do_and_the_one_of_old_times),
		cmocka_unit_test(a_request_is_refused_for_the_first_thing_that_is_wrong),
		cmocka_unit_test(every_wrong_secret_gets_the_same_answer),
		cmocka_unit_test(a_refusal_of_basic_comes_with_its_challenge),
		cmocka_unit_test(a_secret_ends_at_the_millisecond),
		cmocka_unit_test(a_secret_that_is_deleted_is_over_at_once),
		cmocka_unit_test(a_client_proves_itself_in_its_own_tenant_only),
	};

	return cmocka_run_group_tests(tests, more, world_end);
}
