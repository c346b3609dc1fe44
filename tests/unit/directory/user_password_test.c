/* Passwords of users are tried, and weak digests renewed. */
#include "world.h"

#include "directory/user_password.h"

#include "base/banned.h"

#define MD5_OF_P "83878c91171338902e0fe0fb97a8c47a"

static struct request *rq;

static const char *made(const char *more)
{
	return api_post_for_id("/api/users", arena_printf(api.arena, "{\"name\":\"Ada\"%s}", more));
}

static struct user_password found(const char *id)
{
	struct user_password p;

	assert_int_equal(user_password_read(rq, id, &p), OK);
	return p;
}

static void a_weak_digest_is_replaced_after_the_right_password(void **state)
{
	const char *ada = made(",\"passwordDigest\":\"" MD5_OF_P "\",\"passwordAlgorithm\":\"MD5\"");
	struct user_password p = found(ada);

	(void)state;
	assert_int_equal(user_password_try(rq, &p, "P"), ERR_CREDENTIALS);
	assert_null(p.renewed);
	assert_int_equal(user_password_try(rq, &p, "p"), OK);
	assert_int_equal(user_password_renew(api.tx, &p), OK);
	p = found(ada);
	assert_string_equal(p.algorithm, "Argon2id");
	assert_int_equal(user_password_try(rq, &p, "p"), OK);
	assert_null(p.renewed);
}

static void a_password_that_was_set_meanwhile_stays(void **state)
{
	const char *ada = made(",\"passwordDigest\":\"" MD5_OF_P "\",\"passwordAlgorithm\":\"MD5\"");
	struct user_password p = found(ada), now;

	(void)state;
	assert_int_equal(user_password_try(rq, &p, "p"), OK);
	api_expect(OK, PATCH, arena_printf(api.arena, "/api/users/%s/password", ada), "{\"password\":\"other\"}");
	assert_int_equal(user_password_renew(api.tx, &p), OK);
	now = found(ada);
	assert_int_equal(user_password_try(rq, &now, "other"), OK);
}

static void nobody_and_no_password_are_a_wrong_password(void **state)
{
	struct user_password p;

	(void)state;
	assert_int_equal(user_password_read(rq, "nobody", &p), ERR_NOT_FOUND);
	assert_int_equal(user_password_try(rq, &p, "p"), ERR_CREDENTIALS);
	assert_int_equal(user_password_renew(api.tx, &p), OK);
	p = found(made(""));
	assert_int_equal(user_password_try(rq, &p, "p"), ERR_CREDENTIALS);
}

static int begin(void **state)
{
	if (api_begin(state))
		return -1;
	rq = api_request(GET, "/api/status", NULL);
	rq->tx = api.tx;
	return 0;
}

static int end(void **state)
{
	request_free(rq);
	return api_end(state);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(a_weak_digest_is_replaced_after_the_right_password),
		CASE(a_password_that_was_set_meanwhile_stays),
		CASE(nobody_and_no_password_are_a_wrong_password),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
