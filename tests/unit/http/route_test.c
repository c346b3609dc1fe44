#include "http/route.h"

#include "test.h"
#include "base/banned.h"

static const struct route organizations[] = {
	{ POST, "/api/organizations" }, { GET, "/api/organizations" }, { GET, "/api/organizations/{id}" },
	{ PATCH, "/api/organizations/{id}" }, { DELETE, "/api/organizations/{id}" },
	{ DELETE, "/api/organizations/{id}/users/{userId}" }, { POST, "/api/organizations/{id}/users/roles" },
	{ GET, "/api/organizations/{id}/users/{userId}/roles" },
};
static const struct route others[] = {
	{ GET, "/oidc/jwks" }, { OPTIONS, "/oidc/jwks" }, { GET, "/oidc/auth" }, { GET, "/.well-known/webauthn" }, { GET, "/api/.well-known/sign-in-exp" },
};

static struct arena *a;

static struct route_match find(enum method method, const char *path)
{
	const struct routes tables[] = { { organizations, ARRAY_LEN(organizations) }, { others, ARRAY_LEN(others) } };
	struct route_match m;

	if (!a) {
		a = arena_new();
		route_table(tables, ARRAY_LEN(tables));
	}
	route_find(method, path, a, &m);
	return m;
}

static const char *path_of(enum method method, const char *path)
{
	struct route_match m = find(method, path);

	return m.route ? m.route->path : m.path_known ? "other method" : "unknown";
}

static void literal_segments_below_the_api_match_in_any_case_and_elsewhere_exactly(void **state)
{
	(void)state;
	assert_string_equal(path_of(GET, "/api/ORGANIZATIONS/x"), "/api/organizations/{id}");
	assert_string_equal(path_of(GET, "/API/organizations"), "unknown");
	assert_string_equal(path_of(GET, "/oidc/jwks"), "/oidc/jwks");
	assert_string_equal(path_of(GET, "/oidc/JWKS"), "unknown");
	assert_string_equal(path_of(GET, "/.well-known/webauthn"), "/.well-known/webauthn");
}

static void one_trailing_slash_is_forgiven_below_the_api_only(void **state)
{
	(void)state;
	assert_string_equal(path_of(DELETE, "/api/organizations/x/"), "/api/organizations/{id}");
	assert_string_equal(path_of(GET, "/api/organizations/"), "/api/organizations");
	assert_string_equal(path_of(GET, "/api/organizations/x//"), "unknown");
	assert_string_equal(path_of(GET, "/oidc/jwks/"), "unknown");
}

static void slashes_and_dots_are_not_normalised(void **state)
{
	static const char *const unknown[] = { "/api//organizations", "//api/organizations", "/api", "/api/", "/", "", "*", "x", "/api/organizations/x/../x", "/api/%6frganizations" };

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
	assert_string_equal(path_of(DELETE, "/api/organizations/x/users/roles"), "/api/organizations/{id}/users/{userId}");
	assert_string_equal(path_of(GET, "/api/organizations/x/users/roles/roles"), "/api/organizations/{id}/users/{userId}/roles");
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
	route_table(NULL, 0);
	arena_free(a);
	a = NULL;
}

RUN(T(literal_segments_below_the_api_match_in_any_case_and_elsewhere_exactly),
    T(one_trailing_slash_is_forgiven_below_the_api_only),
    T(slashes_and_dots_are_not_normalised),
    T(parameters_are_decoded_and_named_by_the_row),
    T(a_literal_wins_over_a_parameter_where_the_method_fits),
    T(head_finds_the_row_of_get),
    T(allow_is_the_union_in_the_order_of_the_table),
    T(a_path_of_many_segments_is_unknown),
    T(the_rows_stay_in_order))
