#include "http/reply.h"

#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static void assert_body(const struct fake *f, const char *text)
{
	assert_string_equal(buffer_str(&f->rq.reply.body), text);
}

static void empty_answers_say_what_happened(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, POST, "/api/x", "");
	reply_empty(&f.rq, 201);
	assert_body(&f, "Created");
	reply_empty(&f.rq, 200);
	assert_body(&f, "OK");
	reply_empty(&f.rq, 204);
	assert_body(&f, "");
	assert_null(f.rq.reply.type);
	fake_done(&f);
}

static void a_header_that_would_break_the_answer_is_an_error(void **state)
{
	static const char *const bad[] = { "http://a\r\nX: y", "a\tb", "\n", "\x7f" };
	char *full;
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(reply_header(&f.rq, "Location", bad[i]), ERR_INTERNAL);
	full = arena_alloc(f.rq.arena, KIB(8) + 2);
	memset(full, 'x', KIB(8) + 1);
	full[KIB(8) + 1] = '\0';
	assert_int_equal(reply_header(&f.rq, "Location", full), ERR_INTERNAL);
	assert_int_equal(f.rq.reply.header_count, 0);
	full[KIB(8)] = '\0';
	assert_int_equal(reply_header(&f.rq, "Location", full), OK);
	/* all together must fit beside the head of the request */
	assert_int_equal(reply_header(&f.rq, "Location", full), ERR_INTERNAL);
	assert_int_equal(f.rq.reply.header_count, 1);
	fake_done(&f);
}

static void too_many_headers_are_an_error_and_leave_room_for_ours(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	for (int i = 0; i < 24; i++)
		assert_int_equal(reply_header(&f.rq, "X", "y"), OK);
	assert_int_equal(reply_header(&f.rq, "X", "y"), ERR_INTERNAL);
	reply_empty(&f.rq, 204);
	reply_finish(&f.rq);	/* what it adds has its place */
	assert_non_null(fake_answer(&f, "Vary", 0));
	reply_reset(&f.rq);
	assert_int_equal(reply_header(&f.rq, "X", "y"), OK);
	fake_done(&f);
}

static void an_origin_that_fits_no_header_is_let_in_nowhere(void **state)
{
	char *origin;
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/oidc/jwks", "");
	origin = arena_alloc(f.rq.arena, KIB(9));
	memset(origin, 'x', KIB(9) - 1);
	origin[KIB(9) - 1] = '\0';
	reply_text(&f.rq, 200, "x");
	f.rq.reply.cors_origin = origin;
	reply_finish(&f.rq);
	assert_int_equal(f.rq.reply.status, 200);
	assert_null(fake_answer(&f, "Access-Control-Allow-Origin", 0));
	fake_done(&f);
}

static void an_answer_that_does_not_fit_is_an_error_that_says_why(void **state)
{
	struct fake f;

	(void)state;
	reply_limit(KIB(100));
	budget_start(KIB(70), KIB(70));
	fake_init(&f, GET, "/api/x", "");
	assert_non_null(buffer_reserve(reply_html(&f.rq, 200), KIB(40)));
	assert_int_equal(reply_check(&f.rq), OK);
	assert_null(buffer_reserve(reply_html(&f.rq, 200), KIB(80)));
	assert_int_equal(reply_check(&f.rq), ERR_MEMORY);
	fake_done(&f);
	budget_start(SIZE_MAX, SIZE_MAX);
	fake_init(&f, GET, "/api/x", "");
	assert_null(buffer_reserve(reply_html(&f.rq, 200), KIB(101)));
	assert_int_equal(reply_check(&f.rq), ERR_ANSWER_TOO_LARGE);
	reply_finish(&f.rq);
	assert_int_equal(f.rq.reply.status, 422);
	assert_non_null(strstr(buffer_str(&f.rq.reply.body), "answer-size"));
	assert_true(f.rq.reply.body.cap < KIB(100));
	fake_done(&f);
	reply_limit(MIB(256));
}

RUN(T(empty_answers_say_what_happened), T(a_header_that_would_break_the_answer_is_an_error),
    T(too_many_headers_are_an_error_and_leave_room_for_ours), T(an_origin_that_fits_no_header_is_let_in_nowhere),
    T(an_answer_that_does_not_fit_is_an_error_that_says_why))
