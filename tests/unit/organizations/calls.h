/*
 * calls.h - the routes of the organization family, on the API of world.h: things to make, and what the answers say.
 */
#ifndef TESTS_UNIT_ORGANIZATIONS_CALLS_H
#define TESTS_UNIT_ORGANIZATIONS_CALLS_H

#include "world.h"

#include "organizations/organizations.h"

static json_t *got;	/* the answer of the last call; NULL: none, or no JSON */

#define MUST(call) assert_int_equal(call, OK)
#define REFUSED(e, call) assert_string_equal(err_name(call), err_name(e))
#define P(...) arena_printf(api.arena, __VA_ARGS__)
/* {"member":["id",…]} */
#define LIST(member, ...) list_body(member, (const char *const[]){ __VA_ARGS__, NULL })

static err_t call(enum method method, const char *path, const char *body)
{
	err_t e = api_call(method, path, body);

	json_decref(got);
	got = json_loads(api.answer, JSON_DECODE_ANY, NULL);
	return e;
}

__attribute__((unused)) static const char *list_body(const char *member, const char *const *ids)
{
	json_t *list = json_array(), *body = json_pack("{s:o}", member, list);
	const char *text;

	for (; *ids; ids++)
		json_array_append_new(list, json_string(*ids));
	text = json_to_text(api.arena, body);
	json_decref(body);
	return text;
}

__attribute__((unused)) static const char *text_in(const json_t *object, const char *member)
{
	return arena_copy(api.arena, json_string_value(json_object_get(object, member)));
}

/* A member of the last answer, as JSON text. */
__attribute__((unused)) static const char *member_json(const char *member)
{
	const json_t *part = json_object_get(got, member);

	return part ? json_to_text(api.arena, part) : "nothing";
}

/* A text of each element of a list, joined by commas. */
__attribute__((unused)) static const char *join_members(const json_t *list, const char *member)
{
	const char *all = "";

	assert_true(json_is_array(list));
	for (size_t i = 0; i < json_array_size(list); i++)
		all = P("%s%s%s", all, i ? "," : "",
			json_string_value(json_object_get(json_array_get(list, i), member)));
	return all;
}

__attribute__((unused)) static const char *get_list(const char *path, const char *member)
{
	MUST(call(GET, path, NULL));
	return join_members(got, member);
}

/* The id of what a route makes. */
__attribute__((unused)) static const char *post_for_id(const char *path, const char *body)
{
	MUST(call(POST, path, body));
	return text_in(got, "id");
}

__attribute__((unused)) static const char *new_organization(void)
{
	return post_for_id("/api/organizations", "{\"name\":\"Acme\"}");
}

__attribute__((unused)) static const char *new_user(const char *email)
{
	return post_for_id("/api/users", email ? P("{\"primaryEmail\":\"%s\"}", email) : NULL);
}

__attribute__((unused)) static const char *new_role(const char *name, const char *type)
{
	return post_for_id("/api/organization-roles", P("{\"name\":\"%s\",\"type\":\"%s\"}", name, type));
}

/* Two roles whose order by name is not that by id: the first is named "a", the second "z". */
__attribute__((unused)) static void roles_by_name(const char *type, const char **a, const char **z)
{
	const char *one = new_role("a", type), *two = new_role("z", type);

	*a = strcmp(one, two) > 0 ? one : two;
	*z = *a == one ? two : one;
	if (*a == one)
		return;
	MUST(call(PATCH, P("/api/organization-roles/%s", one), "{\"name\":\"between\"}"));
	MUST(call(PATCH, P("/api/organization-roles/%s", two), "{\"name\":\"a\"}"));
	MUST(call(PATCH, P("/api/organization-roles/%s", one), "{\"name\":\"z\"}"));
}

__attribute__((unused)) static const char *new_application(const char *type)
{
	return post_for_id("/api/applications", P("{\"name\":\"App\",\"type\":\"%s\"}", type));
}

__attribute__((unused)) static const char *repeat_text(const char *piece, int times)
{
	const char *all = "";

	while (times-- > 0)
		all = P("%s%s", all, piece);
	return all;
}

/* What follows is asked of another tenant. */
__attribute__((unused)) static void move_to(const char *id)
{
	txn_set_tenant(api.tx, id);
	MUST(tenant_find(api.tx, api.arena, id, &api.tenant));
}

/* The search index is brought up to date by COMMIT. What such a test makes stays: it comes last. */
__attribute__((unused)) static void commit_for_search(void)
{
	MUST(txn_commit(&api.tx));
	api.tx = write_begin("default");
}

static int end(void **state)
{
	json_decref(got);
	got = NULL;
	return api_end(state);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, end)
#define FAMILY(...) \
	int main(void) \
	{ \
		const struct CMUnitTest tests[] = { __VA_ARGS__ }; \
		return cmocka_run_group_tests(tests, api_start, world_end); \
	}

#endif
