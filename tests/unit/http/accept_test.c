#include "http/accept.h"

#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static bool wants(const char *accept)
{
	struct fake f;
	bool wanted;

	fake_init(&f, GET, "/x", "");
	if (accept)
		fake_header(&f, "Accept", accept);
	wanted = request_wants_html(&f.rq);
	fake_done(&f);
	return wanted;
}

static void a_browser_that_goes_somewhere_wants_a_page(void **state)
{
	(void)state;
	assert_true(wants("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"));
	assert_true(wants("text/html, application/xhtml+xml, image/jxr, */*"));
	assert_true(wants("text/html"));
	assert_true(wants("TEXT/HTML;level=1"));
	assert_true(wants("text/html;q=0.5, application/json;q=0.5"));
	assert_true(wants(" application/json ; q=0.1 ,\ttext/html;q=0.2"));
}

static void programs_want_json(void **state)
{
	static const char *const accepts[] = {
		"*/*", "application/json", "application/json, text/plain, */*", "application/json, text/html;q=0.9",
		"text/html;q=0.5, */*", "text/html;q=0.5, application/*", "text/*", "text/html;q=0", "text/htmlx", "",
		",,;,", "application/xhtml+xml",
	};

	(void)state;
	assert_false(wants(NULL));
	for (size_t i = 0; i < ARRAY_LEN(accepts); i++)
		if (wants(accepts[i]))
			fail_msg("%s", accepts[i]);
}

static void what_fits_closest_counts(void **state)
{
	(void)state;
	assert_true(wants("text/html;q=0.5, application/json;q=0.4, */*"));
	assert_true(wants("*/*, application/*;q=0.4, text/html;q=0.5"));
	assert_false(wants("text/html;q=0.5, application/json;q=0.6, */*;q=0.1"));
}

static void several_headers_are_one_list(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	fake_header(&f, "accept", "application/json;q=0.2");
	assert_false(request_wants_html(&f.rq));
	fake_header(&f, "ACCEPT", "text/html");
	assert_true(request_wants_html(&f.rq));
	fake_done(&f);
}

RUN(T(a_browser_that_goes_somewhere_wants_a_page), T(programs_want_json), T(what_fits_closest_counts),
    T(several_headers_are_one_list))
