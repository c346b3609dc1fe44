#include "calls.h"

#include "base/banned.h"

STATEMENT(t_ends_at, "UPDATE organization_invitations SET expires_at = $3 WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_made_at, "UPDATE organization_invitations SET created_at = $3 WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_stored, "SELECT status FROM organization_invitations WHERE tenant_id = $1 AND id = $2");

#define INVITATIONS "/api/organization-invitations"
#define OVER "a234567890123456789012"	/* longer than an id */
#define ADA "ada@x.example"

/* `more`: further members of the body, each with a comma before it. */
static err_t invite(const char *organization_id, const char *invitee, const char *more)
{
	return call(POST, INVITATIONS,
		    P("{\"organizationId\":\"%s\",\"invitee\":\"%s\",\"expiresAt\":9999999999999%s}", organization_id,
		      invitee, more));
}

static const char *invited(const char *organization_id, const char *invitee, const char *more)
{
	MUST(invite(organization_id, invitee, more));
	return text_in(got, "id");
}

static const char *with_roles(const char *list)
{
	return P(",\"organizationRoleIds\":[%s]", list);
}

static err_t settle(const char *id, const char *status, const char *user_id)
{
	return call(PUT, P(INVITATIONS "/%s/status", id),
		    user_id ? P("{\"status\":\"%s\",\"acceptedUserId\":\"%s\"}", status, user_id) :
			      P("{\"status\":\"%s\"}", status));
}

/* Input that fits its description, but not what it meets. */
static void refused_422(err_t e)
{
	REFUSED(ERR_REQUEST_INPUT, e);
	assert_int_equal(err_fault()->status, 422);
}

static const char *status_of(const char *id)
{
	MUST(call(GET, P(INVITATIONS "/%s", id), NULL));
	return text_in(got, "status");
}

static const char *stored_status(const char *id)
{
	const char *status;

	MUST(store_text(api.tx, &t_stored, ARGS(T(id)), api.arena, &status));
	return status;
}

static void let_end(const char *id)
{
	MUST(store_exec(api.tx, &t_ends_at, ARGS(T(id), N(clock_ms() - 1)), NULL));
}

static const char *organizations_of(const char *user_id)
{
	return get_list(P("/api/users/%s/organizations", user_id), "id");
}

static void its_answers_are_all_the_same(void **state)
{
	const char *acme = new_organization(), *boss = new_user(NULL), *first, *id, *a, *z;

	(void)state;
	roles_by_name("MachineToMachine", &a, &z);	/* of any type, until somebody accepts */
	MUST(invite(acme, "Ada@X.example",
		    P("%s,\"inviterId\":\"%s\",\"id\":\"mine\",\"status\":\"Accepted\",\"messagePayload\":false",
		      with_roles(P("\"%s\",\"%s\",\"%s\"", z, a, z)), boss)));
	first = api.answer;
	id = text_in(got, "id");
	assert_int_equal(strlen(id), 21);
	assert_string_equal(member_json("status"), "\"Pending\"");
	assert_string_equal(member_json("invitee"), "\"Ada@X.example\"");
	assert_string_equal(member_json("inviterId"), P("\"%s\"", boss));
	assert_string_equal(member_json("acceptedUserId"), "null");
	assert_string_equal(member_json("inviteeKey"), "nothing");
	assert_string_equal(join_members(json_object_get(got, "organizationRoles"), "name"), "a,z");
	MUST(call(GET, P(INVITATIONS "/%s", id), NULL));
	assert_string_equal(api.answer, first);
	MUST(call(GET, INVITATIONS, NULL));
	assert_string_equal(api.answer, P("[%s]", first));
}

static void its_end_must_lie_ahead_whatever_else_is_wrong(void **state)
{
	static const struct { const char *at; err_t e; } cases[] = {
		{ "1", ERR_REQUEST_INPUT }, { "-1", ERR_REQUEST_INPUT }, { "\"9999999999999\"", ERR_INPUT },
		{ "null", ERR_INPUT },
		{ "9999999999999", ERR_REFERENCE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		REFUSED(cases[i].e, call(POST, INVITATIONS,
					 P("{\"organizationId\":\"nope\",\"invitee\":\"" ADA "\",\"expiresAt\":%s}",
					   cases[i].at)));
		assert_int_equal(err_fault()->status, 0);
	}
	REFUSED(ERR_REQUEST_INPUT, call(POST, INVITATIONS,
					P("{\"organizationId\":\"nope\",\"invitee\":\"" ADA "\",\"expiresAt\":%lld}",
					  (long long)clock_ms())));
}

static void who_is_a_member_is_not_invited(void **state)
{
	const char *acme = new_organization(), *other = new_organization(), *ada = new_user("Ada@x.example");

	(void)state;
	MUST(call(POST, P("/api/organizations/%s/users", acme), LIST("userIds", ada)));
	refused_422(invite(acme, "Ada@x.example", with_roles("\"nope\"")));
	invited(acme, ADA, "");		/* compared with its letter case */
	invited(other, "Ada@x.example", "");
	MUST(call(DELETE, P("/api/organizations/%s/users/%s", acme, ada), NULL));
	invited(acme, "Ada@x.example", "");
}

static void one_invitation_waits_for_an_address(void **state)
{
	const char *acme = new_organization(), *first = invited(acme, ADA, "");

	(void)state;
	REFUSED(ERR_UNIQUE, invite(acme, ADA, with_roles("\"nope\"")));
	invited(acme, "ADA@x.example", "");	/* unique with its letter case */
	invited(new_organization(), ADA, "");
	MUST(settle(first, "Revoked", NULL));
	first = invited(acme, ADA, "");
	MUST(settle(first, "Accepted", new_user(ADA)));
	MUST(call(DELETE, P("/api/organizations/%s/users/%s", acme, text_in(got, "acceptedUserId")), NULL));
	invited(acme, ADA, "");
}

static void one_that_has_ended_reads_so_and_makes_way(void **state)
{
	const char *acme = new_organization(), *old = invited(acme, ADA, ""),
		   *shouted = invited(acme, "ADA@X.EXAMPLE", "");
	const char *elsewhere = invited(new_organization(), ADA, ""), *stranger = invited(acme, "bob@x.example", ""),
		   *before;
	const char *revoked = invited(acme, "ADA@x.example", "");

	(void)state;
	MUST(settle(revoked, "Revoked", NULL));
	let_end(revoked);
	MUST(call(GET, P(INVITATIONS "/%s", old), NULL));
	before = member_json("updatedAt");
	let_end(old);
	let_end(shouted);
	let_end(elsewhere);
	let_end(stranger);
	assert_string_equal(status_of(old), "Expired");
	assert_string_equal(member_json("updatedAt"), before);
	assert_string_equal(stored_status(old), "Pending");
	MUST(call(GET, P(INVITATIONS "?invitee=bob@x.example"), NULL));
	assert_string_equal(join_members(got, "status"), "Expired");
	REFUSED(ERR_REFERENCE, invite(acme, ADA, with_roles("\"nope\"")));
	assert_string_equal(stored_status(old), "Pending");	/* what failed has ended nothing */
	invited(acme, ADA, "");
	assert_string_equal(stored_status(old), "Expired");
	assert_string_equal(stored_status(shouted), "Expired");	/* here in any letter case */
	assert_string_equal(stored_status(elsewhere), "Pending");
	assert_string_equal(stored_status(stranger), "Pending");
	assert_string_equal(stored_status(revoked), "Revoked");
}

static void of_two_faults_the_earlier_kind_wins(void **state)
{
	const char *acme = new_organization(), *long_address = P("%s@x.example", repeat_text("a", 247)),
		   *longest = P("%s@x.example", repeat_text("a", 246));
	const struct { const char *organization, *invitee, *more; err_t e; } cases[] = {
		{ "", ADA, "", ERR_INPUT }, { OVER, ADA, "", ERR_INPUT },
		{ acme, ADA, ",\"inviterId\":\"" OVER "\"", ERR_INPUT },
		{ acme, ADA, ",\"organizationRoleIds\":null", ERR_INPUT },
		{ "nope", long_address, ",\"inviterId\":\"nope\"", ERR_TOO_LONG }, { acme, longest, "", ERR_UNIQUE },
		{ "nope", ADA, with_roles("\"" OVER "\""), ERR_REFERENCE },
		{ acme, ADA, P(",\"inviterId\":\"nope\"%s", with_roles("\"" OVER "\"")), ERR_REFERENCE },
		{ acme, ADA, with_roles("\"nope\",\"" OVER "\""), ERR_TOO_LONG },
		{ acme, ADA, with_roles("\"nope\""), ERR_REFERENCE }, { acme, ADA, with_roles("\"\""), ERR_REFERENCE },
		{ acme, ADA, P("%s,\"messagePayload\":{}", with_roles("\"nope\"")), ERR_REFERENCE },
		{ acme, ADA, ",\"messagePayload\":{}", ERR_NO_CONNECTOR },
	};

	(void)state;
	invited(acme, longest, "");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		REFUSED(cases[i].e, invite(cases[i].organization, cases[i].invitee, cases[i].more));
		assert_string_equal(get_list(INVITATIONS, "invitee"), longest);
	}
}

static void a_payload_is_an_object_or_false(void **state)
{
	static const struct { const char *payload; err_t e; } cases[] = {
		{ "false", OK }, { "true", ERR_INPUT }, { "null", ERR_INPUT }, { "\"x\"", ERR_INPUT },
		{ "[]", ERR_INPUT }, { "{\"code\":1}", ERR_INPUT }, { "{\"uiLocales\":null}", ERR_INPUT },
		{ "{\"code\":\"\",\"other\":[1]}", ERR_NO_CONNECTOR }, { "{}", ERR_NO_CONNECTOR },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		REFUSED(cases[i].e, invite(new_organization(), ADA, P(",\"messagePayload\":%s", cases[i].payload)));
}

static void a_message_is_judged_by_shape_then_invitation_then_connector(void **state)
{
	const char *id = invited(new_organization(), ADA, "");

	(void)state;
	REFUSED(ERR_INPUT, call(POST, INVITATIONS "/0/message", "{\"link\":1}"));
	REFUSED(ERR_NOT_FOUND, call(POST, INVITATIONS "/0/message", NULL));
	REFUSED(ERR_NO_CONNECTOR, call(POST, P(INVITATIONS "/%s/message", id), NULL));
	MUST(settle(id, "Revoked", NULL));	/* one that has ended can be sent again */
	REFUSED(ERR_NO_CONNECTOR, call(POST, P(INVITATIONS "/%s/message", id), "{\"link\":\"x\"}"));
}

static void who_accepts_is_a_member_with_the_roles(void **state)
{
	const char *acme = new_organization(), *ada = new_user(ADA), *role = new_role("editor", "User"),
		   *held = new_role("held", "User"), *id;

	(void)state;
	id = invited(acme, "ADA@x.example", with_roles(P("\"%s\"", role)));
	MUST(settle(id, "Accepted", ada));
	assert_string_equal(member_json("status"), "\"Accepted\"");
	assert_string_equal(member_json("acceptedUserId"), P("\"%s\"", ada));
	assert_string_equal(join_members(json_object_get(got, "organizationRoles"), "id"), role);
	assert_string_equal(organizations_of(ada), acme);
	assert_string_equal(get_list(P("/api/organizations/%s/users/%s/roles", acme, ada), "name"), "editor");
	MUST(call(DELETE, P(INVITATIONS "/%s", id), NULL));
	assert_string_equal(organizations_of(ada), acme);	/* the membership does not hang on it */
	/* a member already, who was invited under another letter case: the roles are added */
	MUST(call(PUT, P("/api/organizations/%s/users/%s/roles", acme, ada), LIST("organizationRoleIds", held)));
	MUST(settle(invited(acme, "Ada@X.example", with_roles(P("\"%s\"", role))), "Accepted", ada));
	assert_string_equal(get_list(P("/api/organizations/%s/users/%s/roles", acme, ada), "name"), "editor,held");
}

static void accepting_is_refused_for_the_first_thing_that_is_wrong(void **state)
{
	const char *acme = new_organization(), *id = invited(acme, ADA, ""),
		   *ended = invited(acme, "old@x.example", ""), *bob = new_user("bob@x.example");

	(void)state;
	let_end(ended);
	REFUSED(ERR_INPUT, settle("0", "accepted", bob));
	REFUSED(ERR_INPUT, settle("0", "Pending", bob));
	REFUSED(ERR_INPUT, settle("0", "Accepted", OVER));
	REFUSED(ERR_INPUT, settle(id, "Revoked", OVER));
	REFUSED(ERR_INPUT, call(PUT, P(INVITATIONS "/%s/status", id), NULL));
	refused_422(settle("0", "Accepted", NULL));
	refused_422(settle("0", "Accepted", ""));
	REFUSED(ERR_NOT_FOUND, settle("0", "Accepted", "nope"));
	assert_int_equal(err_fault()->status, 0);
	refused_422(settle(ended, "Accepted", "nope"));
	REFUSED(ERR_NOT_FOUND, settle(id, "Accepted", "nope"));
	refused_422(settle(id, "Accepted", bob));
	refused_422(settle(id, "Accepted", new_user(NULL)));
	assert_string_equal(status_of(id), "Pending");
	assert_string_equal(organizations_of(bob), "");
}

static void a_role_for_machines_lets_nobody_in(void **state)
{
	const char *acme = new_organization(), *ada = new_user(ADA), *robot = new_role("robot", "MachineToMachine");
	const char *id = invited(acme, ADA, with_roles(P("\"%s\"", robot)));

	(void)state;
	REFUSED(ERR_CHECK, settle(id, "Accepted", ada));
	assert_string_equal(organizations_of(ada), "");
	assert_string_equal(status_of(id), "Pending");
	assert_string_equal(member_json("acceptedUserId"), "null");
	/* the invitation stays, with fewer roles */
	MUST(call(DELETE, P("/api/organization-roles/%s", robot), NULL));
	MUST(settle(id, "Accepted", ada));
	assert_string_equal(member_json("organizationRoles"), "[]");
}

static void what_became_of_it_is_final(void **state)
{
	static const char *const statuses[] = { "Accepted", "Revoked" };
	const char *acme = new_organization(), *ada = new_user(ADA), *ended = invited(acme, ADA, "");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		const char *id = invited(new_organization(), ADA, "");

		MUST(settle(id, statuses[i], ada));
		assert_string_equal(member_json("acceptedUserId"), i == 0 ? P("\"%s\"", ada) : "null");
		for (size_t k = 0; k < ARRAY_LEN(statuses); k++)
			refused_422(settle(id, statuses[k], ada));
		assert_string_equal(status_of(id), statuses[i]);
	}
	let_end(ended);
	refused_422(settle(ended, "Revoked", NULL));
	assert_string_equal(organizations_of(new_user("revoked@x.example")), "");
}

static void revoking_asks_for_no_user(void **state)
{
	const char *acme = new_organization(), *id = invited(acme, ADA, "");

	(void)state;
	MUST(settle(id, "Revoked", "nope"));
	assert_string_equal(member_json("status"), "\"Revoked\"");
	assert_string_equal(member_json("acceptedUserId"), "null");
}

static void the_list_is_narrowed_by_all_that_is_given(void **state)
{
	const char *acme = new_organization(), *other = new_organization(), *boss = new_user(NULL);
	const char *one = invited(acme, "ada@x.example", P(",\"inviterId\":\"%s\"", boss)),
		   *two = invited(other, "Ada@X.example", ""), *three;
	const struct { const char *query, *ids; } cases[] = {
		{ "", NULL }, { P("organizationId=%s", acme), "3,1" }, { P("inviterId=%s", boss), "1" },
		{ "invitee=ADA@x.EXAMPLE", "2,1" }, { "invitee=ada@x", "" },
		{ P("invitee=ada@x.example&organizationId=%s", other), "2" },
		{ P("inviterId=%s&organizationId=%s", boss, other), "" },
		{ "organizationId=&invitee=&inviterId=", "3,2,1" }, { "page=0&page_size=1&status=Revoked", "3,2,1" },
		{ "organizationId=nope", "" },
	};

	(void)state;
	three = invited(acme, "bob@x.example", "");
	MUST(store_exec(api.tx, &t_made_at, ARGS(T(one), N(1)), NULL));
	MUST(store_exec(api.tx, &t_made_at, ARGS(T(two), N(2)), NULL));
	MUST(store_exec(api.tx, &t_made_at, ARGS(T(three), N(3)), NULL));
	for (size_t i = 1; i < ARRAY_LEN(cases); i++) {
		const char *ids = "";

		for (const char *p = cases[i].ids; *p; p++)
			ids = P("%s%s", ids, *p == '1' ? one : *p == '2' ? two : *p == '3' ? three : ",");
		assert_string_equal(get_list(P(INVITATIONS "?%s", cases[i].query), "id"), ids);
	}
}

static void it_goes_with_the_organization_the_sender_and_who_accepted(void **state)
{
	const char *acme = new_organization(), *other = new_organization(), *boss = new_user(NULL),
		   *ada = new_user(ADA), *stays;

	(void)state;
	invited(acme, "1@x.example", "");
	invited(other, "2@x.example", P(",\"inviterId\":\"%s\"", boss));
	MUST(settle(invited(other, ADA, ""), "Accepted", ada));
	stays = invited(other, "3@x.example", "");
	MUST(call(DELETE, P("/api/organizations/%s", acme), NULL));
	MUST(call(DELETE, P("/api/users/%s", boss), NULL));
	MUST(call(DELETE, P("/api/users/%s", ada), NULL));
	assert_string_equal(get_list(INVITATIONS, "id"), stays);
	MUST(call(DELETE, P(INVITATIONS "/%s", stays), NULL));
	REFUSED(ERR_NOT_FOUND, call(DELETE, P(INVITATIONS "/%s", stays), NULL));
	REFUSED(ERR_NOT_FOUND, call(GET, P(INVITATIONS "/%s", stays), NULL));
}

FAMILY(CASE(its_answers_are_all_the_same), CASE(its_end_must_lie_ahead_whatever_else_is_wrong),
CASE(who_is_a_member_is_not_invited),
       CASE(one_invitation_waits_for_an_address), CASE(one_that_has_ended_reads_so_and_makes_way),
       CASE(of_two_faults_the_earlier_kind_wins),
       CASE(a_payload_is_an_object_or_false), CASE(a_message_is_judged_by_shape_then_invitation_then_connector),
       CASE(who_accepts_is_a_member_with_the_roles), CASE(accepting_is_refused_for_the_first_thing_that_is_wrong),
       CASE(a_role_for_machines_lets_nobody_in), CASE(what_became_of_it_is_final), CASE(revoking_asks_for_no_user),
       CASE(the_list_is_narrowed_by_all_that_is_given),
       CASE(it_goes_with_the_organization_the_sender_and_who_accepted))
