#include "http/request.h"

#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static void headers_are_found_in_any_case_and_the_first_counts(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/", "");
	fake_header(&f, "X-One", "1");
	fake_header(&f, "x-one", "2");
	assert_string_equal(request_header(&f.rq, "X-ONE"), "1");
	assert_null(request_header(&f.rq, "X-On"));
	fake_done(&f);
}

static void queries_are_read_as_forms(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/", "q=a+b%26&q=2&&empty=&none&=x&%C3%A4=1&bad=%ff");
	assert_string_equal(query_arg(&f.rq, "q"), "a b&");
	assert_int_equal(query_count(&f.rq, "q"), 2);
	assert_string_equal(query_arg(&f.rq, "empty"), "");
	assert_null(query_nonempty(&f.rq, "empty"));
	assert_string_equal(query_arg(&f.rq, "none"), "");
	assert_string_equal(query_arg(&f.rq, "\xc3\xa4"), "1");
	assert_string_equal(query_arg(&f.rq, "bad"), "\xef\xbf\xbd");
	assert_null(query_arg(&f.rq, "nope"));
	assert_false(f.rq.query.nul);
	fake_done(&f);
	fake_init(&f, GET, "/", "q=a%00b");
	assert_true(f.rq.query.nul);
	fake_done(&f);
}

static void all_pairs_of_a_query_are_read(void **state)
{
	struct fake f;
	char *many = malloc(16001);

	(void)state;
	for (int i = 0; i < 8000; i++)
		memcpy(many + 2 * i, i % 4 == 3 ? "&&" : "a&", 3);
	fake_init(&f, GET, "/", many);
	assert_int_equal(query_count(&f.rq, "a"), 6000);
	assert_int_equal(f.rq.query.count, 6000);
	fake_done(&f);
	free(many);
}

RUN(T(headers_are_found_in_any_case_and_the_first_counts), T(queries_are_read_as_forms),
    T(all_pairs_of_a_query_are_read))
