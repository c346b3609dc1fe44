/* What the steps of a sign-in at another provider share, and the words in which one ends. */
#include "world.h"

#include "sso/protocol.h"
#include "base/banned.h"

static struct sso_provider company = { .name = "company" }, everybody = { .name = "everybody", .is_social = true };

static void all_steps_of_a_request_share_one_work_and_no_two_requests_do(void **state)
{
	struct request *rq = api_request(GET, "/api/users", NULL), *other = api_request(GET, "/api/users", NULL);

	(void)state;
	assert_null(sso_work(rq)->state);
	sso_work(rq)->state = "mine";
	assert_string_equal(sso_work(rq)->state, "mine");
	assert_null(sso_work(other)->state);
	request_free(rq);
	request_free(other);
}

static void what_is_kept_until_the_answer_has_what_the_page_began_with_beside_the_protocols_own(void **state)
{
	struct request *rq = api_request(GET, "/api/users", NULL);
	struct sso_work *w = sso_work(rq);
	json_auto_t *own = json_pack("{s:s, s:s}", "nonce", "n", "state", "of the protocol");
	json_t *kept;

	(void)state;
	w->state = "of the page";
	w->redirect_uri = "https://a.example/callback";
	w->session = own;
	kept = sso_session(rq);
	assert_string_equal(json_to_text(rq->arena, kept), "{\"nonce\":\"n\",\"state\":\"of the page\","
							   "\"redirectUri\":\"https://a.example/callback\"}");
	assert_string_equal(json_string_value(json_object_get(own, "state")), "of the protocol");
	json_decref(kept);
	request_free(rq);
}

/* People of an organization are told that its provider did not let them in, and no more of it. */
static void an_organizations_provider_fails_in_two_ways_and_others_in_each_of_their_own(void **state)
{
	static const struct { enum sso_fault what; err_t company, everybody; } cases[] = {
		{ SSO_REFUSED, ERR_SSO_FAILED, ERR_SOCIAL_FAILED }, { SSO_CODE, ERR_SSO_FAILED, ERR_SOCIAL_CODE },
		{ SSO_ACCESS_TOKEN, ERR_SSO_FAILED, ERR_SOCIAL_ACCESS_TOKEN },
		{ SSO_ID_TOKEN, ERR_SSO_FAILED, ERR_SOCIAL_ID_TOKEN },
		{ SSO_ANSWER, ERR_SSO_FAILED, ERR_SOCIAL_ANSWER }, { SSO_UNREACHED, ERR_SSO_AWAY, ERR_SOCIAL_AWAY },
	};
	struct request *rq = api_request(GET, "/api/users", NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		sso_work(rq)->connector.provider = &company;
		assert_string_equal(err_name(sso_fault(rq, cases[i].what)), err_name(cases[i].company));
		sso_work(rq)->connector.provider = &everybody;
		assert_string_equal(err_name(sso_fault(rq, cases[i].what)), err_name(cases[i].everybody));
	}
	request_free(rq);
}

static err_t finish(struct request *rq)
{
	sso_work(rq)->issuer = "urn:judged";
	return ERR_SSO_FAILED;
}

static void the_answer_is_judged_by_the_protocol_of_the_connector_without_a_transaction(void **state)
{
	static const struct sso_protocol protocol = { .finish = finish };
	const struct sso_provider provider = { .name = "judge", .protocol = &protocol };
	struct request *rq = api_request(GET, "/api/users", NULL);

	(void)state;
	sso_work(rq)->connector.provider = &provider;
	assert_false(lane_has_transaction(sso_judge_step.lane));
	assert_int_equal(sso_judge_step.run(rq), ERR_SSO_FAILED);
	assert_string_equal(sso_work(rq)->issuer, "urn:judged");
	request_free(rq);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(all_steps_of_a_request_share_one_work_and_no_two_requests_do),
		CASE(what_is_kept_until_the_answer_has_what_the_page_began_with_beside_the_protocols_own),
		CASE(an_organizations_provider_fails_in_two_ways_and_others_in_each_of_their_own),
		CASE(the_answer_is_judged_by_the_protocol_of_the_connector_without_a_transaction),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
