#include "http/mount.h"

#include "test.h"
#include "http/door.h"
#include "http/fake.h"
#include "base/banned.h"

#define FRIEND "http://friend"
#define STRANGER "http://stranger"

static const char *text(const char *s)
{
	return s ? s : "";
}

static const char *friend_only(struct request *rq)
{
	const char *origin = request_header(rq, "Origin");

	return origin && strcmp(origin, FRIEND) == 0 ? origin : NULL;
}

static void be_silent(struct request *rq)
{
	reply_empty(rq, 204);
}

static const struct door till_door = { .name = "till" };
static const struct door *const shop_doors[] = { ANYONE, &till_door, NULL };
static const struct mount root = { .prefix = "", .body_max = 1, .form_max = 2 };
static const struct mount shop = {
	.prefix = "/shop", .doors = shop_doors, .any_case = true, .body_max = 1000, .form_max = 100,
	.knows_methods = true, .allowed_origin = friend_only, .allowed_methods = "GET,PUT",
};
static const struct mount till = { .prefix = "/shop/till", .any_case = true };
static const struct mount safe = { .prefix = "/safe", .no_route = be_silent, .allowed_origin = friend_only };
static const struct mount inner = { .prefix = "/safe/inner" };

static void the_longest_prefix_of_whole_segments_wins(void **state)
{
	static const struct { const char *path; const struct mount *mount; } cases[] = {
		{ "/shop", &shop }, { "/shop/", &shop }, { "/shop/x/y", &shop }, { "/shops", &root },
		{ "/sho", &root }, { "/", &root }, { "*", &root }, { "", &root }, { "//shop", &root },
		{ "/shop/till", &till }, { "/shop/till/x", &till }, { "/shop/tills", &shop },
		{ "/safe/inner", &inner }, { "/safe/x", &safe },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_ptr_equal(mount_find(cases[i].path), cases[i].mount);
}

static void the_first_segment_is_exact_and_the_others_in_the_manner_of_the_mount(void **state)
{
	(void)state;
	assert_ptr_equal(mount_find("/Shop/till"), &root);
	assert_ptr_equal(mount_find("/shop/TILL/x"), &till);
	assert_ptr_equal(mount_find("/safe/INNER"), &safe);
}

static void without_a_table_there_is_a_mount_all_the_same(void **state)
{
	const struct mount *nowhere;

	(void)state;
	mount_table(NULL, 0);
	nowhere = mount_find("/shop");
	assert_non_null(nowhere);
	assert_string_equal(nowhere->prefix, "");
	assert_false(mount_has_door(nowhere, ANYONE));
}

static void a_mount_has_the_doors_of_its_list(void **state)
{
	static const struct door other = { .name = "other" };

	(void)state;
	assert_true(mount_has_door(&shop, ANYONE));
	assert_true(mount_has_door(&shop, &till_door));
	assert_false(mount_has_door(&shop, &other));
	assert_false(mount_has_door(&till, ANYONE));
}

static void the_path_below_begins_after_the_prefix(void **state)
{
	static const struct { const char *path, *below; } cases[] = {
		{ "/shop/x", "/x" }, { "/shop", "" }, { "/shop/TILL/x", "/x" }, { "/x", "/x" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fake f;

		fake_init(&f, GET, cases[i].path, "");
		assert_string_equal(mount_path(&f.rq), cases[i].below);
		fake_done(&f);
	}
}

static void a_body_may_be_as_large_as_its_kind(void **state)
{
	static const struct { enum method method; const char *path, *type; size_t limit; } cases[] = {
		{ GET, "/shop", NULL, 0 }, { DELETE, "/shop", "application/json", 0 },
		{ METHOD_OTHER, "/shop", NULL, 0 }, { POST, "/shop", "application/json", 1000 },
		{ PUT, "/shop/x", NULL, 1000 }, { PATCH, "/shop", "texts/plain", 1000 },
		{ POST, "/shop", "TEXT/plain", 100 },
		{ POST, "/shop", "application/x-www-form-urlencoded; charset=utf-8", 100 },
		{ POST, "/x", "application/json", 1 }, { POST, "/x", "text/plain", 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fake f;

		fake_init(&f, cases[i].method, cases[i].path, "");
		if (cases[i].type)
			fake_header(&f, "Content-Type", cases[i].type);
		assert_int_equal(mount_body_limit(&f.rq), cases[i].limit);
		fake_done(&f);
	}
}

static void preflights_of_allowed_origins_are_answered(void **state)
{
	static const struct {
		enum method method;
		const char *path, *origin, *asked;
		bool answered;
		const char *allowed;
	} cases[] = {
		{ OPTIONS, "/shop", FRIEND, "PUT", true, FRIEND }, { OPTIONS, "/shop", FRIEND, NULL, false, NULL },
		{ OPTIONS, "/shop", STRANGER, "PUT", false, NULL }, { GET, "/shop", FRIEND, "PUT", false, FRIEND },
		{ GET, "/shop", STRANGER, NULL, false, NULL }, { GET, "/shop", NULL, NULL, false, NULL },
		{ OPTIONS, "/x", FRIEND, "PUT", false, NULL }, { OPTIONS, "/safe", FRIEND, "PUT", false, FRIEND },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fake f;

		fake_init(&f, cases[i].method, cases[i].path, "");
		if (cases[i].origin)
			fake_header(&f, "Origin", cases[i].origin);
		if (cases[i].asked)
			fake_header(&f, "Access-Control-Request-Method", cases[i].asked);
		assert_int_equal(mount_apply_cors(&f.rq), cases[i].answered);
		assert_int_equal(f.rq.reply.status, cases[i].answered ? 204 : 0);
		assert_string_equal(text(f.rq.reply.cors_origin), text(cases[i].allowed));
		assert_int_equal(fake_answer(&f, "Access-Control-Allow-Methods", 0) != NULL, cases[i].answered);
		fake_done(&f);
	}
}

static void a_preflight_echoes_the_headers_it_asks_for(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, OPTIONS, "/shop", "");
	fake_header(&f, "Origin", FRIEND);
	fake_header(&f, "Access-Control-Request-Method", "PUT");
	fake_header(&f, "Access-Control-Request-Headers", "x-a, x-b");
	assert_true(mount_apply_cors(&f.rq));
	assert_string_equal(fake_answer(&f, "Access-Control-Allow-Methods", 0), "GET,PUT");
	assert_string_equal(fake_answer(&f, "Access-Control-Allow-Headers", 0), "x-a, x-b");
	fake_done(&f);
}

static void what_has_no_route_is_answered_in_the_manner_of_its_mount(void **state)
{
	static const struct { enum method method; const char *path, *allow; int status; } cases[] = {
		{ GET, "/x", "", 404 }, { PUT, "/x", "HEAD, GET", 405 }, { OPTIONS, "/x", "HEAD, GET", 200 },
		{ METHOD_OTHER, "/x", "HEAD, GET", 405 }, { METHOD_OTHER, "/x", "", 404 }, { OPTIONS, "/x", "", 404 },
		{ GET, "/shop", "", 404 }, { METHOD_OTHER, "/shop", " ", 501 }, { METHOD_OTHER, "/shop", "POST", 501 },
		{ GET, "/safe", "POST", 204 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fake f;

		fake_init(&f, cases[i].method, cases[i].path, "");
		f.rq.match.path_known = cases[i].allow[0] > ' ';
		if (f.rq.match.path_known)
			memcpy(f.rq.match.allow, cases[i].allow, strlen(cases[i].allow) + 1);
		mount_answer_no_route(&f.rq);
		assert_int_equal(f.rq.reply.status, cases[i].status);
		assert_string_equal(text(fake_answer(&f, "Allow", 0)), cases[i].status == 204 ? "" : cases[i].allow);
		fake_done(&f);
	}
}

/* From short to long and between: the order of the list does not count. */
static int begin(void **state)
{
	static const struct mount *const mounts[] = { &root, &till, &safe, &shop, &inner };

	(void)state;
	mount_table(mounts, ARRAY_LEN(mounts));
	return 0;
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, begin)
	const struct CMUnitTest tests[] = {
		CASE(the_longest_prefix_of_whole_segments_wins),
		CASE(the_first_segment_is_exact_and_the_others_in_the_manner_of_the_mount),
		CASE(without_a_table_there_is_a_mount_all_the_same), CASE(a_mount_has_the_doors_of_its_list),
		CASE(the_path_below_begins_after_the_prefix), CASE(a_body_may_be_as_large_as_its_kind),
		CASE(preflights_of_allowed_origins_are_answered), CASE(a_preflight_echoes_the_headers_it_asks_for),
		CASE(what_has_no_route_is_answered_in_the_manner_of_its_mount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
