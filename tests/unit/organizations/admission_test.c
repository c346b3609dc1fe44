/* The one way into an organization: whoever comes, by whichever call. */
#include "calls.h"

#include "directory/directory.h"
#include "events/outbox.h"
#include "organizations/admission.h"

#include "base/banned.h"

STATEMENT(t_payload, "SELECT payload FROM outbox WHERE tenant_id = $1 ORDER BY number DESC LIMIT 1");
STATEMENT(t_rows, "SELECT count(*) FROM outbox WHERE tenant_id = $1");
STATEMENT(t_count, "SELECT count(*) FROM organization_users WHERE tenant_id = $1 AND organization_id = $2");

typedef err_t admit_fn(struct request *rq, const struct admission *who, struct relation_change *change);

/* Lists of ids joined by commas; NULL: none. */
static json_t *ids_of(const char *joined)
{
	json_t *list = json_array();

	while (joined && *joined) {
		size_t n = strcspn(joined, ",");

		json_array_append_new(list, json_stringn(joined, n));
		joined += n + (joined[n] == ',');
	}
	return list;
}

static err_t by(admit_fn *how, const char *acme, const char *users, const char *roles, struct relation_change *change)
{
	struct request rq = { .arena = api.arena, .tx = api.tx };
	json_t *user_ids = ids_of(users), *role_ids = ids_of(roles);
	err_t e = how(&rq, &(struct admission){ acme, user_ids, roles ? role_ids : NULL }, change);

	json_decref(user_ids);
	json_decref(role_ids);
	return e;
}

static const char *roles_of(const char *acme, const char *who)
{
	return get_list(P("/api/organizations/%s/users/%s/roles", acme, who), "name");
}

static int64_t members_of(const char *acme)
{
	int64_t n;

	MUST(store_int(api.tx, &t_count, ARGS(T(acme)), &n));
	return n;
}

static void whoever_comes_gets_the_roles_beside_those_held(void **state)
{
	const char *acme = new_organization(), *ada = new_user(NULL), *bob = new_user(NULL);
	const char *a = new_role("a", "User"), *b = new_role("b", "User");

	(void)state;
	MUST(by(admit, acme, ada, a, NULL));
	MUST(by(admit, acme, P("%s,%s", ada, bob), P("%s,%s", b, b), NULL));
	MUST(by(admit, acme, ada, "", NULL));
	MUST(by(admit, acme, ada, NULL, NULL));
	assert_string_equal(roles_of(acme, ada), "a,b");
	assert_string_equal(roles_of(acme, bob), "b");
}

static void only_those_who_were_not_there_are_told(void **state)
{
	const char *acme = new_organization(), *ada = new_user(NULL), *bob = new_user(NULL);
	struct relation_change first = {0}, second = {0}, third = {0};

	(void)state;
	MUST(by(admit, acme, P("%s,%s", ada, ada), NULL, &first));
	assert_int_equal(first.added_count, 1);
	assert_string_equal(first.added[0], ada);
	MUST(by(admit, acme, P("%s,%s", ada, bob), NULL, &second));
	assert_int_equal(second.added_count, 1);
	assert_string_equal(second.added[0], bob);
	MUST(by(admit_only, acme, ada, NULL, &third));
	assert_int_equal(third.added_count, 0);
	assert_int_equal(third.removed_count, 1);
	assert_string_equal(third.removed[0], bob);
}

static void a_role_for_machines_admits_nobody(void **state)
{
	const char *acme = new_organization(), *ada = new_user(NULL), *robot = new_role("robot", "MachineToMachine");

	(void)state;
	assert_int_equal(by(admit, acme, ada, robot, NULL), ERR_CHECK);
	assert_int_equal(by(admit, acme, ada, P("nope,%s", robot), NULL), ERR_CHECK);
}

static void what_is_unknown_is_a_reference_that_leads_nowhere(void **state)
{
	const char *acme = new_organization(), *ada = new_user(NULL);

	(void)state;
	assert_int_equal(by(admit, "nope", ada, NULL, NULL), ERR_REFERENCE);
	assert_int_equal(by(admit, acme, P("%s,nope", ada), NULL, NULL), ERR_REFERENCE);
	assert_int_equal(by(admit_only, acme, "nope", NULL, NULL), ERR_REFERENCE);
	assert_int_equal(members_of(acme), 0);
	assert_int_equal(by(admit, acme, ada, "nope", NULL), ERR_REFERENCE);
	assert_int_equal(by(admit, acme, "a23456789012345678901x", NULL, NULL), ERR_TOO_LONG);
	assert_int_equal(by(admit, acme, ada, "a23456789012345678901x", NULL), ERR_TOO_LONG);
}

static void ten_thousand_come_at_once(void **state)
{
	const char *acme = new_organization(), *editor = new_role("editor", "User");
	CLEANUP(buffer_done) struct buffer b = {0};
	struct relation_change change = {0};

	(void)state;
	buffer_init(&b, MIB(1));
	for (int i = 0; i < 10000; i++) {
		CLEANUP(rows_close) struct rows row = {0};
		json_auto_t *object = json_pack("{s:s}", "id", P("u%d", i));

		MUST(entity_insert(api.tx, api.arena, &user, object, &row));
		buffer_printf(&b, "%su%d", i ? "," : "", i);
	}
	MUST(by(admit, acme, buffer_str(&b), editor, &change));
	assert_int_equal(change.added_count, 10000);
	assert_int_equal(members_of(acme), 10000);
	assert_string_equal(roles_of(acme, "u9999"), "editor");
	MUST(by(admit_only, acme, NULL, NULL, NULL));
	assert_int_equal(members_of(acme), 0);
}

/* -- its entrance -- */

static void nothing_else_adds_to_the_members(void **state)
{
	const char *acme = new_organization(), *ada = new_user(NULL);
	json_t *ids = ids_of(ada);

	(void)state;
	assert_int_equal(relation_insert(api.tx, api.arena, &organization_users, &acme, ids, NULL), ERR_INTERNAL);
	assert_int_equal(relation_add_all(api.tx, api.arena, &organization_users, &acme, ids, NULL), ERR_INTERNAL);
	assert_int_equal(relation_replace(api.tx, api.arena, &organization_users, &acme, ids, NULL), ERR_INTERNAL);
	assert_int_equal(members_of(acme), 0);
	json_decref(ids);
}

/* -- its event -- */

static const char *accept_invitation(const char *acme, const char *email, const char *who)
{
	const char *id = post_for_id(
		"/api/organization-invitations",
		P("{\"invitee\":\"%s\",\"organizationId\":\"%s\",\"expiresAt\":9999999999999}", email, acme));
	json_t *payload;
	const char *text;

	MUST(call(PUT, P("/api/organization-invitations/%s/status", id),
		  P("{\"status\":\"Accepted\",\"acceptedUserId\":\"%s\"}", who)));
	MUST(store_text(api.tx, &t_payload, NO_ARGS, api.arena, &text));
	payload = json_loads(text, 0, NULL);
	assert_string_equal(text_in(payload, "event"), "Organization.Membership.Updated");
	assert_string_equal(text_in(payload, "matchedRoute"), "/organization-invitations/:id/status");
	assert_string_equal(text_in(payload, "organizationId"), acme);
	assert_null(json_object_get(payload, "data"));
	text = json_object_get(payload, "addedUserIds") ?
		       json_to_text(api.arena, json_object_get(payload, "addedUserIds")) :
		       "nobody";
	json_decref(payload);
	return text;
}

static void an_accepted_invitation_is_an_event_also_of_a_member(void **state)
{
	const char *acme = new_organization(), *ada = new_user("ada@x.example"), *id;
	int64_t before, after;

	(void)state;
	MUST(outbox_subscribe(api.tx, "t", (const char *const[]){ "Organization.Membership.Updated", NULL }));
	assert_string_equal(accept_invitation(acme, "ada@x.example", ada), P("[\"%s\"]", ada));
	id = post_for_id(
		"/api/organization-invitations",
		P("{\"invitee\":\"bob@x.example\",\"organizationId\":\"%s\",\"expiresAt\":9999999999999}", acme));
	MUST(store_int(api.tx, &t_rows, NO_ARGS, &before));
	MUST(call(PUT, P("/api/organization-invitations/%s/status", id), "{\"status\":\"Revoked\"}"));
	MUST(store_int(api.tx, &t_rows, NO_ARGS, &after));
	assert_int_equal(before, after);
}

/* A member cannot be invited; who becomes one meanwhile is accepted all the same. */
static void accepting_as_a_member_names_nobody(void **state)
{
	const char *acme = new_organization(), *ada = new_user("ada@x.example");
	const char *id = post_for_id(
		"/api/organization-invitations",
		P("{\"invitee\":\"ada@x.example\",\"organizationId\":\"%s\",\"expiresAt\":9999999999999}", acme));
	const char *text;

	(void)state;
	MUST(by(admit, acme, ada, NULL, NULL));
	MUST(outbox_subscribe(api.tx, "t", (const char *const[]){ "Organization.Membership.Updated", NULL }));
	MUST(call(PUT, P("/api/organization-invitations/%s/status", id),
		  P("{\"status\":\"Accepted\",\"acceptedUserId\":\"%s\"}", ada)));
	MUST(store_text(api.tx, &t_payload, NO_ARGS, api.arena, &text));
	assert_non_null(strstr(text, P("\"organizationId\":\"%s\",\"cause\":\"invitation\"}", acme)));
}

FAMILY(CASE(whoever_comes_gets_the_roles_beside_those_held), CASE(only_those_who_were_not_there_are_told),
       CASE(a_role_for_machines_admits_nobody), CASE(what_is_unknown_is_a_reference_that_leads_nowhere),
       CASE(ten_thousand_come_at_once),
       CASE(nothing_else_adds_to_the_members), CASE(an_accepted_invitation_is_an_event_also_of_a_member),
       CASE(accepting_as_a_member_names_nobody))
