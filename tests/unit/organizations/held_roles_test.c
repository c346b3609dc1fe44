/* Of people and of machines alike: one set of cases for both. */
#include "calls.h"

#include "base/banned.h"

static const struct kind {
	const char *segment, *member, *role_type, *other_type;
} kinds[] = {
	{ "users", "userIds", "User", "MachineToMachine" },
	{ "applications", "applicationIds", "MachineToMachine", "User" },
};

#define EACH_KIND(k) for (const struct kind *k = kinds; k < kinds + ARRAY_LEN(kinds); k++)

static const char *new_member(const struct kind *k, const char *organization_id)
{
	const char *id = k == kinds ? new_user(NULL) : new_application("MachineToMachine");

	MUST(call(POST, P("/api/organizations/%s/%s", organization_id, k->segment), LIST(k->member, id)));
	return id;
}

static const char *a_role(const struct kind *k, const char *name)
{
	return new_role(P("%s of %s", name, k->segment), k->role_type);
}

/* Gives two roles to two members. */
static err_t give(const struct kind *k, const char *organization_id, const char *x, const char *y, const char *one,
		  const char *two)
{
	return call(POST, P("/api/organizations/%s/%s/roles", organization_id, k->segment),
		    P("{\"%s\":[\"%s\",\"%s\"],\"organizationRoleIds\":[\"%s\",\"%s\"]}", k->member, x, y, one, two));
}

static size_t held(const struct kind *k, const char *organization_id, const char *id)
{
	MUST(call(GET, P("/api/organizations/%s/%s/%s/roles", organization_id, k->segment, id), NULL));
	return json_array_size(got);
}

static void every_role_goes_to_every_member_once(void **state)
{
	(void)state;
	EACH_KIND(k) {
		const char *acme = new_organization(), *ada = new_member(k, acme), *bob = new_member(k, acme),
			   *eve = new_member(k, acme);
		const char *one = a_role(k, "one"), *two = a_role(k, "two");

		MUST(give(k, acme, ada, ada, one, one));
		MUST(give(k, acme, ada, bob, two, one));
		assert_null(got);
		assert_int_equal(held(k, acme, ada), 2);
		assert_int_equal(held(k, acme, bob), 2);
		assert_int_equal(held(k, acme, eve), 0);
	}
}

/* A list of ids: one many times, or with a number behind each. */
static json_t *many(int n, const char *id, bool apart)
{
	json_t *list = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(list, json_string(apart ? P("%s%d", id, i) : id));
	return list;
}

static err_t give_many(const struct kind *k, const char *organization_id, json_t *members, json_t *roles)
{
	json_auto_t *body = json_pack("{s:o,s:o}", k->member, members, "organizationRoleIds", roles);

	return call(POST, P("/api/organizations/%s/%s/roles", organization_id, k->segment),
		    json_to_text(api.arena, body));
}

static void an_id_counts_once_however_often_it_is_sent(void **state)
{
	(void)state;
	EACH_KIND(k) {
		const char *acme = new_organization(), *ada = new_member(k, acme), *one = a_role(k, "one");

		MUST(give_many(k, acme, many(6000, ada, false), many(6000, one, false)));
		assert_int_equal(held(k, acme, ada), 1);
	}
}

static void members_times_roles_are_bounded(void **state)
{
	(void)state;
	EACH_KIND(k) {
		const char *acme = new_organization();

		REFUSED(ERR_REFERENCE, give_many(k, acme, many(500, "x", true), many(100, "y", true)));
		REFUSED(ERR_REQUEST_INPUT, give_many(k, acme, many(501, "x", true), many(100, "y", true)));
		REFUSED(ERR_REQUEST_INPUT, give_many(k, acme, many(50001, "x", true), many(1, "y", true)));
		assert_non_null(strstr(err_fault()->detail, "50000 roles"));
	}
}

static void a_role_is_held_in_one_organization(void **state)
{
	(void)state;
	EACH_KIND(k) {
		const char *acme = new_organization(), *other = new_organization(), *ada = new_member(k, acme),
			   *one = a_role(k, "one");

		MUST(call(POST, P("/api/organizations/%s/%s", other, k->segment), LIST(k->member, ada)));
		MUST(give(k, acme, ada, ada, one, one));
		assert_int_equal(held(k, other, ada), 0);
	}
}

/* Lengths, then kinds of roles, then those that are not members, then unknown roles. Nothing is given. */
static void of_two_faults_the_earlier_kind_wins(void **state)
{
	static const char over[] = "a234567890123456789012";

	(void)state;
	EACH_KIND(k) {
		const char *acme = new_organization(), *ada = new_member(k, acme), *one = a_role(k, "one");
		const char *wrong = new_role(P("not for %s", k->segment), k->other_type),
			   *guest = new_member(k, new_organization());
		const struct { const char *organization, *x, *y, *r, *s; err_t e; } cases[] = {
			{ over, ada, guest, wrong, one, ERR_TOO_LONG },
			{ acme, guest, over, wrong, one, ERR_TOO_LONG },
			{ acme, ada, guest, wrong, over, ERR_TOO_LONG },
			{ acme, guest, ada, "nope", wrong, ERR_CHECK },
			{ "nope", ada, ada, wrong, one, ERR_CHECK },
			{ acme, ada, guest, one, one, ERR_REFERENCE },
			{ acme, ada, "nope", one, one, ERR_REFERENCE },
			{ acme, ada, ada, one, "nope", ERR_REFERENCE },
			{ "nope", ada, ada, one, one, ERR_REFERENCE },
			{ acme, ada, "", one, one, ERR_INPUT },
		};

		for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
			REFUSED(cases[i].e,
				give(k, cases[i].organization, cases[i].x, cases[i].y, cases[i].r, cases[i].s));
			assert_int_equal(held(k, acme, ada), 0);
		}
	}
}

/* The column holds 21 characters, of any size. */
static void lengths_are_counted_in_characters(void **state)
{
	static const struct { int characters; err_t e; } cases[] = { { 21, ERR_REFERENCE }, { 22, ERR_TOO_LONG } };

	(void)state;
	EACH_KIND(k) {
		const char *acme = new_organization(), *ada = new_member(k, acme), *one = a_role(k, "one");

		for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
			const char *id = repeat_text("\xf0\x9f\x98\x80", cases[i].characters);

			REFUSED(cases[i].e, give(k, acme, ada, id, one, one));
			REFUSED(cases[i].e, give(k, acme, ada, ada, one, id));
		}
	}
}

static void an_application_that_could_not_be_a_member_is_no_member(void **state)
{
	const char *acme = new_organization(), *spa = new_application("SPA"), *one = a_role(&kinds[1], "one");

	(void)state;
	REFUSED(ERR_REFERENCE, give(&kinds[1], acme, spa, spa, one, one));
	REFUSED(ERR_REFERENCE, give(&kinds[0], acme, spa, spa, a_role(&kinds[0], "one"), "nope"));
}

static void both_lists_are_needed(void **state)
{
	(void)state;
	EACH_KIND(k) {
		const char *acme = new_organization(), *ada = new_member(k, acme), *one = a_role(k, "one");
		const char *path = P("/api/organizations/%s/%s/roles", acme, k->segment);

		REFUSED(ERR_INPUT,
			call(POST, path, P("{\"%s\":[],\"organizationRoleIds\":[\"%s\"]}", k->member, one)));
		REFUSED(ERR_INPUT,
			call(POST, path, P("{\"%s\":[\"%s\"],\"organizationRoleIds\":[]}", k->member, ada)));
		REFUSED(ERR_INPUT,
			call(POST, path, P("{\"%s\":[\"%s\"],\"organizationRoleNames\":[\"one\"]}", k->member, ada)));
	}
}

/* Asked before the page and the body are looked at. Somebody who left is not a member any more. */
static void roles_of_one_need_its_membership_first(void **state)
{
	(void)state;
	EACH_KIND(k) {
		const char *acme = new_organization(), *other = new_organization(), *ada = new_member(k, acme),
			   *one = a_role(k, "one");
		const char *mine = P("/api/organizations/%s/%s/%s/roles", acme, k->segment, ada);
		const char *strange[] = {
			P("/api/organizations/%s/%s/%s/roles", other, k->segment, ada),
			P("/api/organizations/nope/%s/%s/roles", k->segment, ada),
			P("/api/organizations/%s/%s/nope/roles", acme, k->segment), mine,
		};

		REFUSED(ERR_PAGINATION, call(GET, P("%s?page=0", mine), NULL));
		REFUSED(ERR_INPUT, call(POST, mine, "{\"organizationRoleIds\":1}"));
		REFUSED(ERR_NOT_FOUND, call(DELETE, P("%s/%s", mine, one), NULL));
		MUST(call(DELETE, P("/api/organizations/%s/%s/%s", acme, k->segment, ada), NULL));
		for (size_t i = 0; i < ARRAY_LEN(strange); i++) {
			REFUSED(ERR_NOT_MEMBER, call(GET, P("%s?page=0", strange[i]), NULL));
			REFUSED(ERR_NOT_MEMBER, call(POST, strange[i], "{\"organizationRoleIds\":1}"));
			REFUSED(ERR_NOT_MEMBER, call(PUT, strange[i], "{\"organizationRoleIds\":1}"));
			REFUSED(ERR_NOT_MEMBER, call(DELETE, P("%s/%s", strange[i], one), NULL));
		}
	}
}

FAMILY(CASE(every_role_goes_to_every_member_once), CASE(an_id_counts_once_however_often_it_is_sent),
       CASE(members_times_roles_are_bounded), CASE(a_role_is_held_in_one_organization),
       CASE(of_two_faults_the_earlier_kind_wins), CASE(lengths_are_counted_in_characters),
       CASE(an_application_that_could_not_be_a_member_is_no_member),
       CASE(both_lists_are_needed), CASE(roles_of_one_need_its_membership_first))
