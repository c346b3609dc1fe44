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

static void headers_that_would_break_the_answer_are_left_out(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	reply_header(&f.rq, "Location", "http://a\r\nX: y");
	assert_int_equal(f.rq.reply.header_count, 0);
	for (int i = 0; i < 26; i++)
		reply_header(&f.rq, "X", "y");
	assert_int_equal(f.rq.reply.header_count, 24);
	reply_empty(&f.rq, 204);
	reply_finish(&f.rq);	/* what it adds has its place */
	assert_non_null(fake_answer(&f, "Vary", 0));
	fake_done(&f);
}

RUN(T(empty_answers_say_what_happened), T(headers_that_would_break_the_answer_are_left_out))
