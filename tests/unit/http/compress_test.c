#include "http/compress.h"

#include <zlib.h>

#include "test.h"
#include "base/banned.h"

static void the_heaviest_coding_wins_and_equals_go_by_order(void **state)
{
	static const struct { const char *accept; enum coding coding; } cases[] = {
		{ NULL, CODING_NONE }, { "", CODING_NONE }, { "gzip", CODING_GZIP }, { "br", CODING_BR },
		{ "deflate", CODING_DEFLATE }, { "gzip, deflate, br", CODING_BR }, { "deflate, gzip", CODING_GZIP },
		{ "br;q=0.1, gzip;q=0.5, deflate;q=0.9", CODING_DEFLATE }, { "*", CODING_GZIP },
		{ "identity", CODING_NONE }, { "foo", CODING_NONE }, { "foo, gzip", CODING_GZIP },
		{ "identity;q=0", CODING_NONE }, { "gzip;q=0", CODING_NONE }, { "*;q=0", CODING_NONE },
		{ "br;q=0, *", CODING_GZIP }, { "GZIP ; q=0.2", CODING_GZIP }, { "identity, gzip;q=0.5", CODING_NONE },
		{ "identity;q=0.5, gzip", CODING_GZIP }, { ",,", CODING_NONE }, { "gzip;q=", CODING_GZIP },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(coding_choose(cases[i].accept), cases[i].coding);
}

static void bytes_come_back_as_they_were(void **state)
{
	char back[5000];
	uLongf len = sizeof(back);
	struct buffer b;

	(void)state;
	buffer_init(&b, MIB(1));
	for (int i = 0; i < 500; i++)
		buffer_text(&b, "text that");
	assert_true(coding_apply(CODING_DEFLATE, &b));
	assert_true(b.len < 200);
	assert_int_equal(uncompress((Bytef *)back, &len, (Bytef *)b.data, b.len), Z_OK);
	assert_int_equal(len, 4500);
	assert_memory_equal(back + 4491, "text that", 9);
	buffer_done(&b);
}

static void what_does_not_shrink_stays(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, MIB(1));
	buffer_text(&b, "short");
	for (enum coding c = CODING_NONE; c <= CODING_DEFLATE; c++)
		assert_false(coding_apply(c, &b));
	assert_string_equal(buffer_str(&b), "short");
	buffer_done(&b);
}

RUN(T(the_heaviest_coding_wins_and_equals_go_by_order), T(bytes_come_back_as_they_were), T(what_does_not_shrink_stays))
