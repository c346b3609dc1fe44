#include "calls.h"

#include "base/banned.h"

static const char *consent(const char *application_id, const char *user_id)
{
	return P("/api/applications/%s/users/%s/consent-organizations", application_id, user_id);
}

static const char *new_third_party(void)
{
	return post_for_id("/api/applications", "{\"name\":\"App\",\"type\":\"SPA\",\"isThirdParty\":true}");
}

static const char *organization_with(const char *user_id)
{
	const char *id = new_organization();

	MUST(call(POST, P("/api/organizations/%s/users", id), LIST("userIds", user_id)));
	return id;
}

/* How many are granted; `id` is among them. */
static size_t granted(const char *path, const char *id)
{
	json_t *list;

	MUST(call(GET, path, NULL));
	list = json_object_get(got, "organizations");
	assert_true(json_is_array(list));
	if (id)
		assert_non_null(strstr(join_members(list, "id"), id));
	return json_array_size(list);
}

/* Before the page and the body: the application, its kind, the user. */
static void who_may_be_asked_is_settled_first(void **state)
{
	const char *ours = new_application("SPA"), *theirs = new_third_party(), *ada = new_user(NULL);
	const struct { const char *application, *user; err_t e; } cases[] = {
		{ "nope", "nope", ERR_NOT_EXISTS_WITH_ID }, { "demo-app", ada, ERR_NOT_EXISTS_WITH_ID },
		{ ours, "nope", ERR_APP_THIRD_PARTY_ONLY }, { ours, ada, ERR_APP_THIRD_PARTY_ONLY },
		{ theirs, "nope", ERR_NOT_FOUND },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *path = consent(cases[i].application, cases[i].user);

		REFUSED(cases[i].e, call(GET, P("%s?page=0", path), NULL));
		REFUSED(cases[i].e, call(POST, path, "{\"organizationIds\":1}"));
		REFUSED(cases[i].e, call(PUT, path, "{\"organizationIds\":1}"));
		REFUSED(cases[i].e, call(DELETE, P("%s/nope", path), NULL));
	}
	REFUSED(ERR_PAGINATION, call(GET, P("%s?page=0", consent(theirs, ada)), NULL));
	REFUSED(ERR_INPUT, call(POST, consent(theirs, ada), "{\"organizationIds\":[]}"));
	REFUSED(ERR_INPUT, call(PUT, consent(theirs, ada), NULL));
	REFUSED(ERR_NOT_FOUND, call(DELETE, P("%s/nope", consent(theirs, ada)), NULL));
	assert_int_equal(granted(consent(theirs, ada), NULL), 0);
}

/* One that is unknown, or too long to be an id, is one the user is not a member of. */
static void only_organizations_of_the_user_can_be_granted(void **state)
{
	const char *app = new_third_party(), *ada = new_user(NULL), *mine = organization_with(ada),
		   *path = consent(app, ada);
	const char *others[] = { organization_with(new_user(NULL)), "nope", "a234567890123456789012" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		REFUSED(ERR_NOT_MEMBER, call(POST, path, LIST("organizationIds", mine, others[i])));
		REFUSED(ERR_NOT_MEMBER, call(PUT, path, LIST("organizationIds", mine, others[i])));
	}
	assert_int_equal(granted(path, NULL), 0);
	MUST(call(POST, path, LIST("organizationIds", mine)));
	REFUSED(ERR_NOT_MEMBER, call(PUT, path, LIST("organizationIds", "nope")));
	assert_int_equal(granted(path, mine), 1);
}

static void repeats_count_once(void **state)
{
	const char *ada = new_user(NULL), *one = organization_with(ada), *two = organization_with(ada),
		   *path = consent(new_third_party(), ada);

	(void)state;
	MUST(call(POST, path, LIST("organizationIds", one, one)));
	assert_null(got);
	MUST(call(POST, path, LIST("organizationIds", two, one)));
	assert_int_equal(granted(path, one), 2);
	MUST(call(PUT, path, LIST("organizationIds", two, two)));
	assert_int_equal(granted(path, two), 1);
}

static void a_replacement_touches_one_user_of_one_application(void **state)
{
	const char *app = new_third_party(), *other_app = new_third_party(), *ada = new_user(NULL),
		   *bob = new_user(NULL);
	const char *one = organization_with(ada), *two = organization_with(ada);

	(void)state;
	MUST(call(POST, P("/api/organizations/%s/users", one), LIST("userIds", bob)));
	MUST(call(POST, consent(app, ada), LIST("organizationIds", one)));
	MUST(call(POST, consent(other_app, ada), LIST("organizationIds", one)));
	MUST(call(POST, consent(app, bob), LIST("organizationIds", one)));
	MUST(call(PUT, consent(app, ada), LIST("organizationIds", two)));
	assert_int_equal(granted(consent(app, ada), two), 1);
	MUST(call(PUT, consent(app, ada), "{\"organizationIds\":[]}"));
	assert_int_equal(granted(consent(app, ada), NULL), 0);
	assert_int_equal(granted(consent(other_app, ada), one), 1);
	assert_int_equal(granted(consent(app, bob), one), 1);
}

static void what_is_taken_back_is_gone(void **state)
{
	const char *ada = new_user(NULL), *one = organization_with(ada), *two = organization_with(ada),
		   *path = consent(new_third_party(), ada);

	(void)state;
	MUST(call(POST, path, LIST("organizationIds", one, two)));
	MUST(call(DELETE, P("%s/%s", path, one), NULL));
	REFUSED(ERR_NOT_FOUND, call(DELETE, P("%s/%s", path, one), NULL));
	assert_int_equal(granted(path, two), 1);
}

static void consent_ends_with_the_membership_and_does_not_come_back(void **state)
{
	const char *ada = new_user(NULL), *one = organization_with(ada), *two = organization_with(ada),
		   *path = consent(new_third_party(), ada);
	const char *members = P("/api/organizations/%s/users", one);

	(void)state;
	MUST(call(POST, path, LIST("organizationIds", one, two)));
	MUST(call(PUT, members, LIST("userIds", ada)));		/* a replacement that keeps her keeps it */
	assert_int_equal(granted(path, one), 2);
	MUST(call(DELETE, P("%s/%s", members, ada), NULL));
	MUST(call(POST, members, LIST("userIds", ada)));
	assert_int_equal(granted(path, two), 1);
	MUST(call(DELETE, P("/api/organizations/%s", two), NULL));
	assert_int_equal(granted(path, NULL), 0);
}

FAMILY(CASE(who_may_be_asked_is_settled_first), CASE(only_organizations_of_the_user_can_be_granted),
CASE(repeats_count_once),
       CASE(a_replacement_touches_one_user_of_one_application), CASE(what_is_taken_back_is_gone),
       CASE(consent_ends_with_the_membership_and_does_not_come_back))
