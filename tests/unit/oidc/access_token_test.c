/* The one door through which access tokens are issued (oidc.md section 8). */
#include "fixture.h"

#include "oidc/token_answer.h"
#include "base/banned.h"

#define NOON_MS INT64_C(1700000000750)

static const struct access_token machine = {
	.sub = "machine", .client_id = "machine", .aud = "urn:x", .scope = "a b", .ttl_s = 60,
};

/* A request of a tenant, in a read transaction; ended by request_done_with(). */
static struct request *request_of(const char *origin)
{
	struct request *rq = request_new(&(struct ask){ POST, "/oidc/token", NULL, NULL, { NULL }, origin });

	rq->tx = read_begin("default");
	err_clear();
	MUST(tenant_resolve(rq->tx, rq->arena, rq->origin, &rq->tenant));
	txn_set_tenant(rq->tx, rq->tenant->id);
	return rq;
}

static void request_done_with(struct request *rq)
{
	read_end();
	request_free(rq);
}

/* Answers as a grant does that has nothing to store. */
static err_t send_token(struct request *rq, const struct access_token *t)
{
	struct oauth *o = ARENA_NEW(rq->arena, struct oauth);

	o->rq = rq;
	return token_answer_send(o, &(struct token_answer){ .jwt = *t, .scope = t->scope, .ttl_s = t->ttl_s });
}

/* Issues and takes apart; the token lives in `*out`. */
static void issue(const char *origin, const struct access_token *t, struct jwt *jwt, char **out)
{
	struct request *rq = request_of(origin);

	MUST(send_token(rq, t));
	if (rq->task.step)
		MUST(step_run(rq, NULL));
	*out = strdup(answer(rq, "access_token"));
	request_done_with(rq);
	assert_true(jwt_parse(*out, strlen(*out), jwt));
}

static void done(struct jwt *jwt, char *token)
{
	jwt_done(jwt);
	free(token);
}

static void the_claims_are_these_and_no_others(void **state)
{
	struct access_token restricted = machine;
	struct jwt jwt;
	char *token;

	(void)state;
	clock_stands_ms = NOON_MS;
	issue(NULL, &machine, &jwt, &token);
	assert_int_equal(json_object_size(jwt.claims), 8);
	assert_string_equal(jwt_text(&jwt, "sub"), "machine");
	assert_string_equal(jwt_text(&jwt, "client_id"), "machine");
	assert_string_equal(jwt_text(&jwt, "iss"), "http://localhost:3001/oidc");
	assert_string_equal(jwt_text(&jwt, "aud"), "urn:x");
	assert_string_equal(jwt_text(&jwt, "scope"), "a b");
	assert_int_equal(json_integer_value(json_object_get(jwt.claims, "iat")), 1700000000);
	assert_int_equal(json_integer_value(json_object_get(jwt.claims, "exp")), 1700000060);
	assert_int_equal(strlen(jwt_text(&jwt, "jti")), 43);
	assert_int_equal(json_object_size(jwt.header), 3);
	assert_string_equal(jwt.typ, "at+jwt");
	done(&jwt, token);
	restricted.organization_id = "acme";
	issue(NULL, &restricted, &jwt, &token);
	assert_int_equal(json_object_size(jwt.claims), 9);
	assert_string_equal(jwt_text(&jwt, "organization_id"), "acme");
	done(&jwt, token);
	clock_stands_ms = 0;
}

/* Stored before the API kept the bounds, or by another hand. */
static void a_lifetime_is_bounded_whatever_is_stored(void **state)
{
	static const struct { int64_t ttl_s, lifetime_s; } cases[] = {
		{ INT64_MAX, 315360000 }, { 315360001, 315360000 }, { 315360000, 315360000 }, { 1, 1 }, { 0, 1 },
		{ INT64_MIN, 1 },
	};

	(void)state;
	clock_stands_ms = NOON_MS;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct access_token t = machine;
		struct jwt jwt;
		char *token;

		t.ttl_s = cases[i].ttl_s;
		issue(NULL, &t, &jwt, &token);
		assert_int_equal(json_integer_value(json_object_get(jwt.claims, "exp")),
				 NOON_MS / 1000 + cases[i].lifetime_s);
		done(&jwt, token);
	}
	clock_stands_ms = 0;
}

static void no_two_tokens_are_the_same(void **state)
{
	struct jwt one, two;
	char *first, *second;

	(void)state;
	clock_stands_ms = NOON_MS;
	issue(NULL, &machine, &one, &first);
	issue(NULL, &machine, &two, &second);
	assert_string_not_equal(jwt_text(&one, "jti"), jwt_text(&two, "jti"));
	done(&one, first);
	done(&two, second);
	clock_stands_ms = 0;
}

static void no_scope_and_an_empty_scope_are_two_things(void **state)
{
	static const struct { const char *scope; bool there; } cases[] = { { NULL, false }, { "", true } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct access_token t = machine;
		struct request *rq = request_of(NULL);
		const char *token, *scope;
		struct jwt jwt;

		t.scope = cases[i].scope;
		MUST(send_token(rq, &t));
		token = answer(rq, "access_token");
		scope = answer(rq, "scope");
		assert_true(jwt_parse(token, strlen(token), &jwt));
		assert_int_equal(scope != NULL, cases[i].there);
		assert_int_equal(jwt_text(&jwt, "scope") != NULL, cases[i].there);
		assert_string_equal(answer(rq, "token_type"), "Bearer");
		assert_non_null(strstr(buffer_str(&rq->reply.body), "\"expires_in\":60"));
		jwt_done(&jwt);
		request_done_with(rq);
	}
}

static void a_tenant_signs_with_its_own_key_in_its_own_name(void **state)
{
	const struct keyring *mine, *admins;
	struct jwt jwt;
	char *token;

	(void)state;
	MUST(keyring_load(read_begin("default"), "default", &mine));
	MUST(keyring_load(world.tx, "admin", &admins));
	read_end();
	issue(NULL, &machine, &jwt, &token);
	assert_true(jwt_verify(&jwt, keyring_current(mine)));
	done(&jwt, token);
	issue(ADMIN_ORIGIN, &machine, &jwt, &token);
	assert_true(jwt_verify(&jwt, keyring_current(admins)));
	assert_false(jwt_verify(&jwt, keyring_current(mine)));
	assert_string_equal(jwt_text(&jwt, "iss"), ADMIN_ORIGIN "/oidc");
	done(&jwt, token);
	keyring_release(&mine);
	keyring_release(&admins);
}

/* Published before, so that nobody meets a key that they have not seen. */
static void a_next_key_signs_from_its_moment_on(void **state)
{
	struct key *current, *next;
	struct jwt jwt;
	char *token;

	(void)state;
	clock_stands_ms = NOON_MS;
	current = rotate_to("default", key_of(KEY_ES256), 0);
	next = rotate_to("default", key_of(KEY_EDDSA), 60);
	clock_stands_ms = NOON_MS + 59999;
	issue(NULL, &machine, &jwt, &token);
	assert_string_equal(jwt.kid, key_kid(current));
	done(&jwt, token);
	clock_stands_ms = NOON_MS + 60000;
	issue(NULL, &machine, &jwt, &token);
	assert_string_equal(jwt.kid, key_kid(next));
	assert_string_equal(jwt.alg, "EdDSA");
	done(&jwt, token);
	key_free(current);
	key_free(next);
	key_free(rotate_to("default", key_of(KEY_ES256), 0));
	clock_stands_ms = 0;
}

static void a_step_that_runs_again_leaves_nothing_of_its_first_run_in_the_answer(void **state)
{
	struct request *rq = request_of(NULL);
	struct oauth *o = ARENA_NEW(rq->arena, struct oauth);

	(void)state;
	o->rq = rq;
	MUST(token_answer_send(o, &(struct token_answer){ .jwt = machine, .id_claims = "{\"sub\":\"ada\"}" }));
	assert_non_null(answer(rq, "id_token"));
	MUST(token_answer_send(o, &(struct token_answer){ .id_claims = "{\"sub\":\"ada\"}" }));
	assert_null(answer(rq, "access_token"));
	MUST(token_answer_send(o, &(struct token_answer){ .jwt = machine }));
	assert_null(answer(rq, "id_token"));
	request_done_with(rq);
}

static void only_a_slow_key_signs_on_WORK(void **state)
{
	struct request *rq = request_of(NULL);
	struct key *key;

	(void)state;
	MUST(send_token(rq, &machine));
	assert_null(rq->task.step);
	request_done_with(rq);
	key = rotate_to("default", rsa_key(), 0);
	rq = request_of(NULL);
	MUST(send_token(rq, &machine));
	assert_int_equal(rq->task.step->lane, WORK);
	assert_int_equal(rq->reply.status, 0);
	request_done_with(rq);
	rq = request_of(ADMIN_ORIGIN);	/* each tenant has its own */
	MUST(send_token(rq, &machine));
	assert_null(rq->task.step);
	request_done_with(rq);
	key_free(key);
}

static void a_scope_that_fits_no_token_is_an_error_and_no_shorter_token(void **state)
{
	struct request *rq = request_of(NULL);
	struct access_token t = machine;
	char *scope = malloc(KIB(64) + 1);

	(void)state;
	memset(scope, 'x', KIB(64));
	scope[KIB(64)] = 0;
	t.scope = scope;
	assert_int_equal(send_token(rq, &t), ERR_INTERNAL);
	assert_int_equal(rq->reply.status, 0);
	free(scope);
	request_done_with(rq);
}

static void a_tenant_without_a_key_issues_nothing(void **state)
{
	struct request *rq;

	(void)state;
	write_one(&t_no_keys, NO_ARGS, CHANGE_KEYS);
	rq = request_of(NULL);
	assert_int_equal(send_token(rq, &machine), ERR_INTERNAL);	/* a fault of ours, no 404 */
	request_done_with(rq);
}

/* One installation for all; the last one takes it apart. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_claims_are_these_and_no_others),
		cmocka_unit_test(a_lifetime_is_bounded_whatever_is_stored),
		cmocka_unit_test(no_two_tokens_are_the_same),
		cmocka_unit_test(no_scope_and_an_empty_scope_are_two_things),
		cmocka_unit_test(a_tenant_signs_with_its_own_key_in_its_own_name),
		cmocka_unit_test(a_next_key_signs_from_its_moment_on),
		cmocka_unit_test(a_step_that_runs_again_leaves_nothing_of_its_first_run_in_the_answer),
		cmocka_unit_test(only_a_slow_key_signs_on_WORK),
		cmocka_unit_test(a_scope_that_fits_no_token_is_an_error_and_no_shorter_token),
		cmocka_unit_test(a_tenant_without_a_key_issues_nothing),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
