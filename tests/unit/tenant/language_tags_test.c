#include "tenant/language_tags.h"

#include "test.h"
#include "base/banned.h"

static const char *written(const char *tag)
{
	static char out[LANGUAGE_TAG_SIZE];

	return language_tag_write(tag, out) ? out : "";
}

static void a_known_tag_is_written_in_its_usual_letter_case(void **state)
{
	(void)state;
	assert_string_equal(written("en"), "en");
	assert_string_equal(written("EN"), "en");
	assert_string_equal(written("pt-br"), "pt-BR");
	assert_string_equal(written("AF-za"), "af-ZA");
	assert_string_equal(written("zh-hant-tw"), "zh-Hant-TW");
	assert_string_equal(written("sr-LATN"), "sr-Latn");
	assert_string_equal(written("es-419"), "es-419");
	assert_string_equal(written("fil-PH"), "fil-PH");
}

static void what_is_not_a_tag_of_a_known_language_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "-", "e", "xx", "xx-YY", "nothing", "en-", "en--US", "en-XX", "en-US-x", "en US", "en-Latn-",
		"tlh", "en-Abcd", "-US", "en-Latn-US-more-still", "\xc3\xa4\xc3\xa4", "en-US ", " en",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_string_equal(written(bad[i]), "");
}

RUN(T(a_known_tag_is_written_in_its_usual_letter_case),
    T(what_is_not_a_tag_of_a_known_language_is_refused))
