/* What every answer gets at its end: headers, a tag, a coding. */
#include <stdio.h>

#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static void write_name(struct request *rq)
{
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_text(&j, "name", "Acme");
	json_close(&j);
}

static const char *ask(struct fake *f, enum method method, const char *if_none_match, const char *cache_control)
{
	fake_init(f, method, "/api/x", "");
	if (if_none_match)
		fake_header(f, "If-None-Match", if_none_match);
	if (cache_control)
		fake_header(f, "Cache-Control", cache_control);
	write_name(&f->rq);
	reply_finish(&f->rq);
	return fake_answer(f, "ETag", 0);
}

static int status_of(const char *if_none_match, const char *cache_control)
{
	struct fake f;
	int status;

	ask(&f, GET, if_none_match, cache_control);
	status = f.rq.reply.status;
	fake_done(&f);
	return status;
}

static bool is_fixed(const struct fake *f, const char *name, const char *value)
{
	for (int i = 0; i < f->rq.reply.fixed_count; i++)
		if (strcmp(f->rq.reply.fixed[i].name, name) == 0)
			return strcmp(f->rq.reply.fixed[i].value, value) == 0;
	return false;
}

static void tags_answer_the_question_whether_something_changed(void **state)
{
	static const char tag[] = "\"f-xXfdrD2bPJTIDcWLlGnDv2ysqD0\"";
	char text[100], plain[40];
	struct fake f;
	const char *made;

	(void)state;
	made = ask(&f, GET, NULL, NULL);
	assert_int_equal(strlen(made), strlen(tag));
	assert_int_equal(strncmp(made, "\"f-", 3), 0);
	memcpy(plain, made, strlen(made) + 1);
	fake_done(&f);
	assert_int_equal(status_of(plain, NULL), 304);
	snprintf(text, sizeof(text), "W/%s", plain);
	assert_int_equal(status_of(text, NULL), 304);
	snprintf(text, sizeof(text), "\"x\", %s , \"y\"", plain);
	assert_int_equal(status_of(text, NULL), 304);
	assert_int_equal(status_of("*", NULL), 304);
	assert_int_equal(status_of("\"x\"", NULL), 200);
	assert_int_equal(status_of("", NULL), 200);
	assert_int_equal(status_of("W/", NULL), 200);
	assert_int_equal(status_of(plain, "max-age=0, no-cache"), 200);
	assert_int_equal(status_of(plain, "no-cache-at-all"), 304);
	assert_null(ask(&f, HEAD, "*", NULL));
	assert_int_equal(f.rq.reply.status, 200);
	fake_done(&f);
	assert_null(ask(&f, POST, "*", NULL));
	fake_done(&f);
}

static void a_304_has_no_type_and_keeps_its_page(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	fake_header(&f, "If-None-Match", "*");
	f.rq.page.on = true;
	f.rq.page.number = 1;
	f.rq.page.size = 20;
	write_name(&f.rq);
	reply_page(&f.rq, 1);
	reply_finish(&f.rq);
	assert_int_equal(f.rq.reply.status, 304);
	assert_null(f.rq.reply.type);
	assert_string_equal(fake_answer(&f, "Total-Number", 0), "1");
	assert_non_null(fake_answer(&f, "Link", 1));
	fake_done(&f);
}

static void headers_go_by_path(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	f.rq.reply.cors_origin = "http://admin";
	reply_empty(&f.rq, 204);
	reply_finish(&f.rq);
	reply_finish(&f.rq);
	assert_true(is_fixed(&f, "X-Frame-Options", "SAMEORIGIN"));
	assert_string_equal(fake_answer(&f, "Vary", 0), "Accept-Encoding, Origin");
	assert_null(fake_answer(&f, "Vary", 1));
	assert_string_equal(fake_answer(&f, "Access-Control-Allow-Origin", 0), "http://admin");
	assert_string_equal(fake_answer(&f, "Access-Control-Expose-Headers", 0), "*");
	assert_string_equal(fake_answer(&f, "Logto-Core-Request-Id", 0), "0123456789abcdef");
	fake_done(&f);
	fake_init(&f, GET, "/apix", "");
	reply_text(&f.rq, 200, "page");
	reply_finish(&f.rq);
	assert_false(is_fixed(&f, "X-Frame-Options", "SAMEORIGIN"));
	assert_true(is_fixed(&f, "Cross-Origin-Resource-Policy", "cross-origin"));
	assert_string_equal(fake_answer(&f, "Vary", 0), "Accept-Encoding");
	fake_done(&f);
	fake_init(&f, OPTIONS, "/oidc/token", "");
	f.rq.reply.cors_origin = "*";
	reply_empty(&f.rq, 204);
	reply_finish(&f.rq);
	assert_null(fake_answer(&f, "Access-Control-Expose-Headers", 0));
	assert_string_equal(fake_answer(&f, "Vary", 0), "Accept-Encoding, Origin");
	fake_done(&f);
}

static void large_answers_are_coded_and_keep_the_tag_of_the_plain_one(void **state)
{
	struct fake f;

	(void)state;
	for (int coded = 0; coded < 3; coded++) {
		struct json_out j;

		fake_init(&f, coded == 2 ? HEAD : GET, "/api/x", "");
		fake_header(&f, "Accept-Encoding", coded ? "gzip" : "identity");
		j = reply_json(&f.rq, 200);
		json_list(&j);
		for (int i = 0; i < 512; i++)
			json_int(&j, 7);
		json_list_end(&j);
		reply_finish(&f.rq);
		if (coded < 2)
			assert_int_equal(strncmp(fake_answer(&f, "ETag", 0), "\"401-", 5), 0);
		assert_int_equal(fake_answer(&f, "Content-Encoding", 0) != NULL, coded == 1);
		assert_int_equal(f.rq.reply.body.len < 1025, coded == 1);
		fake_done(&f);
	}
}

static void head_of_what_is_not_there_has_no_type(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, HEAD, "/api/x", "");
	reply_error(&f.rq, ERR_ROUTE_NOT_FOUND);
	reply_finish(&f.rq);
	assert_null(f.rq.reply.type);
	reply_reset(&f.rq);
	reply_error(&f.rq, ERR_NOT_FOUND);
	reply_finish(&f.rq);
	assert_string_equal(f.rq.reply.type, "application/json; charset=utf-8");
	fake_done(&f);
}

static void no_answer_is_a_500(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	reply_finish(&f.rq);
	assert_int_equal(f.rq.reply.status, 500);
	fake_done(&f);
}

RUN(T(tags_answer_the_question_whether_something_changed), T(a_304_has_no_type_and_keeps_its_page),
    T(headers_go_by_path), T(large_answers_are_coded_and_keep_the_tag_of_the_plain_one),
    T(head_of_what_is_not_there_has_no_type), T(no_answer_is_a_500))
