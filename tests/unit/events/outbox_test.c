/*
 * The outbox through the API: which call is which event, what the rows hold, who reads, what is trimmed.
 */
#include "world.h"

#include "events/outbox.h"

#include "base/banned.h"

STATEMENT(t_unread, "INSERT INTO outbox (tenant_id, event, created_at, payload) VALUES ($1, 'Role.Created', 1, '{}')");
STATEMENT(t_rows, "SELECT number, event, created_at, payload FROM outbox WHERE tenant_id = $1 ORDER BY number");
STATEMENT(t_age, "UPDATE outbox SET created_at = created_at - $2 WHERE tenant_id = $1 AND number IN"
	  " (SELECT number FROM outbox WHERE tenant_id = $1 ORDER BY number LIMIT $3)");
STATEMENT(t_drop, "DELETE FROM outbox WHERE tenant_id = $1");

#define MUST(call) assert_int_equal(call, OK)

static const char *const everything[] = {
#define E(name) #name,
#include "events/events.def"
#undef E
	NULL
};

static void listen_to(const char *event)
{
	const char *const one[] = { event, NULL };

	MUST(outbox_subscribe(api.tx, "t", event ? one : everything));
}

/* The events in their order, "A B", and the payloads as a list; both are gone afterwards. */
static json_t *payloads;

static const char *written(void)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *all = "";
	int64_t last = 0;

	json_decref(payloads);
	payloads = json_array();
	MUST(store_query(api.tx, &t_rows, NO_ARGS, &rows));
	while (rows_next(&rows)) {
		all = arena_printf(api.arena, "%s%s%s", all, *all ? " " : "", rows_text(&rows, 1));
		assert_true(rows_int(&rows, 0) > last);
		last = rows_int(&rows, 0);
		assert_int_equal(
			json_array_append_new(payloads, json_loads(rows_text(&rows, 3), JSON_REJECT_DUPLICATES, NULL)),
			0);
	}
	MUST(rows_end(&rows));
	MUST(store_exec(api.tx, &t_drop, NO_ARGS, NULL));
	return all;
}

static const json_t *member(size_t i, const char *name)
{
	return json_object_get(json_array_get(payloads, i), name);
}

static const char *member_text(size_t i, const char *name)
{
	const json_t *value = member(i, name);

	return value ? json_to_text(api.arena, value) : "-";
}

static const char *path_of(const char *begin, const char *middle, const char *end)
{
	return arena_printf(api.arena, "%s%s%s", begin, middle, end);
}

/* The call is exactly these events. */
static void expect_events(const char *events, enum method method, const char *path, const char *body)
{
	const char *found;

	api_expect(OK, method, path, body);
	found = written();
	if (strcmp(found, events))
		fail_msg("%s %s: '%s', not '%s'", path, body ? body : "", found, events);
}

static int end(void **state)
{
	json_decref(payloads);
	payloads = NULL;
	return api_end(state);
}

/* -- which call is which event -- */

static void calls_about_people_are_their_events(void **state)
{
	const char *u, *path;

	(void)state;
	listen_to(NULL);
	expect_events("User.Created", POST, "/api/users", "{\"name\":\"Ada\"}");
	assert_string_equal(member_text(0, "data"), api.answer);
	u = arena_copy(api.arena, json_string_value(json_object_get(member(0, "data"), "id")));
	path = path_of("/api/users/", u, "");
	expect_events("User.Data.Updated", PATCH, path, "{\"name\":\"Ada L\"}");
	assert_string_equal(json_string_value(json_object_get(member(0, "data"), "name")), "Ada L");
	expect_events("User.Data.Updated", PATCH, path_of(path, "/custom-data", ""), "{\"customData\":{\"a\":1}}");
	assert_string_equal(member_text(0, "data"), "{\"a\":1}");
	expect_events("User.Data.Updated", PATCH, path_of(path, "/profile", ""), "{\"profile\":{\"nickname\":\"a\"}}");
	assert_string_equal(member_text(0, "data"), "{\"nickname\":\"a\"}");
	expect_events("User.Data.Updated", PATCH, path_of(path, "/password", ""), "{\"password\":\"correct horse\"}");
	expect_events("User.SuspensionStatus.Updated", PATCH, path_of(path, "/is-suspended", ""),
		      "{\"isSuspended\":true}");
	expect_events("User.Data.Updated", PATCH, path_of(path, "/logto-configs", ""), "{\"mfa\":{\"skipped\":true}}");
	assert_int_equal(json_object_size(json_array_get(payloads, 0)), 3);	/* event, createdAt, data */
	assert_int_equal(json_object_size(member(0, "data")), 15);
	expect_events("", PATCH, path_of(path, "/password/expiration", ""), "{\"isExpired\":false}");
	expect_events("", GET, path, NULL);
	expect_events("User.Deleted", DELETE, path, NULL);
	assert_int_equal(json_object_size(member(0, "data")), 15);
	assert_string_equal(json_string_value(json_object_get(member(0, "data"), "id")), u);
	assert_string_equal(member_text(0, "status"), "204");
	assert_int_equal(api_call(DELETE, path, NULL), ERR_NOT_FOUND);
	assert_string_equal(written(), "");
}

static void calls_about_roles_and_scopes_are_their_events(void **state)
{
	const char *resource, *scope, *role, *path;

	(void)state;
	listen_to(NULL);
	resource = api_post_for_id("/api/resources", "{\"name\":\"n\",\"indicator\":\"https://n.example\"}");
	path = path_of("/api/resources/", resource, "/scopes");
	assert_string_equal(written(), "");
	expect_events("Scope.Created", POST, path, "{\"name\":\"read\"}");
	scope = arena_copy(api.arena, json_string_value(json_object_get(member(0, "data"), "id")));
	expect_events("Scope.Data.Updated", PATCH, path_of(path, "/", scope), "{\"name\":\"reads\"}");
	expect_events("Role.Created", POST, "/api/roles", "{\"name\":\"plain\",\"description\":\"d\"}");
	expect_events("Role.Scopes.Updated Role.Created", POST, "/api/roles",
		      arena_printf(api.arena, "{\"name\":\"r\",\"description\":\"d\",\"scopeIds\":[\"%s\"]}", scope));
	role = arena_copy(api.arena, json_string_value(json_object_get(member(1, "data"), "id")));
	assert_string_equal(json_string_value(member(0, "roleId")), role);
	assert_string_equal(json_string_value(json_object_get(json_array_get(member(0, "data"), 0), "id")), scope);
	assert_string_equal(member_text(0, "createdAt"), member_text(1, "createdAt"));
	assert_string_equal(member_text(0, "path"), "\"/roles\"");
	path = path_of("/api/roles/", role, "");
	expect_events("Role.Data.Updated", PATCH, path, "{\"name\":\"r2\"}");
	expect_events("Role.Scopes.Updated", DELETE, path_of(path, "/scopes/", scope), NULL);
	assert_null(member(0, "data"));
	expect_events("Role.Scopes.Updated", POST, path_of(path, "/scopes", ""),
		      arena_printf(api.arena, "{\"scopeIds\":[\"%s\"]}", scope));
	assert_int_equal(json_array_size(member(0, "data")), 1);
	expect_events("Role.Deleted", DELETE, path, NULL);
	expect_events("Scope.Deleted", DELETE, path_of(path_of("/api/resources/", resource, "/scopes/"), scope, ""),
		      NULL);
}

static void calls_about_the_template_are_their_events(void **state)
{
	const char *scope, *role, *path;

	(void)state;
	listen_to(NULL);
	expect_events("OrganizationScope.Created", POST, "/api/organization-scopes", "{\"name\":\"read\"}");
	scope = arena_copy(api.arena, json_string_value(json_object_get(member(0, "data"), "id")));
	expect_events("OrganizationScope.Data.Updated", PATCH, path_of("/api/organization-scopes/", scope, ""),
		      "{\"name\":\"reads\"}");
	expect_events("OrganizationRole.Created", POST, "/api/organization-roles",
		      "{\"name\":\"plain\",\"organizationScopeIds\":[]}");
	expect_events("OrganizationRole.Scopes.Updated OrganizationRole.Created", POST, "/api/organization-roles",
		      arena_printf(api.arena, "{\"name\":\"r\",\"organizationScopeIds\":[\"%s\"]}", scope));
	role = arena_copy(api.arena, json_string_value(json_object_get(member(1, "data"), "id")));
	assert_string_equal(json_string_value(member(0, "organizationRoleId")), role);
	assert_null(member(0, "data"));
	path = path_of("/api/organization-roles/", role, "");
	expect_events("OrganizationRole.Data.Updated", PATCH, path, "{\"name\":\"r2\"}");
	expect_events("OrganizationRole.Scopes.Updated", PUT, path_of(path, "/scopes", ""),
		      "{\"organizationScopeIds\":[]}");
	expect_events("OrganizationRole.Scopes.Updated", POST, path_of(path, "/scopes", ""),
		      arena_printf(api.arena, "{\"organizationScopeIds\":[\"%s\"]}", scope));
	assert_null(member(0, "data"));
	assert_null(member(0, "organizationRoleId"));
	expect_events("OrganizationRole.Scopes.Updated", DELETE, path_of(path, "/scopes/", scope), NULL);
	expect_events("", PUT, path_of(path, "/resource-scopes", ""), "{\"scopeIds\":[]}");
	expect_events("OrganizationRole.Deleted", DELETE, path, NULL);
	expect_events("OrganizationScope.Deleted", DELETE, path_of("/api/organization-scopes/", scope, ""), NULL);
}

static void calls_about_organizations_are_their_events(void **state)
{
	const char *o, *path;

	(void)state;
	listen_to(NULL);
	expect_events("Organization.Created", POST, "/api/organizations", "{\"name\":\"Acme\"}");
	o = arena_copy(api.arena, json_string_value(json_object_get(member(0, "data"), "id")));
	path = path_of("/api/organizations/", o, "");
	expect_events("Organization.Data.Updated", PATCH, path, "{\"name\":\"Acme 2\"}");
	expect_events("Organization.Deleted", DELETE, path, NULL);
	assert_null(member(0, "data"));
	assert_string_equal(member_text(0, "params"), arena_printf(api.arena, "{\"id\":\"%s\"}", o));
	expect_events("", POST, "/api/applications", "{\"name\":\"n\",\"type\":\"SPA\"}");
	expect_events("", PUT, "/api/configs/id-token", "{}");
}

/* -- memberships: what really changed -- */

static const char *list_of(const char *name, const char *one, const char *two)
{
	return two ? arena_printf(api.arena, "{\"%s\":[\"%s\",\"%s\"]}", name, one, two) :
		     arena_printf(api.arena, "{\"%s\":[%s%s%s]}", name, one ? "\"" : "", one ? one : "",
				  one ? "\"" : "");
}

#define ONE(id) path_of("[\"", id ? id : "", "\"]")
#define UPDATED "Organization.Membership.Updated"

static void a_change_of_members_tells_whom_it_brought_and_took(void **state)
{
	const char *o = api_post_for_id("/api/organizations", "{\"name\":\"Acme\"}"),
		   *ada = api_post_for_id("/api/users", "{}"), *bob = api_post_for_id("/api/users", "{}");
	const char *path = path_of("/api/organizations/", o, "/users");

	(void)state;
	listen_to(NULL);
	expect_events(UPDATED, POST, path, list_of("userIds", ada, NULL));
	assert_string_equal(member_text(0, "organizationId"), arena_printf(api.arena, "\"%s\"", o));
	assert_string_equal(member_text(0, "addedUserIds"), ONE(ada));
	assert_string_equal(member_text(0, "removedUserIds"), "-");
	assert_string_equal(member_text(0, "data"), "-");
	assert_string_equal(member_text(0, "matchedRoute"), "\"/organizations/:id/users\"");
	expect_events(UPDATED, POST, path, list_of("userIds", ada, bob));
	assert_string_equal(member_text(0, "addedUserIds"), ONE(bob));
	expect_events(UPDATED, PUT, path, list_of("userIds", ada, bob));
	assert_string_equal(member_text(0, "addedUserIds"), "-");
	assert_string_equal(member_text(0, "removedUserIds"), "-");
	expect_events(UPDATED, PUT, path, list_of("userIds", ada, NULL));
	assert_string_equal(member_text(0, "removedUserIds"), ONE(bob));
	expect_events(UPDATED, DELETE, path_of(path, "/", ada), NULL);
	assert_string_equal(member_text(0, "removedUserIds"), ONE(ada));
	assert_int_equal(api_call(DELETE, path_of(path, "/", ada), NULL), ERR_NOT_FOUND);
	assert_string_equal(written(), "");
	assert_int_equal(api_call(POST, path, list_of("userIds", "nope", NULL)), ERR_REFERENCE);
	assert_string_equal(written(), "");
	expect_events(UPDATED, PUT, path, list_of("userIds", NULL, NULL));
}

static void a_change_of_machines_tells_the_same(void **state)
{
	const char *o = api_post_for_id("/api/organizations", "{\"name\":\"Acme\"}");
	const char *m = api_post_for_id("/api/applications", "{\"name\":\"m\",\"type\":\"MachineToMachine\"}");
	const char *path = path_of("/api/organizations/", o, "/applications");

	(void)state;
	listen_to(UPDATED);
	expect_events(UPDATED, POST, path, list_of("applicationIds", m, NULL));
	assert_string_equal(member_text(0, "addedApplicationIds"), ONE(m));
	expect_events(UPDATED, PUT, path, list_of("applicationIds", NULL, NULL));
	assert_string_equal(member_text(0, "removedApplicationIds"), ONE(m));
}

static void a_list_of_ids_is_cut_at_five_thousand(void **state)
{
	const char *o = api_post_for_id("/api/organizations", "{\"name\":\"Acme\"}");
	CLEANUP(buffer_done) struct buffer b = {0};

	(void)state;
	listen_to(UPDATED);
	buffer_init(&b, MIB(1));
	buffer_text(&b, "{\"userIds\":[");
	for (int i = 0; i < 5001; i++)
		buffer_printf(&b, "%s\"%s\"", i ? "," : "", api_post_for_id("/api/users", "{}"));
	buffer_text(&b, "]}");
	expect_events(UPDATED, POST, path_of("/api/organizations/", o, "/users"), buffer_str(&b));
	assert_int_equal(json_array_size(member(0, "addedUserIds")), 5000);
}

/* -- steps -- */

static err_t never(struct request *rq)
{
	(void)rq;
	return ERR_INTERNAL;
}

static const struct step another = { "another", WRITE, never };

static void what_a_step_noted_is_written_with_it_and_the_own_event_with_the_answer(void **state)
{
	struct request *rq = api_request(POST, "/api/organizations", "{}");

	(void)state;
	listen_to(NULL);
	rq->tx = api.tx;
	rq->task.step = &another;	/* it goes on */
	event_note_add(rq, &(struct event_note){ .event = "User.Created" });
	MUST(event_record(rq));
	assert_string_equal(written(), "User.Created");
	assert_string_equal(member_text(0, "status"), "201");
	rq->task.step = NULL;
	rq->notes = NULL;
	rq->reply.status = 202;
	MUST(event_record(rq));
	assert_string_equal(written(), "Organization.Created");
	assert_string_equal(member_text(0, "status"), "202");
	request_free(rq);
}

static void of_a_step_that_is_refused_and_keeps_only_what_it_noted_is_written(void **state)
{
	struct request *rq = api_request(POST, "/api/organizations", "{}");

	(void)state;
	listen_to(NULL);
	rq->tx = api.tx;
	rq->task.keeps = true;
	rq->reply.status = 422;
	MUST(event_record(rq));
	assert_string_equal(written(), "");
	event_note_add(rq, &(struct event_note){ .event = "User.SuspensionStatus.Updated" });
	MUST(event_record(rq));
	assert_string_equal(written(), "User.SuspensionStatus.Updated");
	assert_string_equal(member_text(0, "status"), "422");
	request_free(rq);
}

static void an_event_in_a_step_that_does_not_write_is_our_mistake(void **state)
{
	struct request *rq = api_request(POST, "/api/organizations", "{}"),
		       *plain = api_request(POST, "/api/applications", "{}");

	(void)state;
	rq->tx = read_begin("default");
	assert_int_equal(event_record(rq), ERR_INTERNAL);
	rq->tx = NULL;
	assert_int_equal(event_record(rq), ERR_INTERNAL);
	read_end();
	plain->tx = NULL;
	MUST(event_record(plain));
	request_free(rq);
	request_free(plain);
}

/* -- readers -- */

static void nothing_is_written_where_nobody_reads(void **state)
{
	bool wanted = true;

	(void)state;
	expect_events("", POST, "/api/organizations", "{\"name\":\"Acme\"}");
	MUST(outbox_wants(api.tx, "Organization.Created", &wanted));
	assert_false(wanted);
	listen_to("Organization.Deleted");
	expect_events("", POST, "/api/organizations", "{\"name\":\"Acme\"}");
	listen_to("Organization.Created");
	expect_events("Organization.Created", POST, "/api/organizations", "{\"name\":\"Acme\"}");
	MUST(outbox_wants(api.tx, "No.Such", &wanted));
	assert_false(wanted);
	MUST(outbox_subscribe(api.tx, "t", (const char *const[]){ NULL }));
	expect_events("", POST, "/api/organizations", "{\"name\":\"Acme\"}");
	assert_int_equal(outbox_subscribe(api.tx, "t", (const char *const[]){ "No.Such", NULL }), ERR_INPUT);
}

static void an_event_is_a_row_for_each_of_its_readers(void **state)
{
	(void)state;
	listen_to(NULL);
	MUST(outbox_subscribe(api.tx, "other", everything));
	expect_events("Organization.Created Organization.Created", POST, "/api/organizations", "{\"name\":\"Acme\"}");
	listen_to("User.Created");
	expect_events("Organization.Created", POST, "/api/organizations", "{\"name\":\"Acme\"}");
}

static void another_tenant_is_told_nothing(void **state)
{
	bool wanted = true;

	(void)state;
	listen_to(NULL);
	txn_set_tenant(api.tx, "admin");
	MUST(outbox_wants(api.tx, "User.Created", &wanted));
	assert_false(wanted);
	txn_set_tenant(api.tx, "default");
	MUST(outbox_wants(api.tx, "User.Created", &wanted));
	assert_true(wanted);
}

/* Commits what stands; who wants an event is then a question to memory, until somebody subscribes. */
static void the_answer_is_remembered_until_a_reader_changes(void **state)
{
	bool wanted = true;
	void *kept;

	(void)state;
	cache_forget(context.cache, NULL, CHANGE_ALL);
	cache_mark(context.cache);	/* another test has read on this thread */
	MUST(outbox_wants(api.tx, "Role.Created", &wanted));	/* in a write transaction */
	assert_false(wanted);
	kept = cache_find(context.cache, "default", "outbox readers", strlen("outbox readers"));
	assert_non_null(kept);
	cache_release(context.cache, kept);
	listen_to("Role.Created");
	MUST(outbox_wants(api.tx, "Role.Created", &wanted));	/* its own change, not yet committed */
	assert_true(wanted);
	txn_rollback(&api.tx);
	api.tx = write_begin("default");
	MUST(outbox_wants(api.tx, "Role.Created", &wanted));
	assert_false(wanted);
	listen_to("Role.Created");
	MUST(txn_commit(&api.tx));
	api.tx = write_begin("default");
	MUST(outbox_wants(api.tx, "Role.Created", &wanted));
	assert_true(wanted);
	MUST(outbox_subscribe(api.tx, "t", (const char *const[]){ NULL }));
	MUST(txn_commit(&api.tx));
	api.tx = write_begin("default");
	MUST(outbox_wants(api.tx, "Role.Created", &wanted));
	assert_false(wanted);
}

/* -- trimming -- */

static int64_t trimmed(int64_t most)
{
	int64_t gone = -1;

	MUST(outbox_trim(api.tx, most, &gone));
	return gone;
}

static void a_row_waits_for_its_reader_but_not_for_ever(void **state)
{
	(void)state;
	listen_to(NULL);
	for (int i = 0; i < 4; i++)
		api_expect(OK, POST, "/api/organizations", "{\"name\":\"Acme\"}");
	assert_int_equal(trimmed(10), 0);
	MUST(store_exec(api.tx, &t_age, ARGS(N(OUTBOX_KEPT_MS + 1000), N(3)), NULL));
	assert_int_equal(trimmed(2), 2);
	assert_int_equal(trimmed(2), 1);
	assert_int_equal(trimmed(2), 0);
	assert_string_equal(written(), "Organization.Created");
}

static void what_nobody_wants_any_more_is_trimmed(void **state)
{
	(void)state;
	listen_to(NULL);
	api_expect(OK, POST, "/api/organizations", "{\"name\":\"Acme\"}");
	api_expect(OK, POST, "/api/users", "{}");
	api_expect(OK, POST, "/api/organizations", "{\"name\":\"Acme\"}");
	listen_to("User.Created");
	assert_int_equal(trimmed(10), 2);
	assert_string_equal(written(), "User.Created");
}

extern const struct worker trim_outbox;

static void the_worker_trims_every_tenant(void **state)
{
	(void)state;
	listen_to(NULL);
	api_expect(OK, POST, "/api/organizations", "{\"name\":\"Acme\"}");
	MUST(make_tenant(api.tx, "acme", "acme.example", "Acme"));
	txn_set_tenant(api.tx, "acme");
	MUST(store_exec(api.tx, &t_unread, NO_ARGS, NULL));
	txn_set_tenant(api.tx, "default");
	listen_to("User.Created");
	MUST(worker_run(&trim_outbox, api.tx));
	assert_string_equal(written(), "");
	txn_set_tenant(api.tx, "acme");
	assert_string_equal(written(), "");
	txn_set_tenant(api.tx, "default");
}

static void a_number_is_not_given_again_when_the_last_row_is_gone(void **state)
{
	CLEANUP(rows_close) struct rows rows = {0};
	int64_t first;

	(void)state;
	listen_to(NULL);
	api_expect(OK, POST, "/api/organizations", "{\"name\":\"Acme\"}");
	MUST(store_int(api.tx, &t_rows, NO_ARGS, &first));
	written();
	api_expect(OK, POST, "/api/organizations", "{\"name\":\"Acme\"}");
	MUST(store_query(api.tx, &t_rows, NO_ARGS, &rows));
	assert_true(rows_next(&rows));
	assert_true(rows_int(&rows, 0) > first);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, end)
	const struct CMUnitTest tests[] = {
		CASE(calls_about_people_are_their_events), CASE(calls_about_roles_and_scopes_are_their_events),
		CASE(calls_about_the_template_are_their_events), CASE(calls_about_organizations_are_their_events),
		CASE(a_change_of_members_tells_whom_it_brought_and_took), CASE(a_change_of_machines_tells_the_same),
		CASE(a_list_of_ids_is_cut_at_five_thousand),
		CASE(what_a_step_noted_is_written_with_it_and_the_own_event_with_the_answer),
		CASE(of_a_step_that_is_refused_and_keeps_only_what_it_noted_is_written),
		CASE(an_event_in_a_step_that_does_not_write_is_our_mistake),
		CASE(nothing_is_written_where_nobody_reads),
		CASE(an_event_is_a_row_for_each_of_its_readers), CASE(another_tenant_is_told_nothing),
		CASE(the_answer_is_remembered_until_a_reader_changes),
		CASE(a_row_waits_for_its_reader_but_not_for_ever),
		CASE(what_nobody_wants_any_more_is_trimmed), CASE(the_worker_trims_every_tenant),
		CASE(a_number_is_not_given_again_when_the_last_row_is_gone),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
