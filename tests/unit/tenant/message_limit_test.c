/* How many messages a recipient may get is counted, and forgotten. */
#include "world.h"

#include "tenant/message_limit.h"
#include "base/banned.h"

extern const struct worker forget_expired_rows;

STATEMENT(t_counts, "SELECT count(*) FROM message_sends WHERE tenant_id = $1");
STATEMENT(t_age, "UPDATE message_sends SET last_at = last_at - $2 WHERE tenant_id = $1 AND recipient = $3");

static err_t take_place(const char *kind, const char *to)
{
	int64_t place;

	return message_take_place(api.tx, api.arena, kind, to, &place);
}

static int64_t counts(void)
{
	int64_t n;

	assert_int_equal(store_int(api.tx, &t_counts, NO_ARGS, &n), OK);
	return n;
}

static void the_eleventh_message_is_too_many_in_any_letter_case(void **state)
{
	(void)state;
	for (int i = 0; i < MESSAGES_MOST; i++)
		assert_int_equal(take_place(MESSAGE_CODE, i % 2 ? "ada@a.example" : "ADA@a.example"), OK);
	assert_int_equal(take_place(MESSAGE_CODE, "Ada@a.example"), ERR_MESSAGE_LIMIT);
	assert_int_equal(take_place(MESSAGE_CODE, "bob@b.example"), OK);
	assert_int_equal(take_place(MESSAGE_INVITATION, "ada@a.example"), OK);
}

static void counts_are_forgotten_when_they_count_no_more(void **state)
{
	(void)state;
	assert_int_equal(take_place(MESSAGE_CODE, "ada@a.example"), OK);
	assert_int_equal(take_place(MESSAGE_CODE, "bob@b.example"), OK);
	assert_int_equal(store_exec(api.tx, &t_age, ARGS(N(MESSAGES_WITHIN_MS + 1), T("ada@a.example")), NULL), OK);
	assert_int_equal(worker_run(&forget_expired_rows, api.tx), OK);
	assert_int_equal(counts(), 1);
}

static void an_administrator_forgets_every_kind(void **state)
{
	(void)state;
	assert_int_equal(take_place(MESSAGE_CODE, "ada@a.example"), OK);
	assert_int_equal(take_place(MESSAGE_INVITATION, "ada@a.example"), OK);
	api_expect(OK, POST, "/api/sentinel-activities/delete",
		   "{\"targetType\":\"User\",\"targets\":[\"ADA@a.example\"]}");
	assert_int_equal(counts(), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(the_eleventh_message_is_too_many_in_any_letter_case),
		CASE(counts_are_forgotten_when_they_count_no_more), CASE(an_administrator_forgets_every_kind),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
