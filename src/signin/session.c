/* Stores sessions, and finds that of a browser by its cookie. */
#include "signin/session.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/digest.h"
#include "directory/sign_out.h"
#include "entity/expiry.h"
#include "entity/shape.h"
#include "entity/tree.h"
#include "http/cookie.h"
#include "store/store.h"
#include "tenant/cookie_keys.h"
#include "tenant/doors.h"
#include "tenant/setting.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define VALUE_LEN 43		/* of the cookie: 258 random bits */
#define NOBODY_LIFE_S 3600	/* in the store, while nobody has signed in: anyone can begin any number of them */

static const struct field session_fields[] = {
	{ "ttl", .type = FIELD_INTEGER, .flags = WHOLE, .min = 1, .max = 31536000, .fallback = "1209600",
	  .help = "Seconds from a sign-in to the end of its session." },
	FIELDS_END
};

SETTING(oidc_session) = { .name = "oidc.session", .fields = session_fields };

#define SESSION_COLUMNS "hash, uid, jti, user_id, login_at, login, clients, logout, created_at, expires_at"
COLUMN_LIST(session, hash, uid, jti, user_id, login_at, login, clients, logout, created_at, expires_at);
#define SELECT_SESSION "SELECT " SESSION_COLUMNS " FROM sessions WHERE tenant_id = $1 AND "
STATEMENT(find_session, SELECT_SESSION "hash = $2 AND expires_at > $3");
COLUMNS_OF(find_session, session);
STATEMENT(lock_session, SELECT_SESSION "hash = $2 AND expires_at > $3 {lock}");
COLUMNS_OF(lock_session, session);
STATEMENT(find_session_uid, SELECT_SESSION "uid = $2 AND expires_at > $3");
COLUMNS_OF(find_session_uid, session);
STATEMENT(lock_session_uid, SELECT_SESSION "uid = $2 AND expires_at > $3 {lock}");
COLUMNS_OF(lock_session_uid, session);
STATEMENT(add_session,
	  "INSERT INTO sessions (tenant_id, " SESSION_COLUMNS ")"
	  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
STATEMENT(save_session,
	  "UPDATE sessions SET hash = $2, jti = $3, user_id = $4, login_at = $5, login = $6, clients = $7,"
	  " logout = $8, expires_at = $9 WHERE tenant_id = $1 AND uid = $10");
STATEMENT(remove_session, "DELETE FROM sessions WHERE tenant_id = $1 AND uid = $2");
STATEMENT(remove_session_tokens, "DELETE FROM tokens WHERE tenant_id = $1 AND session_uid = $2");
STATEMENT(remove_user_session_tokens,
	  "DELETE FROM tokens WHERE tenant_id = $1 AND session_uid IN"
	  " (SELECT s.uid FROM sessions s WHERE s.tenant_id = $1 AND s.user_id = $2)");
STATEMENT(remove_user_sessions, "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2");
#define SESSIONS_OF_USER SELECT_SESSION "user_id = $2 AND expires_at > $3 ORDER BY created_at DESC, uid"
STATEMENT(find_user_sessions, SESSIONS_OF_USER);
COLUMNS_OF(find_user_sessions, session);
STATEMENT(lock_user_sessions, SESSIONS_OF_USER " {lock}");
COLUMNS_OF(lock_user_sessions, session);
EXPIRING(session, "sessions", "hash", 0);

/* -- reading -- */

/* The session of a row. */
static err_t read_row(struct request *rq, struct rows *row, struct session *out)
{
	struct arena *a = rq->arena;
	err_t e;

	*out = (struct session){
		.hash = arena_copy(a, rows_text(row, session_hash)), .uid = arena_copy(a, rows_text(row, session_uid)),
		.jti = arena_copy(a, rows_text(row, session_jti)),
		.user_id = arena_copy(a, rows_text(row, session_user_id)),
		.login_at_s = rows_int(row, session_login_at),
		.created_at_ms = rows_int(row, session_created_at),
		.expires_at_ms = rows_int(row, session_expires_at),
	};
	e = tree_of_column(rq, row, session_login, &out->login);
	if (!e)
		e = tree_of_column(rq, row, session_clients, &out->clients);
	return e ? e : tree_of_column(rq, row, session_logout, &out->logout);
}

static err_t read_session(struct request *rq, struct statement *s, const char *key, struct session *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, s, ARGS(T(key), N(clock_ms())), &row);

	if (!e)
		e = read_row(rq, &row, out);
	return e ? e : rows_end(&row);
}

/* A list that is full at 0, 16, 32, 64 … gets twice the room. */
static struct session *make_room(struct arena *a, struct session *list, size_t n)
{
	struct session *more = list;

	if (n == 0 || (n >= 16 && (n & (n - 1)) == 0)) {
		more = ARENA_ARRAY(a, struct session, n ? n * 2 : 16);
		if (n)
			memcpy(more, list, n * sizeof(*list));
	}
	return more;
}

err_t sessions_of_user(struct request *rq, const char *user_id, struct session **out, size_t *count)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct statement *s = txn_is_write(rq->tx) ? &lock_user_sessions : &find_user_sessions;
	err_t e = store_query(rq->tx, s, ARGS(T(user_id), N(clock_ms())), &rows);

	*count = 0;
	while (!e && rows_next(&rows)) {
		*out = make_room(rq->arena, *out, *count);
		e = read_row(rq, &rows, &(*out)[(*count)++]);
	}
	return e ? e : rows_end(&rows);
}

static const char *new_id(struct arena *a)
{
	return id_make(a, ID_LONG, ALPHABET_URL);
}

static void start(struct request *rq, struct session *out)
{
	*out = (struct session){ .uid = new_id(rq->arena),
				 .clients = json_object(),
				 .created_at_ms = clock_stamp_ms() };
	tree_keep(rq, out->clients);
}

/* The cookie's value; NULL: absent, or without a valid signature. */
static err_t read_cookie(struct request *rq, const char **value)
{
	CLEANUP(cookie_keys_release) const struct cookie_keys *keys = NULL;
	struct params cookies;
	err_t e = cookies_parse(rq, &cookies);

	if (!e)
		e = cookie_keys_load(rq->tx, rq->tenant->id, &keys);
	*value = e ? NULL : cookie_find(&cookies, &keys->ring, SESSION_COOKIE);
	return e;
}

err_t session_open(struct request *rq, struct session *out)
{
	const char *value;
	err_t e = read_cookie(rq, &value);

	if (!e)
		e = value ? read_session(rq, txn_is_write(rq->tx) ? &lock_session : &find_session,
					 digest_of(rq->arena, value), out) :
			    ERR_NOT_FOUND;
	if (e != ERR_NOT_FOUND)
		return e;
	start(rq, out);
	return OK;
}

err_t session_find(struct request *rq, const char *uid, struct session *out)
{
	return read_session(rq, txn_is_write(rq->tx) ? &lock_session_uid : &find_session_uid, uid, out);
}

json_t *session_client(struct session *s, const char *client_id)
{
	if (!json_object_get(s->clients, client_id))
		json_object_set_new(s->clients, client_id, json_object());
	return json_object_get(s->clients, client_id);
}

/* -- writing -- */

static err_t add(struct request *rq, const struct session *s)
{
	return store_exec(rq->tx, &add_session,
			  ARGS(T(s->hash), T(s->uid), T(s->jti), T(s->user_id), N(s->login_at_s),
			       tree_arg(rq, s->login), tree_arg(rq, s->clients), tree_arg(rq, s->logout),
			       N(s->created_at_ms), N(s->expires_at_ms)),
			  NULL);
}

err_t session_change(struct request *rq, const struct session *s)
{
	return store_exec(rq->tx, &save_session,
			  ARGS(T(s->hash), T(s->jti), T(s->user_id), N(s->login_at_s), tree_arg(rq, s->login),
			       tree_arg(rq, s->clients), tree_arg(rq, s->logout), N(s->expires_at_ms), T(s->uid)),
			  NULL);
}

err_t session_life(struct txn *tx, int64_t *seconds)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	err_t e = setting_load(tx, &oidc_session, &value);

	*seconds = e ? 0 : json_integer_value(json_object_get(value, "ttl"));
	return e;
}

static err_t set_cookie(struct request *rq, const char *value, int64_t life_s)
{
	CLEANUP(cookie_keys_release) const struct cookie_keys *keys = NULL;
	struct cookie cookie = { .name = SESSION_COOKIE, .value = value, .life_s = life_s };
	err_t e = cookie_keys_load(rq->tx, rq->tenant->id, &keys);

	return e ? e : cookie_set(rq, &cookie, &keys->ring);
}

err_t session_save(struct request *rq, struct session *s, bool renew)
{
	bool is_new = !s->hash;
	const char *value;
	int64_t life_s;
	err_t e = session_life(rq->tx, &life_s);

	if (!e && !is_new && !renew) {
		e = read_cookie(rq, &value);
		if (!e && !value)
			e = err_set(ERR_INTERNAL, "a session was found without its cookie");
	} else if (!e) {
		value = id_make(rq->arena, VALUE_LEN, ALPHABET_URL);
		s->hash = digest_of(rq->arena, value);
		s->jti = new_id(rq->arena);
	}
	if (e)
		return e;
	s->expires_at_ms = clock_ms() + (s->user_id || life_s < NOBODY_LIFE_S ? life_s : NOBODY_LIFE_S) * 1000;
	e = is_new ? add(rq, s) : session_change(rq, s);
	return e ? e : set_cookie(rq, value, life_s);
}

/* -- ending -- */

err_t session_remove(struct txn *tx, const char *uid)
{
	err_t e = store_exec(tx, &remove_session_tokens, ARGS(T(uid)), NULL);

	return e ? e : store_exec(tx, &remove_session, ARGS(T(uid)), NULL);
}

err_t session_end(struct request *rq, const struct session *s)
{
	err_t e = session_remove(rq->tx, s->uid);

	return e ? e : cookie_clear(rq, SESSION_COOKIE, NULL, true);
}

err_t sessions_remove_all(struct txn *tx, const char *user_id)
{
	err_t e = store_exec(tx, &remove_user_session_tokens, ARGS(T(user_id)), NULL);

	return e ? e : store_exec(tx, &remove_user_sessions, ARGS(T(user_id)), NULL);
}

/* Whether a client has the grant in this session; what it has is taken away. */
static bool forget_grant(struct session *s, const char *grant_id)
{
	bool found = false;
	const char *client_id;
	json_t *given;
	void *following;

	json_object_foreach_safe(s->clients, following, client_id, given) {
		const char *id = json_string_value(json_object_get(given, "grantId"));

		if (id && !strcmp(id, grant_id)) {
			json_object_del(s->clients, client_id);
			found = true;
		}
	}
	return found;
}

err_t sessions_forget_grant(struct request *rq, const char *user_id, const char *grant_id)
{
	struct session *all = NULL;
	size_t n;
	err_t e = sessions_of_user(rq, user_id, &all, &n);

	for (size_t i = 0; !e && i < n; i++)
		if (forget_grant(&all[i], grant_id)) {
			all[i].jti = new_id(rq->arena);
			e = session_change(rq, &all[i]);
		}
	return e;
}

SIGN_OUT(sessions, sessions_remove_all);

/* -- routes -- */

static const struct shape session_shape = { .fields = session_fields };

const struct route session_routes[] = {
	{ GET, "/api/configs/oidc/session", MANAGEMENT, READ, .handler = setting_get_handler, .of = &oidc_session,
	  .status = 200, .reply = &session_shape, .operation = "GetOidcSessionConfig",
	  .summary = "Get how long sessions last" },
	{ PATCH, "/api/configs/oidc/session", MANAGEMENT, WRITE, .body = session_fields, .body_is_patch = true,
	  .handler = setting_patch_handler, .of = &oidc_session, .status = 200, .reply = &session_shape,
	  .operation = "UpdateOidcSessionConfig", .summary = "Set how long sessions last" },
};
const size_t session_route_count = ARRAY_LEN(session_routes);
