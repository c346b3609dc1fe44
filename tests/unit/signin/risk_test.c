/* Adaptive MFA: which sign-ins are asked for a second factor. */
#include "second.h"

#include "entity/event_note.h"
#include "events/outbox.h"
#include "base/banned.h"

STATEMENT(t_been_away, "UPDATE users SET last_sign_in_at = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(t_been_elsewhere, "UPDATE sign_in_places SET at = $2 WHERE tenant_id = $1 AND user_id = $3");

/* What the proxy says: name, value, …, NULL. */
static const char *told[9];
/* Members of the events that the last submission noted. */
static const char *noted;

static err_t submit_from(void)
{
	struct request *rq = page_request(POST, "/submit", NULL);
	err_t e;

	rq->headers = arena_alloc(rq->arena, sizeof(struct header) * ARRAY_LEN(told));
	for (size_t i = 0; told[i]; i += 2)
		rq->headers[rq->header_count++] = (struct header){ told[i], told[i + 1] };
	assert_int_equal(txn_savepoint(api.tx, api.tenant->id), OK);
	err_clear();
	e = chain_run(rq, api.tx);
	assert_int_equal(e && !rq->task.keeps ? txn_rollback_to(api.tx) : txn_release(api.tx), OK);
	noted = rq->notes && rq->notes->members ? arena_copy(api.arena, rq->notes->members) : "";
	request_free(rq);
	return e;
}

#define FROM(...) memcpy(told, (const char *[ARRAY_LEN(told)]){ __VA_ARGS__ }, sizeof(told))

static const char *secret;

static const char *ada(void)
{
	static const char *const wanted[] = { "PostSignInAdaptiveMfaTriggered", NULL };
	const char *user = person_of("ada", "");

	secret = give_totp(user);
	page_rule("{\"mfa\":{\"factors\":[\"Totp\"],\"policy\":\"Mandatory\"},\"adaptiveMfa\":{\"enabled\":true}}");
	assert_int_equal(outbox_subscribe(api.tx, "test", wanted), OK);
	world.settings.trust_proxy = true;
	FROM(NULL);
	return user;
}

static void a_sign_in_like_those_before_needs_no_second_factor(void **state)
{
	(void)state;
	ada();
	enter("ada");
	assert_int_equal(submit_from(), OK);	/* nothing is known of where it comes from */
	FROM("x-logto-cf-country", "IT");
	enter("ada");
	assert_int_equal(submit_from(), ERR_MFA_REQUIRED);
	assert_non_null(strstr(noted,
			       "\"adaptiveMfaResult\":{\"requiresMfa\":true,\"triggeredRules\":[{\"rule\":"
			       "\"new_country\",\"details\":{\"currentCountry\":\"IT\",\"windowDays\":180}}]},"));
	assert_non_null(strstr(noted, "\"userId\":"));
	try_totp(OK, code_of(secret, 0));
	assert_int_equal(submit_from(), OK);
	enter("ada");
	assert_int_equal(submit_from(), OK);
	FROM("x-logto-cf-country", "AU");
	enter("ada");
	assert_int_equal(submit_from(), ERR_MFA_REQUIRED);
}

static void nobody_travels_faster_than_a_plane(void **state)
{
	const char *user;

	(void)state;
	user = ada();
	FROM("x-logto-cf-latitude", "45.46", "x-logto-cf-longitude", "9.19");	/* Milan */
	enter("ada");
	assert_int_equal(submit_from(), OK);
	FROM("x-logto-cf-latitude", "-37.81", "x-logto-cf-longitude", "144.96");	/* Melbourne, 16 000 km */
	enter("ada");
	assert_int_equal(submit_from(), ERR_MFA_REQUIRED);
	assert_non_null(strstr(noted, "\"rule\":\"geo_velocity\""));
	assert_int_equal(store_exec(api.tx, &t_been_elsewhere, ARGS(N(clock_ms() - DAY_MS), T(user)), NULL), OK);
	assert_int_equal(submit_from(), OK);
}

static void who_was_away_for_a_month_is_asked(void **state)
{
	const char *user;

	(void)state;
	user = ada();
	enter("ada");
	assert_int_equal(store_exec(api.tx, &t_been_away, ARGS(N(clock_ms() - 29 * DAY_MS), T(user)), NULL), OK);
	assert_int_equal(submit_from(), OK);
	enter("ada");
	assert_int_equal(store_exec(api.tx, &t_been_away, ARGS(N(clock_ms() - 31 * DAY_MS), T(user)), NULL), OK);
	assert_int_equal(submit_from(), ERR_MFA_REQUIRED);
	assert_non_null(strstr(noted, "\"inactivityDays\":31,\"thresholdDays\":30"));
}

static void a_program_is_asked_unless_it_is_a_known_one(void **state)
{
	(void)state;
	ada();
	FROM("x-logto-cf-bot-score", "29");
	enter("ada");
	assert_int_equal(submit_from(), ERR_MFA_REQUIRED);
	assert_non_null(strstr(noted, "\"rule\":\"untrusted_ip\""));
	FROM("x-logto-cf-bot-score", "29", "x-logto-cf-bot-verified", "true");
	assert_int_equal(submit_from(), OK);
	FROM("x-logto-cf-bot-score", "30");
	enter("ada");
	assert_int_equal(submit_from(), OK);
}

static void the_word_of_a_client_counts_for_nothing(void **state)
{
	(void)state;
	ada();
	world.settings.trust_proxy = false;
	FROM("x-logto-cf-country", "IT", "x-logto-cf-bot-score", "1");
	enter("ada");
	assert_int_equal(submit_from(), OK);
	world.settings.trust_proxy = true;
	FROM("x-logto-cf-country", "Italy", "x-logto-cf-bot-score", "-1x", "x-logto-cf-latitude", "nan",
	     "x-logto-cf-longitude", "1e9");
	enter("ada");
	assert_int_equal(submit_from(), OK);
	FROM("x-logto-cf-country", "IT");
	enter("ada");
	assert_int_equal(submit_from(), ERR_MFA_REQUIRED);	/* nothing of the above was kept */
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_sign_in_like_those_before_needs_no_second_factor), CASE(nobody_travels_faster_than_a_plane),
		CASE(who_was_away_for_a_month_is_asked), CASE(a_program_is_asked_unless_it_is_a_known_one),
		CASE(the_word_of_a_client_counts_for_nothing),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
