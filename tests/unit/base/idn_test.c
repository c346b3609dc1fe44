#include "base/idn.h"

#include "base/url.h"
#include "test.h"
#include "base/banned.h"

static const char *ascii_of(struct arena *a, const char *host)
{
	return idn_to_ascii(a, (struct slice){ host, strlen(host) });
}

static void a_name_is_written_as_the_dns_has_it(void **state)
{
	static const struct { const char *name, *ascii; } cases[] = {
		{ "id.example.com", "id.example.com" }, { "ID.Example.COM", "id.example.com" },
		{ "[2001:DB8::1]", "[2001:db8::1]" }, { "xn--bcher-kva.example", "xn--bcher-kva.example" },
		{ "b\u00fccher.example", "xn--bcher-kva.example" }, { "B\u00dcCHER.Example", "xn--bcher-kva.example" },
		{ "bu\u0308cher.example", "xn--bcher-kva.example" },	/* composed */
		{ "fa\u00df.example", "xn--fa-hia.example" },
		{ "\u4f8b\u3048.\u30c6\u30b9\u30c8", "xn--r8jz45g.xn--zckzah" },
		/* RFC 3492 section 7.1 (B), (D), (L), (S) */
		{ "\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587", "xn--ihqwcrb4cv8a8dqg056pqjye" },
		{ "pro\u010dprost\u011bnemluv\u00ed\u010desky", "xn--proprostnemluvesky-uyb24dma41a" },
		{ "3\u5e74b\u7d44\u91d1\u516b\u5148\u751f", "xn--3b-ww4c5e180e575a65lsy2b" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *ascii = ascii_of(a, cases[i].name);

		assert_non_null(ascii);
		assert_string_equal(ascii, cases[i].ascii);
	}
	arena_free(a);
}

/* Each is what a browser makes of it. */
static void a_name_is_read_as_browsers_do(void **state)
{
	static const struct { const char *name, *ascii; } cases[] = {
		{ "b\u00fccher\u3002example", "xn--bcher-kva.example" },	/* other full stops */
		{ "b\u00fccher\uff0eexample", "xn--bcher-kva.example" },
		{ "b\u00fccher.example.", "xn--bcher-kva.example." }, { "b\u00fccher..x", "xn--bcher-kva..x" },
		{ "a\u00adb.\u00fc", "ab.xn--tda" },		/* a soft hyphen is nothing */
		{ "\uff11\uff12\uff17.0.0.1", "127.0.0.1" }, { "\u24b6\u24b7.example", "ab.example" },
		{ "a_b.\u00fc", "a_b.xn--tda" }, { "r3---sn-a.\u00fc", "r3---sn-a.xn--tda" },
		{ "-a.\u00fc", "-a.xn--tda" }, { "XN--TDA.\u00fc", "xn--tda.xn--tda" },
		{ "\u03b1\u03c2.\u03a3", "xn--mxa8a.xn--4xa" },
		{ "\u0915\u094d\u200d\u0937.x", "xn--11b2ezcw70k.x" },	/* a joiner where it belongs */
		{ "l\u00b7l.x", "xn--ll-0ea.x" }, { "a\u00b7b.x", "xn--ab-0ea.x" },
		{ "\u2615.example", "xn--53h.example" }, { "\U0001f4a9.LA", "xn--ls8h.la" },	/* symbols */
		{ "b\u00fccher\u2615.\u00c4", "xn--bcher-kva7957d.xn--4ca" },
		{ "a\u0870.x", "xn--a-fld.x" },	/* a letter of Unicode 14 */
		{ "\u00fc.\u05d0" "1", "xn--tda.xn--1-zhc" },
	};
	static const char *const refused[] = {
		"b\u00fccher\uff0fx", "\u00fc.\u2100", "\u00fc.a\uff05b", "\u00fc\uff1a80", "\u00fc \u00fc",
		"\u0301a.x", "a\u200db.x", "\u05d0a.x", "\u0378.x", "\ufffd.x", "\ue000.x", "\u3002\u3002\uff0f",
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *ascii = ascii_of(a, cases[i].name);

		if (!ascii || strcmp(ascii, cases[i].ascii) != 0)
			fail_msg("%s is %s", cases[i].name, ascii ? ascii : "refused");
	}
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		if (ascii_of(a, refused[i]))
			fail_msg("%s is %s", refused[i], ascii_of(a, refused[i]));
	arena_free(a);
}

static void what_the_dns_cannot_have_is_refused(void **state)
{
	struct arena *a = arena_new();
	char many[4 * URL_HOST_MAX] = "";

	(void)state;
	assert_null(ascii_of(a, "\xff.example"));
	assert_null(ascii_of(a, "\u00fc\xed\xa0\x80"));	/* half of a pair */
	assert_null(ascii_of(a, "-\u00fc.example"));
	assert_null(ascii_of(a, "\u00fc-.example"));
	assert_null(ascii_of(a, "ab--\u00fc.example"));
	assert_null(idn_to_ascii(a, (struct slice){ "\u00fc.a\0b", strlen("\u00fc.a?b") }));
	for (int i = 0; i < URL_LABEL_MAX; i++)
		strncat(many, "\u00fc", sizeof(many) - strlen(many) - 1);
	assert_null(ascii_of(a, many));		/* with xn-- the label is too long */
	many[0] = '\0';
	for (int i = 0; i < URL_HOST_MAX / 8; i++)
		strncat(many, "\u00fc.a.", sizeof(many) - strlen(many) - 1);
	assert_null(ascii_of(a, many));
	arena_free(a);
}

static void the_dots_of_the_root_do_not_count(void **state)
{
	static const struct { const char *name; size_t len; } each[] = {
		{ "a.example", 9 }, { "a.example.", 9 }, { "a.example...", 9 }, { "a..b", 4 }, { ".a", 2 },
		{ "", 0 }, { ".", 0 }, { "..", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(each); i++)
		assert_int_equal(idn_len_without_root(each[i].name), each[i].len);
}

RUN(T(a_name_is_written_as_the_dns_has_it), T(a_name_is_read_as_browsers_do), T(what_the_dns_cannot_have_is_refused),
    T(the_dots_of_the_root_do_not_count))
