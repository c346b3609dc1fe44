#include "base/js_number.h"

#include <math.h>

#include "test.h"
#include "base/banned.h"

static void numbers_are_what_javascript_says(void **state)
{
	static const struct { const char *text; double n; } good[] = {
		{ "", 0 }, { " \t\n\v\f\r", 0 }, { "\xef\xbb\xbf\xc2\xa0\xe2\x80\xa8" "7\xe3\x80\x80\xe2\x80\x8a", 7 },
		{ "10", 10 }, { "+10", 10 }, { "-10.5", -10.5 }, { "1e3", 1000 }, { "1E-2", 0.01 }, { ".5", .5 },
		{ "5.", 5 }, { "5.e1", 50 }, { "007", 7 }, { "0x1F", 31 }, { "0X1f", 31 }, { "0o17", 15 },
		{ "0b101", 5 }, { "1e400", INFINITY }, { "Infinity", INFINITY }, { "-Infinity", -INFINITY },
		{ "+Infinity", INFINITY }, { "0x20000000000001", 9007199254740992.0 },
		{ "0x20000000000003", 9007199254740996.0 },
		{ "0x200000000000010000000000001", 0x1.0000000000001p105 },
		{ "0x200000000000010000000000000", 0x1p105 },
		{ "0b100000000000000000000000000000000000000000000000000001", 9007199254740992.0 },
	};
	static const char *const bad[] = { "x", "1x", "1 2", "-", "+", ".", "e5", "1e", "1e+", "--1", "0x", "0xg",
		"-0x1", "+0b1", "0o8", "0b2", "infinity", "Inf", "NaN", "nan", "1_000", "0x1p3", "Infinityx", "1,5",
		"0x1.8", "\xe2\x80\x8b!" };
	double n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		n = -1;
		assert_true(text_js_number(good[i].text, &n));
		assert_true(n == good[i].n);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(text_js_number(bad[i], &n));
	assert_true(text_js_number("-0", &n));
	assert_true(signbit(n));
}

RUN(T(numbers_are_what_javascript_says))
