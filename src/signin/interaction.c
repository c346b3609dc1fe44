/* Stores interactions, and finds the one of a page by its cookie. */
#include "signin/interaction.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/ids.h"
#include "entity/expiry.h"
#include "entity/tree.h"
#include "http/cookie.h"
#include "http/door.h"
#include "http/error.h"
#include "store/store.h"
#include "tenant/cookie_keys.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define LEGACY "_legacy"	/* member of the cookie that names the last interaction */
#define CLIENTS_MOST 20		/* in the cookie: it must fit a browser's limit */

STATEMENT(add_interaction,
	  "INSERT INTO interactions (tenant_id, id, client_id, request, created_at, expires_at)"
	  " VALUES ($1, $2, $3, $4, $5, $6)");
#define SELECT_INTERACTION \
	"SELECT client_id, request, experience, login, grant_id, expires_at FROM interactions" \
	" WHERE tenant_id = $1 AND id = $2 AND expires_at > $3"
STATEMENT(find_interaction, SELECT_INTERACTION);
STATEMENT(lock_interaction, SELECT_INTERACTION " {lock}");
COLUMN_LIST(interaction, client_id, request, experience, login, grant_id, expires_at);
COLUMNS_OF(find_interaction, interaction);
COLUMNS_OF(lock_interaction, interaction);
STATEMENT(save_interaction,
	  "UPDATE interactions SET experience = $2, login = $3, grant_id = $4 WHERE tenant_id = $1 AND id = $5");
STATEMENT(delete_interaction, "DELETE FROM interactions WHERE tenant_id = $1 AND id = $2");
EXPIRING(interaction, "interactions", "id", 0);

/* -- the store -- */

const char *interaction_new_id(struct request *rq)
{
	return id_make(rq->arena, ID_LONG, ALPHABET_URL);
}

err_t interaction_create(struct request *rq, struct interaction *i)
{
	int64_t now = clock_ms();

	i->expires_at_ms = now + INTERACTION_LIFE_S * 1000;
	return store_exec(
		rq->tx, &add_interaction,
		ARGS(T(i->id), T(i->client_id), T(json_to_text(rq->arena, i->request)), N(now), N(i->expires_at_ms)),
		NULL);
}

err_t interaction_find(struct request *rq, const char *id, struct interaction *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, txn_is_write(rq->tx) ? &lock_interaction : &find_interaction,
			      ARGS(T(id), N(clock_ms())), &row);

	if (e)
		return e;
	*out = (struct interaction){
		.id = id,
		.client_id = arena_copy(rq->arena, rows_text(&row, interaction_client_id)),
		.grant_id = arena_copy(rq->arena, rows_text(&row, interaction_grant_id)),
		.expires_at_ms = rows_int(&row, interaction_expires_at),
	};
	e = tree_of_column(rq, &row, interaction_request, &out->request);
	if (!e)
		e = tree_of_column(rq, &row, interaction_experience, &out->experience);
	if (!e)
		e = tree_of_column(rq, &row, interaction_login, &out->login);
	return e ? e : rows_end(&row);
}

err_t interaction_save(struct request *rq, const struct interaction *i)
{
	return store_exec(rq->tx, &save_interaction,
			  ARGS(tree_arg(rq, i->experience), tree_arg(rq, i->login), T(i->grant_id), T(i->id)), NULL);
}

err_t interaction_delete(struct request *rq, const char *id)
{
	return store_exec(rq->tx, &delete_interaction, ARGS(T(id)), NULL);
}

const char *interaction_param(const struct interaction *i, const char *name)
{
	return json_string_value(json_object_get(json_object_get(i->request, "params"), name));
}

/* -- the cookie -- */

json_t *interaction_cookie_map(struct arena *a, const char *value)
{
	bool has_nul;
	const char *text = text_unescape_path(a, value, strlen(value), &has_nul);
	json_t *map = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	if (json_is_object(map))
		return map;
	json_decref(map);
	return json_pack("{s:s}", LEGACY, text);
}

/* The interactions of the browser by client. NULL: no cookie, or none with a valid signature. json_decref(). */
static json_t *read_cookie(struct request *rq)
{
	CLEANUP(cookie_keys_release) const struct cookie_keys *keys = NULL;
	struct params cookies;
	const char *value = NULL;

	if (!cookies_parse(rq, &cookies) && !cookie_keys_load(rq->tx, rq->tenant->id, &keys))
		value = cookie_find(&cookies, &keys->ring, INTERACTION_COOKIE);
	return value ? interaction_cookie_map(rq->arena, value) : NULL;
}

const char *interaction_id_of(struct request *rq, const char *client_id)
{
	json_auto_t *map = read_cookie(rq);
	const char *id = client_id ? json_string_value(json_object_get(map, client_id)) : NULL;

	if (!id)
		id = json_string_value(json_object_get(map, LEGACY));
	return id && *id && strlen(id) <= ID_COLUMN ? arena_copy(rq->arena, id) : NULL;
}

err_t interaction_of_caller(struct request *rq, struct interaction *out)
{
	const char *client_id = request_header(rq, "Logto-App-Id"), *id;
	err_t e;

	if (!client_id || !*client_id)
		client_id = query_nonempty(rq, "app_id");
	id = interaction_id_of(rq, client_id);
	e = id ? interaction_find(rq, id, out) : ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		return ERR_SESSION_NOT_FOUND;
	if (!e && client_id && strcmp(client_id, out->client_id) != 0)
		return err_arg(err_set(ERR_OAUTH_REQUEST, "another client"), "description",
			       "interaction client_id mismatch");
	return e;
}

err_t interaction_set_cookie(struct request *rq, const struct interaction *i)
{
	CLEANUP(cookie_keys_release) const struct cookie_keys *keys = NULL;
	json_auto_t *map = read_cookie(rq);
	struct cookie cookie = { .name = INTERACTION_COOKIE, .life_s = INTERACTION_LIFE_S };
	struct buffer value;
	err_t e = cookie_keys_load(rq->tx, rq->tenant->id, &keys);

	if (e)
		return e;
	if (!map || json_object_size(map) > CLIENTS_MOST) {
		json_decref(map);
		map = json_object();
	}
	json_object_set_new(map, i->client_id, json_string(i->id));
	json_object_set_new(map, LEGACY, json_string(i->id));
	buffer_init(&value, COOKIE_SIZE_MOST);
	text_escape_form(&value, json_to_text(rq->arena, map));
	cookie.value = arena_copy(rq->arena, buffer_str(&value));
	buffer_done(&value);
	return cookie_set(rq, &cookie, &keys->ring);
}

/* -- the door -- */

/* Each call changes the interaction, so nothing of it is kept in memory. */
static bool recall_caller(struct request *rq)
{
	(void)rq;
	return false;
}

static err_t settle_caller(struct request *rq)
{
	struct interaction i;
	err_t e = interaction_of_caller(rq, &i);

	if (!e)
		rq->who = (struct principal){ .id = i.id };
	return e;
}

const struct door interaction_door = {
	.name = "interaction", .security = "cookieAuth", .recall = recall_caller, .settle = settle_caller,
};

/* {code, message, error, error_description} */
static void write_oauth_error(struct request *rq, err_t e, const char *description)
{
	struct json_out j = reply_json(rq, error_status(e));

	json_open(&j);
	json_key_text(&j, "code", err_row(e)->code);
	json_key_text(&j, "message", error_message(rq, e));
	json_key_text(&j, "error", "invalid_request");
	json_key_text(&j, "error_description", description);
	json_close(&j);
}

void interaction_write_error(struct request *rq, err_t e)
{
	if (e == ERR_SESSION_NOT_FOUND)
		write_oauth_error(rq, e, "interaction session not found");
	else if (e == ERR_OAUTH_REQUEST)
		write_oauth_error(rq, e, error_arg("description"));
	else
		error_json(rq, e);
}
