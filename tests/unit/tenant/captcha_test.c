#include "world.h"

#include "tenant/experience.h"
#include "base/banned.h"

#define CONFIG "{\"config\":{\"type\":\"Turnstile\",\"siteKey\":\"site\",\"secretKey\":\"very hidden\"}}"

STATEMENT(t_captcha_config, "SELECT config FROM captcha_providers WHERE tenant_id = $1");
STATEMENT(t_captcha_move, "UPDATE captcha_providers SET id = 'other' WHERE tenant_id = $1");

static void the_secret_is_sealed_where_it_is_kept(void **state)
{
	const char *config;

	(void)state;
	api_expect(OK, PUT, "/api/captcha-provider", CONFIG);
	assert_int_equal(store_text(api.tx, &t_captcha_config, NO_ARGS, api.arena, &config), OK);
	assert_string_equal(config, "{\"type\":\"Turnstile\",\"siteKey\":\"site\"}");
	api_expect(OK, GET, "/api/captcha-provider", NULL);
	assert_non_null(strstr(api.answer, "\"secretKey\":\"very hidden\""));
}

static void a_secret_that_was_moved_is_not_opened(void **state)
{
	(void)state;
	api_expect(OK, PUT, "/api/captcha-provider", CONFIG);
	assert_int_equal(store_exec(api.tx, &t_captcha_move, NO_ARGS, NULL), OK);
	api_expect(ERR_INTERNAL, GET, "/api/captcha-provider", NULL);
}

static void pages_get_it_without_its_secret(void **state)
{
	json_t *shown;

	(void)state;
	assert_int_equal(captcha_shown(api.tx, &shown), OK);
	assert_null(shown);
	api_expect(OK, PUT, "/api/captcha-provider", CONFIG);
	assert_int_equal(captcha_shown(api.tx, &shown), OK);
	assert_string_equal(json_to_text(api.arena, shown), "{\"type\":\"Turnstile\",\"siteKey\":\"site\"}");
	json_decref(shown);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(the_secret_is_sealed_where_it_is_kept), CASE(a_secret_that_was_moved_is_not_opened),
		CASE(pages_get_it_without_its_secret),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
