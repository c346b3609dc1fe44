/* When the record of a domain is looked for, how long a proof holds without it, and what a check writes. */
#include "calls.h"

#include "http/client.h"
#include "organizations/domain_proof.h"

#include "base/banned.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define NOW (INT64_C(20000) * DAY)

static void a_record_that_is_there_proves_and_is_looked_for_a_day_later(void **state)
{
	struct proof_standing p = { PROOF_PENDING, 7, NOW - DAY, 0, 0, NOW };

	(void)state;
	proof_judge(&p, PROOF_FOUND, false, NOW);
	assert_true(p.status == PROOF_PROVEN && p.failures == 0 && p.proven_at == NOW && p.seen_at == NOW &&
		    p.due_at == NOW + DAY);
	proof_judge(&p, PROOF_FOUND, true, NOW + HOUR);
	assert_true(p.proven_at == NOW && p.seen_at == NOW + HOUR && p.due_at == NOW + HOUR + DAY);
	p.status = PROOF_LAPSED;
	proof_judge(&p, PROOF_FOUND, false, NOW + 2 * HOUR);
	assert_true(p.status == PROOF_PROVEN && p.proven_at == NOW + 2 * HOUR);
}

static void a_record_that_never_came_is_looked_for_ever_less_and_then_no_more(void **state)
{
	struct proof_standing p = { PROOF_PENDING, 0, NOW, 0, 0, NOW + PROOF_FIRST_MS };
	static const int64_t pauses[] = { MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE, 32 * MINUTE,
					  64 * MINUTE, 128 * MINUTE, 256 * MINUTE, 6 * HOUR, 6 * HOUR };
	int64_t now = NOW;
	int looks = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pauses); i++) {
		now = p.due_at;
		proof_judge(&p, i % 2 ? PROOF_MISSING : PROOF_NO_ANSWER, false, now);
		assert_int_equal(p.due_at - now, pauses[i]);
	}
	for (; p.due_at; looks++) {
		now = p.due_at;
		proof_judge(&p, PROOF_MISSING, false, now);
		assert_true(looks < 100 && p.status == PROOF_PENDING);
	}
	assert_true(now >= NOW + 7 * DAY && now <= NOW + 8 * DAY);
}

static void a_proof_holds_three_days_without_its_record(void **state)
{
	struct proof_standing p = { PROOF_PROVEN, 0, NOW, NOW, NOW, NOW + DAY };
	int64_t now = NOW;

	(void)state;
	while (p.status == PROOF_PROVEN) {
		now = p.due_at;
		proof_judge(&p, PROOF_NO_ANSWER, false, now);
		assert_true(p.due_at > now && p.due_at - now <= DAY);
	}
	assert_true(p.status == PROOF_LAPSED && now >= NOW + 3 * DAY && now < NOW + 3 * DAY + 6 * HOUR);
	while (p.due_at) {
		now = p.due_at;
		proof_judge(&p, PROOF_MISSING, false, now);
	}
	assert_true(now >= NOW + 30 * DAY && now <= NOW + 31 * DAY);
}

static void who_asks_in_vain_does_not_put_off_the_next_look(void **state)
{
	struct proof_standing p = { PROOF_PENDING, 3, NOW - HOUR, 0, 0, NOW + MINUTE };

	(void)state;
	for (int i = 0; i < 50; i++)
		proof_judge(&p, PROOF_MISSING, true, NOW);
	assert_true(p.failures == 3 && p.due_at == NOW + MINUTE && p.status == PROOF_PENDING);
	p = (struct proof_standing){ PROOF_PROVEN, 0, NOW, NOW, NOW, NOW + DAY };
	proof_judge(&p, PROOF_MISSING, true, NOW + 3 * DAY);
	assert_true(p.status == PROOF_LAPSED);
}

static void a_check_asks_for_one_name_and_a_proof_that_was_deleted_meanwhile_is_missed(void **state)
{
	const char *id;
	struct request *rq;

	(void)state;
	MUST(call(POST, "/api/domain-proofs", "{\"domain\":\"firm.example\"}"));
	id = text_in(got, "id");
	rq = api_request(POST, P("/api/domain-proofs/%s/check", id), NULL);
	MUST(step_run(rq, api.tx));
	MUST(step_run(rq, NULL));
	assert_int_equal(rq->task.call->kind, CALL_LOOKUP);
	assert_string_equal(rq->task.call->url, "_guildhall-challenge.firm.example");
	MUST(call(DELETE, P("/api/domain-proofs/%s", id), NULL));
	REFUSED(ERR_NOT_EXISTS_WITH_ID, step_run(rq, api.tx));
	request_free(rq);
}

FAMILY(CASE(a_record_that_is_there_proves_and_is_looked_for_a_day_later),
       CASE(a_record_that_never_came_is_looked_for_ever_less_and_then_no_more),
       CASE(a_proof_holds_three_days_without_its_record), CASE(who_asks_in_vain_does_not_put_off_the_next_look),
       CASE(a_check_asks_for_one_name_and_a_proof_that_was_deleted_meanwhile_is_missed))
