#include "tenant/phrases.h"

#include <string.h>

#include "test.h"
#include "base/banned.h"

static const char *matched(const char *wanted)
{
	json_auto_t *custom = json_pack("{s:b, s:b}", "af-ZA", 1, "pt-BR", 1);
	const char *found = phrases_match(custom, wanted, strlen(wanted));
	static char out[32];

	snprintf(out, sizeof(out), "%s", found ? found : "");
	return out;
}

static void languages_are_matched_loosely(void **state)
{
	static const struct { const char *wanted, *found; } cases[] = {
		{ "en", "en" }, { "DE", "de" }, { "fr-CA", "fr" }, { "zh", "zh-CN" }, { "zh-Hant-TW", "zh-CN" },
		{ "ZH-cn", "zh-CN" }, { "af-za", "af-ZA" }, { "af", "af-ZA" }, { "pt-PT", "pt-BR" }, { "ja-JP", "ja" },
		{ "", "" }, { "tlh", "" }, { "e", "" }, { "english", "" }, { "-", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(matched(cases[i].wanted), cases[i].found);
	assert_null(phrases_match(NULL, "af", 2));
}

/* A phrase that English lacks would never be shown, and a placeholder that it has not would be shown as it is. */
static void same_places(const char *english, const char *text)
{
	for (const char *at = strstr(english, "{{"); at; at = strstr(at + 2, "{{")) {
		char name[32];

		snprintf(name, sizeof(name), "%.*s", (int)(strstr(at, "}}") - at) + 2, at);
		assert_non_null(strstr(text, name));
	}
}

static void every_language_says_what_english_says(void **state)
{
	static const char *const tags[] = { "de", "es", "fr", "ja", "zh-CN" };
	const char *group, *key;
	json_t *texts, *text;

	(void)state;
	assert_null(phrases_built_in("it"));
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		const json_t *other = phrases_built_in(tags[i]);

		assert_int_equal(json_object_size(other), json_object_size(phrases_built_in("en")));
		json_object_foreach((json_t *)(uintptr_t)phrases_built_in("en"), group, texts) {
			assert_int_equal(json_object_size(json_object_get(other, group)), json_object_size(texts));
			json_object_foreach(texts, key, text)
				same_places(json_string_value(text),
					    json_string_value(json_object_get(json_object_get(other, group), key)));
		}
	}
}

RUN(T(languages_are_matched_loosely), T(every_language_says_what_english_says))
