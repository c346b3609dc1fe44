/* What is deleted and large: nobody finds it any more, and its rest goes slice by slice. */
#include "world.h"

#include "base/text.h"
#include "entity/deletion.h"
#include "http/route.h"

#include "base/banned.h"

STATEMENT(t_del_users,
	  "INSERT INTO users (tenant_id, id, profile, identities, custom_data, logto_config, mfa_verifications,"
	  " is_suspended, is_password_expired, created_at, updated_at, search)"
	  " SELECT $1, 'u' || i, '{}', '{}', '{}', '{}', '[]', 0, 0, 1, 1, ''"
	  " FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2) SELECT i FROM n)");
STATEMENT(t_del_join,
	  "INSERT INTO organization_users (tenant_id, organization_id, user_id) SELECT $1, $2, id FROM users"
	  " WHERE tenant_id = $1 AND id LIKE 'u%' ORDER BY id DESC LIMIT $3 ON CONFLICT DO NOTHING");
STATEMENT(t_del_hold,
	  "INSERT INTO user_roles (tenant_id, role_id, user_id) SELECT $1, $2, id FROM users"
	  " WHERE tenant_id = $1 AND id LIKE 'u%' ORDER BY id DESC LIMIT $3 ON CONFLICT DO NOTHING");
STATEMENT(t_del_connector,
	  "INSERT INTO sso_connectors (tenant_id, id, provider_name, connector_name, config, domains, branding,"
	  " sync_profile, enable_token_storage, created_at)"
	  " VALUES ($1, 'c1', 'OIDC', 'c', '{}', '[]', '{}', 0, 0, 1)");
STATEMENT(t_del_jit_connector,
	  "INSERT INTO organization_jit_sso_connectors (tenant_id, organization_id, sso_connector_id)"
	  " VALUES ($1, $2, 'c1')");
STATEMENT(t_del_members, "SELECT count(*) FROM organization_users WHERE tenant_id = $1 AND organization_id = $2");
STATEMENT(t_del_holders, "SELECT count(*) FROM user_roles WHERE tenant_id = $1 AND role_id = $2");
STATEMENT(t_del_rows,
	  "SELECT (SELECT count(*) FROM organizations WHERE tenant_id = $1 AND id = $2)"
	  " + (SELECT count(*) FROM roles WHERE tenant_id = $1 AND id = $2)"
	  " + (SELECT count(*) FROM organization_applications WHERE tenant_id = $1 AND organization_id = $2)"
	  " + (SELECT count(*) FROM organization_invitations WHERE tenant_id = $1 AND organization_id = $2)"
	  " + (SELECT count(*) FROM counters WHERE tenant_id = $1 AND owner = $2)");

#define MUST(call) assert_int_equal(call, OK)
#define P(...) arena_printf(api.arena, __VA_ARGS__)
#define UNKNOWN "0nowhere"
#define MANY 5001 /* more than a slice */

static int64_t number(struct statement *s, const char *id)
{
	int64_t n = -1;

	MUST(store_int(api.tx, s, ARGS(T(id)), &n));
	return n;
}

static void add_many(struct statement *s, const char *id, int n)
{
	MUST(store_exec(api.tx, s, ARGS(T(id), N(n)), NULL));
}

/* Slices until there are none; how many. */
static int finish(void)
{
	bool more;
	int n = 0;

	for (MUST(deletion_slice(api.tx, api.arena, &more)); more; MUST(deletion_slice(api.tx, api.arena, &more)))
		n++;
	return n;
}

/* -- what everything hangs on -- */

static struct {
	const char *machine, *third_party, *scope;
	const char *role, *machine_role; /* of the organization template */
	const char *invitation;
} w;

static void fill_world(void)
{
	MUST(store_exec(api.tx, &t_del_users, ARGS(N(2 * MANY)), NULL));
	MUST(store_exec(api.tx, &t_del_connector, NO_ARGS, NULL));
	w.machine = api_post_for_id("/api/applications", "{\"name\":\"m\",\"type\":\"MachineToMachine\"}");
	w.third_party = api_post_for_id("/api/applications",
					"{\"name\":\"t\",\"type\":\"Traditional\",\"isThirdParty\":true}");
	w.role = api_post_for_id("/api/organization-roles", "{\"name\":\"r\"}");
	w.machine_role = api_post_for_id("/api/organization-roles", "{\"name\":\"mr\",\"type\":\"MachineToMachine\"}");
	w.scope = "management-api-all";
	api_expect(OK, POST, P("/api/organization-roles/%s/scopes", w.role),
		   P("{\"organizationScopeIds\":[\"%s\"]}",
		     api_post_for_id("/api/organization-scopes", "{\"name\":\"s\"}")));
}

/* An organization with MANY members and one of everything else. */
static const char *large_organization(void)
{
	const char *id = api_post_for_id("/api/organizations", "{\"name\":\"Large\"}"),
		   *base = P("/api/organizations/%s", id);

	add_many(&t_del_join, id, MANY);
	api_expect(OK, POST, P("%s/users/roles", base),
		   P("{\"userIds\":[\"u9999\"],\"organizationRoleIds\":[\"%s\"]}", w.role));
	api_expect(OK, POST, P("%s/applications", base), P("{\"applicationIds\":[\"%s\"]}", w.machine));
	api_expect(OK, POST, P("%s/applications/%s/roles", base, w.machine),
		   P("{\"organizationRoleIds\":[\"%s\"]}", w.machine_role));
	api_expect(OK, POST, P("%s/jit/email-domains", base), "{\"emailDomain\":\"a.example\"}");
	api_expect(OK, POST, P("%s/jit/roles", base), P("{\"organizationRoleIds\":[\"%s\"]}", w.role));
	MUST(store_exec(api.tx, &t_del_jit_connector, ARGS(T(id)), NULL));
	api_expect(OK, POST, P("/api/applications/%s/users/u9999/consent-organizations", w.third_party),
		   P("{\"organizationIds\":[\"%s\"]}", id));
	w.invitation = api_post_for_id(
		"/api/organization-invitations",
		P("{\"invitee\":\"a@a.example\",\"organizationId\":\"%s\",\"expiresAt\":9000000000000}", id));
	return id;
}

/* -- every route, with a thing that is deleted and with one that never was -- */

/* What a {parameter} of a path becomes; NULL: nothing that we know of. */
static const char *value_of(const char *path, const char *name, const char *organization, const char *role,
			    const char *invitation)
{
	bool first = strchr(path, '{') == strstr(path, name);

	if (first && text_has_prefix(path, "/api/organizations/"))
		return organization;
	if (first && text_has_prefix(path, "/api/organization-invitations/"))
		return invitation;
	if (first && text_has_prefix(path, "/api/roles/"))
		return role;
	if (first && text_has_prefix(path, "/api/applications/"))
		return strstr(path, "consent") ? w.third_party : w.machine;
	if (first && text_has_prefix(path, "/api/users/"))
		return "u9999";
	return !strcmp(name, "{organizationId}")     ? organization :
	       !strcmp(name, "{roleId}")             ? role :
	       !strcmp(name, "{userId}")             ? "u9999" :
	       !strcmp(name, "{applicationId}")      ? w.machine :
	       !strcmp(name, "{emailDomain}")        ? "a.example" :
	       !strcmp(name, "{ssoConnectorId}")     ? "c1" :
	       !strcmp(name, "{scopeId}")            ? w.scope :
	       !strcmp(name, "{organizationRoleId}") ? (strstr(path, "/applications/") ? w.machine_role : w.role) :
						       NULL;
}

static const char *path_with(const char *path, const char *organization, const char *role, const char *invitation)
{
	const char *at = path, *made = "";

	while (*at) {
		size_t n = strcspn(at, "{");
		const char *end = strchr(at, '}'), *value;

		made = P("%s%.*s", made, (int)n, at);
		at += n;
		if (!*at)
			break;
		value = value_of(path, P("%.*s", (int)(end - at + 1), at), organization, role, invitation);
		if (!value)
			return NULL;
		made = P("%s%s", made, value);
		at = end + 1;
	}
	return made;
}

static bool takes(const struct route *r, const char *member)
{
	for (const struct field *f = r->body; f && f->name; f++)
		if (!strcmp(f->name, member))
			return true;
	return false;
}

/* Whether the request says of which organization or role it speaks. */
static bool names_one(const struct route *r)
{
	return text_has_prefix(r->path, "/api/organizations/{") ||
	       text_has_prefix(r->path, "/api/organization-invitations/{") ||
	       text_has_prefix(r->path, "/api/roles/{") || strstr(r->path, "{organizationId}") ||
	       strstr(r->path, "{roleId}") || (takes(r, "organizationId") && strstr(r->path, "invitations")) ||
	       takes(r, "organizationIds") || takes(r, "roleIds");
}

static const char *body_with(const char *organization, const char *role, bool of_machines)
{
	json_t *body = json_pack(
		"{s:[s], s:[s], s:[s], s:[s], s:s, s:[s], s:[s], s:s, s:s, s:I, s:s, s:s, s:[s], s:[s]}", "userIds",
		"u9999", "applicationIds", w.machine, "organizationRoleIds", of_machines ? w.machine_role : w.role,
		"emailDomains", "b.example", "emailDomain", "b.example", "ssoConnectorIds", "c1", "scopeIds", w.scope,
		"name", "x", "invitee", "a@a.example", "expiresAt", (json_int_t)9000000000000, "status", "Revoked",
		"organizationId", organization, "organizationIds", organization, "roleIds", role);
	const char *text = json_to_text(api.arena, body);

	json_decref(body);
	return text;
}

/* Error, status, total, body; nothing stays of what it did. */
static const char *outcome(const struct route *r, const char *path, const char *body)
{
	struct request *rq = api_request(r->method, path, r->method == GET || r->method == DELETE ? NULL : body);
	const char *total, *text;
	err_t e;

	MUST(txn_savepoint(api.tx, api.tenant->id));
	err_clear();
	e = chain_run(rq, api.tx);
	total = reply_header_value(rq, "Total-Number");
	text = P("%s %d %s %s", err_name(e), e ? 0 : rq->reply.status, total ? total : "-",
		 e ? "" : buffer_str(&rq->reply.body));
	request_free(rq);
	MUST(txn_rollback_to(api.tx));
	return text;
}

/* Every route answers as for ids that never were, and no list shows the id. Returns how many routes name one. */
static int compare(const char *organization, const char *role, bool of_machines)
{
	size_t count;
	const struct route *rows = route_rows(&count);
	int compared = 0;

	for (const struct route *r = rows; r < rows + count; r++) {
		const char *path = path_with(r->path, organization, role, w.invitation);
		const char *now = path ? outcome(r, path, body_with(organization, role, of_machines)) : "";

		if (r->method == GET && (strstr(now, organization) || strstr(now, role)))
			fail_msg("GET %s shows what is deleted: %s", path, now);
		if (!path || !names_one(r))
			continue;
		path = path_with(r->path, UNKNOWN, UNKNOWN, UNKNOWN);
		if (strcmp(now, outcome(r, path, body_with(UNKNOWN, UNKNOWN, of_machines))))
			fail_msg("%d %s: %s, but with an unknown id %s", r->method, r->path, now,
				 outcome(r, path, body_with(UNKNOWN, UNKNOWN, of_machines)));
		compared++;
	}
	return compared;
}

static const char *total_of(const char *path)
{
	const struct route r = { .method = GET };

	return P("%.12s", outcome(&r, path, NULL));
}

static void a_large_organization_is_gone_for_every_reader_at_once(void **state)
{
	const char *total, *id;

	(void)state;
	fill_world();
	total = total_of("/api/organizations");
	id = large_organization();
	assert_string_not_equal(total_of("/api/organizations"), total);
	api_expect(OK, DELETE, P("/api/organizations/%s", id), NULL);
	assert_int_equal(number(&t_del_members, id), MANY - DELETION_SLICE);
	assert_true(number(&t_del_rows, id) > 0);
	assert_true(compare(id, UNKNOWN, false) > 40);
	assert_true(compare(id, UNKNOWN, true) > 40);
	assert_string_equal(total_of("/api/organizations"), total);
	api_expect(OK, GET, P("/api/users?excludeOrganizationId=%s&search.id=u9999", id), NULL);
	assert_non_null(strstr(api.answer, "u9999")); /* as of an organization that never was */
	assert_int_equal(finish(), 1);
	assert_int_equal(number(&t_del_members, id) + number(&t_del_rows, id), 0);
	assert_string_equal(total_of("/api/organizations"), total);
}

static void a_large_role_is_gone_for_every_reader_at_once_and_its_name_is_free(void **state)
{
	static const char body[] = "{\"name\":\"Large\",\"description\":\"d\",\"isDefault\":true}";
	const char *id, *next;

	(void)state;
	fill_world();
	w.invitation = UNKNOWN;
	id = api_post_for_id("/api/roles", body);
	add_many(&t_del_hold, id, MANY);
	api_expect(ERR_ROLE_NAME, POST, "/api/roles", body);
	api_expect(OK, DELETE, P("/api/roles/%s", id), NULL);
	assert_int_equal(number(&t_del_holders, id), MANY - DELETION_SLICE);
	assert_true(compare(UNKNOWN, id, false) > 40);
	api_expect(OK, GET, P("/api/users/%s/roles", api_post_for_id("/api/users", "{\"name\":\"new\"}")), NULL);
	assert_string_equal(api.answer, "[]"); /* it was a default role */
	next = api_post_for_id("/api/roles", body);
	add_many(&t_del_hold, next, MANY);
	api_expect(OK, DELETE, P("/api/roles/%s", next), NULL); /* two of one name are on their way at once */
	api_post_for_id("/api/roles", body);
	assert_int_equal(finish(), 2);
	assert_int_equal(number(&t_del_holders, id) + number(&t_del_rows, id) + number(&t_del_holders, next) +
				 number(&t_del_rows, next),
			 0);
}

static void the_rest_goes_slice_by_slice_in_whatever_tenant(void **state)
{
	const char *id, *small;
	bool more;

	(void)state;
	fill_world();
	id = large_organization();
	small = api_post_for_id("/api/organizations", "{\"name\":\"Small\"}");
	add_many(&t_del_join, small, 3);
	assert_int_equal(finish(), 0); /* nothing is to be done */
	api_expect(OK, DELETE, P("/api/organizations/%s", id), NULL);
	add_many(&t_del_join, id, 2 * MANY); /* somebody who found it a moment before adds to it */
	assert_int_equal(number(&t_del_members, id), 2 * MANY);
	txn_set_tenant(api.tx, "admin");
	for (int left = 2 * MANY - DELETION_SLICE; left > 0; left -= DELETION_SLICE) {
		MUST(deletion_slice(api.tx, api.arena, &more));
		assert_true(more);
		assert_string_equal(txn_tenant(api.tx), "admin");
		txn_set_tenant(api.tx, "default");
		assert_int_equal(number(&t_del_members, id), left);
		txn_set_tenant(api.tx, "admin");
	}
	txn_set_tenant(api.tx, "default");
	assert_int_equal(finish(), 1);
	assert_int_equal(number(&t_del_members, id) + number(&t_del_rows, id), 0);
	assert_int_equal(number(&t_del_members, small), 3);
	assert_true(number(&t_del_rows, small) > 0);
}

static void what_has_less_than_a_slice_goes_at_once(void **state)
{
	const char *id;

	(void)state;
	fill_world();
	id = api_post_for_id("/api/organizations", "{\"name\":\"Just under\"}");
	add_many(&t_del_join, id, DELETION_SLICE - 1);
	api_expect(OK, DELETE, P("/api/organizations/%s", id), NULL);
	assert_int_equal(number(&t_del_members, id) + number(&t_del_rows, id), 0);
	assert_int_equal(finish(), 0);
}

STATEMENT(t_del_marked,
	  "INSERT INTO organizations (tenant_id, id, name, custom_data, is_mfa_required, color, branding, created_at,"
	  " search, deleted_at) VALUES ($1, $2, 'n', '{}', 0, '{}', '{}', 1, '', 1)");

/* PostgreSQL: one copy of the program takes the thing while another one looks. */
static void what_another_transaction_deletes_is_busy_until_that_has_ended(void **state)
{
	struct arena *a = arena_new();
	struct txn *mine = write_begin("default"), *others;
	struct conn *c;
	bool more;

	(void)state;
	MUST(deletion_slice(mine, a, &more));
	assert_false(more);
	MUST(store_exec(mine, &t_del_marked, ARGS(T("o1")), NULL));
	MUST(txn_commit(&mine));
	MUST(conn_open(world.store, true, &c));
	MUST(txn_begin(c, "default", true, &others));
	MUST(deletion_slice(others, a, &more));
	assert_true(more);
	mine = write_begin("default");
	assert_int_equal(deletion_slice(mine, a, &more), ERR_BUSY);
	txn_rollback(&others);
	conn_close(c);
	MUST(deletion_slice(mine, a, &more));
	assert_true(more);
	MUST(deletion_slice(mine, a, &more));
	assert_false(more);
	txn_rollback(&mine);
	arena_free(a);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_large_organization_is_gone_for_every_reader_at_once),
		CASE(a_large_role_is_gone_for_every_reader_at_once_and_its_name_is_free),
		CASE(the_rest_goes_slice_by_slice_in_whatever_tenant),
		CASE(what_has_less_than_a_slice_goes_at_once),
	};

	const struct CMUnitTest postgres[] = {
		cmocka_unit_test(what_another_transaction_deletes_is_busy_until_that_has_ended),
	};

	return WORLDS_RUN(tests, api_start, postgres, world_begin_postgres);
}
