#include "http/route.h"

#include "test.h"
#include "http/door.h"
#include "http/mount.h"
#include "base/banned.h"

static const struct route organizations[] = {
	{ POST, "/api/organizations" }, { GET, "/api/organizations" }, { GET, "/api/organizations/{id}" },
	{ PATCH, "/api/organizations/{id}" }, { DELETE, "/api/organizations/{id}" },
	{ DELETE, "/api/organizations/{id}/users/{userId}" }, { POST, "/api/organizations/{id}/users/roles" },
	{ GET, "/api/organizations/{id}/users/{userId}/roles" },
};
static const struct route others[] = {
	{ GET, "/oidc/jwks" }, { OPTIONS, "/oidc/jwks" }, { GET, "/oidc/auth" }, { GET, "/.well-known/webauthn" },
	{ GET, "/api/.well-known/sign-in-exp" }, { GET, "/" },
};

static const struct mount api = { .prefix = "/api", .any_case = true, .trailing_slash = true },
			  root = { .prefix = "" };
static const struct mount *const mounts[] = { &api, &root };

static struct arena *a;

static struct route_match find(enum method method, const char *path)
{
	const struct routes tables[] = { { organizations, ARRAY_LEN(organizations) }, { others, ARRAY_LEN(others) } };
	struct route_match m;

	if (!a) {
		a = arena_new();
		mount_table(mounts, ARRAY_LEN(mounts));
		assert_int_equal(route_table(tables, ARRAY_LEN(tables)), OK);
	}
	route_find(mount_find(path), method, path, a, &m);
	return m;
}

static const char *path_of(enum method method, const char *path)
{
	struct route_match m = find(method, path);

	return m.route ? m.route->path : m.path_known ? "other method" : "unknown";
}

static void literal_segments_match_in_any_case_or_exactly_as_the_mount_says(void **state)
{
	(void)state;
	assert_string_equal(path_of(GET, "/api/ORGANIZATIONS/x"), "/api/organizations/{id}");
	assert_string_equal(path_of(GET, "/API/organizations"), "unknown");
	assert_string_equal(path_of(GET, "/oidc/jwks"), "/oidc/jwks");
	assert_string_equal(path_of(GET, "/oidc/JWKS"), "unknown");
	assert_string_equal(path_of(GET, "/.well-known/webauthn"), "/.well-known/webauthn");
	assert_string_equal(path_of(GET, "/"), "/");
	assert_string_equal(path_of(GET, "//"), "unknown");
	assert_string_equal(path_of(GET, ""), "unknown");
}

static void one_trailing_slash_is_forgiven_where_the_mount_says_so(void **state)
{
	(void)state;
	assert_string_equal(path_of(DELETE, "/api/organizations/x/"), "/api/organizations/{id}");
	assert_string_equal(path_of(GET, "/api/organizations/"), "/api/organizations");
	assert_string_equal(path_of(GET, "/api/organizations/x//"), "unknown");
	assert_string_equal(path_of(GET, "/oidc/jwks/"), "unknown");
}

static void slashes_and_dots_are_not_normalised(void **state)
{
	static const char *const unknown[] = {
		"/api//organizations", "//api/organizations", "/api", "/api/", "", "*", "x",
		"/api/organizations/x/../x", "/api/%6frganizations",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
		assert_string_equal(path_of(GET, unknown[i]), "unknown");
	assert_string_equal(find(GET, "/api/organizations/..").args[0].value, "..");
}

static void parameters_are_decoded_and_named_by_the_row(void **state)
{
	struct route_match m = find(DELETE, "/api/organizations/a%2Fb+c/users/%zz");

	(void)state;
	assert_int_equal(m.arg_count, 2);
	assert_string_equal(m.args[0].name, "id");
	assert_string_equal(m.args[0].value, "a/b+c");
	assert_string_equal(m.args[1].name, "userId");
	assert_string_equal(m.args[1].value, "%zz");
	assert_false(m.nul);
	assert_true(find(GET, "/api/organizations/a%00b").nul);
}

static void a_literal_wins_over_a_parameter_where_the_method_fits(void **state)
{
	(void)state;
	assert_string_equal(path_of(POST, "/api/organizations/x/users/roles"), "/api/organizations/{id}/users/roles");
	assert_string_equal(path_of(DELETE, "/api/organizations/x/users/roles"),
			    "/api/organizations/{id}/users/{userId}");
	assert_string_equal(path_of(GET, "/api/organizations/x/users/roles/roles"),
			    "/api/organizations/{id}/users/{userId}/roles");
	assert_string_equal(find(GET, "/api/organizations/x/users/roles/roles").args[1].value, "roles");
}

static void head_finds_the_row_of_get(void **state)
{
	(void)state;
	assert_string_equal(path_of(HEAD, "/api/organizations/x"), "/api/organizations/{id}");
	assert_string_equal(path_of(HEAD, "/api/organizations/x/users/roles"), "other method");
}

static void allow_is_the_union_in_the_order_of_the_table(void **state)
{
	(void)state;
	assert_string_equal(find(PUT, "/api/organizations").allow, "POST, HEAD, GET");
	assert_string_equal(find(METHOD_OTHER, "/api/organizations").allow, "POST, HEAD, GET");
	assert_string_equal(find(OPTIONS, "/api/organizations/x").allow, "HEAD, GET, PATCH, DELETE");
	assert_string_equal(find(GET, "/api/organizations/x/users/roles").allow, "DELETE, POST");
	assert_string_equal(find(PUT, "/api/nope").allow, "");
}

static void a_path_of_many_segments_is_unknown(void **state)
{
	char path[4096];

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(path); i += 2)
		memcpy(path + i, "/a", 3);
	assert_string_equal(path_of(GET, path), "unknown");
}

static void the_rows_stay_in_order(void **state)
{
	size_t count;
	const struct route *rows;

	(void)state;
	find(GET, "/");
	rows = route_rows(&count);
	assert_int_equal(count, ARRAY_LEN(organizations) + ARRAY_LEN(others));
	assert_string_equal(rows[ARRAY_LEN(organizations)].path, "/oidc/jwks");
	assert_ptr_equal(rows[0].mount, &api);
	assert_ptr_equal(rows[ARRAY_LEN(organizations)].mount, &root);
	assert_int_equal(route_table(NULL, 0), OK);
	arena_free(a);
	a = NULL;
}

static void a_row_may_name_the_doors_of_its_mount_only(void **state)
{
	static const struct door *const doors[] = { ANYONE, NULL };
	static const struct door key = { .name = "key" };
	static const struct mount shop = { .prefix = "/shop", .doors = doors }, back = { .prefix = "/shop/back" };
	static const struct mount *const both[] = { &shop, &back };
	static const struct { struct route row; bool fits; } cases[] = {
		{ { GET, "/shop/x", ANYONE }, true }, { { GET, "/shop/x" }, true },
		{ { GET, "/shop/x", &key }, false }, { { GET, "/shop/back/x", ANYONE }, false },
		{ { GET, "/shop/back/x" }, true }, { { GET, "/elsewhere", ANYONE }, false },
	};

	(void)state;
	mount_table(both, ARRAY_LEN(both));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct routes mine = { &cases[i].row, 1 };

		assert_int_equal(route_table(&mine, 1), cases[i].fits ? OK : ERR_INTERNAL);
	}
	assert_int_equal(route_table(&(struct routes){ &cases[2].row, 1 }, 1), ERR_INTERNAL);
	assert_string_equal(err_fault()->detail,
			    "the route /shop/x names the door 'key', which its mount '/shop' does not have");
	assert_int_equal(route_table(NULL, 0), OK);
}

static void a_table_says_what_an_unknown_reference_is_answered_with(void **state)
{
	const struct routes tables[] = { { organizations, 1, .reference_status = 422 }, { others, 1 } };
	const struct route *rows;
	size_t count;

	(void)state;
	assert_int_equal(route_table(tables, ARRAY_LEN(tables)), OK);
	rows = route_rows(&count);
	assert_int_equal(rows[0].reference_status, 422);
	assert_int_equal(rows[1].reference_status, 404);
	assert_int_equal(route_table(NULL, 0), OK);
}

RUN(T(literal_segments_match_in_any_case_or_exactly_as_the_mount_says),
    T(one_trailing_slash_is_forgiven_where_the_mount_says_so),
    T(slashes_and_dots_are_not_normalised),
    T(parameters_are_decoded_and_named_by_the_row),
    T(a_literal_wins_over_a_parameter_where_the_method_fits),
    T(head_finds_the_row_of_get),
    T(allow_is_the_union_in_the_order_of_the_table),
    T(a_path_of_many_segments_is_unknown),
    T(the_rows_stay_in_order),
    T(a_row_may_name_the_doors_of_its_mount_only),
    T(a_table_says_what_an_unknown_reference_is_answered_with))
