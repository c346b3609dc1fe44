#include "world.h"

#include "events/payload.h"

#include "base/banned.h"

#define AT INT64_C(1767323045678)	/* 2026-01-02T03:04:05.678Z */

static struct request *answered(const struct ask *c, int status)
{
	struct request *rq = request_new(c);

	rq->remote = "192.0.2.7";
	rq->reply.status = status;
	return rq;
}

static const char *const from_test[] = { "User-Agent", "test/1" };
#define FROM_TEST { from_test[0], from_test[1], NULL }

static void a_payload_holds_the_call_in_the_order_of_the_contract(void **state)
{
	struct request *rq =
		answered(&(struct ask){ POST, "/api/Organizations/o%201/users/", NULL, NULL, FROM_TEST }, 201);
	const struct event_note happened = {
		.event = "Organization.Membership.Updated",
		.members = "\"organizationId\":\"o 1\",\"addedUserIds\":[\"u\"]",
	};

	(void)state;
	assert_string_equal(
		payload_text(rq, &happened, AT),
		"{\"event\":\"Organization.Membership.Updated\",\"createdAt\":\"2026-01-02T03:04:05.678Z\","
		"\"userAgent\":\"test/1\",\"ip\":\"192.0.2.7\",\"path\":\"/Organizations/o%201/users/\","
		"\"method\":\"POST\",\"status\":201,\"params\":{\"id\":\"o 1\"},"
		"\"matchedRoute\":\"/organizations/:id/users\",\"organizationId\":\"o 1\",\"addedUserIds\":[\"u\"]}");
	request_free(rq);
}

static void what_is_not_there_is_left_out(void **state)
{
	struct request *rq = answered(&(struct ask){ POST, "/api/organizations", NULL, NULL, { NULL } }, 201);
	const struct event_note happened = { .event = "Organization.Created", .data = "{\"id\":1}" };

	(void)state;
	rq->remote = NULL;
	assert_string_equal(payload_text(rq, &happened, AT),
			    "{\"event\":\"Organization.Created\",\"createdAt\":\"2026-01-02T03:04:05.678Z\","
			    "\"path\":\"/organizations\",\"method\":\"POST\",\"status\":201,\"params\":{},"
			    "\"matchedRoute\":\"/organizations\",\"data\":{\"id\":1}}");
	request_free(rq);
}

static void below_a_role_the_rest_of_the_path_is_a_parameter(void **state)
{
	struct request *rq = answered(&(struct ask){ DELETE, "/api/roles/r1/scopes/s1", NULL, NULL, { NULL } }, 204);
	struct request *all = answered(&(struct ask){ POST, "/api/roles", NULL, NULL, { NULL } }, 200);

	(void)state;
	assert_non_null(strstr(payload_text(rq, &(struct event_note){ .event = "Role.Scopes.Updated" }, AT),
			       "\"params\":{\"0\":\"/r1/scopes/s1\",\"id\":\"r1\",\"scopeId\":\"s1\"},"
			       "\"matchedRoute\":\"/roles/:id/scopes/:scopeId\"}"));
	assert_non_null(strstr(payload_text(all, &(struct event_note){ .event = "Role.Created" }, AT),
			       "\"params\":{},\"matchedRoute\":\"/roles\"}"));
	request_free(rq);
	request_free(all);
}

static void what_is_done_to_ones_own_account_looks_like_no_administrators_call(void **state)
{
	struct request *rq =
		answered(&(struct ask){ DELETE, "/api/my-account/organizations/o1", NULL, NULL, { NULL } }, 204);
	struct event_note note = { .event = "Organization.Membership.Updated" };

	(void)state;
	assert_non_null(strstr(payload_text(rq, &note, AT),
			       "\"path\":\"/my-account/organizations/o1\",\"method\":\"DELETE\",\"status\":204,"
			       "\"params\":{\"organizationId\":\"o1\"},"
			       "\"matchedRoute\":\"/my-account/organizations/:organizationId\"}"));
	request_free(rq);
}

static void data_may_stand_behind_the_address_or_alone(void **state)
{
	struct request *rq = answered(&(struct ask){ DELETE, "/api/users/u1", NULL, NULL, FROM_TEST }, 204);
	const struct event_note deleted = { .event = "User.Deleted", .data = "{}", .form = EVENT_NOTE_DATA_FIRST };
	const struct event_note bare = { .event = "User.Data.Updated", .data = "{}", .form = EVENT_NOTE_BARE };

	(void)state;
	assert_string_equal(
		payload_text(rq, &deleted, AT),
		"{\"event\":\"User.Deleted\",\"createdAt\":\"2026-01-02T03:04:05.678Z\","
		"\"userAgent\":\"test/1\",\"ip\":\"192.0.2.7\",\"data\":{},"
		"\"path\":\"/users/u1\",\"method\":\"DELETE\",\"status\":204,\"params\":{\"userId\":\"u1\"},"
		"\"matchedRoute\":\"/users/:userId\"}");
	assert_string_equal(
		payload_text(rq, &bare, AT),
		"{\"event\":\"User.Data.Updated\",\"createdAt\":\"2026-01-02T03:04:05.678Z\",\"data\":{}}");
	request_free(rq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_payload_holds_the_call_in_the_order_of_the_contract),
		cmocka_unit_test(what_is_not_there_is_left_out),
		cmocka_unit_test(below_a_role_the_rest_of_the_path_is_a_parameter),
		cmocka_unit_test(what_is_done_to_ones_own_account_looks_like_no_administrators_call),
		cmocka_unit_test(data_may_stand_behind_the_address_or_alone),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
