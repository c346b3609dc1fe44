#include "calls.h"

#include "organizations/consent.h"
#include "base/banned.h"

/* The names of a kind as JSON text. */
static const char *names_of(const char *application_id, enum consent_kind kind, const char *indicator)
{
	struct request *rq = request_new(&(struct ask){ GET, "/" });
	const char *text;
	json_t *names;

	rq->tx = api.tx;
	MUST(consent_scopes_load(rq, application_id, kind, indicator, &names));
	text = json_to_text(api.arena, names);
	request_free(rq);
	return text;
}

static const char *new_third_party(void)
{
	return post_for_id("/api/applications", "{\"name\":\"App\",\"type\":\"SPA\",\"isThirdParty\":true}");
}

static const char *new_api(const char *name)
{
	return post_for_id("/api/resources", P("{\"name\":\"%s\",\"indicator\":\"https://%s.example\"}", name, name));
}

static const char *new_scope(const char *resource_id, const char *name)
{
	return post_for_id(P("/api/resources/%s/scopes", resource_id), P("{\"name\":\"%s\"}", name));
}

static void the_provider_reads_the_names_of_a_kind_and_of_one_api(void **state)
{
	const char *app = new_third_party(), *one = new_api("one"), *two = new_api("two");
	const char *b = new_scope(one, "b"), *a = new_scope(one, "a"), *other = new_scope(two, "a");
	const char *position = post_for_id("/api/organization-scopes", "{\"name\":\"read:books\"}");

	(void)state;
	MUST(call(POST, P("/api/applications/%s/user-consent-scopes", app),
		  P("{\"resourceScopes\":[\"%s\",\"%s\"],\"organizationResourceScopes\":[\"%s\"],"
		    "\"organizationScopes\":[\"%s\"],\"userScopes\":[\"profile\",\"email\"]}",
		    b, a, other, position)));
	assert_string_equal(names_of(app, CONSENT_RESOURCE_SCOPES, "https://one.example"), "[\"a\",\"b\"]");
	assert_string_equal(names_of(app, CONSENT_RESOURCE_SCOPES, "https://two.example"), "[]");
	assert_string_equal(names_of(app, CONSENT_ORGANIZATION_RESOURCE_SCOPES, "https://one.example"), "[]");
	assert_string_equal(names_of(app, CONSENT_ORGANIZATION_RESOURCE_SCOPES, "https://two.example"), "[\"a\"]");
	assert_string_equal(names_of(app, CONSENT_ORGANIZATION_SCOPES, NULL), "[\"read:books\"]");
	assert_string_equal(names_of(app, CONSENT_USER_SCOPES, NULL), "[\"email\",\"profile\"]");
	assert_string_equal(names_of(new_third_party(), CONSENT_USER_SCOPES, NULL), "[]");
}

static void the_application_comes_before_its_scopes(void **state)
{
	static const struct { const char *application; err_t e; } cases[] = {
		{ "nope", ERR_NOT_EXISTS_WITH_ID }, { "demo-app", ERR_NOT_EXISTS_WITH_ID },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		REFUSED(cases[i].e, call(POST, P("/api/applications/%s/user-consent-scopes", cases[i].application),
					 "{\"resourceScopes\":[\"nope\"]}"));
	REFUSED(ERR_APP_THIRD_PARTY_ONLY,
		call(POST, P("/api/applications/%s/user-consent-scopes", new_application("SPA")),
		     "{\"resourceScopes\":[\"nope\"]}"));
	REFUSED(ERR_INPUT, call(POST, "/api/applications/nope/user-consent-scopes", "{\"userScopes\":[\"nope\"]}"));
	REFUSED(ERR_APP_CONSENT_SCOPES, call(POST, P("/api/applications/%s/user-consent-scopes", new_third_party()),
					     "{\"resourceScopes\":[\"nope\",\"management-api-all\"]}"));
	REFUSED(ERR_APP_CONSENT_MANAGEMENT,
		call(POST, P("/api/applications/%s/user-consent-scopes", new_third_party()),
		     "{\"organizationResourceScopes\":[\"management-api-all\"]}"));
}

FAMILY(CASE(the_provider_reads_the_names_of_a_kind_and_of_one_api), CASE(the_application_comes_before_its_scopes))
