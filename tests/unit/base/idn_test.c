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

static void what_the_dns_cannot_have_is_refused(void **state)
{
	struct arena *a = arena_new();
	char many[4 * URL_HOST_MAX] = "";

	(void)state;
	assert_null(ascii_of(a, "\xff.example"));
	for (int i = 0; i < URL_LABEL_MAX; i++)
		strncat(many, "\u00fc", sizeof(many) - strlen(many) - 1);
	assert_null(ascii_of(a, many));		/* with xn-- the label is too long */
	many[0] = '\0';
	for (int i = 0; i < URL_HOST_MAX / 8; i++)
		strncat(many, "\u00fc.a.", sizeof(many) - strlen(many) - 1);
	assert_null(ascii_of(a, many));
	arena_free(a);
}

RUN(T(a_name_is_written_as_the_dns_has_it), T(what_the_dns_cannot_have_is_refused))
