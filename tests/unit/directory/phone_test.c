#include "directory/phone.h"

#include "test.h"
#include "base/banned.h"

static void reads(const char *digits, const char *number, const char *with_zero)
{
	struct phone p;

	if (!phone_parse(digits, &p))
		fail_msg("%s should be a number", digits);
	assert_string_equal(p.number, number);
	assert_string_equal(p.with_zero, with_zero);
}

static void a_zero_behind_the_country_is_no_part_of_the_number(void **state)
{
	(void)state;
	reads("61412345678", "61412345678", "610412345678");
	reads("610412345678", "61412345678", "610412345678");
	reads("4915112345678", "4915112345678", "49015112345678");
}

static void in_italy_it_belongs_to_the_number(void **state)
{
	struct phone p;

	(void)state;
	assert_true(phone_parse("390612345678", &p));
	assert_string_equal(p.number, "390612345678");
}

static void what_no_country_begins_is_refused(void **state)
{
	static const char *const refused[] = {
		"", "1", "99999", "0049301234567", "999999999999", "12345678901234567890123",
	};
	struct phone p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		if (phone_parse(refused[i], &p))
			fail_msg("%s should be refused", refused[i]);
}

RUN(T(a_zero_behind_the_country_is_no_part_of_the_number), T(in_italy_it_belongs_to_the_number),
    T(what_no_country_begins_is_refused))
