#include "http/request.h"

#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static void a_redirect_has_its_location_and_a_small_page(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/oidc/auth", "");
	assert_int_equal(reply_redirect(&f.rq, 303, "https://app.example/callback?code=a&state='x'"), OK);
	assert_int_equal(f.rq.reply.status, 303);
	assert_string_equal(fake_answer(&f, "Location", 0), "https://app.example/callback?code=a&state='x'");
	assert_string_equal(f.rq.reply.type, "text/html; charset=utf-8");
	assert_string_equal(buffer_str(&f.rq.reply.body),
			    "<!DOCTYPE html>\n<title>Redirect</title>\n<p>This page is at "
			    "<a href=\"https://app.example/callback?code=a&amp;state=&#39;x&#39;\">"
			    "https://app.example/callback?code=a&amp;state=&#39;x&#39;</a>.\n");
	fake_done(&f);
}

static void paths_addresses_and_schemes_of_apps_are_destinations(void **state)
{
	static const char *const good[] = {
		"/",
		"/sign-in?app_id=a#b",
		"/a%2Fb",
		"https://a.example",
		"http://[::1]:3000/x",
		"HTTPS://A.EXAMPLE/",
		"io.example.app://callback",
		"com.example.app:/callback",
		"urn:x:y",
	};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		fake_init(&f, GET, "/x", "");
		assert_int_equal(reply_redirect(&f.rq, 302, good[i]), OK);
		assert_string_equal(fake_answer(&f, "Location", 0), good[i]);
		fake_done(&f);
	}
}

static void what_is_no_address_is_an_error_and_never_sent(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		"x/y",
		"//evil.example/",
		"/\\evil.example",
		"\\\\evil.example",
		"https:",
		"1a:b",
		"https://a b/",
		"https://a/\r\nX: y",
		"/a\"b",
		"/a<b>",
		"/a%2",
		"/a%zz",
		"/a|b",
		"/caf\xc3\xa9",
		"?a=b",
		"#a",
		" /a",
		"/a\t",
		":x",
	};
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (reply_redirect(&f.rq, 302, bad[i]) != ERR_INTERNAL)
			fail_msg("'%s' is a destination", bad[i]);
		assert_int_equal(f.rq.reply.header_count, 0);
		assert_int_equal(f.rq.reply.status, 0);
	}
	fake_done(&f);
}

static void a_location_has_a_length_that_fits(void **state)
{
	char path[KIB(8) + 2];
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[KIB(8) + 1] = '\0';
	assert_int_equal(reply_redirect(&f.rq, 302, path), ERR_INTERNAL);
	path[KIB(8)] = '\0';
	assert_int_equal(reply_redirect(&f.rq, 302, path), OK);
	fake_done(&f);
}

static void what_could_run_as_a_script_is_no_link(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	assert_int_equal(reply_redirect(&f.rq, 302, "javascript:alert(1)"), OK);
	assert_null(strstr(buffer_str(&f.rq.reply.body), "href"));
	fake_done(&f);
}

RUN(T(a_redirect_has_its_location_and_a_small_page), T(paths_addresses_and_schemes_of_apps_are_destinations),
    T(what_is_no_address_is_an_error_and_never_sent), T(a_location_has_a_length_that_fits),
    T(what_could_run_as_a_script_is_no_link))
