#include "world.h"

#include "tenant/experience.h"
#include "base/banned.h"

static json_t *kept(const char *list, err_t expected)
{
	json_t *sent = json_pack("{s:o}", "fields", json_loads(list, 0, NULL));

	api_expect(OK, GET, "/api/custom-profile-fields", NULL);
	assert_string_equal(err_name(profile_fields_keep_known(api.tx, api.arena, sent, "fields")),
			    err_name(expected));
	return sent;
}

static void a_list_keeps_the_fields_that_there_are_in_its_order(void **state)
{
	json_auto_t *some = NULL, *none = NULL, *twice = NULL, *absent = json_object();

	(void)state;
	api_expect(OK, POST, "/api/custom-profile-fields", "{\"name\":\"a\",\"type\":\"Text\",\"required\":false}");
	api_expect(OK, POST, "/api/custom-profile-fields", "{\"name\":\"b\",\"type\":\"Text\",\"required\":false}");
	some = kept("[{\"name\":\"b\"},{\"name\":\"x\"},{\"name\":\"a\"}]", OK);
	assert_string_equal(json_to_text(api.arena, some), "{\"fields\":[{\"name\":\"b\"},{\"name\":\"a\"}]}");
	none = kept("[]", OK);
	assert_string_equal(json_to_text(api.arena, none), "{\"fields\":[]}");
	twice = kept("[{\"name\":\"a\"},{\"name\":\"a\"}]", ERR_REQUEST_INPUT);
	assert_string_equal(err_fault()->data, "{\"duplicateNames\":[\"a\"]}");
	assert_int_equal(profile_fields_keep_known(api.tx, api.arena, absent, "fields"), OK);
	assert_int_equal(json_object_size(absent), 0);
}

static void places_go_on_behind_the_last(void **state)
{
	(void)state;
	api_expect(OK, POST, "/api/custom-profile-fields", "{\"name\":\"a\",\"type\":\"Text\",\"required\":false}");
	assert_non_null(strstr(api.answer, "\"sieOrder\":1}"));
	api_expect(OK, POST, "/api/custom-profile-fields/properties/sie-order",
		   "{\"order\":[{\"name\":\"a\",\"sieOrder\":7}]}");
	api_expect(OK, POST, "/api/custom-profile-fields", "{\"name\":\"b\",\"type\":\"Text\",\"required\":false}");
	assert_non_null(strstr(api.answer, "\"sieOrder\":8}"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_list_keeps_the_fields_that_there_are_in_its_order), CASE(places_go_on_behind_the_last),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
