#include "http/cookie.h"

#include <stdio.h>
#include <time.h>

#include "test.h"
#include "http/fake.h"
#include "base/text.h"
#include "base/banned.h"

#define OLD "0123456789abcdef0123456789abcdef"
#define NEW "fedcba9876543210fedcba9876543210"

static const struct cookie_ring of_new = { 1, { { NEW, 32 } } }, of_old = { 1, { { OLD, 32 } } },
				of_both = { 2, { { NEW, 32 }, { OLD, 32 } } }, of_none = {0};

static struct params parsed(struct fake *f)
{
	struct params p;

	assert_int_equal(cookies_parse(&f->rq, &p), OK);
	return p;
}

/* -- reading -- */

static void cookies_are_read_in_their_order_and_the_first_of_a_name_counts(void **state)
{
	struct params p;
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	fake_header(&f, "Accept", "*/*");
	fake_header(&f, "cookie", "a=1; b=two;c=;  a=2 ;_x.y-z=q=r");
	fake_header(&f, "Cookie", "d=4; b=3");
	p = parsed(&f);
	assert_int_equal(p.count, 7);
	assert_string_equal(params_get(&p, "a"), "1");
	assert_string_equal(params_get(&p, "b"), "two");
	assert_string_equal(params_get(&p, "c"), "");
	assert_string_equal(params_get(&p, "d"), "4");
	assert_string_equal(params_get(&p, "_x.y-z"), "q=r");
	assert_null(params_get(&p, "A"));
	fake_done(&f);
}

static void json_with_blanks_and_quotes_is_a_value_as_it_is(void **state)
{
	struct params p;
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	fake_header(&f, "Cookie", "_logto={\"appId\":\"a\",\"uiLocales\":\"de en\"}; q=\"x\"");
	p = parsed(&f);
	assert_string_equal(params_get(&p, "_logto"), "{\"appId\":\"a\",\"uiLocales\":\"de en\"}");
	assert_string_equal(params_get(&p, "q"), "\"x\"");
	fake_done(&f);
}

static void what_is_no_cookie_is_passed_over(void **state)
{
	static const char *const none[] = { "",        ";",           " ; ;",        "a",      "=b",   "a b=c",
					    "\"a\"=b", "a\xc3\xa4=b", "a=b\xc3\xa4", "a=b\tc", "a,b=c" };
	struct params p;
	char text[64];
	struct fake f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		fake_init(&f, GET, "/x", "");
		snprintf(text, sizeof(text), "%s; good=1", none[i]);
		fake_header(&f, "Cookie", text);
		p = parsed(&f);
		if (p.count != 1)
			fail_msg("'%s' is a cookie", none[i]);
		assert_string_equal(params_get(&p, "good"), "1");
		fake_done(&f);
	}
	fake_init(&f, GET, "/x", "");
	assert_int_equal(parsed(&f).count, 0);
	fake_done(&f);
}

static void more_than_a_request_may_hold_is_an_error(void **state)
{
	struct buffer b;
	struct params p;
	struct fake f;

	(void)state;
	buffer_init(&b, KIB(16));
	for (int i = 0; i < COOKIES_MOST; i++)
		buffer_printf(&b, "c%d=1; ", i);
	fake_init(&f, GET, "/x", "");
	fake_header(&f, "Cookie", buffer_str(&b));
	assert_int_equal(parsed(&f).count, COOKIES_MOST);
	fake_header(&f, "Cookie", "more=1");
	assert_int_equal(cookies_parse(&f.rq, &p), ERR_REQUEST_INPUT);
	fake_done(&f);

	buffer_clear(&b);
	buffer_text(&b, "name=");
	for (int i = 0; i < COOKIE_SIZE_MOST - 4; i++)
		buffer_char(&b, 'x');
	fake_init(&f, GET, "/x", "");
	fake_header(&f, "Cookie", buffer_str(&b));
	assert_int_equal(strlen(params_get((struct params[]){ parsed(&f) }, "name")), COOKIE_SIZE_MOST - 4);
	buffer_char(&b, 'x');
	f.headers[0].value = buffer_str(&b);
	assert_int_equal(cookies_parse(&f.rq, &p), ERR_REQUEST_INPUT);
	fake_done(&f);
	buffer_done(&b);
}

/* -- writing -- */

static void a_cookie_is_closed_by_default(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	assert_int_equal(cookie_set(&f.rq, &(struct cookie){ .name = "a", .value = "b" }, NULL), OK);
	f.rq.secure = true;
	assert_int_equal(cookie_set(&f.rq,
				    &(struct cookie){ .name = "a",
						      .value = "",
						      .path = "/p",
						      .readable = true,
						      .same_site = SAME_SITE_NONE },
				    NULL),
			 OK);
	assert_int_equal(
		cookie_set(&f.rq, &(struct cookie){ .name = "a", .value = "b", .same_site = SAME_SITE_STRICT }, NULL),
		OK);
	assert_string_equal(fake_answer(&f, "Set-Cookie", 0), "a=b; path=/; samesite=Lax; httponly");
	assert_string_equal(fake_answer(&f, "Set-Cookie", 1), "a=; path=/p; samesite=None; secure");
	assert_string_equal(fake_answer(&f, "Set-Cookie", 2), "a=b; path=/; samesite=Strict; secure; httponly");
	fake_done(&f);
}

/* "…; expires=Sat, 28 Nov 2026 05:00:00 GMT; …" in seconds. */
static time_t expires(const char *cookie)
{
	struct tm tm = {0};
	const char *at = cookie ? strstr(cookie, "expires=") : NULL;

	assert_non_null(at);
	assert_non_null(strptime(at, "expires=%a, %d %b %Y %H:%M:%S GMT", &tm));
	return timegm(&tm);
}

static void a_life_is_told_as_a_date(void **state)
{
	struct fake f;
	time_t now;

	(void)state;
	fake_init(&f, GET, "/x", "");
	now = time(NULL);
	assert_int_equal(cookie_set(&f.rq, &(struct cookie){ .name = "a", .value = "b", .life_s = 3600 }, &of_new),
			 OK);
	assert_in_range(expires(fake_answer(&f, "Set-Cookie", 0)), now + 3600, now + 3660);
	assert_in_range(expires(fake_answer(&f, "Set-Cookie", 1)), now + 3600, now + 3660);
	fake_done(&f);
}

static void a_cookie_that_ends_takes_its_signature_along(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	assert_int_equal(cookie_clear(&f.rq, "a", "/p", true), OK);
	assert_string_equal(fake_answer(&f, "Set-Cookie", 0),
			    "a=; path=/p; expires=Thu, 01 Jan 1970 00:00:00 GMT; samesite=Lax; httponly");
	assert_string_equal(fake_answer(&f, "Set-Cookie", 1),
			    "a.sig=; path=/p; expires=Thu, 01 Jan 1970 00:00:00 GMT; samesite=Lax; httponly");
	assert_int_equal(cookie_clear(&f.rq, "b", NULL, false), OK);
	assert_non_null(fake_answer(&f, "Set-Cookie", 2));
	assert_null(fake_answer(&f, "Set-Cookie", 3));
	fake_done(&f);
}

static void what_no_cookie_can_hold_is_an_error(void **state)
{
	static const struct cookie bad[] = {
		{ .name = "", .value = "x" },
		{ .name = "a=b", .value = "x" },
		{ .name = "a b", .value = "x" },
		{ .name = "a", .value = "x; path=/" },
		{ .name = "a", .value = "x\r\nSet-Cookie: y" },
		{ .name = "a", .value = " x" },
		{ .name = "a", .value = "x " },
		{ .name = "a", .value = "caf\xc3\xa9" },
		{ .name = "a", .value = "x", .path = "" },
		{ .name = "a", .value = "x", .path = "p" },
		{ .name = "a", .value = "x", .path = "/p; Domain=x" },
		{ .name = "a", .value = "x", .life_s = -1 },
		{ .name = "a", .value = "x", .life_s = INT64_C(34560001) },
		{ .name = "a", .value = "x", .same_site = SAME_SITE_NONE },
	};
	char large[COOKIE_SIZE_MOST + 1];
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (cookie_set(&f.rq, &bad[i], NULL) != ERR_INTERNAL)
			fail_msg("case %zu is a cookie", i);
	memset(large, 'x', sizeof(large));
	large[COOKIE_SIZE_MOST - 4] = '\0';
	assert_int_equal(cookie_set(&f.rq, &(struct cookie){ .name = "a", .value = large }, NULL), ERR_INTERNAL);
	assert_int_equal(cookie_set(&f.rq, &(struct cookie){ .name = "a", .value = "x" }, &of_none), ERR_INTERNAL);
	fake_done(&f);
}

/* -- signatures -- */

/* Answers with a signed cookie, and sends it back. */
static void send_back(struct fake *f, const char *name, const char *value, const struct cookie_ring *ring)
{
	const char *plain, *signature;

	assert_int_equal(cookie_set(&f->rq, &(struct cookie){ .name = name, .value = value }, ring), OK);
	plain = fake_answer(f, "Set-Cookie", 0);
	signature = fake_answer(f, "Set-Cookie", 1);
	fake_header(f, "Cookie",
		    arena_printf(f->rq.arena, "%.*s; %.*s", (int)strcspn(plain, ";"), plain,
				 (int)strcspn(signature, ";"), signature));
	f->rq.reply.header_count = 0;
}

static void a_signature_holds_under_every_key_of_the_ring_and_the_newest_signs(void **state)
{
	struct params p;
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	send_back(&f, "_session", "abc", &of_old);
	p = parsed(&f);
	assert_string_equal(cookie_find(&p, &of_old, "_session"), "abc");
	assert_string_equal(cookie_find(&p, &of_both, "_session"), "abc");
	assert_null(cookie_find(&p, &of_new, "_session"));
	assert_null(cookie_find(&p, &of_none, "_session"));
	fake_done(&f);
	fake_init(&f, GET, "/x", "");
	send_back(&f, "_session", "abc", &of_both);
	p = parsed(&f);
	assert_string_equal(cookie_find(&p, &of_new, "_session"), "abc");
	assert_null(cookie_find(&p, &of_old, "_session"));
	fake_done(&f);
}

/* By Python: base64.urlsafe_b64encode(hmac.new(b"0123456789abcdef" * 2, b"_session=abc", "sha256").digest()) */
static void the_signature_is_hmac_sha256_of_name_and_value(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	assert_int_equal(cookie_set(&f.rq, &(struct cookie){ .name = "_session", .value = "abc" }, &of_old), OK);
	assert_string_equal(
		fake_answer(&f, "Set-Cookie", 1),
		"_session.sig=LtDfFH6kVhBw4K8SDAeC6474UL6FeGoAmo68WtS_p_8; path=/; samesite=Lax; httponly");
	fake_done(&f);
}

static void what_was_changed_or_belongs_elsewhere_is_as_absent(void **state)
{
	static const char sig[] = "LtDfFH6kVhBw4K8SDAeC6474UL6FeGoAmo68WtS_p_8";
	static const char *const bad[] = {
		"_session=abc",
		"_session.sig=%s",
		"_session=abd; _session.sig=%s",
		"_session=; _session.sig=%s",
		"_other=abc; _other.sig=%s",
		"_session=abc; _session.sig=",
		"_session=abc; _session.sig=x%s",
		"_session=abc; _session.sig=%s=",
		"_session=x; _session=abc; _session.sig=%s",
		"_session=abc; _session.sig=x; _session.sig=%s",
		"_session=abc; _sessionxsig=%s",
		"_session=abc; _SESSION.sig=%s",
	};
	struct params p;
	struct fake f;
	char text[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		fake_init(&f, GET, "/x", "");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof(text), bad[i], sig);
#pragma GCC diagnostic pop
		fake_header(&f, "Cookie", text);
		p = parsed(&f);
		if (cookie_find(&p, &of_both, "_session"))
			fail_msg("'%s' counts", text);
		assert_null(cookie_find(&p, &of_both, "_other"));
		fake_done(&f);
	}
	for (size_t i = 0; i < strlen(sig); i++) {
		fake_init(&f, GET, "/x", "");
		snprintf(text, sizeof(text), "_session=abc; _session.sig=%s", sig);
		text[strlen("_session=abc; _session.sig=") + i] ^= 1;
		fake_header(&f, "Cookie", text);
		p = parsed(&f);
		assert_null(cookie_find(&p, &of_both, "_session"));
		fake_done(&f);
	}
}

RUN(T(cookies_are_read_in_their_order_and_the_first_of_a_name_counts),
    T(json_with_blanks_and_quotes_is_a_value_as_it_is), T(what_is_no_cookie_is_passed_over),
    T(more_than_a_request_may_hold_is_an_error), T(a_cookie_is_closed_by_default), T(a_life_is_told_as_a_date),
    T(a_cookie_that_ends_takes_its_signature_along), T(what_no_cookie_can_hold_is_an_error),
    T(a_signature_holds_under_every_key_of_the_ring_and_the_newest_signs),
    T(the_signature_is_hmac_sha256_of_name_and_value), T(what_was_changed_or_belongs_elsewhere_is_as_absent))
