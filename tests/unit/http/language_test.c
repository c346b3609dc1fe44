#include "http/language.h"

#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static const char *best(const char *accept)
{
	int quality = QUALITY_LEAST;
	const struct language *l = language_best(accept, &quality);

	return l ? l->tag : "none";
}

static void the_first_of_equal_quality_wins(void **state)
{
	(void)state;
	assert_string_equal(best("de, fr"), "de");
	assert_string_equal(best("fr;q=0.5,de;q=0.5"), "fr");
	assert_string_equal(best("ja"), "ja");
	assert_string_equal(best(" \t es\t,de"), "es");
}

static void higher_quality_wins(void **state)
{
	(void)state;
	assert_string_equal(best("de;q=0.8, fr;q=0.9"), "fr");
	assert_string_equal(best("de;q=0.8, fr"), "fr");
	assert_string_equal(best("de; Q=0.801 ,fr;q=0.80"), "de");
	assert_string_equal(best("de;x=1; q=0.1, fr;q=0.2"), "fr");
	assert_string_equal(best("en;q=0.1,de;q=1.000"), "de");
	assert_string_equal(best("de;q=1,fr;q=1.9"), "de");
}

static void a_tag_that_is_not_ours_is_passed_over(void **state)
{
	(void)state;
	assert_string_equal(best("it, de;q=0.1"), "de");
	assert_string_equal(best("fr-CA, en;q=0.3"), "en");
	assert_string_equal(best("DE, *;q=0.5"), "none");
	assert_string_equal(best("zh, zh-cn;q=0.2"), "zh-CN");
	assert_string_equal(best(""), "none");
	assert_string_equal(best(",,;,"), "none");
}

static void quality_zero_does_not_exclude(void **state)
{
	(void)state;
	assert_string_equal(best("de;q=0"), "de");
	assert_string_equal(best("de;q=0, fr;q=0.001"), "fr");
}

static void what_is_not_a_weight_wants_the_language_least(void **state)
{
	(void)state;
	assert_string_equal(best("de;q=high, fr;q=0.001"), "fr");
	assert_string_equal(best("de;q=.9, fr;q=0.1"), "fr");
	assert_string_equal(best("de;q=-1"), "de");
	assert_string_equal(best("de;q=, fr;q=0.1"), "de");	/* no weight at all */
}

static const char *asked(const char *query, const char *accept, const char *and_accept)
{
	struct fake f;
	const char *tag;

	fake_init(&f, GET, "/api/x", query);
	if (accept)
		fake_header(&f, "accept-language", accept);
	if (and_accept)
		fake_header(&f, "Accept-Language", and_accept);
	tag = language_of(&f.rq)->tag;
	fake_done(&f);
	return tag;
}

static void the_query_goes_before_the_header(void **state)
{
	(void)state;
	assert_string_equal(asked("", NULL, NULL), "en");
	assert_string_equal(asked("", "de", NULL), "de");
	assert_string_equal(asked("locale=fr", "de", NULL), "fr");
	assert_string_equal(asked("locale=xx&locale=ZH-cn&locale=ja", "de", NULL), "zh-CN");
	assert_string_equal(asked("locale=&locale=DE&locale=fr-CA", "es", NULL), "es");
	assert_string_equal(asked("Locale=de", "it", NULL), "en");
}

static void several_headers_are_one_list(void **state)
{
	(void)state;
	assert_string_equal(asked("", "it", "de"), "de");
	assert_string_equal(asked("", "fr;q=0.3", "de;q=0.4, ja;q=0.2"), "de");
	assert_string_equal(asked("", "fr;q=0.3", "de;q=0.3"), "fr");
}

RUN(T(the_first_of_equal_quality_wins), T(higher_quality_wins), T(a_tag_that_is_not_ours_is_passed_over),
    T(quality_zero_does_not_exclude), T(what_is_not_a_weight_wants_the_language_least),
    T(the_query_goes_before_the_header),
    T(several_headers_are_one_list))
