/* How attempts to sign in end, and what is told of it. */
#include "world.h"

#include "entity/event_note.h"
#include "events/outbox.h"
#include "signin/attempt.h"
#include "base/banned.h"

static const struct attempt ada = { LOCKOUT_IDENTIFIER, "username", "Ada" };

/* An interaction of an application of the tenant. */
static struct interaction interaction_of(const char *client)
{
	return (struct interaction){ .id = "i1", .client_id = client };
}

static struct request *request_here(void)
{
	struct request *rq = api_request(GET, "/api/status", NULL);

	rq->tx = api.tx;
	rq->remote = "192.0.2.1";
	return rq;
}

static err_t settle(struct request *rq, const char *client, err_t outcome)
{
	struct interaction i = interaction_of(client);

	rq->task.keeps = false;
	return attempt_settle(rq, &i, &ada, outcome);
}

static void a_failure_is_answered_as_it_is_and_kept(void **state)
{
	struct request *rq = request_here();

	(void)state;
	assert_int_equal(settle(rq, "app", OK), OK);
	assert_false(rq->task.keeps);
	assert_int_equal(settle(rq, "app", ERR_CREDENTIALS), ERR_CREDENTIALS);
	assert_true(rq->task.keeps);
	request_free(rq);
}

static void each_blocked_answer_is_told_with_the_identifier_as_typed(void **state)
{
	static const char *const wanted[] = { "Identifier.Lockout", NULL };
	struct request *rq = request_here();
	const char *app, *members;

	(void)state;
	app = api_post_for_id("/api/applications", "{\"name\":\"Shop\",\"type\":\"SPA\"}");
	api_expect(OK, PATCH, "/api/sign-in-exp", "{\"sentinelPolicy\":{\"maxAttempts\":1}}");
	assert_int_equal(outbox_subscribe(api.tx, "test", wanted), OK);
	assert_int_equal(settle(rq, app, ERR_CREDENTIALS), ERR_LOCKED);
	assert_true(rq->task.keeps);
	members = rq->notes->members;
	assert_non_null(strstr(members, "\"sessionId\":\"i1\",\"ip\":\"192.0.2.1\",\"application\":{\"id\":"));
	assert_non_null(
		strstr(members, "\"name\":\"Shop\",\"description\":null},\"type\":\"username\",\"value\":\"Ada\""));
	assert_null(rq->notes->next);
	assert_int_equal(settle(rq, "gone", OK), ERR_LOCKED);
	assert_non_null(rq->notes->next);
	assert_null(strstr(rq->notes->next->members, "\"application\":"));
	request_free(rq);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_failure_is_answered_as_it_is_and_kept),
		CASE(each_blocked_answer_is_told_with_the_identifier_as_typed),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
