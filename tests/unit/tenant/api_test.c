#include "tenant/api.h"

#include <stdio.h>

#include "test.h"
#include "http/fake.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"
#include "base/banned.h"

static const char *allowed_at(const char *path, const char *endpoint, const char *origin)
{
	static char text[64];
	struct fake f;
	const char *found;

	context.admin_endpoint = endpoint;
	fake_init(&f, GET, path, "");
	if (origin)
		fake_header(&f, "Origin", origin);
	found = api_allowed_origin(&f.rq);
	snprintf(text, sizeof(text), "%s", found ? found : "");
	fake_done(&f);
	return text;
}

static const char *allowed(const char *endpoint, const char *origin)
{
	return allowed_at("/api/x", endpoint, origin);
}

static void any_page_may_call_what_begins_like_the_api_of_accounts(void **state)
{
	static const char *const paths[] = { "/api/my-account", "/api/my-account/x", "/api/my-accountx",
					     "/api/verifications/x", "/api/verificationsx" };
	static const char *const others[] = { "/api/My-Account", "/api/my-accoun", "/api/verification-codes",
					      "/api/x/api/my-account" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		assert_string_equal(allowed_at(paths[i], "http://localhost:3002", "https://a.example"),
				    "https://a.example");
		assert_string_equal(allowed_at(paths[i], "http://localhost:3002", NULL), "*");
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_string_equal(allowed_at(others[i], "http://localhost:3002", "https://a.example"), "");
}

static void only_pages_of_the_admin_tenant_are_let_in(void **state)
{
	(void)state;
	assert_string_equal(allowed("http://localhost:3002", "http://localhost:3002"), "http://localhost:3002");
	assert_string_equal(allowed("https://admin.example/sub", "https://admin.example"), "https://admin.example");
	assert_string_equal(allowed("https://admin.example/sub", "https://admin.example/sub"), "");
	assert_string_equal(allowed("http://localhost:3002", "HTTP://LOCALHOST:3002"), "");
	assert_string_equal(allowed("http://localhost:3002", "http://localhost:3001"), "");
	assert_string_equal(allowed("http://localhost:3002", "null"), "");
	assert_string_equal(allowed("http://localhost:3002", NULL), "");
}

static void parts_of_the_api_share_its_manners_and_have_doors_of_their_own(void **state)
{
	static const struct door *const doors[] = { ANYONE, NULL };
	static const struct mount part = { .prefix = "/api/part", .doors = doors, API_RULES };
	static const struct mount *const both[] = { &api_mount, &part };

	(void)state;
	mount_table(both, ARRAY_LEN(both));
	assert_ptr_equal(mount_find("/api/PART/x"), &part);
	assert_ptr_equal(mount_find("/api/parts"), &api_mount);
	assert_true(mount_has_door(&api_mount, MANAGEMENT));
	assert_false(mount_has_door(mount_find("/api/part"), MANAGEMENT));
	assert_string_equal(part.link_skips, "/api");
}

RUN(T(any_page_may_call_what_begins_like_the_api_of_accounts), T(only_pages_of_the_admin_tenant_are_let_in),
    T(parts_of_the_api_share_its_manners_and_have_doors_of_their_own))
