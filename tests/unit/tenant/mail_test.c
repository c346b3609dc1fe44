#include "tenant/mail.h"

#include "test.h"
#include "base/base64.h"

#include "base/banned.h"

static struct arena *a;

static int begin(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

#define NAME "\xc3\x9c" "ber <&\"'> {{code}}"

/* A mail with these texts; the members code, link, n and organization.name are there to fill in. */
static const char *write_mail(const char *subject, const char *content, bool is_html)
{
	json_auto_t *payload =
		json_pack("{s:s, s:s, s:i, s:n, s:{s:s}}", "code", "123456", "link", "https://a.example/?a=1&b=2", "n",
			  7, "nothing", "organization", "name", NAME);
	const struct mail m = { .from = "Acme <no-reply@acme.example>", .to = "ada@x.example", .subject = subject,
				.content = content, .is_html = is_html, .payload = payload };
	struct slice out;

	assert_int_equal(mail_write(a, &m, &out), OK);
	assert_int_equal(strlen(out.at), out.len);
	return out.at;
}

/* What stands behind the empty line, decoded. */
static const char *content_of(const char *mail)
{
	const char *coded = strstr(mail, "\r\n\r\n") + 4;
	char *joined = arena_alloc(a, strlen(coded) + 1), *to = joined;
	int len;

	for (; *coded; coded++)
		if (*coded != '\r' && *coded != '\n')
			*to++ = *coded;
	*to = '\0';
	len = text_base64_decode(joined, strlen(joined), (unsigned char *)joined);
	assert_true(len >= 0);
	joined[len] = '\0';
	return joined;
}

static const char *filled(const char *content, bool is_html)
{
	return content_of(write_mail("x", content, is_html));
}

static void members_of_the_payload_are_filled_in(void **state)
{
	(void)state;
	assert_string_equal(filled("{{code}} {{ code }}{{n}}", false), "123456 1234567");
	assert_string_equal(filled("{{organization.name}}", false), NAME);
	assert_string_equal(filled("a{{missing}}b{{nothing}}c{{code.x}}d{{organization.name.x}}", true), "abcd");
	assert_string_equal(filled("{{organization}}", false), "{\"name\":\"\xc3\x9c" "ber <&\\\"'> {{code}}\"}");
}

static void what_is_no_place_stays_as_it_is(void **state)
{
	static const char *const texts[] = { "{{", "{{}}", "{{ }}", "{code}", "{{code}", "{{a-b}}",
					     "{{code x}}", "}}", "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_string_equal(filled(texts[i], true), texts[i]);
}

static void in_html_a_value_is_text(void **state)
{
	(void)state;
	assert_string_equal(filled("<b>{{organization.name}}</b>", true),
			    "<b>\xc3\x9c" "ber &lt;&amp;&quot;&#39;&gt; {{code}}</b>");
	assert_string_equal(filled("<a href=\"{{link}}\">", true), "<a href=\"https://a.example/?a=1&amp;b=2\">");
	assert_non_null(strstr(write_mail("x", "y", true), "Content-Type: text/html; charset=utf-8\r\n"));
	assert_non_null(strstr(write_mail("x", "y", false), "Content-Type: text/plain; charset=utf-8\r\n"));
}

static void a_subject_stays_one_line(void **state)
{
	(void)state;
	assert_non_null(strstr(write_mail("Your code {{code}}", "x", true), "\r\nSubject: Your code 123456\r\n"));
	assert_non_null(
		strstr(write_mail("a\r\nBcc: b@c.example", "x", true), "\r\nSubject: a  Bcc: b@c.example\r\n"));
	assert_non_null(strstr(write_mail("\xc3\x9c", "x", true), "\r\nSubject: =?UTF-8?B?w5w=?=\r\n"));
	assert_non_null(strstr(write_mail("=?UTF-8?Q?x?=", "x", true), "\r\nSubject: =?UTF-8?B?"));
}

static void a_long_subject_is_cut_between_characters(void **state)
{
	char *subject = arena_zalloc(a, 100 * 4 + 1);
	const char *mail, *line;

	(void)state;
	for (int i = 0; i < 100; i++)
		memcpy(subject + (size_t)i * 4, "\xf0\x9f\x98\x80", 4);
	mail = write_mail(subject, "x", true);
	for (line = strstr(mail, "Subject: ") + 9; !strncmp(line, "=?UTF-8?B?", 10); line = strstr(line, "\r\n") + 3) {
		unsigned char word[64];
		size_t n = strcspn(line + 10, "?");
		int len = text_base64_decode(line + 10, n, word);

		assert_true(n <= 63 && len > 0 && len % 4 == 0);
	}
}

static void a_sender_may_have_a_name(void **state)
{
	json_auto_t *payload = json_object();
	struct mail m = { .to = "ada@b\xc3\xbc" "cher.example", .subject = "x", .content = "y", .payload = payload,
			  .reply_to = "help@acme.example" };
	struct slice out;

	(void)state;
	m.from = "\"Acme, Inc.\" <no-reply@acme.example>";
	assert_int_equal(mail_write(a, &m, &out), OK);
	assert_non_null(strstr(out.at, "\r\nFrom: =?UTF-8?B?QWNtZSwgSW5jLg==?=\r\n <no-reply@acme.example>\r\n"));
	assert_non_null(strstr(out.at, "\r\nTo: <ada@xn--bcher-kva.example>\r\n"));
	assert_non_null(strstr(out.at, "\r\nReply-To: <help@acme.example>\r\n"));
	m.from = "no-reply@acme.example";
	assert_int_equal(mail_write(a, &m, &out), OK);
	assert_non_null(strstr(out.at, "\r\nFrom: <no-reply@acme.example>\r\n"));
}

static void what_is_no_mailbox_sends_nothing(void **state)
{
	static const char *const bad[] = {
		"", "x", "@", "a@", "@b", "A <x>", "a@b\r\nBcc: c@d", "a b@c.example", "<a@b> c", "a@b,c@d",
		"A <a@b>\n", "a@b.example\x7f", "a@b@c.example", "a@b@<c@d.example>x",
	};
	json_auto_t *payload = json_object();
	struct slice out;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct mail m = { .from = bad[i], .to = "a@b.example", .subject = "x", .content = "y",
				  .payload = payload };

		assert_false(mail_is_mailbox(bad[i]));
		assert_int_equal(mail_write(a, &m, &out), ERR_CONNECTOR);
		m.to = m.from;
		m.from = "a@b.example";
		assert_int_equal(mail_write(a, &m, &out), ERR_CONNECTOR);
	}
}

static void a_recipient_is_an_address_without_a_name(void **state)
{
	static const char *const bad[] = { "<c@d.example>", "Ada <c@d.example>", "a@b.example@<c@d.example>" };
	json_auto_t *payload = json_object();
	struct slice out;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(mail_write(a, &(struct mail){ .from = "a@b.example", .to = bad[i], .subject = "x",
							       .content = "y", .payload = payload }, &out),
				 ERR_CONNECTOR);
}

static void a_mail_has_a_largest_size(void **state)
{
	json_auto_t *payload = json_object();
	char *content = arena_alloc(a, MIB(2) + 1);
	const struct mail m = { "a@b.example", NULL, "c@d.example", "x", content, false, payload };
	struct slice out;

	(void)state;
	memset(content, 'x', MIB(2));
	content[MIB(2)] = '\0';
	assert_int_equal(mail_write(a, &m, &out), ERR_CONNECTOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(members_of_the_payload_are_filled_in, begin, end),
		cmocka_unit_test_setup_teardown(what_is_no_place_stays_as_it_is, begin, end),
		cmocka_unit_test_setup_teardown(in_html_a_value_is_text, begin, end),
		cmocka_unit_test_setup_teardown(a_subject_stays_one_line, begin, end),
		cmocka_unit_test_setup_teardown(a_long_subject_is_cut_between_characters, begin, end),
		cmocka_unit_test_setup_teardown(a_sender_may_have_a_name, begin, end),
		cmocka_unit_test_setup_teardown(what_is_no_mailbox_sends_nothing, begin, end),
		cmocka_unit_test_setup_teardown(a_recipient_is_an_address_without_a_name, begin, end),
		cmocka_unit_test_setup_teardown(a_mail_has_a_largest_size, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
