/* People in an organization, through the routes. */
#include "calls.h"

#include "base/banned.h"

#define ROLES_OF_MEMBER(acme, user) P("/api/organizations/%s/users/%s/roles", acme, user)

static void join(const char *acme, const char *user, const char *role)
{
	MUST(call(POST, P("/api/organizations/%s/users", acme), LIST("userIds", user)));
	if (role)
		MUST(call(POST, ROLES_OF_MEMBER(acme, user), LIST("organizationRoleIds", role)));
}

/* -1: is not a member */
static int roles_of(const char *acme, const char *user)
{
	err_t e = call(GET, ROLES_OF_MEMBER(acme, user), NULL);

	if (e == ERR_NOT_MEMBER)
		return -1;
	MUST(e);
	return (int)json_array_size(got);
}

static void adding_answers_with_the_ids_as_sent(void **state)
{
	const char *acme = new_organization(), *ada = new_user(NULL), *bob = new_user(NULL);

	(void)state;
	MUST(call(POST, P("/api/organizations/%s/users", acme), LIST("userIds", bob, ada, bob)));
	assert_string_equal(api.answer, LIST("userIds", bob, ada, bob));
}

static void a_member_who_leaves_and_comes_back_has_no_roles(void **state)
{
	const char *acme = new_organization(), *ada = new_user(NULL);

	(void)state;
	join(acme, ada, new_role("editor", "User"));
	assert_int_equal(roles_of(acme, ada), 1);
	MUST(call(DELETE, P("/api/organizations/%s/users/%s", acme, ada), NULL));
	assert_int_equal(roles_of(acme, ada), -1);
	join(acme, ada, NULL);
	assert_int_equal(roles_of(acme, ada), 0);
}

/* The order inside storage: lengths, then kinds and repeats in the order of the list, then references. */
static void of_two_faults_the_earlier_kind_wins(void **state)
{
	const char *acme = new_organization(), *ada = new_user(NULL), *robot = new_role("robot", "MachineToMachine");
	const char *keys[2] = { acme, ada }, *nowhere[2] = { "nope", ada };
	json_t *mixed = json_pack("[s,s]", "nope", robot),
	       *longer = json_pack("[s,s]", robot, "a23456789012345678901x");

	(void)state;
	join(acme, ada, NULL);
	assert_int_equal(ERR_CHECK, relation_add_all(api.tx, api.arena, &organization_user_roles, keys, mixed, NULL));
	assert_int_equal(ERR_CHECK,
			 relation_add_all(api.tx, api.arena, &organization_user_roles, nowhere, mixed, NULL));
	assert_int_equal(ERR_TOO_LONG,
			 relation_add_all(api.tx, api.arena, &organization_user_roles, keys, longer, NULL));
	json_decref(mixed);
	json_decref(longer);
}

static void replacing_keeps_the_roles_of_those_who_stay(void **state)
{
	const char *acme = new_organization(), *role = new_role("editor", "User");
	const char *ada = new_user(NULL), *bob = new_user(NULL), *eve = new_user(NULL);

	(void)state;
	join(acme, ada, role);
	join(acme, bob, role);
	MUST(call(PUT, P("/api/organizations/%s/users", acme), LIST("userIds", eve, ada, ada)));
	assert_int_equal(roles_of(acme, ada), 1);
	assert_int_equal(roles_of(acme, bob), -1);
	assert_int_equal(roles_of(acme, eve), 0);
}

/* A lane rolls a step back and runs it again when it met a deadlock; what it read of the body must still be there. */
static void a_step_that_runs_again_gives_the_same_roles(void **state)
{
	const char *acme = new_organization(), *ada = new_user(NULL), *one = new_role("one", "User"),
		   *two = new_role("two", "User");
	const char *path = P("/api/organizations/%s/users/%s/roles", acme, ada);
	struct request *rq;

	(void)state;
	join(acme, ada, one);
	rq = api_request(POST, path, P("{\"organizationRoleIds\":[\"%s\"],\"organizationRoleNames\":[\"two\"]}", one));
	for (int i = 0; i < 2; i++) {
		MUST(txn_savepoint(api.tx, "default"));
		MUST(step_run(rq, api.tx));
		assert_string_equal(buffer_str(&rq->reply.body),
				    P("{\"organizationRoleIds\":[\"%s\",\"%s\"]}", one, two));
		MUST(txn_rollback_to(api.tx));
	}
	request_free(rq);
}

FAMILY(CASE(adding_answers_with_the_ids_as_sent), CASE(a_member_who_leaves_and_comes_back_has_no_roles),
       CASE(of_two_faults_the_earlier_kind_wins), CASE(replacing_keeps_the_roles_of_those_who_stay),
       CASE(a_step_that_runs_again_gives_the_same_roles))
