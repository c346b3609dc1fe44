#include "http/smtp.h"

#include "test.h"
#include "http/client.h"
#include "base/banned.h"

static const char *const two[] = { "b@x", "c@x" };
static const struct call mail = { .kind = CALL_SMTP,
				  .from = "a@x",
				  .recipients = two,
				  .recipient_count = 2,
				  .body = "hi\r\n",
				  .body_len = 4 };

static err_t hear(struct smtp *s, const char *text)
{
	return smtp_take(s, text, strlen(text));
}

static void the_dialogue_goes_from_reply_to_reply(void **state)
{
	static const struct {
		const char *said, *heard;
	} steps[] = {
		{ "MAIL FROM:<a@x>\r\n", "250 ok\r\n" },
		{ "RCPT TO:<b@x>\r\n", "250-more\r\n250-and more\r\n250 ok\r\n" },
		{ "RCPT TO:<c@x>\r\n", "251 forwarded\r\n" },
		{ "DATA\r\n", "354 go\r\n" },
		{ "hi\r\n.\r\n", "250 2.0.0 queued\r\n" },
		{ "QUIT\r\n", "221 bye\r\n" },
	};
	struct smtp s;

	(void)state;
	smtp_init(&s, &mail);
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		assert_string_equal(buffer_str(&s.out), steps[i].said);
		assert_int_equal(s.state == SMTP_HANDED_OVER, i == 5);
		for (const char *p = steps[i].heard; *p; p++)
			assert_int_equal(smtp_take(&s, p, 1), OK);
	}
	assert_int_equal(s.code, 250);
	assert_string_equal(s.line, "250 2.0.0 queued");
	smtp_done(&s);
}

static void lines_may_end_without_cr_and_hold_no_text(void **state)
{
	struct smtp s;

	(void)state;
	smtp_init(&s, &mail);
	assert_int_equal(hear(&s, "250-a\n250\n"), OK);
	assert_int_equal(s.state, SMTP_RCPT);
	smtp_done(&s);
}

static void a_refusal_is_told_with_its_code(void **state)
{
	static const struct {
		int replies;
		const char *refusal;
		int code;
	} cases[] = {
		{ 0, "451 4.3.0 later\r\n", 451 }, { 1, "550-no\r\n550 nobody\r\n", 550 },
		{ 2, "550 nobody\r\n", 550 },      { 3, "250 strange\r\n", 250 },
		{ 3, "503 no\r\n", 503 },
	};
	struct smtp s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		smtp_init(&s, &mail);
		for (int n = 0; n < cases[i].replies; n++)
			assert_int_equal(hear(&s, "250 ok\r\n"), OK);
		assert_int_equal(hear(&s, cases[i].refusal), ERR_CALL_FAILED);
		assert_int_equal(s.code, cases[i].code);
		smtp_done(&s);
	}
}

static void what_is_not_smtp_is_refused(void **state)
{
	static const char *const replies[] = {
		"HTTP/1.1 200 OK\r\n", "\r\n",       "25\r\n",     "2500 ok\r\n",        "250x\r\n",
		"150 ok\r\n",          "650 ok\r\n", "2a0 ok\r\n", "250-a\r\n251 b\r\n", "250 ok\r\n250 ok\r\n",
		"250 ok\r\n2",
	};
	char more[120 * 7 + 1] = "", longer[2001];
	struct smtp s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
		smtp_init(&s, &mail);
		if (hear(&s, replies[i]) != ERR_CALL_ANSWER)
			fail_msg("%s is taken", replies[i]);
		smtp_done(&s);
	}
	for (int i = 0; i < 120; i++)
		memcpy(more + 7 * i, "250-a\r\n", 7);
	smtp_init(&s, &mail);
	assert_int_equal(hear(&s, more), ERR_CALL_ANSWER);
	smtp_done(&s);
	memset(longer, '2', 2000);
	longer[2000] = '\0';
	smtp_init(&s, &mail);
	assert_int_equal(hear(&s, longer), ERR_CALL_ANSWER);
	smtp_done(&s);
}

/* The message as the server gets it. */
static void check_message(const char *message, const char *sent)
{
	struct call c = mail;
	struct smtp s;

	c.body = message;
	c.body_len = strlen(message);
	assert_int_equal(smtp_check(&c), OK);
	smtp_init(&s, &c);
	for (int i = 0; i < 3; i++)
		assert_int_equal(hear(&s, "250 ok\r\n"), OK);
	assert_int_equal(hear(&s, "354 go\r\n"), OK);
	assert_string_equal(buffer_str(&s.out), sent);
	assert_false(s.out.full);
	smtp_done(&s);
}

static void a_line_that_begins_with_a_dot_gets_another(void **state)
{
	char dots[30001], *sent = malloc(50000), *at = sent;

	(void)state;
	check_message("", ".\r\n");
	check_message("a\r\n.\r\nb.c\r\n..d", "a\r\n..\r\nb.c\r\n...d\r\n.\r\n");
	for (int i = 0; i < 10000; i++) {
		memcpy(dots + 3 * i, ".\r\n", 3);
		memcpy(at, "..\r\n", 4);
		at += 4;
	}
	dots[30000] = '\0';
	memcpy(at, ".\r\n", 4);
	check_message(dots, sent);
	free(sent);
}

static void addresses_cannot_end_their_line(void **state)
{
	static const char *const good[] = { "a@x", "a+b.c@x.example", "\"a\"@x", "o'neil@x" };
	static const char *const bad[] = { "a\r\n@x", "a\n",    "\r",      "a>b@x",     "<a@x>",
					   "a b@x",   "\x7f@x", "a\x01@x", "\xc3\xa4@x" };
	struct call c = mail;
	char longer[400];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		c.from = good[i];
		assert_int_equal(smtp_check(&c), OK);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		c.from = bad[i];
		assert_int_equal(smtp_check(&c), ERR_CALL_INPUT);
	}
	memset(longer, 'a', sizeof(longer));
	longer[399] = '\0';
	c.from = longer;
	assert_int_equal(smtp_check(&c), ERR_CALL_INPUT);
	c.from = ""; /* the empty sender of a bounce */
	assert_int_equal(smtp_check(&c), OK);
	c.recipients = (const char *const[]){ "" };
	c.recipient_count = 1;
	assert_int_equal(smtp_check(&c), ERR_CALL_INPUT);
}

RUN(T(the_dialogue_goes_from_reply_to_reply), T(lines_may_end_without_cr_and_hold_no_text),
    T(a_refusal_is_told_with_its_code), T(what_is_not_smtp_is_refused), T(a_line_that_begins_with_a_dot_gets_another),
    T(addresses_cannot_end_their_line))
