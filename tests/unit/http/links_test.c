/* The links to the other pages of a list. */
#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static void links_keep_path_and_query(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/Organizations/", "page=2&foo=1&q=a+b&foo=2&bar=%C3%A4&page_size=2&baz");
	f.rq.page.on = true;
	f.rq.page.number = 2;
	f.rq.page.size = 2;
	reply_page(&f.rq, 5);
	assert_string_equal(fake_answer(&f, "Total-Number", 0), "5");
	assert_string_equal(fake_answer(&f, "Link", 0), "<http://host/Organizations/?page=1&foo=1%2C2&q=a+b&bar=%C3%A4&page_size=2&baz=>; rel=\"first\"");
	assert_non_null(strstr(fake_answer(&f, "Link", 1), "page=1&"));
	assert_non_null(strstr(fake_answer(&f, "Link", 1), "rel=\"prev\""));
	assert_non_null(strstr(fake_answer(&f, "Link", 2), "page=3&"));
	assert_non_null(strstr(fake_answer(&f, "Link", 3), "rel=\"next\""));
	assert_null(fake_answer(&f, "Link", 4));
	reply_reset(&f.rq);
	f.rq.page.number = 9;
	reply_page(&f.rq, 0);
	assert_non_null(strstr(fake_answer(&f, "Link", 1), "page=8&"));
	assert_non_null(strstr(fake_answer(&f, "Link", 2), "page=1&"));
	assert_null(fake_answer(&f, "Link", 3));
	fake_done(&f);
}

RUN(T(links_keep_path_and_query))
