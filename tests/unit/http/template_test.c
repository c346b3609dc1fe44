#include "http/template.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "test.h"
#include "http/fake.h"
#include "http/pages.h"
#include "base/banned.h"

static const char *written(struct buffer *b, const struct test_page *page)
{
	buffer_init(b, MIB(1));
	test_page_write(b, page);
	return buffer_str(b);
}

static void a_page_shows_its_values_and_escapes_them(void **state)
{
	static const char *const roles[] = { "a&b", "<c>" };
	const struct person people[] = { { "Ada \"A\"", { roles, 2 } }, { "Bob", { NULL, 0 } } };
	json_t *settings = json_pack("{s:s}", "k", "</script>");
	const struct test_page page = { .title = "<&>",
					.logo = "https://x/?a=1&b='2'",
					.client = { "it's" },
					.people = { people, 2 },
					.settings = settings,
					.body = { "<hr>", 4 } };
	struct buffer b;

	(void)state;
	assert_string_equal(
		written(&b, &page),
		"<!DOCTYPE html>\n"
		"<title>&lt;&amp;&gt;</title><!-- \"a comment\" <b> -->\n"
		"<img src=\"https://x/?a=1&amp;b=&#39;2&#39;\" alt='it&#39;s'>\n"
		"<script type=\"application/json\" id=\"settings\">{\"k\":\"\\u003c/script\\u003e\"}</script>\n"
		"<script src=\"/app.js\"></script>\n"
		"<p></p>\n"
		"<ul>\n"
		"\t<li title=\"Ada &quot;A&quot;\">Ada &quot;A&quot;: a&amp;b &lt;c&gt;</li>\n"
		"\t<li>Bob:</li>\n"
		"</ul>\n"
		"<hr>\n");
	buffer_done(&b);
	json_decref(settings);
}

static void conditions_choose_and_absent_values_write_nothing(void **state)
{
	struct buffer b;

	(void)state;
	assert_non_null(strstr(written(&b, &(struct test_page){ .failed = true, .count = -7 }),
			       "<p class=\"bad\">-7</p>\n<ul>\n</ul>\n\n"));
	assert_non_null(strstr(buffer_str(&b), "<title></title>"));
	assert_non_null(strstr(buffer_str(&b), "<img src=\"\" alt=''>"));
	assert_non_null(strstr(buffer_str(&b), ">null</script>"));
	assert_null(strstr(buffer_str(&b), "nobody"));
	buffer_done(&b);
	assert_non_null(strstr(written(&b, &(struct test_page){0}), "<p>nobody</p>"));
	buffer_done(&b);
}

static void an_address_that_is_no_link_leads_nowhere(void **state)
{
	static const char *const bad[] = { "javascript:alert(1)",
					   " javascript:alert(1)",
					   "data:text/html,x",
					   "//evil.example",
					   "/\\evil.example",
					   "x",
					   "",
					   "vbscript:x" };
	static const char *const good[] = { "/", "/a?b", "https://a", "HTTP://A" };
	struct buffer b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		buffer_init(&b, 100);
		html_url(&b, bad[i]);
		assert_string_equal(buffer_str(&b), "about:blank");
		buffer_done(&b);
	}
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		buffer_init(&b, 100);
		html_url(&b, good[i]);
		assert_string_equal(buffer_str(&b), good[i]);
		buffer_done(&b);
	}
}

static void a_style_sheet_in_a_page_ends_no_element(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, KIB(1));
	html_css(&b, "@media (width <= 9px) { a::after { content: '</style><!--' } }</STYLE>");
	assert_string_equal(buffer_str(&b),
			    "@media (width <= 9px) { a::after { content: '<\\/style><!--' } }<\\/STYLE>");
	html_css(&b, NULL);
	buffer_done(&b);
}

static void json_in_a_page_ends_no_script_and_stays_json(void **state)
{
	json_t *value = json_pack("{s:[s,i,n]}", "a<b", "<!--&\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xc3\xa9</script>",
				  3),
	       *again;
	struct buffer b;

	(void)state;
	buffer_init(&b, KIB(1));
	html_json(&b, value);
	assert_string_equal(
		buffer_str(&b),
		"{\"a\\u003cb\":[\"\\u003c!--\\u0026\\u2028\\u2029\xe2\x80\xaa\xc3\xa9\\u003c/script\\u003e\",3,"
		"null]}");
	again = json_loads(buffer_str(&b), 0, NULL);
	assert_true(json_equal(value, again));
	json_decref(value);
	json_decref(again);
	buffer_done(&b);
}

static void what_a_template_wrote_can_be_shown_by_another(void **state)
{
	struct arena *a = arena_new();
	struct buffer b;
	struct html h;

	(void)state;
	buffer_init(&b, KIB(1));
	html_text(&b, "<");
	h = html_of(a, &b);
	assert_int_equal(b.len, 0);
	html_raw(&b, h);
	html_raw(&b, (struct html){0});
	assert_string_equal(buffer_str(&b), "&lt;");
	buffer_done(&b);
	arena_free(a);
}

static void a_page_is_an_answer(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	test_page_write(reply_html(&f.rq, 400), &(struct test_page){ .title = "Gone" });
	reply_finish(&f.rq);
	assert_int_equal(f.rq.reply.status, 400);
	assert_string_equal(f.rq.reply.type, "text/html; charset=utf-8");
	assert_non_null(strstr(buffer_str(&f.rq.reply.body), "<title>Gone</title>"));
	fake_done(&f);
}

/* -- what does not build -- */

/* What the build step says to a template; "" when it builds. */
static const char *complaint(const char *body)
{
	static char said[512];
	char path[FOLDER_SIZE], command[512];
	FILE *f = file_new(path);
	size_t n;
	int status;

	assert_non_null(f);
	fprintf(f, "%s", body);
	fclose(f);
	snprintf(command, sizeof(command), "%s %s /dev/null 2>&1", TEMPLATE_TOOL, path);
	f = popen(command, "r");
	n = fread(said, 1, sizeof(said) - 1, f);
	said[n] = '\0';
	status = pclose(f);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == (n > 0));
	unlink(path);
	return said;
}

static void a_value_that_escaping_would_not_protect_does_not_build(void **state)
{
	static const struct {
		const char *body, *why;
	} bad[] = {
		{ "<p class={{a}}>", "not quoted" },
		{ "<p {{a}}>", "cannot be escaped" },
		{ "<{{a}}>", "names a tag" },
		{ "<!-- {{a}} -->", "cannot be escaped" },
		{ "<script>alert(1)</script>", "a script in the page" },
		{ "<script src=\"/x\">{{a}}</script>", "cannot be escaped" },
		{ "<style>{{a}}</style>", "cannot be escaped" },
		{ "<a href=\"{{a}}\">", "takes an address" },
		{ "<a href=\"x{{url a}}\">", "the whole value" },
		{ "<a href=\"{{url a}}{{url b}}\">", "the whole value" },
		{ "<p>{{url a}}</p>", "the whole value" },
		{ "<p class=\"{{url a}}\">", "the whole value" },
		{ "<a onclick=\"{{a}}\">", "no value may stand in the attribute onclick" },
		{ "<a STYLE=\"{{a}}\">", "no value may stand" },
		{ "<iframe srcdoc='{{a}}'>", "no value may stand" },
		{ "<p class=\"{{html a}}\">", "between tags" },
		{ "<p>{{json a}}</p>", "application/json" },
		{ "<p>{{css a}}</p>", "in a <style>" },
		{ "<p style=\"{{css a}}\">", "in a <style>" },
		{ "<style>{{if a}}{{end}}</style>", "no condition" },
		{ "<script type=\"application/json\">{{a}}</script>", "cannot be escaped" },
		{ "<p \">", "begins no value" },
	};
	char body[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(body, sizeof(body), "{{template t \"x.h\"}}\n%s\n", bad[i].body);
		if (!*complaint(body) || !strstr(complaint(body), bad[i].why))
			fail_msg("%s: '%s'", bad[i].body, complaint(body));
	}
}

static void what_is_no_template_does_not_build(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "<p>\n", "begins with" },
		{ "{{template T \"x.h\"}}\n", "begins with" },
		{ "{{template t \"x.h\"}}\n{{if a}}", "in the middle" },
		{ "{{template t \"x.h\"}}\n\n{{end}}", ":3: end without" },
		{ "{{template t \"x.h\"}}\n{{else}}", "else without" },
		{ "{{template t \"x.h\"}}\n{{if a}}{{else}}{{else}}{{end}}", "else without" },
		{ "{{template t \"x.h\"}}\n{{each a of b}}{{else}}{{end}}", "else without" },
		{ "{{template t \"x.h\"}}\n{{each a}}{{end}}", "each item of items" },
		{ "{{template t \"x.h\"}}\n{{a", "does not end" },
		{ "{{template t \"x.h\"}}\n{{A}}", "not a name" },
		{ "{{template t \"x.h\"}}\n{{a.}}", "not a name" },
		{ "{{template t \"x.h\"}}\n{{a[0]}}", "not a name" },
		{ "{{template t \"x.h\"}}\n{{}}", "not a name" },
		{ "{{template t \"x.h\"}}\n<p {{if a}}class=\"{{end}}\">", "must close" },
		{ "{{template t \"x.h\"}}\n{{if a}}<p {{end}}>", "must close" },
		{ "{{template t \"x.h\"}}\n<p class=\"", "in the middle" },
		{ "{{template t \"x.h\"}}\n<p {{if a}}b{{else}}on{{end}}click=\"{{c}}\">", "a blank or the end" },
		{ "{{template t \"x.h\"}}\n<p on{{if a}}click{{end}}>", "in the middle of a name" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (!*complaint(bad[i].text) || !strstr(complaint(bad[i].text), bad[i].why))
			fail_msg("%s: '%s'", bad[i].text, complaint(bad[i].text));
	assert_string_equal(complaint("{{template t \"x.h\"}}\n"), "");
	assert_string_equal(complaint("{{template t \"x.h\"}}\n<input {{if a}}checked{{end}} value=\"{{b}} {{c.d}}\">"
				      "1 < 2{{each e of f}}{{e}}{{end}}\n"),
			    "");
}

RUN(T(a_page_shows_its_values_and_escapes_them), T(conditions_choose_and_absent_values_write_nothing),
    T(an_address_that_is_no_link_leads_nowhere), T(json_in_a_page_ends_no_script_and_stays_json),
    T(a_style_sheet_in_a_page_ends_no_element),
    T(what_a_template_wrote_can_be_shown_by_another), T(a_page_is_an_answer),
    T(a_value_that_escaping_would_not_protect_does_not_build), T(what_is_no_template_does_not_build))
