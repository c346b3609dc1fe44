#include "tenant/api.h"

#include <stdio.h>

#include "test.h"
#include "http/fake.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"
#include "base/banned.h"

static const char *allowed(const char *endpoint, const char *origin)
{
	static char text[64];
	struct fake f;
	const char *found;

	context.admin_endpoint = endpoint;
	fake_init(&f, GET, "/api/x", "");
	if (origin)
		fake_header(&f, "Origin", origin);
	found = api_allowed_origin(&f.rq);
	snprintf(text, sizeof(text), "%s", found ? found : "");
	fake_done(&f);
	return text;
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

RUN(T(only_pages_of_the_admin_tenant_are_let_in), T(parts_of_the_api_share_its_manners_and_have_doors_of_their_own))
