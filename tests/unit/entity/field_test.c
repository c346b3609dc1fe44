#include "entity/field.h"

#include <jansson.h>

#include "test.h"
#include "base/banned.h"

static const char *const kinds[] = { "User", "MachineToMachine", NULL };
static const struct field member_fields[] = {
	{ "logoUrl", .type = FIELD_TEXT, .form = FORM_URL },
	FIELDS_END
};
static const struct field id_text = { .type = FIELD_TEXT, .flags = NOT_EMPTY };
static const struct field fields[] = {
	{ "tenantId", .type = FIELD_TEXT, .flags = IGNORED, .max = 21 },
	{ "id", .type = FIELD_TEXT, .flags = GENERATED },
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 8 },
	{ "description", .type = FIELD_TEXT, .flags = NULLABLE },
	{ "custom", .type = FIELD_OBJECT },
	{ "on", .type = FIELD_BOOL },
	{ "branding", .type = FIELD_STRUCT, .members = member_fields },
	{ "ids", .type = FIELD_LIST, .element = &id_text },
	{ "kind", .type = FIELD_ENUM, .flags = ENUM_BY_VALUE, .options = kinds },
	{ "at", .type = FIELD_TIME },
	{ "times", .type = FIELD_LIST, .element = &(const struct field){ .type = FIELD_TIME } },
	{ "kinds", .type = FIELD_LIST, .element = &(const struct field){ .type = FIELD_ENUM, .options = kinds } },
	{ "once", .type = FIELD_TEXT, .flags = CREATE_ONLY },
	{ "wide", .type = FIELD_TEXT, .flags = STORED_MAX, .max = 2 },
	{ "ttl", .type = FIELD_INTEGER, .min = 1, .max = LIFETIME_MOST_S },
	{ "count", .type = FIELD_NUMBER, .flags = WHOLE },
	{ "rate", .type = FIELD_NUMBER },
	FIELDS_END
};

static struct arena *arena;
static json_t *object;

static err_t check(enum check_mode mode, const char *text)
{
	err_clear();
	json_decref(object);
	object = json_loads(text, JSON_DECODE_ANY, NULL);
	assert_non_null(object);
	return fields_check(arena, fields, mode, object, "body");
}

static void kept(const char *expected)
{
	char *text = json_dumps(object, JSON_COMPACT);

	assert_string_equal(text, expected);
	free(text);
}

static void refused(const char *body, const char *data_has)
{
	assert_int_equal(check(CHECK_CREATE, body), ERR_INPUT);
	if (!strstr(err_fault()->data, data_has))
		fail_msg("%s: no %s in %s", body, data_has, err_fault()->data);
}

static void only_what_is_described_is_kept(void **state)
{
	(void)state;
	assert_int_equal(
		check(CHECK_CREATE,
		      "{\"name\":\"a\",\"foo\":1,\"id\":\"mine\",\"tenantId\":\"x\",\"branding\":{\"logoUrl\":\"a:b\","
		      "\"x\":1}}"),
		OK);
	kept("{\"name\":\"a\",\"branding\":{\"logoUrl\":\"a:b\"}}");
}

static void a_patch_needs_nothing_and_drops_what_only_a_creation_has(void **state)
{
	(void)state;
	assert_int_equal(check(CHECK_PATCH, "{\"once\":\"x\",\"on\":true}"), OK);
	kept("{\"on\":true}");
}

static void empty_text_clears_what_may_be_null_and_times_are_cut(void **state)
{
	(void)state;
	assert_int_equal(check(CHECK_CREATE, "{\"name\":\"a\",\"description\":\"\",\"at\":1.9}"), OK);
	kept("{\"name\":\"a\",\"description\":null,\"at\":1}");
}

static void issues_come_in_the_order_of_the_description(void **state)
{
	const char *data, *name, *custom, *on;

	(void)state;
	assert_int_equal(check(CHECK_CREATE, "{\"on\":1,\"custom\":1,\"name\":1}"), ERR_INPUT);
	data = err_fault()->data;
	name = strstr(data, "[\"name\"]");
	custom = strstr(data, "[\"custom\"]");
	on = strstr(data, "[\"on\"]");
	assert_true(name && custom && on && name < custom && custom < on);
	assert_string_equal(err_fault()->details,
			    "Error in key path \"name\": (invalid_type) Expected string but received number.\n"
			    "Error in key path \"custom\": (invalid_type) Expected object but received number.\n"
			    "Error in key path \"on\": (invalid_type) Expected boolean but received number.");
}

static void each_fault_has_its_issue(void **state)
{
	(void)state;
	refused("{}", "\"received\":\"undefined\"");
	refused("[]", "\"expected\":\"object\",\"received\":\"array\"");
	refused("\"x\"", "\"received\":\"string\"");
	refused("{\"name\":null}", "\"received\":\"null\"");
	refused("{\"name\":\"\"}",
		"\"code\":\"too_small\",\"minimum\":1,\"type\":\"string\",\"inclusive\":true,\"exact\":false");
	refused("{\"name\":\"123456789\"}", "\"code\":\"too_big\",\"maximum\":8");
	refused("{\"name\":\"a\",\"branding\":{\"logoUrl\":\"x\"}}",
		"\"code\":\"invalid_string\",\"validation\":\"url\"");
	refused("{\"name\":\"a\",\"branding\":{\"logoUrl\":1}}", "\"path\":[\"branding\",\"logoUrl\"]");
	refused("{\"name\":\"a\",\"ids\":[\"x\",\"\"]}", "\"path\":[\"ids\",1]");
	refused("{\"name\":\"a\",\"ids\":\"x\"}", "\"expected\":\"array\"");
	refused("{\"name\":\"a\",\"kind\":\"Robot\"}",
		"\"code\":\"invalid_enum_value\",\"received\":\"Robot\",\"options\":[\"User\",\"MachineToMachine\"]");
	refused("{\"name\":\"a\",\"kind\":1}", "\"code\":\"invalid_enum_value\",\"received\":1");
	refused("{\"name\":\"a\",\"kind\":true}",
		"\"expected\":\"'User' | 'MachineToMachine'\",\"received\":\"boolean\"");
	refused("{\"name\":\"a\",\"at\":1e20}", "\"code\":\"too_big\"");
	refused("{\"name\":\"a\",\"tenantId\":1}", "\"path\":[\"tenantId\"]");
}

/* A name, and in the member a list of `n` values. */
static json_t *body_of_many(const char *member, int n, const char *value)
{
	json_t *list = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(list, json_string(value));
	return json_pack("{s:s,s:o}", "name", "a", member, list);
}

static json_t *issues_of_many(const char *member, int n, const char *value)
{
	json_auto_t *body = body_of_many(member, n, value), *data = NULL;

	err_clear();
	assert_int_equal(fields_check(arena, fields, CHECK_CREATE, body, "body"), ERR_INPUT);
	data = json_loads(err_fault()->data, 0, NULL);
	assert_non_null(data);			/* it is JSON, whole */
	return json_incref(json_object_get(data, "issues"));
}

static void of_very_many_issues_the_first_hundred_are_told(void **state)
{
	static const struct { int faults, told; } cases[] = {
		{ 99, 99 }, { 100, 100 }, { 101, 100 }, { 250000, 100 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		json_auto_t *issues = issues_of_many("ids", cases[i].faults, "");

		assert_int_equal(json_array_size(issues), cases[i].told);
		assert_int_equal(strstr(err_fault()->details, "\nThere are more; at most 100 are told.") != NULL,
				 cases[i].faults > cases[i].told);
	}
}

static void a_wrong_value_is_repeated_in_part_when_it_is_long(void **state)
{
	static char value[100001];
	json_auto_t *issues = NULL;
	const char *received;

	(void)state;
	memset(value, 'x', sizeof(value) - 1);
	memcpy(value + 255, "\xc3\xa4", 2);	/* cut before a character of two bytes */
	issues = issues_of_many("kinds", 200, value);
	assert_int_equal(json_array_size(issues), 100);
	received = json_string_value(json_object_get(json_array_get(issues, 0), "received"));
	assert_int_equal(strlen(received), 255);
	assert_true(strlen(err_fault()->data) < 100000);
}

/* An element that is replaced belongs to the list alone: one reference more would never be freed. */
static void what_replaces_an_element_is_freed_with_its_list(void **state)
{
	(void)state;
	assert_int_equal(check(CHECK_CREATE, "{\"name\":\"a\",\"times\":[1.5,2]}"), OK);
	kept("{\"name\":\"a\",\"times\":[1,2]}");
	assert_int_equal(json_array_get(json_object_get(object, "times"), 0)->refcount, 1);
}

static void lengths_count_utf16_units(void **state)
{
	(void)state;
	assert_int_equal(
		check(CHECK_CREATE, "{\"name\":\"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\"}"),
		OK);
	refused("{\"name\":\"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80x\"}", "too_big");
}

static void what_storage_bounds_passes_the_check_and_does_not_fit(void **state)
{
	(void)state;
	assert_int_equal(check(CHECK_CREATE, "{\"name\":\"a\",\"wide\":\"abc\"}"), OK);
	assert_int_equal(fields_fit(arena, fields, object), ERR_TOO_LONG);
	assert_int_equal(check(CHECK_CREATE, "{\"name\":\"a\",\"wide\":\"ab\"}"), OK);
	assert_int_equal(fields_fit(arena, fields, object), OK);
}

/* However it is written: JSON knows no kinds of numbers. */
static void a_whole_number_is_kept_as_one(void **state)
{
	static const struct { const char *written, *kept; } cases[] = {
		{ "60.0", "60" }, { "6e1", "60" }, { "3153600e2", "315360000" },
	};
	static const struct { const char *written, *kept; } counts[] = {
		{ "1e18", "1000000000000000000" }, { "-1e18", "-1000000000000000000" }, { "1e19", "1e19" },
		{ "-0.0", "0" }, { "9223372036854775807", "9223372036854775807" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(check(CHECK_PATCH, arena_printf(arena, "{\"ttl\":%s}", cases[i].written)), OK);
		kept(arena_printf(arena, "{\"ttl\":%s}", cases[i].kept));
	}
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		assert_int_equal(check(CHECK_PATCH, arena_printf(arena, "{\"count\":%s}", counts[i].written)), OK);
		kept(arena_printf(arena, "{\"count\":%s}", counts[i].kept));
	}
	assert_int_equal(check(CHECK_PATCH, "{\"ttl\":1.5,\"rate\":1.5}"), OK);
	kept("{\"ttl\":1.5,\"rate\":1.5}");
	refused("{\"name\":\"a\",\"count\":1.5}", "\"expected\":\"integer\",\"received\":\"float\"");
}

static void a_number_stays_within_its_bounds(void **state)
{
	(void)state;
	refused("{\"name\":\"a\",\"ttl\":0}", "\"code\":\"too_small\",\"minimum\":1,\"type\":\"number\"");
	refused("{\"name\":\"a\",\"ttl\":-1e300}", "\"code\":\"too_small\"");
	refused("{\"name\":\"a\",\"ttl\":315360001}",
		"\"code\":\"too_big\",\"maximum\":315360000,\"type\":\"number\"");
	refused("{\"name\":\"a\",\"ttl\":9223372036854775807}", "\"code\":\"too_big\"");
	refused("{\"name\":\"a\",\"ttl\":1e18}", "\"code\":\"too_big\"");
}

static int start(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	json_decref(object);
	arena_free(arena);
	return 0;
}

static void a_list_is_checked_as_a_whole(void **state)
{
	static const struct field element = { .type = FIELD_STRUCT, .members = member_fields };
	static const struct field list = { .type = FIELD_LIST, .max = 2, .element = &element };
	json_auto_t *good = json_loads("[{\"logoUrl\":\"https://a.example\",\"more\":1},{}]", 0, NULL);
	json_auto_t *bad = json_loads("[{},{\"logoUrl\":1}]", 0, NULL), *long_ = json_loads("[{},{},{}]", 0, NULL);
	json_auto_t *none = json_object();

	(void)state;
	assert_int_equal(fields_check_list(arena, &list, good, "body"), OK);
	assert_int_equal(json_object_size(json_array_get(good, 0)), 1);
	assert_int_equal(fields_check_list(arena, &list, bad, "body"), ERR_INPUT);
	assert_non_null(strstr(err_fault()->data, "\"path\":[1,\"logoUrl\"]"));
	assert_int_equal(fields_check_list(arena, &list, long_, "body"), ERR_INPUT);
	assert_int_equal(fields_check_list(arena, &list, none, "body"), ERR_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(only_what_is_described_is_kept), T(a_patch_needs_nothing_and_drops_what_only_a_creation_has),
		T(empty_text_clears_what_may_be_null_and_times_are_cut),
		T(issues_come_in_the_order_of_the_description),
		T(each_fault_has_its_issue), T(of_very_many_issues_the_first_hundred_are_told),
		T(a_wrong_value_is_repeated_in_part_when_it_is_long),
		T(what_replaces_an_element_is_freed_with_its_list), T(lengths_count_utf16_units),
		T(what_storage_bounds_passes_the_check_and_does_not_fit), T(a_list_is_checked_as_a_whole),
		T(a_whole_number_is_kept_as_one), T(a_number_stays_within_its_bounds),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
