/* The links to the other pages of a list. */
#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static void turn_to(struct fake *f, int64_t number, int64_t size)
{
	f->rq.page.on = true;
	f->rq.page.number = number;
	f->rq.page.size = size;
}

static void links_keep_path_and_query(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/shop/Keys/", "page=2&foo=1&q=a+b&foo=2&bar=%C3%A4&page_size=2&baz");
	turn_to(&f, 2, 2);
	reply_page(&f.rq, 5);
	assert_string_equal(fake_answer(&f, "Total-Number", 0), "5");
	assert_string_equal(
		fake_answer(&f, "Link", 0),
		"<http://host/shop/Keys/?page=1&foo=1%2C2&q=a+b&bar=%C3%A4&page_size=2&baz=>; rel=\"first\"");
	assert_non_null(strstr(fake_answer(&f, "Link", 1), "page=1&"));
	assert_non_null(strstr(fake_answer(&f, "Link", 1), "rel=\"prev\""));
	assert_non_null(strstr(fake_answer(&f, "Link", 2), "page=3&"));
	assert_non_null(strstr(fake_answer(&f, "Link", 3), "rel=\"next\""));
	assert_null(fake_answer(&f, "Link", 4));
	reply_reset(&f.rq);
	turn_to(&f, 9, 2);
	reply_page(&f.rq, 0);
	assert_non_null(strstr(fake_answer(&f, "Link", 1), "page=8&"));
	assert_non_null(strstr(fake_answer(&f, "Link", 2), "page=1&"));
	assert_null(fake_answer(&f, "Link", 3));
	fake_done(&f);
}

static void links_leave_out_what_the_mount_skips(void **state)
{
	static const struct mount shop = { .prefix = "/shop/back", .link_skips = "/shop" };
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/shop/back/keys", "");
	f.rq.mount = &shop;
	turn_to(&f, 1, 20);
	reply_page(&f.rq, 1);
	assert_string_equal(fake_answer(&f, "Link", 0), "<http://host/back/keys?page=1>; rel=\"first\"");
	fake_done(&f);
}

/* The rels of the links, in order, for a query of so many characters. */
static const char *rels(struct fake *f, size_t len)
{
	static char out[64];
	char *query = arena_alloc(f->rq.arena, len + 1);
	const char *link;
	size_t n = 0;

	memset(query, 'x', len);
	query[len] = '\0';
	params_parse(f->rq.arena, query, len, &f->rq.query);
	reply_reset(&f->rq);
	turn_to(f, 5, 20);
	reply_page(&f->rq, 1000);
	assert_string_equal(fake_answer(f, "Total-Number", 0), "1000");
	out[0] = '\0';
	for (int i = 0; (link = fake_answer(f, "Link", i)); i++) {
		assert_non_null(strstr(link, query));
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s ", strstr(link, "rel=") + 4);
	}
	return out;
}

static void a_long_query_has_the_links_that_clients_can_read(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/shop/keys", "");
	assert_string_equal(rels(&f, 3000), "\"first\" \"prev\" \"last\" \"next\" ");
	assert_string_equal(rels(&f, 4000), "\"first\" \"prev\" \"next\" ");
	assert_string_equal(rels(&f, 6000), "\"prev\" \"next\" ");
	assert_string_equal(rels(&f, 12000), "\"next\" ");
	assert_string_equal(rels(&f, 16000), "");
	fake_done(&f);
}

static void thousands_of_parameters_keep_their_order_and_those_of_one_name_meet(void **state)
{
	struct buffer query, expected;
	struct fake f;

	(void)state;
	buffer_init(&query, KIB(16));
	buffer_init(&expected, KIB(16));
	fake_init(&f, GET, "/shop/keys", "");
	for (int i = 0; i < 1000; i++)
		buffer_printf(&query, "k%d=%d&", i * 7 % 500, i);
	buffer_text(&expected, "?");
	for (int i = 0; i < 500; i++)
		buffer_printf(&expected, "k%d=%d%%2C%d&", i * 7 % 500, i, i + 500);
	params_parse(f.rq.arena, buffer_str(&query), query.len, &f.rq.query);
	turn_to(&f, 1, 20);
	reply_page(&f.rq, 100);
	assert_non_null(strstr(fake_answer(&f, "Link", 0), buffer_str(&expected)));
	assert_non_null(strstr(fake_answer(&f, "Link", 0), "&page=2>; rel=\"next\""));
	buffer_done(&query);
	buffer_done(&expected);
	fake_done(&f);
}

static void what_is_no_page_has_no_links(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/shop/keys", "");
	reply_page(&f.rq, 5);
	assert_int_equal(f.rq.reply.header_count, 0);
	fake_done(&f);
}

RUN(T(links_keep_path_and_query), T(links_leave_out_what_the_mount_skips),
    T(a_long_query_has_the_links_that_clients_can_read),
    T(thousands_of_parameters_keep_their_order_and_those_of_one_name_meet), T(what_is_no_page_has_no_links))
