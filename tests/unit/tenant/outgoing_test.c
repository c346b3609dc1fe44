/* Messages that wait: one that cannot be sent is in nobody's way. */
#include "world.h"

#include "entity/tree.h"
#include "tenant/message_limit.h"
#include "tenant/outgoing.h"
#include "base/banned.h"

extern const struct worker send_messages;

STATEMENT(t_waiting, "SELECT count(*) FROM outgoing_messages WHERE tenant_id = $1");
STATEMENT(t_tries, "SELECT max(tries) FROM outgoing_messages WHERE tenant_id = $1");
STATEMENT(t_damage, "UPDATE outgoing_messages SET sealed = $2, due_at = 0 WHERE tenant_id = $1");
STATEMENT(t_due, "UPDATE outgoing_messages SET due_at = 1 WHERE tenant_id = $1");

static int64_t number(struct statement *s)
{
	int64_t n;

	assert_int_equal(store_int(api.tx, s, NO_ARGS, &n), OK);
	return n;
}

/* A code for an address, that is too old after `life_ms`. */
static void put(const char *to, int64_t life_ms)
{
	struct request *rq = api_request(GET, "/api/connectors", NULL);
	const json_t *payload = tree_keep(rq, json_pack("{s:s}", "code", "123456"));
	const struct outgoing o = { .type = CONNECTOR_EMAIL, .kind = MESSAGE_CODE, .until_ms = clock_ms() + life_ms,
				    .message = { to, "SignIn", payload, NULL, NULL } };

	rq->tx = api.tx;
	assert_int_equal(outgoing_put(rq, &o), OK);
	rq->tx = NULL;
	request_free(rq);
}

static void send_due(void)
{
	assert_int_equal(worker_run(&send_messages, api.tx), OK);
}

static void what_cannot_be_sent_is_given_up(void **state)
{
	(void)state;
	put("ada@a.example", 60000);	/* there is no connector */
	put("bob@b.example", -1);
	assert_int_equal(number(&t_waiting), 2);
	send_due();
	send_due();
	assert_int_equal(number(&t_waiting), 0);
}

static void a_damaged_message_does_not_keep_the_others_waiting(void **state)
{
	(void)state;
	put("ada@a.example", 60000);
	assert_int_equal(store_exec(api.tx, &t_damage, ARGS(BLOB("x", 1)), NULL), OK);
	put("bob@b.example", 60000);
	send_due();	/* takes the damaged one, which is due first */
	send_due();
	assert_int_equal(number(&t_waiting), 1);
	assert_int_equal(number(&t_tries), 1);
	send_due();	/* it is not due again at once */
	assert_int_equal(number(&t_tries), 1);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(number(&t_waiting), 1);
		assert_int_equal(store_exec(api.tx, &t_due, NO_ARGS, NULL), OK);
		send_due();
	}
	assert_int_equal(number(&t_waiting), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(what_cannot_be_sent_is_given_up), CASE(a_damaged_message_does_not_keep_the_others_waiting),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
