#include "base/email_domain.h"

#include "test.h"
#include "base/banned.h"

static void a_key_is_the_name_in_the_dns(void **state)
{
	static const struct { const char *domain, *key; } cases[] = {
		{ "acme.example", "acme.example" }, { "ACME.Example", "acme.example" },
		{ "acme.example.", "acme.example" }, { "acme.example..", "acme.example" },
		{ " \tacme.example\u00a0\n", "acme.example" }, { "\u3000acme.example. ", "acme.example" },
		{ "b\u00fccher.example", "xn--bcher-kva.example" },
		{ "B\u00dcCHER.example.", "xn--bcher-kva.example" },
		{ "bu\u0308cher\u3002example\u3002", "xn--bcher-kva.example" },
		{ "XN--BCHER-KVA.example", "xn--bcher-kva.example" },
		{ "\uff41\uff43\uff4d\uff45.example", "acme.example" }, { "fa\u00df.example", "xn--fa-hia.example" },
		{ "Not A Host", "not a host" }, { " a/b ", "a/b" }, { "A.example:80", "a.example:80" },
		{ ".", "" }, { "..", "" }, { " ", "" }, { "", "" }, { "\u3002", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(email_domain_key(a, cases[i].domain), cases[i].key);
	arena_free(a);
}

static void mail_services_for_everybody_are_known(void **state)
{
	static const char *const free_mail[] = {
		"gmail.com", "googlemail.com", "outlook.com", "outlook.fr", "hotmail.com", "hotmail.co.uk", "gmx.de",
		"gmx.net", "qq.com", "163.com", "126.com", "yahoo.com", "yahoo.co.jp", "yahoo.com.br", "icloud.com",
		"proton.me", "protonmail.com", "yandex.ru", "web.de", "mail.ru", "live.com",
	};
	static const char *const others[] = {
		"acme.example", "example.com", "sub.gmail.com", "gmail.org", "yahoo.acme.com", "yahoo", "yahoo.",
		"yahoo.example", "notyahoo.com", "corp.yahoo.com", "*", "", ".", ".com", "com",
		"averyverylonglabelthatisnone.com",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(free_mail); i++)
		assert_true(email_domain_is_free(free_mail[i]));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_false(email_domain_is_free(others[i]));
}

/* Each is found, which a search by halves does only in a sorted list. */
static void the_list_is_sorted(void **state)
{
	static const char *const list[] = {
#define D(domain) domain,
#include "organizations/free_mail.def"
#undef D
	};

	(void)state;
	for (size_t i = 1; i < ARRAY_LEN(list); i++)
		assert_true(strcmp(list[i - 1], list[i]) < 0);
}

RUN(T(a_key_is_the_name_in_the_dns), T(mail_services_for_everybody_are_known), T(the_list_is_sorted))
