/* Who somebody is, of answers of providers in their own words; and whose address counts. */
#include "sso/oauth_profile.h"

#include "test.h"

#include "base/banned.h"

struct asked {
	struct arena *a;
	struct claimed c;
};

static void ask(struct asked *q, const char *answer, const char *emails, const char *config)
{
	json_t *tree = json_loads(answer, 0, NULL), *list = emails ? json_loads(emails, 0, NULL) : NULL;
	json_t *settings = json_loads(config, 0, NULL);

	assert_non_null(tree);
	assert_non_null(settings);
	q->a = arena_new();
	if (list)
		oauth_profile_of_github(q->a, tree, list, settings, &q->c);
	else
		oauth_profile(q->a, tree, settings, &q->c);
	q->c.id = arena_copy(q->a, q->c.id);	/* they are texts of the trees */
	q->c.name = arena_copy(q->a, q->c.name);
	q->c.email = arena_copy(q->a, q->c.email);
	json_decref(tree);
	json_decref(list);
	json_decref(settings);
}

#define ASK(answer, emails, config) \
	struct asked q; \
	(void)state; \
	ask(&q, answer, emails, config)

static void words_of_openid_need_no_mapping(void **state)
{
	ASK("{\"sub\":\"s\",\"id\":1,\"name\":\"Ada\",\"email\":\"a@x.example\",\"email_verified\":true}", NULL, "{}");
	assert_string_equal(q.c.id, "s");
	assert_string_equal(q.c.name, "Ada");
	assert_string_equal(q.c.email, "a@x.example");
	assert_true(q.c.vouches_email);
	arena_free(q.a);
}

static void a_mapping_reaches_into_the_answer_and_takes_the_first_that_is_there(void **state)
{
	ASK("{\"user\":{\"id\":9007199254740993,\"nick\":null,\"login\":\"ada\"}}", NULL,
	    "{\"profileMap\":{\"id\":\"user.id\",\"name\":\"user.nick|user.login\"}}");
	assert_string_equal(q.c.id, "9007199254740993");
	assert_string_equal(q.c.name, "ada");
	arena_free(q.a);
}

static void a_number_with_a_fraction_is_nobody(void **state)
{
	ASK("{\"id\":1.5}", NULL, "{}");
	assert_null(q.c.id);
	arena_free(q.a);
}

static void an_address_counts_only_where_it_is_said_or_trusted(void **state)
{
	static const struct {
		const char *answer, *config;
		bool counts;
	} cases[] = {
		{ "{\"email_verified\":true}", "{}", true },
		{ "{\"email_verified\":\"true\"}", "{}", true },
		{ "{\"email_verified\":1}", "{}", false },
		{ "{\"email_verified\":\"yes\"}", "{}", false },
		{ "{}", "{}", false },
		{ "{}", "{\"trustUnverifiedEmail\":true}", true },
		{ "{\"email_verified\":false}", "{\"trustUnverifiedEmail\":true}", false },
		{ "{\"ok\":true}", "{\"profileMap\":{\"emailVerified\":\"ok\"}}", true },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ASK(cases[i].answer, NULL, cases[i].config);
		assert_int_equal(q.c.vouches_email, cases[i].counts);
		arena_free(q.a);
	}
}

static void of_githubs_list_the_primary_one_counts(void **state)
{
	ASK("{\"id\":1,\"email\":\"shown@x.example\",\"email_verified\":true}",
	    "[{\"email\":\"old@x.example\",\"verified\":true},{\"email\":\"new@x.example\",\"primary\":true,"
	    "\"verified\":false}]",
	    "{\"trustUnverifiedEmail\":true}");
	assert_string_equal(q.c.email, "new@x.example");
	assert_false(q.c.vouches_email);
	arena_free(q.a);
}

static void a_list_without_a_primary_one_has_none(void **state)
{
	ASK("{\"id\":1,\"email\":\"shown@x.example\"}", "[]", "{}");
	assert_null(q.c.email);
	arena_free(q.a);
}

RUN(T(words_of_openid_need_no_mapping), T(a_mapping_reaches_into_the_answer_and_takes_the_first_that_is_there),
    T(a_number_with_a_fraction_is_nobody), T(an_address_counts_only_where_it_is_said_or_trusted),
    T(of_githubs_list_the_primary_one_counts), T(a_list_without_a_primary_one_has_none))
