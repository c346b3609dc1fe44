#include "world.h"

#include "tenant/setting.h"
#include "base/banned.h"

#define MUST(call) assert_int_equal(call, OK)

static const struct field t_fields[] = {
	{ "days", .type = FIELD_INTEGER, .flags = WHOLE, .min = 1, .fallback = "7" },
	{ "colors", .type = FIELD_OBJECT, .fallback = "{\"dark\":true}" },
	{ "note", .type = FIELD_TEXT },
	FIELDS_END
};
SETTING(t_plain) = { .name = "t-plain", .fields = t_fields };
SETTING(t_begun) = { .name = "t-begun", .fields = t_fields, .initial = "{\"note\":\"hello\"}" };

static const struct field t_row_fields[] = {
	SETTING_ID,
	{ "days", .type = FIELD_INTEGER, .flags = WHOLE, .min = 1, .fallback = "7" },
	{ "note", .type = FIELD_TEXT, .flags = STORED_MAX, .max = 3, .fallback = "\"\"" },
	FIELDS_END
};

/* Days may only rise, and the note tells how many there were. */
static err_t judge(struct txn *tx, struct arena *a, const json_t *now, json_t *sent)
{
	json_int_t before = json_integer_value(json_object_get(now, "days"));
	const json_t *days = json_object_get(sent, "days");

	(void)tx;
	if (days && json_integer_value(days) < before)
		return ERR_CHECK;
	json_object_set_new(sent, "note", json_string(arena_printf(a, "%d", (int)before)));
	return OK;
}
SETTING(t_row) = { .name = "t-row", .fields = t_row_fields, .has_id = true, .judge = judge,
		   .initial_of_admin = "{\"days\":9}" };

/* -- rows -- */

static void a_setting_belongs_to_its_tenant(void **state)
{
	const char *value;

	(void)state;
	assert_int_equal(setting_find(api.tx, api.arena, "x", &value), ERR_NOT_FOUND);
	MUST(setting_put(api.tx, "x", "1"));
	MUST(setting_put(api.tx, "x", "2"));
	MUST(setting_find(api.tx, api.arena, "x", &value));
	assert_string_equal(value, "2");
	assert_int_equal(setting_find(api.tx, api.arena, "X", &value), ERR_NOT_FOUND);
	txn_set_tenant(api.tx, "admin");
	assert_int_equal(setting_find(api.tx, api.arena, "x", &value), ERR_NOT_FOUND);
	txn_set_tenant(api.tx, "default");
	MUST(setting_find(api.tx, api.arena, "x", &value));
}

static void a_setting_goes_with_its_tenant(void **state)
{
	const char *value;

	(void)state;
	MUST(make_tenant(api.tx, "acme", "acme.example", "Acme"));
	txn_set_tenant(api.tx, "acme");
	MUST(setting_put(api.tx, "x", "1"));
	MUST(end_tenant(api.tx, "acme"));
	MUST(make_tenant(api.tx, "acme", "acme.example", "Acme"));
	assert_int_equal(setting_find(api.tx, api.arena, "x", &value), ERR_NOT_FOUND);
}

/* -- values -- */

static const char *loaded(struct txn *tx, const struct setting *s)
{
	CLEANUP(setting_release) const json_t *value = NULL;

	MUST(setting_load(tx, s, &value));
	return json_to_text(api.arena, value);
}

typedef err_t change_fn(struct txn *tx, struct arena *a, const struct setting *s, const json_t *sent, json_t **out);

/* What the whole value is after a change. */
static const char *changed(change_fn *change, const struct setting *s, const char *sent)
{
	json_auto_t *object = json_loads(sent, 0, NULL), *out = NULL;

	MUST(change(api.tx, api.arena, s, object, &out));
	return json_to_text(api.arena, out);
}

static void a_member_that_is_not_stored_has_its_default(void **state)
{
	(void)state;
	assert_string_equal(loaded(api.tx, &t_plain), "{\"days\":7,\"colors\":{\"dark\":true}}");
	assert_string_equal(changed(setting_patch, &t_plain, "{\"note\":\"a\"}"),
			    "{\"days\":7,\"colors\":{\"dark\":true},\"note\":\"a\"}");
	assert_string_equal(loaded(api.tx, &t_plain), "{\"days\":7,\"colors\":{\"dark\":true},\"note\":\"a\"}");
}

static void a_patch_replaces_the_members_it_names(void **state)
{
	(void)state;
	changed(setting_patch, &t_plain, "{\"note\":\"a\",\"days\":3}");
	assert_string_equal(changed(setting_patch, &t_plain, "{\"colors\":{\"light\":1}}"),
			    "{\"days\":3,\"colors\":{\"light\":1},\"note\":\"a\"}");
	assert_string_equal(changed(setting_patch, &t_plain, "{}"),
			    "{\"days\":3,\"colors\":{\"light\":1},\"note\":\"a\"}");
}

static void a_replacement_takes_back_what_it_does_not_name(void **state)
{
	(void)state;
	changed(setting_patch, &t_plain, "{\"note\":\"a\",\"days\":3}");
	assert_string_equal(changed(setting_replace, &t_plain, "{\"note\":\"b\"}"),
			    "{\"days\":7,\"colors\":{\"dark\":true},\"note\":\"b\"}");
	assert_string_equal(changed(setting_replace, &t_plain, "{}"), "{\"days\":7,\"colors\":{\"dark\":true}}");
}

static void the_initial_value_stands_until_the_first_change(void **state)
{
	(void)state;
	assert_string_equal(loaded(api.tx, &t_begun), "{\"days\":7,\"colors\":{\"dark\":true},\"note\":\"hello\"}");
	assert_string_equal(changed(setting_patch, &t_begun, "{\"days\":2}"),
			    "{\"days\":2,\"colors\":{\"dark\":true},\"note\":\"hello\"}");
	assert_string_equal(changed(setting_replace, &t_begun, "{}"), "{\"days\":7,\"colors\":{\"dark\":true}}");
	assert_string_equal(loaded(api.tx, &t_begun), "{\"days\":7,\"colors\":{\"dark\":true}}");
}

static void the_admin_tenant_may_begin_with_another_value(void **state)
{
	(void)state;
	assert_string_equal(loaded(api.tx, &t_row), "{\"days\":7,\"note\":\"\"}");
	txn_set_tenant(api.tx, "admin");
	assert_string_equal(loaded(api.tx, &t_row), "{\"days\":9,\"note\":\"\"}");
	txn_set_tenant(api.tx, "default");
}

static void a_patch_is_judged_by_what_stood_before(void **state)
{
	json_auto_t *down = json_loads("{\"days\":8}", 0, NULL), *out = NULL;

	(void)state;
	assert_string_equal(changed(setting_patch, &t_row, "{\"days\":9}"), "{\"days\":9,\"note\":\"7\"}");
	assert_int_equal(setting_patch(api.tx, api.arena, &t_row, down, &out), ERR_CHECK);
	assert_int_equal(json_object_size(down), 1);
	assert_string_equal(loaded(api.tx, &t_row), "{\"days\":9,\"note\":\"7\"}");
}

static void a_setting_with_an_id_answers_with_it_and_refuses_a_patch_of_nothing(void **state)
{
	(void)state;
	api_expect(ERR_NOTHING_TO_WRITE, PATCH, "/api/account-center", "{}");
	api_expect(ERR_NOTHING_TO_WRITE, PATCH, "/api/account-center", "{\"id\":\"x\"}");
	api_expect(OK, PATCH, "/api/account-center", "{\"enabled\":true,\"id\":\"x\"}");
	assert_string_equal(api_member("tenantId"), "default");
	assert_string_equal(api_member("id"), "default");
	api_expect(ERR_TOO_LONG, PATCH, "/api/sign-in-exp",
		   arena_printf(api.arena, "{\"supportWebsiteUrl\":\"https://a.example/%02048d\"}", 1));
}

static void what_is_no_longer_described_is_not_answered(void **state)
{
	(void)state;
	MUST(setting_put(api.tx, "t-plain", "{\"old\":1,\"days\":4}"));
	assert_string_equal(loaded(api.tx, &t_plain), "{\"days\":4,\"colors\":{\"dark\":true}}");
}

static void a_stored_text_that_is_not_an_object_is_our_fault(void **state)
{
	const json_t *value = NULL;

	(void)state;
	MUST(setting_put(api.tx, "t-plain", "[1]"));
	assert_int_equal(setting_load(api.tx, &t_plain, &value), ERR_INTERNAL);
	assert_null(value);
}

static void defaults_must_fit_the_fields(void **state)
{
	static const struct field wrong[] = {
		{ "days", .type = FIELD_INTEGER, .min = 1, .fallback = "0" }, FIELDS_END
	};
	static const struct field unreadable[] = {
		{ "days", .type = FIELD_INTEGER, .fallback = "seven" }, FIELDS_END
	};
	const struct setting kept = t_plain;

	(void)state;
	MUST(setting_start());
	t_plain.fields = wrong;
	assert_int_equal(setting_start(), ERR_INTERNAL);
	t_plain.fields = unreadable;
	assert_int_equal(setting_start(), ERR_INTERNAL);
	t_plain = kept;
	t_plain.initial = "[]";
	assert_int_equal(setting_start(), ERR_INTERNAL);
	t_plain = kept;
	MUST(setting_start());
}

/* -- the memory -- */

static const char *read_loaded(const struct setting *s)
{
	const char *text = loaded(read_begin("default"), s);

	read_end();
	return text;
}

static void a_value_is_remembered_until_a_setting_changes(void **state)
{
	CLEANUP(setting_release) const json_t *first = NULL;
	CLEANUP(setting_release) const json_t *second = NULL;

	(void)state;
	MUST(setting_load(read_begin("default"), &t_plain, &first));
	MUST(setting_load(world.tx, &t_plain, &second));
	read_end();
	assert_ptr_equal(first, second);
	changed(setting_patch, &t_plain, "{\"days\":9}");
	assert_string_equal(read_loaded(&t_plain), "{\"days\":7,\"colors\":{\"dark\":true}}");	/* not committed */
	MUST(txn_commit(&api.tx));
	assert_string_equal(read_loaded(&t_plain), "{\"days\":9,\"colors\":{\"dark\":true}}");
	/* whoever holds it keeps it */
	assert_string_equal(json_to_text(api.arena, first), "{\"days\":7,\"colors\":{\"dark\":true}}");
	api.tx = write_begin("default");
}

static void what_is_rolled_back_is_not_remembered(void **state)
{
	const char *before;

	(void)state;
	before = read_loaded(&t_begun);
	changed(setting_patch, &t_begun, "{\"days\":99}");
	loaded(api.tx, &t_begun);
	txn_rollback(&api.tx);
	assert_string_equal(read_loaded(&t_begun), before);
	api.tx = write_begin("default");
}

/* -- endpoints -- */

static void the_endpoints_answer_with_the_whole_value(void **state)
{
	(void)state;
	api_expect(OK, GET, "/api/configs/oidc/session", NULL);
	assert_string_equal(api.answer, "{\"ttl\":1209600}");
	api_expect(OK, PATCH, "/api/configs/oidc/session", "{\"ttl\":60,\"other\":1}");
	assert_string_equal(api.answer, "{\"ttl\":60}");
	api_expect(OK, PATCH, "/api/configs/oidc/session", "{}");
	assert_string_equal(api.answer, "{\"ttl\":60}");
	api_expect(ERR_INPUT, PATCH, "/api/configs/oidc/session", "{\"ttl\":null}");
	api_expect(OK, PUT, "/api/configs/id-token", "{\"enabledExtendedClaims\":[\"roles\",\"roles\"]}");
	assert_string_equal(api.answer, "{\"enabledExtendedClaims\":[\"roles\",\"roles\"]}");
	api_expect(OK, PUT, "/api/configs/id-token", "{}");
	assert_string_equal(api.answer, "{}");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_setting_belongs_to_its_tenant), CASE(a_setting_goes_with_its_tenant),
		CASE(a_member_that_is_not_stored_has_its_default),
		CASE(a_patch_replaces_the_members_it_names), CASE(a_replacement_takes_back_what_it_does_not_name),
		CASE(the_initial_value_stands_until_the_first_change),
		CASE(the_admin_tenant_may_begin_with_another_value), CASE(a_patch_is_judged_by_what_stood_before),
		CASE(a_setting_with_an_id_answers_with_it_and_refuses_a_patch_of_nothing),
		CASE(what_is_no_longer_described_is_not_answered),
		CASE(a_stored_text_that_is_not_an_object_is_our_fault), CASE(defaults_must_fit_the_fields),
		CASE(a_value_is_remembered_until_a_setting_changes), CASE(what_is_rolled_back_is_not_remembered),
		CASE(the_endpoints_answer_with_the_whole_value),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
