#include "calls.h"

#include "events/outbox.h"
#include "organizations/jit.h"

#include "base/banned.h"

STATEMENT(t_connector,
	  "INSERT INTO sso_connectors (tenant_id, id, provider_name, connector_name, config, domains, branding,"
	  " sync_profile,"
	  " enable_token_storage, created_at) VALUES ($1, $2, 'SAML', $2, '{}', '[\"a.example\"]', '{}', 0, 0, $3)");
STATEMENT(t_connector_gone, "DELETE FROM sso_connectors WHERE tenant_id = $1 AND id = $2");

#define OVER "a234567890123456789012"	/* longer than an id */
#define ASTRAL "\xf0\x9f\x98\x80"	/* one character, two units of UTF-16 */

static const char *jit(const char *organization_id, const char *what)
{
	return P("/api/organizations/%s/jit/%s", organization_id, what);
}

static err_t add_domain(const char *organization_id, const char *domain)
{
	return call(POST, jit(organization_id, "email-domains"), P("{\"emailDomain\":\"%s\"}", domain));
}

static void new_connector(const char *id, int64_t made_at)
{
	MUST(store_exec(api.tx, &t_connector, ARGS(T(id), N(made_at)), NULL));
}

/* The answer tells the width of the column that was passed. */
static void too_long_for(int width, err_t e)
{
	REFUSED(ERR_TOO_LONG, e);
	assert_non_null(strstr(err_fault()->data, P(" %d ", width)));
}

static void a_domain_is_compared_as_it_is_written(void **state)
{
	const char *acme = new_organization(), *other = new_organization();

	(void)state;
	MUST(add_domain(acme, "a.example"));
	assert_string_equal(
		api.answer,
		P("{\"tenantId\":\"default\",\"organizationId\":\"%s\",\"emailDomain\":\"a.example\"}", acme));
	REFUSED(ERR_UNIQUE, add_domain(acme, "a.example"));
	MUST(add_domain(acme, "A.example"));
	MUST(add_domain(acme, " a.example"));
	MUST(add_domain(other, "a.example"));
	assert_string_equal(get_list(jit(acme, "email-domains"), "emailDomain"), " a.example,A.example,a.example");
	REFUSED(ERR_NOT_FOUND, call(DELETE, jit(acme, "email-domains/A.EXAMPLE"), NULL));
	MUST(call(DELETE, jit(acme, "email-domains/a.example"), NULL));
	assert_string_equal(get_list(jit(acme, "email-domains"), "emailDomain"), " a.example,A.example");
	assert_string_equal(get_list(jit(other, "email-domains"), "emailDomain"), "a.example");
}

/* What the column cannot hold is storage's to refuse; what it can hold and no answer could show is refused before. */
static void a_domain_has_two_limits(void **state)
{
	static const struct { const char *piece; int times; err_t e; } cases[] = {
		{ "x", 0, ERR_INPUT }, { "x", 128, OK }, { "x", 129, ERR_TOO_LONG }, { ASTRAL, 64, OK },
		{ ASTRAL, 65, ERR_INPUT }, { ASTRAL, 128, ERR_INPUT }, { ASTRAL, 129, ERR_TOO_LONG },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *acme = new_organization(), *domain = repeat_text(cases[i].piece, cases[i].times);

		REFUSED(cases[i].e, add_domain(acme, domain));
		REFUSED(cases[i].e, call(PUT, jit(acme, "email-domains"), LIST("emailDomains", domain)));
		assert_string_equal(get_list(jit(acme, "email-domains"), "emailDomain"), cases[i].e ? "" : domain);
	}
}

static void of_two_faults_of_a_domain_the_earlier_kind_wins(void **state)
{
	const char *acme = new_organization(), *wide = repeat_text("x", 129);

	(void)state;
	MUST(add_domain(acme, "b"));
	REFUSED(ERR_INPUT, add_domain(OVER, ""));
	too_long_for(21, add_domain(OVER, wide));
	too_long_for(128, add_domain("nope", wide));
	REFUSED(ERR_REFERENCE, add_domain("nope", "a"));
	REFUSED(ERR_TOO_LONG, call(PUT, jit(acme, "email-domains"), LIST("emailDomains", "a", "a", wide)));
	REFUSED(ERR_UNIQUE, call(PUT, jit("nope", "email-domains"), LIST("emailDomains", "a", "a")));
	REFUSED(ERR_UNIQUE, call(PUT, jit(acme, "email-domains"), LIST("emailDomains", "b", "b")));
	REFUSED(ERR_REFERENCE, call(PUT, jit("nope", "email-domains"), LIST("emailDomains", "a")));
	assert_string_equal(get_list(jit(acme, "email-domains"), "emailDomain"), "b");
}

static void replacing_takes_what_is_new_and_leaves_what_is_not_named(void **state)
{
	const char *acme = new_organization(), *other = new_organization();

	(void)state;
	MUST(add_domain(other, "b"));
	MUST(call(PUT, jit(acme, "email-domains"), LIST("emailDomains", "a", "b")));
	MUST(call(PUT, jit(acme, "email-domains"), LIST("emailDomains", "c", "b")));
	assert_string_equal(get_list(jit(acme, "email-domains"), "emailDomain"), "b,c");
	MUST(call(PUT, jit(acme, "email-domains"), "{\"emailDomains\":[]}"));
	assert_string_equal(get_list(jit(acme, "email-domains"), "emailDomain"), "");
	assert_string_equal(get_list(jit(other, "email-domains"), "emailDomain"), "b");
	REFUSED(ERR_INPUT, call(PUT, jit(acme, "email-domains"), NULL));
}

static void replacing_with_nothing_asks_nothing_about_the_organization(void **state)
{
	static const struct { const char *what, *body; } cases[] = {
		{ "email-domains", "{\"emailDomains\":[]}" }, { "roles", "{\"organizationRoleIds\":[]}" },
		{ "sso-connectors", "{\"ssoConnectorIds\":[]}" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		MUST(call(PUT, jit("nope", cases[i].what), cases[i].body));
		MUST(call(PUT, jit(OVER, cases[i].what), cases[i].body));
	}
}

static void domains_of_an_unknown_organization_are_none_and_its_roles_are_not_found(void **state)
{
	(void)state;
	assert_string_equal(get_list(jit("nope", "email-domains"), "emailDomain"), "");
	REFUSED(ERR_NOT_EXISTS_WITH_ID, call(GET, jit("nope", "roles"), NULL));
	REFUSED(ERR_NOT_EXISTS_WITH_ID, call(GET, jit("nope", "sso-connectors"), NULL));
	REFUSED(ERR_PAGINATION, call(GET, jit("nope", "roles?page_size=101"), NULL));
	assert_string_equal(get_list(jit(new_organization(), "roles"), "id"), "");
}

static void a_role_of_any_type_can_be_given_just_in_time(void **state)
{
	const char *acme = new_organization(), *human = new_role("a", "User"),
		   *robot = new_role("b", "MachineToMachine");

	(void)state;
	REFUSED(ERR_REFERENCE, call(POST, jit(acme, "roles"), LIST("organizationRoleIds", human, "nope")));
	REFUSED(ERR_REFERENCE, call(POST, jit("nope", "roles"), LIST("organizationRoleIds", human)));
	REFUSED(ERR_INPUT, call(POST, jit(acme, "roles"), LIST("organizationRoleIds", NULL)));
	MUST(call(POST, jit(acme, "roles"), LIST("organizationRoleIds", robot, robot)));
	MUST(call(POST, jit(acme, "roles"), LIST("organizationRoleIds", robot, human)));
	assert_string_equal(get_list(jit(acme, "roles"), "name"), "a,b");
	REFUSED(ERR_UNIQUE, call(PUT, jit(acme, "roles"), LIST("organizationRoleIds", human, human)));
	MUST(call(PUT, jit(acme, "roles"), LIST("organizationRoleIds", human)));
	assert_string_equal(get_list(jit(acme, "roles"), "name"), "a");
}

static void the_id_of_a_connector_may_be_longer_than_other_ids(void **state)
{
	const char *acme = new_organization(), *longest = repeat_text("c", 128), *longer = repeat_text("c", 129);

	(void)state;
	new_connector(longest, 1);
	MUST(call(POST, jit(acme, "sso-connectors"), LIST("ssoConnectorIds", longest)));
	too_long_for(128, call(POST, jit(acme, "sso-connectors"), LIST("ssoConnectorIds", "nope", longer)));
	too_long_for(21, call(POST, jit(OVER, "sso-connectors"), LIST("ssoConnectorIds", longest)));
	REFUSED(ERR_REFERENCE, call(POST, jit(acme, "sso-connectors"), LIST("ssoConnectorIds", "nope")));
	assert_string_equal(get_list(jit(acme, "sso-connectors"), "id"), longest);
	assert_string_equal(json_to_text(api.arena, json_object_get(json_array_get(got, 0), "domains")),
			    "[\"a.example\"]");
}

static void what_is_deleted_provisions_no_more(void **state)
{
	const char *acme = new_organization(), *role = new_role("a", "User");

	(void)state;
	new_connector("old", 1);
	new_connector("new", 2);
	MUST(call(POST, jit(acme, "roles"), LIST("organizationRoleIds", role)));
	MUST(call(POST, jit(acme, "sso-connectors"), LIST("ssoConnectorIds", "old", "new")));
	assert_string_equal(get_list(jit(acme, "sso-connectors"), "id"), "new,old");
	MUST(call(DELETE, P("/api/organization-roles/%s", role), NULL));
	MUST(store_exec(api.tx, &t_connector_gone, ARGS(T("new")), NULL));
	assert_string_equal(get_list(jit(acme, "roles"), "id"), "");
	assert_string_equal(get_list(jit(acme, "sso-connectors"), "id"), "old");
	REFUSED(ERR_NOT_FOUND, call(DELETE, jit(acme, P("roles/%s", role)), NULL));
	REFUSED(ERR_NOT_FOUND, call(DELETE, jit(acme, "sso-connectors/new"), NULL));
	MUST(call(DELETE, jit(acme, "sso-connectors/old"), NULL));
}

/* organizations.md section 5.3 */
static void who_is_made_by_the_management_api_joins_nothing(void **state)
{
	const char *acme = new_organization(), *role = new_role("a", "User"), *ada;

	(void)state;
	MUST(add_domain(acme, "jit.example"));
	MUST(call(POST, jit(acme, "roles"), LIST("organizationRoleIds", role)));
	ada = new_user("ada@jit.example");
	assert_string_equal(get_list(P("/api/users/%s/organizations", ada), "id"), "");
	MUST(call(PATCH, P("/api/users/%s", ada), "{\"primaryEmail\":\"ada2@jit.example\"}"));
	assert_string_equal(get_list(P("/api/users/%s/organizations", ada), "id"), "");
}

/* -- admitting -- */

STATEMENT(t_give_machine_role,
	  "INSERT INTO organization_jit_roles (tenant_id, organization_id, organization_role_id) VALUES ($1, $2, $3)");

/* Whether it was an event. */
static bool admit_by_email(const char *who, const char *email)
{
	struct request rq = { .arena = api.arena, .tx = api.tx };

	MUST(jit_admit_by_email(&rq, who, email));
	return rq.notes != NULL;
}

static const char *organizations_of(const char *who)
{
	return get_list(P("/api/users/%s/organizations", who), "id");
}

static const char *roles_in(const char *organization_id, const char *who)
{
	return get_list(P("/api/organizations/%s/users/%s/roles", organization_id, who), "name");
}

static void an_address_of_a_domain_admits_with_the_roles(void **state)
{
	const char *acme = new_organization(), *other = new_organization(), *bare = new_organization();
	const char *role = new_role("a", "User"), *robot = new_role("robot", "MachineToMachine");
	const char *ada = new_user(NULL);

	(void)state;
	MUST(add_domain(acme, "acme.example"));
	MUST(add_domain(bare, "acme.example"));
	MUST(add_domain(other, "other.example"));
	MUST(call(POST, jit(acme, "roles"), LIST("organizationRoleIds", role)));
	MUST(store_exec(api.tx, &t_give_machine_role, ARGS(T(acme), T(robot)), NULL));
	admit_by_email(ada, "ada@acme.example");
	assert_string_equal(roles_in(acme, ada), "a");
	assert_string_equal(roles_in(bare, ada), "");
	assert_null(strstr(organizations_of(ada), other));
}

static void letter_case_and_the_form_of_the_dns_do_not_count(void **state)
{
	static const char *const pairs[][2] = {
		{ "Acme.Example", "aCME.eXAMPLE" }, { "b\xc3\xbc" "cher.example", "xn--bcher-kva.example" },
		{ "xn--bcher-kva.example", "B\xc3\x9c" "CHER.example" }, { "not a host", "Not A Host" },
		{ "acme.example.", "acme.example" }, { " acme.example\xc2\xa0", "acme.example" },
		{ "XN--BCHER-KVA.example", "bu\xcc\x88" "cher\xe3\x80\x82" "example." },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		const char *acme = new_organization(), *ada = new_user(NULL), *bob = new_user(NULL);

		MUST(add_domain(acme, pairs[i][0]));
		admit_by_email(ada, P("ada@%s", pairs[i][1]));
		assert_string_equal(organizations_of(ada), acme);
		MUST(call(PUT, jit(acme, "email-domains"), LIST("emailDomains", "x", pairs[i][1])));
		admit_by_email(bob, P("bob@%s", pairs[i][0]));
		assert_string_equal(organizations_of(bob), acme);
		MUST(call(PUT, jit(acme, "email-domains"), "{\"emailDomains\":[]}"));
	}
}

static void a_domain_that_only_looks_alike_admits_nobody(void **state)
{
	static const char *const others[] = {
		"a@sub.acme.example", "a@xacme.example", "a@acme.example.org", "a@acme", "a@acme.example@x",
		"acme.example", "a@",
	};
	const char *acme = new_organization(), *ada = new_user(NULL);

	(void)state;
	MUST(add_domain(acme, "acme.example"));
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		admit_by_email(ada, others[i]);
		assert_string_equal(organizations_of(ada), "");
	}
}

/* What mail servers take apart differently. */
static void an_address_of_doubtful_domain_admits_nobody(void **state)
{
	static const char *const doubtful[] = {
		"a@b@acme.example", "\"a@b\"@acme.example", "\"a\"@acme.example", "<a>@acme.example",
		"a@[acme.example]", "a@acme.example(b)", "a(b)@acme.example", "a@[127.0.0.1]", "a@<acme.example>",
		"b@b.example,a@acme.example", "a@b.example;@acme.example", "@b.example:a@acme.example",
		"a\\@acme.example", "a@acme.example@", "@@acme.example", "a@.", "a@..", "a@ ", "a@",
	};
	const char *acme = new_organization(), *ada = new_user(NULL);

	(void)state;
	MUST(add_domain(acme, "acme.example"));
	MUST(add_domain(acme, "[acme.example]"));
	MUST(add_domain(acme, "[127.0.0.1]"));
	MUST(add_domain(acme, "acme.example(b)"));
	MUST(add_domain(acme, "b@acme.example"));
	MUST(add_domain(acme, "<acme.example>"));
	MUST(add_domain(acme, "."));
	for (size_t i = 0; i < ARRAY_LEN(doubtful); i++) {
		admit_by_email(ada, doubtful[i]);
		assert_string_equal(organizations_of(ada), "");
	}
	admit_by_email(ada, "a@acme.example");
	assert_string_equal(organizations_of(ada), acme);
}

/* -- public suffixes and mail services for everybody -- */

static const char *const suffixes[] = {
	"com", "co.uk", "github.io", "CO.UK", "co.uk.", " co.uk", "\xd1\x80\xd1\x84", "XN--P1AI",
	"\xe5\x85\xac\xe5\x8f\xb8.cn", "co\xe3\x80\x82uk", "anything.ck",
};

static void a_public_suffix_cannot_be_set(void **state)
{
	static const char *const others[] = {
		"acme.co.uk", "acme.github.io", "localhost", "a", "a.example", "www.ck", ".co.uk", "co uk", "@com",
	};
	const char *acme = new_organization();

	(void)state;
	MUST(add_domain(acme, "z.example"));
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		REFUSED(ERR_INPUT, add_domain(acme, suffixes[i]));
		REFUSED(ERR_INPUT, call(PUT, jit(acme, "email-domains"), LIST("emailDomains", "a", suffixes[i])));
		assert_string_equal(get_list(jit(acme, "email-domains"), "emailDomain"), "z.example");
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		MUST(call(PUT, jit(acme, "email-domains"), LIST("emailDomains", others[i])));
}

STATEMENT(t_old_domain,
	  "INSERT INTO organization_jit_email_domains (tenant_id, organization_id, email_domain, domain_key)"
	  " VALUES ($1, $2, $3, $3)");

static void a_public_suffix_of_before_admits_nobody_and_can_be_removed(void **state)
{
	const char *acme = new_organization(), *ada = new_user(NULL);

	(void)state;
	MUST(store_exec(api.tx, &t_old_domain, ARGS(T(acme), T("co.uk")), NULL));
	assert_string_equal(get_list(jit(acme, "email-domains"), "emailDomain"), "co.uk");
	admit_by_email(ada, "ada@co.uk");
	admit_by_email(ada, "ada@Co.Uk.");
	assert_string_equal(organizations_of(ada), "");
	MUST(call(DELETE, jit(acme, "email-domains/co.uk"), NULL));
	assert_string_equal(get_list(jit(acme, "email-domains"), "emailDomain"), "");
}

static void coming_twice_does_what_coming_once_does(void **state)
{
	const char *acme = new_organization(), *role = new_role("a", "User"), *ada = new_user(NULL);

	(void)state;
	MUST(outbox_subscribe(api.tx, "t", (const char *const[]){ "Organization.Membership.Updated", NULL }));
	MUST(add_domain(acme, "acme.example"));
	MUST(add_domain(acme, "ACME.example"));
	assert_true(admit_by_email(ada, "ada@acme.example"));
	MUST(call(POST, jit(acme, "roles"), LIST("organizationRoleIds", role)));
	assert_false(admit_by_email(ada, "ada@acme.example"));
	assert_string_equal(organizations_of(ada), acme);
	assert_string_equal(roles_in(acme, ada), "a");
}

static void organizations_that_a_token_names_admit_and_unknown_ones_are_skipped(void **state)
{
	const char *acme = new_organization(), *other = new_organization(), *gone = new_organization();
	const char *role = new_role("a", "User"), *ada = new_user(NULL);
	struct request rq = { .arena = api.arena, .tx = api.tx };
	json_auto_t *ids = json_pack("[s, s, s, s]", acme, "nope", gone, acme);

	(void)state;
	MUST(call(POST, jit(acme, "roles"), LIST("organizationRoleIds", role)));
	MUST(call(DELETE, P("/api/organizations/%s", gone), NULL));
	MUST(jit_admit_by_ids(&rq, ada, NULL));
	MUST(jit_admit_by_ids(&rq, ada, ids));
	assert_string_equal(organizations_of(ada), acme);
	assert_string_equal(roles_in(acme, ada), "a");
	assert_null(strstr(organizations_of(ada), other));
}

static void a_deleted_organization_admits_nobody(void **state)
{
	const char *acme = new_organization(), *ada = new_user(NULL);

	(void)state;
	MUST(add_domain(acme, "acme.example"));
	MUST(call(DELETE, P("/api/organizations/%s", acme), NULL));
	admit_by_email(ada, "ada@acme.example");
	assert_string_equal(organizations_of(ada), "");
}

FAMILY(CASE(a_domain_is_compared_as_it_is_written), CASE(a_domain_has_two_limits),
CASE(of_two_faults_of_a_domain_the_earlier_kind_wins),
       CASE(replacing_takes_what_is_new_and_leaves_what_is_not_named),
       CASE(replacing_with_nothing_asks_nothing_about_the_organization),
       CASE(domains_of_an_unknown_organization_are_none_and_its_roles_are_not_found),
       CASE(a_role_of_any_type_can_be_given_just_in_time),
       CASE(the_id_of_a_connector_may_be_longer_than_other_ids), CASE(what_is_deleted_provisions_no_more),
       CASE(who_is_made_by_the_management_api_joins_nothing), CASE(an_address_of_a_domain_admits_with_the_roles),
       CASE(letter_case_and_the_form_of_the_dns_do_not_count),
       CASE(a_domain_that_only_looks_alike_admits_nobody), CASE(an_address_of_doubtful_domain_admits_nobody),
       CASE(a_public_suffix_cannot_be_set), CASE(a_public_suffix_of_before_admits_nobody_and_can_be_removed),
       CASE(coming_twice_does_what_coming_once_does),
       CASE(organizations_that_a_token_names_admit_and_unknown_ones_are_skipped),
       CASE(a_deleted_organization_admits_nobody))
