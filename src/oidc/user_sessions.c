/*
 * Sessions and grants of a user, as an administrator sees and ends them; and as the user does, in account_sessions.c.
 * Contract: users-apps-resources.md section 2.6.
 */
#include "oidc/user_sessions.h"

#include <string.h>

#include "base/clock.h"
#include "directory/directory.h"
#include "entity/tree.h"
#include "oidc/grant.h"
#include "oidc/oidc.h"
#include "oidc/words.h"
#include "signin/session.h"

#include "base/banned.h"

/* -- sessions -- */

/* What the clients of a session were given, with the members that callers know. The caller owns it. */
static json_t *authorizations(const struct session *s)
{
	json_t *all = json_object(), *given;
	const char *client_id;

	json_object_foreach(s->clients, client_id, given) {
		json_t *one = json_pack("{s:b}", "persistsLogout", json_is_true(json_object_get(given, "persists")));

		json_object_set(one, "sid", json_object_get(given, "sid"));
		json_object_set(one, "grantId", json_object_get(given, "grantId"));
		json_object_set_new(all, client_id, one);
	}
	return all;
}

static void print_payload(struct json_out *j, const struct session *s)
{
	json_auto_t *clients = authorizations(s);

	json_open(j);
	json_key_int(j, "exp", s->expires_at_ms / 1000);
	json_key_int(j, "iat", s->created_at_ms / 1000);
	json_key_text(j, "jti", s->jti);
	json_key_text(j, "uid", s->uid);
	json_key_text(j, "kind", "Session");
	json_key_int(j, "loginTs", s->login_at_s);
	json_key_text(j, "accountId", s->user_id);
	if (json_object_size(clients) > 0) {
		json_key(j, "authorizations");
		json_value(j, clients);
	}
	json_close(j);
}

/* How the person signed in, without what the session says itself; null when nobody noted it. */
static void print_login(struct json_out *j, const json_t *login)
{
	static const char *const shown[] = {
		"interactionEvent", "userId", "verificationRecords", "signInContext",
	};

	if (!json_object_get(login, "interactionEvent")) {
		json_null_(j);
		return;
	}
	json_open(j);
	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		if (json_object_get(login, shown[i])) {
			json_key(j, shown[i]);
			json_value(j, json_object_get(login, shown[i]));
		}
	json_close(j);
}

/* Whether the token was given in the session. */
static bool is_of_token(const struct session *s, const struct account_token *by)
{
	const json_t *given = json_object_get(s->clients, by->client_id);
	const char *grant_id = json_string_value(json_object_get(given, "grantId"));

	return grant_id && !strcmp(grant_id, by->grant_id);
}

static void print_session(struct json_out *j, const struct session *s, const struct account_token *by)
{
	json_open(j);
	json_key(j, "payload");
	print_payload(j, s);
	json_key(j, "lastSubmission");
	print_login(j, s->login);
	json_key_text(j, "clientId", json_string_value(json_object_get(s->login, "clientId")));
	json_key_text(j, "accountId", s->user_id);
	json_key_int(j, "expiresAt", s->expires_at_ms);
	if (by)
		json_key_bool(j, "isCurrent", is_of_token(s, by));
	json_close(j);
}

err_t user_sessions_reply(struct request *rq, const char *user_id, const struct account_token *by)
{
	struct session *all = NULL;
	struct json_out j;
	size_t n;
	err_t e = sessions_of_user(rq, user_id, &all, &n);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key(&j, "sessions");
	json_list(&j);
	for (size_t i = 0; i < n; i++)
		print_session(&j, &all[i], by);
	json_list_end(&j);
	json_close(&j);
	return OK;
}

static err_t list_sessions(struct request *rq)
{
	return user_sessions_reply(rq, path_arg(rq, "userId"), NULL);
}

/* `stranger`: the error for one of another user. */
static err_t load_session(struct request *rq, const char *user_id, const char *uid, err_t stranger,
			  struct session *out)
{
	err_t e = session_find(rq, uid, out);

	if (e)
		return e == ERR_NOT_FOUND ? err_set(ERR_USER_SESSION_NOT_FOUND, "session '%.64s'", uid) : e;
	if (!out->user_id || strcmp(out->user_id, user_id) != 0)
		return err_set(stranger, "session '%.64s'", uid);
	return OK;
}

static err_t get_session(struct request *rq)
{
	struct session s;
	struct json_out j;
	err_t e = load_session(rq, path_arg(rq, "userId"), path_arg(rq, "sessionId"), ERR_USER_SESSION_NOT_FOUND, &s);

	if (e)
		return e;
	j = reply_json(rq, 200);
	print_session(&j, &s, NULL);
	return OK;
}

STATEMENT(find_third_party, "SELECT is_third_party FROM applications WHERE tenant_id = $1 AND id = $2");

/* Whether the client is the tenant's own. One that is not there any more is not; a built-in one is. */
static err_t is_first_party(struct txn *tx, const char *client_id, bool *out)
{
	int64_t third = 1;
	err_t e = store_int(tx, &find_third_party, ARGS(T(client_id)), &third);

	*out = e == ERR_NOT_FOUND ? application_built_in_name(client_id) != NULL : !third;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* Revokes what the clients of a session were given; `spares`: not what third parties were. */
static err_t revoke_grants(struct request *rq, const struct session *s, bool spares)
{
	const char *client_id;
	json_t *given;
	err_t e = OK;

	json_object_foreach(s->clients, client_id, given) {
		const char *grant_id = json_string_value(json_object_get(given, "grantId"));
		bool goes = true;

		if (spares)
			e = is_first_party(rq->tx, client_id, &goes);
		if (!e && goes && grant_id) {
			e = sessions_forget_grant(rq, s->user_id, grant_id);
			if (!e)
				e = grant_revoke(rq->tx, grant_id);
		}
		if (e)
			return e;
	}
	return OK;
}

err_t user_session_end(struct request *rq, const char *user_id, const char *uid)
{
	const char *target = query_arg(rq, "revokeGrantsTarget");
	struct session s;
	err_t e = load_session(rq, user_id, uid, ERR_USER_SESSION_ACCOUNT, &s);

	if (!e && target)
		e = revoke_grants(rq, &s, !strcmp(target, "firstParty"));
	if (!e)
		e = session_remove(rq->tx, s.uid);
	return e ? e : reply_empty(rq, 204);
}

static err_t delete_session(struct request *rq)
{
	return user_session_end(rq, path_arg(rq, "userId"), path_arg(rq, "sessionId"));
}

/* -- grants -- */

STATEMENT(list_user_grants,
	  "SELECT g.id, g.client_id, g.scopes, g.created_at, g.expires_at, a.name, a.is_third_party FROM grants g"
	  " LEFT JOIN applications a ON a.tenant_id = g.tenant_id AND a.id = g.client_id"
	  " WHERE g.tenant_id = $1 AND g.user_id = $2 AND g.expires_at > $3 ORDER BY g.created_at DESC, g.id");
COLUMNS(list_user_grants, id, client_id, scopes, created_at, expires_at, name, is_third_party);

/* The names of a list as one text, with blanks between them. */
static json_t *scope_text(struct arena *a, const json_t *names)
{
	struct words all = words_of_list(a, names);

	return json_string(words_text(a, &all));
}

/* What a grant holds, as clients write scopes. The caller owns it. */
static json_t *granted(struct arena *a, const json_t *scopes)
{
	json_t *resources = json_object(), *names;
	const char *indicator;

	json_object_foreach(json_object_get(scopes, "resources"), indicator, names)
		json_object_set_new(resources, indicator, scope_text(a, names));
	return json_pack("{s:{s:o}, s:o}", "openid", "scope", scope_text(a, json_object_get(scopes, "oidc")),
			 "resources", resources);
}

static err_t print_grant(struct json_out *j, struct request *rq, const char *user_id, struct rows *row,
			 const char *name)
{
	json_auto_t *holds = NULL;
	json_t *scopes;
	err_t e = tree_of_column(rq, row, list_user_grants_scopes, &scopes);

	if (e)
		return e;
	holds = granted(rq->arena, scopes);
	json_open(j);
	json_key_text(j, "id", rows_text(row, list_user_grants_id));
	json_key(j, "payload");
	json_open(j);
	json_key_int(j, "exp", rows_int(row, list_user_grants_expires_at) / 1000);
	json_key_int(j, "iat", rows_int(row, list_user_grants_created_at) / 1000);
	json_key_text(j, "jti", rows_text(row, list_user_grants_id));
	json_key_text(j, "kind", "Grant");
	json_key_text(j, "clientId", rows_text(row, list_user_grants_client_id));
	json_key_text(j, "accountId", user_id);
	json_key(j, "openid");
	json_value(j, json_object_get(holds, "openid"));
	json_key(j, "resources");
	json_value(j, json_object_get(holds, "resources"));
	json_close(j);
	json_key_int(j, "expiresAt", rows_int(row, list_user_grants_expires_at));
	json_key(j, "application");
	json_open(j);
	json_key_text(j, "id", rows_text(row, list_user_grants_client_id));
	json_key_text(j, "name", name);
	json_close(j);
	json_close(j);
	return OK;
}

/* The name of the grant's application when it is to be shown; NULL: it was deleted, or is of the other kind. */
static const char *shown_name(struct rows *row, const char *kind)
{
	const char *name = rows_text(row, list_user_grants_name);
	bool third = name && rows_int(row, list_user_grants_is_third_party);

	if (!name)
		name = application_built_in_name(rows_text(row, list_user_grants_client_id));
	return kind && third != !strcmp(kind, "thirdParty") ? NULL : name;
}

err_t user_grants_reply(struct request *rq, const char *user_id)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *kind = query_arg(rq, "appType");
	struct json_out j;
	err_t e = store_query(rq->tx, &list_user_grants, ARGS(T(user_id), N(clock_ms())), &rows);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key(&j, "grants");
	json_list(&j);
	while (!e && rows_next(&rows)) {
		const char *name = shown_name(&rows, kind);

		if (name)
			e = print_grant(&j, rq, user_id, &rows, name);
	}
	json_list_end(&j);
	json_close(&j);
	return e ? e : rows_end(&rows);
}

static err_t list_grants(struct request *rq)
{
	return user_grants_reply(rq, path_arg(rq, "userId"));
}

err_t user_grant_end(struct request *rq, const char *user_id, const char *id)
{
	struct user_grant grant;
	err_t e = grant_find(rq, id, user_id, NULL, &grant);

	if (e)
		return e == ERR_NOT_FOUND ? err_set(ERR_USER_GRANT_NOT_FOUND, "grant '%.64s'", id) : e;
	e = sessions_forget_grant(rq, user_id, id);
	if (!e)
		e = grant_revoke(rq->tx, id);
	return e ? e : reply_empty(rq, 204);
}

static err_t delete_grant_of_user(struct request *rq)
{
	return user_grant_end(rq, path_arg(rq, "userId"), path_arg(rq, "grantId"));
}

/* -- routes -- */

static const struct field session_payload[] = {
	{ "exp", .type = FIELD_INTEGER, .flags = REQUIRED }, { "iat", .type = FIELD_INTEGER, .flags = REQUIRED },
	{ "jti", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "uid", .type = FIELD_TEXT, .flags = REQUIRED, .help = "What the session is called in addresses." },
	{ "kind", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "loginTs", .type = FIELD_INTEGER, .flags = REQUIRED, .help = "Epoch seconds." },
	{ "accountId", .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE },
	{ "authorizations", .type = FIELD_OBJECT, .help = "What applications were given, by their ids." },
	FIELDS_END
};
static const struct field sign_in_context[] = {
	{ "ip", .type = FIELD_TEXT }, { "userAgent", .type = FIELD_TEXT },
	FIELDS_END
};
static const struct field submission_members[] = {
	{ "interactionEvent", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "userId", .type = FIELD_TEXT },
	{ "verificationRecords", .type = FIELD_LIST, .element = &field_object },
	{ "signInContext", .type = FIELD_STRUCT, .members = sign_in_context, .help = "From where they signed in." },
	FIELDS_END
};
static const struct field session_members[] = {
	{ "payload", .type = FIELD_STRUCT, .flags = REQUIRED, .members = session_payload },
	{ "lastSubmission", .type = FIELD_STRUCT, .flags = REQUIRED | NULLABLE, .members = submission_members,
	  .help = "How the person signed in." },
	{ "clientId", .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE,
	  .help = "The application for which they signed in." },
	{ "accountId", .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE },
	{ "expiresAt", .type = FIELD_TIME, .flags = REQUIRED },
	{ "isCurrent", .type = FIELD_BOOL, .help = "Told to the owner: whether the call comes from it." },
	FIELDS_END
};
static const struct field session_element = { .type = FIELD_STRUCT, .members = session_members };
static const struct field sessions_members[] = {
	{ "sessions", .type = FIELD_LIST, .flags = REQUIRED, .element = &session_element },
	FIELDS_END
};

static const struct field application_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED }, { "name", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};
static const struct field grant_payload[] = {
	{ "exp", .type = FIELD_INTEGER, .flags = REQUIRED },
	{ "iat", .type = FIELD_INTEGER, .flags = REQUIRED, .help = "When it was allowed first, in epoch seconds." },
	{ "jti", .type = FIELD_TEXT, .flags = REQUIRED }, { "kind", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "clientId", .type = FIELD_TEXT, .flags = REQUIRED }, { "accountId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "openid", .type = FIELD_OBJECT, .flags = REQUIRED, .help = "Its scope is one text." },
	{ "resources", .type = FIELD_OBJECT, .flags = REQUIRED, .help = "The scopes of APIs, by their indicators." },
	FIELDS_END
};
static const struct field grant_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "payload", .type = FIELD_STRUCT, .flags = REQUIRED, .members = grant_payload },
	{ "expiresAt", .type = FIELD_TIME, .flags = REQUIRED },
	{ "application", .type = FIELD_STRUCT, .flags = REQUIRED, .members = application_members },
	FIELDS_END
};
static const struct field grant_element = { .type = FIELD_STRUCT, .members = grant_members };
static const struct field grants_members[] = {
	{ "grants", .type = FIELD_LIST, .flags = REQUIRED, .element = &grant_element },
	FIELDS_END
};

static const char *const targets[] = { "all", "firstParty", NULL };
const struct field session_delete_query[] = {
	{ "revokeGrantsTarget", .type = FIELD_ENUM, .options = targets,
	  .help = "Also what applications were given in the session: all, or our own." },
	FIELDS_END
};

static const char *const kinds[] = { "firstParty", "thirdParty", NULL };
const struct field user_grants_query[] = {
	{ "appType", .type = FIELD_ENUM, .options = kinds, .help = "Only those of our own, or of other parties." },
	FIELDS_END
};

static const struct shape one_session = { .fields = session_members };
const struct shape user_sessions_shape = { .fields = sessions_members };
const struct shape user_grants_shape = { .fields = grants_members };

const struct route user_session_routes[] = {
	{ GET, "/api/users/{userId}/sessions", MANAGEMENT, SCAN, .handler = list_sessions, .of = &user, .status = 200,
	  .reply = &user_sessions_shape, .summary = "List the sessions of a user" },
	{ GET, "/api/users/{userId}/sessions/{sessionId}", MANAGEMENT, READ, .handler = get_session, .of = &user,
	  .status = 200, .reply = &one_session, .summary = "Get a session of a user" },
	{ DELETE, "/api/users/{userId}/sessions/{sessionId}", MANAGEMENT, WRITE, .query = session_delete_query,
	  .handler = delete_session, .of = &user, .status = 204, .summary = "End a session of a user" },
	{ GET, "/api/users/{userId}/grants", MANAGEMENT, SCAN, .query = user_grants_query,
	  .handler = list_grants, .of = &user, .status = 200, .reply = &user_grants_shape,
	  .summary = "List what a user lets applications have" },
	{ DELETE, "/api/users/{userId}/grants/{grantId}", MANAGEMENT, WRITE, .handler = delete_grant_of_user,
	  .of = &user, .status = 204, .summary = "Take from an application what a user lets it have" },
};
const size_t user_session_route_count = ARRAY_LEN(user_session_routes);
