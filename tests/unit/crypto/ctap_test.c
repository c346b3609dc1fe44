#include "crypto/ctap.h"

#include "test.h"
#include "base/banned.h"

#define BYTES(literal) ((struct slice){ (literal), sizeof(literal) - 1 })

static struct ctap_item item;

static void numbers_are_read_in_all_their_lengths(void **state)
{
	static const struct { struct slice bytes; int64_t is; } each[] = {
		{ BYTES("\x00"), 0 }, { BYTES("\x17"), 23 }, { BYTES("\x18\x64"), 100 },
		{ BYTES("\x19\x01\x00"), 256 }, { BYTES("\x1a\x00\x01\x00\x00"), 65536 },
		{ BYTES("\x1b\x00\x00\x00\x01\x00\x00\x00\x00"), INT64_C(1) << 32 },
		{ BYTES("\x20"), -1 }, { BYTES("\x26"), -7 }, { BYTES("\x39\x01\x00"), -257 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(each); i++) {
		assert_true(ctap_read_all(each[i].bytes, &item));
		assert_true(ctap_is_number(&item, each[i].is));
		assert_false(ctap_is_number(&item, each[i].is + 1));
		assert_false(ctap_is_number(&item, -1 - each[i].is));
	}
}

static void a_map_gives_its_values_by_text_and_by_number(void **state)
{
	(void)state;
	/* {"a": h'0102', -2: [true, null], 3: {}} */
	assert_true(ctap_read_all(BYTES("\xa3\x61" "a\x42\x01\x02\x21\x82\xf5\xf6\x03\xa0"), &item));
	struct ctap_item value;
	assert_true(ctap_find_text(&item, "a", &value));
	assert_int_equal(value.kind, CTAP_BYTES);
	assert_int_equal(value.inside.len, 2);
	assert_memory_equal(value.inside.at, "\x01\x02", 2);
	assert_true(ctap_find_number(&item, -2, &value));
	assert_int_equal(value.kind, CTAP_LIST);
	assert_int_equal(value.whole.len, 3);
	assert_true(ctap_find_number(&item, 3, &value));
	assert_int_equal(value.number, 0);
	assert_false(ctap_find_number(&item, -3, &value));
	assert_false(ctap_find_text(&item, "b", &value));
	assert_false(ctap_find_text(&value, "a", &value));
}

static void a_key_that_comes_twice_is_not_found(void **state)
{
	struct ctap_item value;

	(void)state;
	assert_true(ctap_read_all(BYTES("\xa3\x01\x02\x03\x04\x01\x05"), &item));
	assert_false(ctap_find_number(&item, 1, &value));
	assert_true(ctap_find_number(&item, 3, &value));
}

static void what_authenticators_do_not_write_is_refused(void **state)
{
	static const struct slice bad[] = {
		BYTES(""), BYTES("\x18"), BYTES("\x19\x01"), BYTES("\x1c"), BYTES("\x1f"),
		BYTES("\x42\x01"), BYTES("\x61"), BYTES("\x5a\xff\xff\xff\xff\x01"),
		BYTES("\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x00"), BYTES("\x9a\x7f\xff\xff\xff"),
		BYTES("\xbb\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00"), BYTES("\xa1\x01"),
		BYTES("\x9f\x01\xff"), BYTES("\xbf\x01\x02\xff"), BYTES("\x5f\x41\x01\xff"),
		BYTES("\xc0\x61" "a"), BYTES("\xf9\x3c\x00"), BYTES("\xf7"), BYTES("\xf8\x14"), BYTES("\xff"),
		BYTES("\x01\x01"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (ctap_read_all(bad[i], &item))
			fail_msg("number %zu is taken", i);
}

static void lists_may_be_nested_so_deep_and_no_deeper(void **state)
{
	(void)state;
	assert_true(ctap_read_all(BYTES("\x81\x81\x81\x81\x81\x81\x81\x00"), &item));
	assert_false(ctap_read_all(BYTES("\x81\x81\x81\x81\x81\x81\x81\x81\x00"), &item));
}

static void reading_goes_on_behind_an_item(void **state)
{
	struct slice rest = BYTES("\x82\x01\x02\x61z\x03");

	(void)state;
	assert_true(ctap_read(&rest, &item));
	assert_int_equal(item.whole.len, 3);
	assert_true(ctap_read(&rest, &item));
	assert_true(ctap_is_text(&item, "z"));
	assert_false(ctap_is_text(&item, "zz"));
	assert_true(ctap_read(&rest, &item));
	assert_false(ctap_read(&rest, &item));
}

RUN(T(numbers_are_read_in_all_their_lengths),
    T(a_map_gives_its_values_by_text_and_by_number),
    T(a_key_that_comes_twice_is_not_found),
    T(what_authenticators_do_not_write_is_refused),
    T(lists_may_be_nested_so_deep_and_no_deeper),
    T(reading_goes_on_behind_an_item))
