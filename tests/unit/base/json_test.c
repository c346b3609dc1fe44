#include "base/json.h"

#include "test.h"
#include "base/banned.h"

static void commas_come_between_values_and_nowhere_else(void **state)
{
	struct buffer b;
	struct json_out j;

	(void)state;
	buffer_init(&b, 1000);
	json_out_init(&j, &b);
	json_open(&j);
	json_key_text(&j, "a", "x");
	json_key_int(&j, "b", -1);
	json_key(&j, "c");
	json_list(&j);
	json_list(&j);
	json_list_end(&j);
	json_open(&j);
	json_close(&j);
	json_bool(&j, true);
	json_null_(&j);
	json_list_end(&j);
	json_key_bool(&j, "d", false);
	json_key_text(&j, "e", NULL);
	json_key(&j, "f");
	json_raw(&j, "{\"g\":1}", 7);
	json_key(&j, "h");
	json_open(&j);
	json_close(&j);
	json_close(&j);
	assert_string_equal(buffer_str(&b), "{\"a\":\"x\",\"b\":-1,\"c\":[[],{},true,null],\"d\":false,\"e\":null,"
					    "\"f\":{\"g\":1},\"h\":{}}");
	buffer_done(&b);
}

static void control_characters_are_escaped_and_utf8_is_kept(void **state)
{
	struct buffer b;
	struct json_out j;

	(void)state;
	buffer_init(&b, 1000);
	json_out_init(&j, &b);
	json_textn(&j, "\"\\/\b\f\n\r\t\0\x1f\x7f\xc3\xa4\xf0\x9f\x98\x80z", 18);
	assert_string_equal(buffer_str(&b), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\xc3\xa4\xf0\x9f\x98\x80z\"");
	buffer_done(&b);
}

static void every_byte_of_ascii_is_read_back_by_the_parser(void **state)
{
	struct buffer b;
	struct json_out j;
	char text[127];
	json_t *back;

	(void)state;
	for (int i = 0; i < 127; i++)
		text[i] = (char)(i + 1);
	buffer_init(&b, 10000);
	json_out_init(&j, &b);
	json_textn(&j, text, sizeof(text));
	back = json_loads(buffer_str(&b), JSON_DECODE_ANY, NULL);
	assert_non_null(back);
	assert_int_equal(json_string_length(back), 127);
	assert_memory_equal(json_string_value(back), text, 127);
	json_decref(back);
	buffer_done(&b);
}

static void check_value(const char *in, const char *want)
{
	json_t *value = json_loads(in, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	struct buffer b;
	struct json_out j;

	assert_non_null(value);
	buffer_init(&b, 10000);
	json_out_init(&j, &b);
	json_value(&j, value);
	assert_string_equal(buffer_str(&b), want);
	buffer_done(&b);
	json_decref(value);
}

static void parsed_values_keep_their_order_and_meaning(void **state)
{
	(void)state;
	check_value(" { \"z\" : [ 1 , \"a\\u0000\\n\" , null ] , \"a\" : { } , \"k\\\"\" : [ true , false ] } ",
		    "{\"z\":[1,\"a\\u0000\\n\",null],\"a\":{},\"k\\\"\":[true,false]}");
}

static void numbers_are_as_short_as_they_can_be(void **state)
{
	(void)state;
	check_value("1.0", "1");
	check_value("0.1", "0.1");
	check_value("1e5", "100000");
	check_value("0.30000000000000004", "0.30000000000000004");
	check_value("9007199254740992.0", "9007199254740992");
	check_value("5e-324", "5e-324");
	check_value("1.7976931348623157e308", "1.7976931348623157e+308");
	check_value("-9223372036854775808", "-9223372036854775808");
	check_value("2.2250738585072014e-308", "2.2250738585072014e-308");
	check_value("0.0", "0");
	check_value("-1.5", "-1.5");
}

static void a_missing_value_is_null(void **state)
{
	struct buffer b;
	struct json_out j;

	(void)state;
	buffer_init(&b, 100);
	json_out_init(&j, &b);
	json_value(&j, NULL);
	assert_string_equal(buffer_str(&b), "null");
	buffer_done(&b);
}

static void a_full_buffer_stays_full(void **state)
{
	struct buffer b;
	struct json_out j;

	(void)state;
	buffer_init(&b, 8);
	json_out_init(&j, &b);
	json_open(&j);
	json_key(&j, "abcd");
	assert_false(b.full);
	json_int(&j, 1);
	assert_true(b.full);
	json_key(&j, "x");
	json_close(&j);
	assert_string_equal(buffer_str(&b), "{\"abcd\":");
	buffer_done(&b);
}

static void check_compact(const char *in, const char *want)
{
	char *text = strdup(in);
	size_t len = json_compact(text, strlen(in));

	assert_int_equal(len, strlen(want));
	assert_memory_equal(text, want, len);
	free(text);
}

static void blanks_are_removed_outside_of_strings_only(void **state)
{
	(void)state;
	check_compact("", "");
	check_compact(" {\"a b\" : [1, 2,\t\"x \\\" y\", \"\\\\\" ] ,\n\"c\": \"\"}\r\n",
		      "{\"a b\":[1,2,\"x \\\" y\",\"\\\\\"],\"c\":\"\"}");
	check_compact("{\"a\":1}", "{\"a\":1}");
	check_compact("[ \"not ended ", "[\"not ended ");
	check_compact("[ \"not ended\\", "[\"not ended\\");
}

static void check_found(const char *text, const char *member, const char *want)
{
	struct slice value;

	if (!json_find(text, strlen(text), member, &value)) {
		assert_null(want);
		return;
	}
	assert_non_null(want);
	assert_int_equal(value.len, strlen(want));
	assert_memory_equal(value.at, want, value.len);
}

static void a_member_of_the_outermost_object_is_found_and_no_other(void **state)
{
	static const char text[] = "{\"a\":{\"b\":\"x\",\"c\":[1,{\"b\":2}]},\"t\":\"\\\"b\\\":3,}{\","
				   "\"b\":\"y,\\\"\",\"list\":[1,[2]],\"n\":-1.5e3}";

	(void)state;
	check_found(text, "a", "{\"b\":\"x\",\"c\":[1,{\"b\":2}]}");
	check_found(text, "b", "\"y,\\\"\"");
	check_found(text, "list", "[1,[2]]");
	check_found(text, "n", "-1.5e3");
	check_found(text, "c", NULL);
	check_found(text, "", NULL);
	check_found("{}", "a", NULL);
	check_found("", "a", NULL);
	check_found("[\"a\",1]", "b", NULL);
	check_found("{\"a", "a", NULL);
}

/* A list of `count` objects without members, which need about 80 bytes for each of the text. */
static char *many_objects(int count)
{
	char *text = malloc((size_t)count * 3 + 2), *at = text;

	*at++ = '[';
	for (int i = 0; i < count; i++, at += 3)
		memcpy(at, "{},", 3);
	at[-1] = ']';
	*at = '\0';
	return text;
}

static void the_memory_of_a_tree_is_charged(void **state)
{
	char *text = many_objects(10000);
	struct charge charge = {0};
	json_error_t error;
	size_t held;
	json_t *tree;

	(void)state;
	budget_start(MIB(100), MIB(100));
	assert_int_equal(json_parse(text, strlen(text), 0, &charge, &tree, &error), OK);
	held = charge.held;
	assert_true(held > 10000 * sizeof(json_t));
	json_decref(tree);
	assert_int_equal(charge.held, held);	/* until the charge ends */
	charge_end(&charge);
	assert_int_equal(json_parse("[1", 2, 0, &charge, &tree, &error), ERR_JSON);
	assert_null(tree);
	assert_int_equal(json_error_code(&error), json_error_premature_end_of_input);
	assert_int_equal(charge.held, 0);
	free(text);
}

static void a_tree_beyond_the_limits_is_not_made(void **state)
{
	char *text = many_objects(10000);
	struct charge charge = {0}, other = {0};
	json_error_t error;
	json_t *tree;

	(void)state;
	budget_start(MIB(4), MIB(4));
	assert_int_equal(json_parse(text, strlen(text), 0, &charge, &tree, &error), ERR_BODY_VALUES);
	assert_null(tree);
	assert_int_equal(charge.held, 0);
	budget_start(MIB(100), MIB(100));
	charge_note(&other, MIB(99));
	assert_int_equal(json_parse(text, strlen(text), 0, &charge, &tree, &error), ERR_MEMORY);
	assert_null(tree);
	assert_string_equal(charge.refused, "memory");
	assert_int_equal(charge.held, 0);
	charge_end(&other);
	assert_int_equal(json_parse(text, strlen(text), 0, &charge, &tree, &error), OK);
	assert_int_equal(json_array_size(tree), 10000);
	json_decref(tree);
	charge_end(&charge);
	free(text);
}

static void the_trees_that_a_thread_makes_are_noted(void **state)
{
	struct charge charge = {0}, other = {0};
	struct json_meter all = { .charge = &charge }, inner = { .charge = &other };
	json_t *stays = NULL, *text = json_string("made before");
	size_t held;

	(void)state;
	budget_start(MIB(1), MIB(1));
	assert_null(json_meter_use(&all));
	json_decref(text);
	json_decref(json_object());
	assert_int_equal(charge.held, 0);	/* little is not noted */
	stays = json_array();
	for (int i = 0; i < 50000; i++)		/* more than there is room for: it counts, and is made */
		json_array_append_new(stays, json_object());
	held = charge.held;
	assert_true(held > 50000 * sizeof(json_t) && held > MIB(1));
	assert_ptr_equal(json_meter_use(&inner), &all);
	json_array_append_new(stays, json_string("beside"));
	assert_int_equal(charge.held, held);
	json_meter_use(&all);
	json_array_clear(stays);
	for (int i = 0; i < 10000; i++)
		json_array_append_new(stays, json_object());
	json_meter_use(NULL);
	json_meter_end(&inner);
	json_meter_end(&all);
	assert_int_equal(other.held, 0);
	assert_true(charge.held > 10000 * sizeof(json_t) && charge.held < held / 2);
	json_decref(stays);
	charge_end(&charge);
	assert_int_equal(budget_held(), 0);
}

static void check_distinct(const char *in, const char *want)
{
	json_auto_t *list = json_loads(in, 0, NULL), *distinct = json_distinct(list);
	char *text = json_dumps(distinct, JSON_COMPACT);

	assert_string_equal(text, want);
	free(text);
}

static void of_repeated_texts_the_first_of_each_stays(void **state)
{
	json_auto_t *many = json_array(), *distinct = NULL;

	(void)state;
	check_distinct("[]", "[]");
	check_distinct("[\"b\",\"a\",\"b\",\"\",\"B\",\"\",\"a\"]", "[\"b\",\"a\",\"\",\"B\"]");
	for (int i = 0; i < 250000; i++)
		json_array_append_new(many, json_string(i % 2 ? "odd" : "even"));
	distinct = json_distinct(many);
	assert_int_equal(json_array_size(distinct), 2);
	assert_int_equal(json_array_size(many), 250000);
}

RUN(T(commas_come_between_values_and_nowhere_else), T(control_characters_are_escaped_and_utf8_is_kept),
    T(every_byte_of_ascii_is_read_back_by_the_parser), T(parsed_values_keep_their_order_and_meaning),
    T(numbers_are_as_short_as_they_can_be), T(a_missing_value_is_null), T(a_full_buffer_stays_full),
    T(blanks_are_removed_outside_of_strings_only),
    T(a_member_of_the_outermost_object_is_found_and_no_other), T(of_repeated_texts_the_first_of_each_stays),
    T(the_trees_that_a_thread_makes_are_noted),
    T(the_memory_of_a_tree_is_charged), T(a_tree_beyond_the_limits_is_not_made))
