#include "server/mounts.h"

#include "test.h"
#include "http/mount.h"
#include "http/request.h"
#include "oidc/oidc.h"
#include "server/routes.h"
#include "tenant/api.h"
#include "base/banned.h"

static const char *fixed(const char *path, const char *name)
{
	const struct headers *h = mount_find(path)->fixed;

	for (int i = 0; i < h->count; i++)
		if (strcmp(h->at[i].name, name) == 0)
			return h->at[i].value;
	return "";
}

static void headers_go_by_path(void **state)
{
	static const char *const data[] = {
		"/api", "/api/x", "/oidc", "/oidc/token", "/.well-known/x", "/me", "/demo-app", "/device-demo-app/x",
	};
	static const char *const pages[] = { "/console", "/console/x", "/account" };
	static const char *const open[] = {
		"/", "", "*", "/sign-in", "/apix", "/oidcs", "/console-x", "/API/x", "//api/x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(data); i++) {
		assert_string_equal(fixed(data[i], "X-Frame-Options"), "SAMEORIGIN");
		assert_string_equal(fixed(data[i], "Cross-Origin-Resource-Policy"), "same-origin");
		assert_string_equal(fixed(data[i], "X-Content-Type-Options"), "nosniff");
	}
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		assert_string_equal(fixed(pages[i], "X-Frame-Options"), "");
		assert_string_equal(fixed(pages[i], "Cross-Origin-Resource-Policy"), "same-origin");
	}
	for (size_t i = 0; i < ARRAY_LEN(open); i++) {
		assert_string_equal(fixed(open[i], "X-Frame-Options"), "");
		assert_string_equal(fixed(open[i], "Cross-Origin-Resource-Policy"), "cross-origin");
		assert_string_equal(fixed(open[i], "Referrer-Policy"), "strict-origin-when-cross-origin");
	}
}

static void the_api_and_the_provider_have_mounts_of_their_own(void **state)
{
	(void)state;
	assert_ptr_equal(mount_find("/api/organizations"), &api_mount);
	assert_ptr_equal(mount_find("/oidc/token"), &oidc_mount);
}

/*
 * A row without a door would be closed, and one without a mount of its own is answered as a page: it must be one, or
 * lead on to one at once.
 */
static void every_route_has_a_door_and_a_mount_that_knows_it(void **state)
{
	const struct route *rows;
	size_t n;

	(void)state;
	assert_int_equal(routes_start(), OK);
	rows = route_rows(&n);
	assert_true(n > 100);
	for (size_t i = 0; i < n; i++) {
		if (!rows[i].door || !mount_has_door(rows[i].mount, rows[i].door))
			fail_msg("%s", rows[i].path);
		assert_true(*rows[i].mount->prefix || rows[i].method == GET || rows[i].status == 303);
	}
}

static void the_organization_family_answers_an_unknown_reference_with_422(void **state)
{
	static const char family[] = "/api/organization";
	const struct route *rows;
	size_t n;

	(void)state;
	assert_int_equal(routes_start(), OK);
	rows = route_rows(&n);
	for (size_t i = 0; i < n; i++) {
		bool is_family = strncmp(rows[i].path, family, strlen(family)) == 0;

		if (rows[i].method != GET)	/* reads refer to nothing */
			assert_int_equal(rows[i].reference_status, is_family ? 422 : 404);
	}
}

static int begin(void **state)
{
	(void)state;
	mounts_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(headers_go_by_path), T(the_api_and_the_provider_have_mounts_of_their_own),
		T(every_route_has_a_door_and_a_mount_that_knows_it),
		T(the_organization_family_answers_an_unknown_reference_with_422),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
