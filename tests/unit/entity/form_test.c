#include "entity/field.h"

#include "test.h"
#include "base/banned.h"

struct sample {
	const char *text;
	bool fits;
};

static void judge(enum text_form form, const struct sample *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (form_fits(form, samples[i].text) != samples[i].fits)
			fail_msg("'%s' should%s fit", samples[i].text, samples[i].fits ? "" : " not");
}

static void a_url_is_absolute_and_of_any_scheme(void **state)
{
	static const struct sample samples[] = {
		{ "https://a.b/c", true }, { "foo:bar", true }, { "a:b", true }, { "HTTP://X", true },
		{ "http://a:1/", true }, { "http://u:p@host/", true }, { "ftp://x", true },
		{ "nope", false }, { "", false }, { "/a/b", false }, { "://x", false }, { "1a:b", false },
		{ "http://", false }, { "data:image/png;base64,//8=", true }, { "https://a.b/c d", true },
		{ "http:a.b", false }, { "http:/a.b", false }, { "http://a\\@b", false }, { "http://a:x", false },
		{ "javascript:alert(1)", false }, { "VBScript:x", false }, { "data:text/html,x", false },
		{ "http://a\n/", false }, { "http://:1", false }, { "https:///", false }, { "http://a b/", false },
	};

	(void)state;
	judge(FORM_URL, samples, ARRAY_LEN(samples));
}

static void an_invitee_is_an_address_of_plain_letters(void **state)
{
	static const struct sample samples[] = {
		{ "a@b.co", true }, { "A.b+c_d'e-f@x-y.example.COM", true }, { "1@2.example", true },
		{ "", false }, { "a", false }, { "@b.co", false }, { "a@", false }, { "a@b", false },
		{ ".a@b.co", false }, { "a.@b.co", false }, { "a..b@c.co", false }, { "a'@b.co", false },
		{ "a@-b.co", false }, { "a@b..co", false }, { "a@b.c", false }, { "a@b.c1", false },
		{ "a b@c.co", false }, { "\xc3\xa4@b.co", false }, { "a@b.co ", false },
	};

	(void)state;
	judge(FORM_EMAIL_STRICT, samples, ARRAY_LEN(samples));
}

static void the_address_of_a_user_needs_an_at_and_a_dot_and_no_blanks(void **state)
{
	static const struct sample samples[] = {
		{ "a@b.c", true }, { "a@@b.c", true }, { "a@b.c.d", true }, { "\xc3\xa4@\xc3\xb6.\xc3\xbc", true },
		{ "a@..c", true }, { "", false }, { "a@b", false }, { "@b.c", false }, { "a@.c", false },
		{ "a@b.", false }, { "a b@c.d", false }, { "a@", false }, { "a@b.c\n", false },
		{ "a@b.c\u00a0", false }, { "\u1680a@b.c", false }, { "a\u2003@b.c", false }, { "a@b\u2028.c", false },
		{ "a@b.c\u3000", false }, { "a@b.c\ufeff", false }, { "a@b.c\u200b", true },
	};

	(void)state;
	judge(FORM_EMAIL, samples, ARRAY_LEN(samples));
}

static void a_username_is_a_word_that_begins_with_no_digit(void **state)
{
	static const struct sample samples[] = {
		{ "a", true }, { "_1", true }, { "Ab_9", true }, { "", false }, { "1a", false }, { "a-b", false },
		{ "a b", false },
		{ "\xc3\xa4", false },
	};

	(void)state;
	judge(FORM_USERNAME, samples, ARRAY_LEN(samples));
}

static void a_colour_has_three_or_six_hexadecimal_digits(void **state)
{
	static const struct sample samples[] = {
		{ "#fff", true }, { "#A1b2C3", true }, { "fff", false }, { "#ffff", false }, { "#ggg", false },
		{ "#", false }, { "", false },
	};

	(void)state;
	judge(FORM_COLOR, samples, ARRAY_LEN(samples));
}

static void a_redirect_uri_is_a_web_address_or_of_a_scheme_of_its_own(void **state)
{
	static const struct sample samples[] = {
		{ "https://a.b/c?d#e", true }, { "http://localhost:3000/cb", true }, { "myapp://", true },
		{ "myapp:/cb", true }, { "https://*.example.com/cb", true }, { "https://*.com/", true },
		{ "https://a.b/*/c", true }, { "com.example+x-y:/cb", true }, { "https://a.b/../c", false },
		{ "https://a.b/%2e%2E/c", false }, { "https://a.b/./c", false }, { "my_app://x", false },
		{ "https://*/cb", false }, { "https://a.b:*/", false }, { "https://a.b/?x=*", false },
		{ "https://a.b/#*", false }, { "https://u:p@*.b.c/", false }, { "https://[::1]/*", false },
		{ "http*://a.b", false }, { "nope", false }, { "", false }, { "javascript:alert(1)", false },
		{ "DATA:text/html,x", false }, { "file:///etc/passwd", false }, { "https://", false },
		{ "https://a b/", false }, { "https://a.b/c d", false }, { "https://a.b/\t", false },
		{ "https://a.b\\../c", false }, { "https://a.b/\\..", false }, { "https://a.b//..", false },
		{ "https://a.b/...", true }, { "https://a.b/?../..", true }, { "https:a.b", false },
		{ "https:///a.b", false }, { "https://a.b:99999/", false }, { "myapp://*", true },
		{ "https://*.b.c:8443/*?x#y", true },
	};

	(void)state;
	judge(FORM_REDIRECT_URI, samples, ARRAY_LEN(samples));
}

static void what_a_page_will_show_is_any_text_that_it_would_not_run(void **state)
{
	static const struct sample samples[] = {
		{ "", true }, { "nope", true }, { "https://a.b/c", true }, { "a:b", true },
		{ "data:image/png,x", true }, { " javascript:x", false }, { "java\nscript:x", false },
		{ "data:text/html,x", false },
	};

	(void)state;
	judge(FORM_SHOWN, samples, ARRAY_LEN(samples));
}

RUN(T(a_url_is_absolute_and_of_any_scheme), T(what_a_page_will_show_is_any_text_that_it_would_not_run),
    T(an_invitee_is_an_address_of_plain_letters),
    T(the_address_of_a_user_needs_an_at_and_a_dot_and_no_blanks), T(a_username_is_a_word_that_begins_with_no_digit),
    T(a_colour_has_three_or_six_hexadecimal_digits), T(a_redirect_uri_is_a_web_address_or_of_a_scheme_of_its_own))
