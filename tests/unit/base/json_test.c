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
    T(blanks_are_removed_outside_of_strings_only), T(of_repeated_texts_the_first_of_each_stays))
