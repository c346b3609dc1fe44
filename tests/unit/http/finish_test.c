/* What every answer gets at its end: the headers of its mount, a tag, a coding. */
#include <stdio.h>
#include <unistd.h>

#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static const struct mount json = {
	.prefix = "/json", .tagged = TAGGED_JSON_200, .exposed_headers = "*", .varies = true,
};
static const struct mount any = { .prefix = "/any", .tagged = TAGGED_SUCCESS, .exposed_headers = "X-One" };
static const struct mount page = { .prefix = "/page", .policy = "default-src 'self'" };

static void write_name(struct request *rq)
{
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_text(&j, "name", "Acme");
	json_close(&j);
}

static const char *ask(struct fake *f, enum method method, const char *if_none_match, const char *cache_control)
{
	fake_init(f, method, "/json/x", "");
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
	fake_init(&f, GET, "/json/x", "");
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

/* An answer of text; true: it has a tag. */
static bool is_tagged(enum method method, const char *path, int status, bool is_json)
{
	struct fake f;
	bool tagged;

	fake_init(&f, method, path, "");
	if (is_json)
		write_name(&f.rq);
	else
		reply_text(&f.rq, 200, "text");
	f.rq.reply.status = status;
	reply_finish(&f.rq);
	tagged = fake_answer(&f, "ETag", 0);
	fake_done(&f);
	return tagged;
}

static void which_answers_are_tagged_is_said_by_the_mount(void **state)
{
	(void)state;
	assert_true(is_tagged(GET, "/json/x", 200, true));
	assert_false(is_tagged(GET, "/json/x", 201, true));
	assert_false(is_tagged(GET, "/json/x", 200, false));
	assert_true(is_tagged(GET, "/any/x", 201, true));
	assert_true(is_tagged(GET, "/any/x", 200, false));
	assert_false(is_tagged(GET, "/any/x", 404, true));
	assert_false(is_tagged(POST, "/any/x", 200, true));
	assert_false(is_tagged(GET, "/page/x", 200, true));
	assert_false(is_tagged(GET, "/jsonx", 200, true));
}

static struct fake finished(enum method method, const char *path, const char *origin, bool exposed)
{
	struct fake f;

	fake_init(&f, method, path, "");
	f.rq.reply.cors_origin = origin;
	f.rq.reply.cors_exposed = exposed;
	reply_empty(&f.rq, 204);
	reply_finish(&f.rq);
	reply_finish(&f.rq);
	return f;
}

static void pages_of_other_origins_are_told_what_they_may_read(void **state)
{
	static const char both[] = "Accept-Encoding, Origin", coding[] = "Accept-Encoding";
	static const struct {
		enum method method;
		const char *path, *origin;
		bool exposed;
		const char *vary, *headers;
	} cases[] = {
		{ GET, "/json/x", "http://a", false, both, "*" }, { GET, "/json/x", NULL, false, both, "" },
		{ GET, "/any/x", "http://a", false, both, "X-One" }, { GET, "/any/x", NULL, false, coding, "" },
		{ GET, "/any/x", NULL, true, both, "X-One" }, { OPTIONS, "/any/x", "*", true, both, "" },
		{ GET, "/page/x", NULL, false, coding, "" }, { GET, "/", NULL, false, coding, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fake f = finished(cases[i].method, cases[i].path, cases[i].origin, cases[i].exposed);
		const char *exposed = fake_answer(&f, "Access-Control-Expose-Headers", 0);
		const char *allowed = fake_answer(&f, "Access-Control-Allow-Origin", 0);

		assert_string_equal(fake_answer(&f, "Vary", 0), cases[i].vary);
		assert_null(fake_answer(&f, "Vary", 1));
		assert_string_equal(exposed ? exposed : "", cases[i].headers);
		assert_string_equal(allowed ? allowed : "", cases[i].origin ? cases[i].origin : "");
		fake_done(&f);
	}
}

static void caches_are_told_what_accept_has_decided(void **state)
{
	static const struct { const char *path, *vary; } cases[] = {
		{ "/page/x", "Accept, Accept-Encoding" }, { "/json/x", "Accept, Accept-Encoding, Origin" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fake f;

		fake_init(&f, GET, cases[i].path, "");
		f.rq.reply.by_accept = true;
		reply_empty(&f.rq, 204);
		reply_finish(&f.rq);
		assert_string_equal(fake_answer(&f, "Vary", 0), cases[i].vary);
		assert_null(fake_answer(&f, "Vary", 1));
		fake_done(&f);
	}
}

static void pages_get_the_policy_of_their_mount(void **state)
{
	static const struct { const char *path, *type, *policy; } cases[] = {
		{ "/page/x", "text/html; charset=utf-8", "default-src 'self'" }, { "/page/x", "text/plain", NULL },
		{ "/page/x", NULL, NULL }, { "/any/x", "text/html; charset=utf-8", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fake f;
		const char *policy;

		fake_init(&f, GET, cases[i].path, "");
		reply_text(&f.rq, 200, "<p>");
		f.rq.reply.type = cases[i].type;
		reply_finish(&f.rq);
		policy = fake_answer(&f, "Content-Security-Policy", 0);
		assert_string_equal(policy ? policy : "", cases[i].policy ? cases[i].policy : "");
		fake_done(&f);
	}
}

static void large_answers_are_coded_and_keep_the_tag_of_the_plain_one(void **state)
{
	struct fake f;

	(void)state;
	for (int coded = 0; coded < 3; coded++) {
		struct json_out j;

		fake_init(&f, coded == 2 ? HEAD : GET, "/json/x", "");
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
	fake_init(&f, HEAD, "/json/x", "");
	reply_error(&f.rq, ERR_ROUTE_NOT_FOUND);
	reply_finish(&f.rq);
	assert_null(f.rq.reply.type);
	reply_reset(&f.rq);
	reply_error(&f.rq, ERR_NOT_FOUND);
	reply_finish(&f.rq);
	assert_string_equal(f.rq.reply.type, "application/json; charset=utf-8");
	fake_done(&f);
}

static void no_answer_is_a_500_with_a_line_of_its_request(void **state)
{
	struct fake f;
	FILE *said = tmpfile();
	int terminal = dup(STDERR_FILENO);
	char line[300];

	(void)state;
	fake_init(&f, GET, "/json/x", "");
	memcpy(f.rq.id, "Abc", 4);
	dup2(fileno(said), STDERR_FILENO);
	reply_finish(&f.rq);
	dup2(terminal, STDERR_FILENO);
	close(terminal);
	assert_int_equal(f.rq.reply.status, 500);
	rewind(said);
	assert_non_null(fgets(line, sizeof(line), said));
	assert_non_null(strstr(line, "[Abc] no answer was made: "));
	fclose(said);
	fake_done(&f);
}

static int with_mounts(void **state)
{
	static const struct mount *const mounts[] = { &json, &any, &page };

	(void)state;
	mount_table(mounts, ARRAY_LEN(mounts));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(tags_answer_the_question_whether_something_changed), T(a_304_has_no_type_and_keeps_its_page),
		T(which_answers_are_tagged_is_said_by_the_mount),
		T(pages_of_other_origins_are_told_what_they_may_read),
		T(caches_are_told_what_accept_has_decided),
    T(pages_get_the_policy_of_their_mount), T(large_answers_are_coded_and_keep_the_tag_of_the_plain_one),
		T(head_of_what_is_not_there_has_no_type), T(no_answer_is_a_500_with_a_line_of_its_request),
	};

	return cmocka_run_group_tests(tests, with_mounts, NULL);
}
