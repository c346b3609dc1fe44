/*
 * Webhooks as administrators keep them. Contract: webhooks-and-logs.md sections 1 and 2.
 *
 * The configuration and the signing key are sealed: what receivers ask for in headers are secrets too.
 */
#include <string.h>

#include "base/clock.h"
#include "crypto/seal.h"
#include "directory/hook.h"
#include "entity/query.h"
#include "entity/tree.h"
#include "events/audit_rows.h"
#include "events/outbox.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define NAME_MOST 256
#define HEADERS_MOST 100
#define RETRIES_MOST 3

static const struct field hook_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED },
	{ "id", "id", FIELD_TEXT, GENERATED },
	{ "name", "name", FIELD_TEXT, .max = NAME_MOST, .fallback = "" },
	{ "event", "event", FIELD_ENUM, NULLABLE, .options = event_names,
	  .help = "The one event that calls it, while `events` is empty." },
	{ "events", "events", FIELD_LIST, .element = &hook_event, .fallback = "[]", .help = "Events that call it." },
	{ "enabled", "enabled", FIELD_BOOL, .fallback = "1" },
	{ "createdAt", "created_at", FIELD_TIME, IGNORED },
	FIELDS_END
};

ENTITY(hook) = {
	.name = "hook", .table = "hooks", .singular = "hook", .parameter = "hookId", .fields = hook_fields,
	.id_len = ID_LONG,
};

/* -- bodies -- */

/* Names are not checked here: a call with a header that cannot be sent fails. */
static bool are_headers(const json_t *value)
{
	const char *name;
	json_t *text;

	if (!json_is_object(value) || json_object_size(value) > HEADERS_MOST)
		return false;
	json_object_foreach((json_t *)(uintptr_t)value, name, text)	/* jansson takes no const here */
		if (!json_is_string(text))
			return false;
	return true;
}

static bool are_retries(const json_t *value)
{
	return json_is_number(value) && json_number_value(value) >= 0 && json_number_value(value) <= RETRIES_MOST;
}

const struct field hook_event = { .type = FIELD_ENUM, .options = event_names };

const struct field hook_config_members[] = {
	{ "url", .type = FIELD_TEXT, .flags = REQUIRED, .help = "Where to call." },
	{ "headers", .type = FIELD_CUSTOM, .check = are_headers,
	  .help = "Texts by their names, sent with each call." },
	{ "retries", .type = FIELD_CUSTOM, .check = are_retries,
	  .help = "A number from 0 to 3, kept for old clients: each event is sent once." },
	FIELDS_END
};

#define NAME { "name", .type = FIELD_TEXT, .flags = NOT_EMPTY, .max = NAME_MOST }
#define EVENT(more) { "event", .type = FIELD_ENUM, .flags = (more), .options = event_names, \
		      .help = "Counts while there are no `events`." }
#define EVENTS { "events", .type = FIELD_LIST, .flags = NOT_EMPTY, .element = &hook_event, \
		 .help = "Which events call it." }
#define CONFIG(more) { "config", .type = FIELD_STRUCT, .flags = (more), .members = hook_config_members }
#define OTHERS \
	{ "enabled", .type = FIELD_BOOL }, { "tenantId", .type = FIELD_TEXT, .flags = IGNORED }, \
	{ "createdAt", .type = FIELD_TIME, .flags = IGNORED }, FIELDS_END

static const struct field created_members[] = { NAME, EVENT(0), EVENTS, CONFIG(REQUIRED), OTHERS };
static const struct field changed_members[] = { NAME, EVENT(NULLABLE), EVENTS, CONFIG(0), OTHERS };

/* -- what is sealed -- */

STATEMENT(hook_set_config, "UPDATE hooks SET config_sealed = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(hook_set_key, "UPDATE hooks SET key_sealed = $2 WHERE tenant_id = $1 AND id = $3");

/* ERR_NOT_EXISTS: no such hook. */
static err_t set_sealed(struct request *rq, struct statement *s, const char *purpose, const char *id, const char *text)
{
	struct slice sealed;
	int64_t changed;
	err_t e = seal_wrap(context.seal, rq->arena, purpose, txn_tenant(rq->tx), id, text, strlen(text), &sealed);

	if (!e)
		e = store_exec(rq->tx, s, ARGS(BLOB(sealed.at, sealed.len), T(id)), &changed);
	return e || changed > 0 ? e : entity_miss_error(&hook, ERR_NOT_EXISTS, id);
}

static err_t set_config(struct request *rq, const char *id)
{
	const json_t *config = body_get(rq, "config");

	if (!config)
		return OK;
	return set_sealed(rq, &hook_set_config, SEAL_HOOK_CONFIG, id, json_to_text(rq->arena, config));
}

static err_t set_new_key(struct request *rq, const char *id)
{
	char key[SECRET_LEN + 1];
	err_t e;

	id_new(key, SECRET_LEN, ALPHABET_ALNUM);
	e = set_sealed(rq, &hook_set_key, SEAL_HOOK_KEY, id, key);
	explicit_bzero(key, sizeof(key));
	return e;
}

static err_t open_config(struct request *rq, const char *id, const void *sealed, size_t len, const json_t **out)
{
	CLEANUP(secret_done) struct secret plain = {0};
	json_error_t fault;
	json_t *config = NULL;
	err_t e = seal_unwrap(context.seal, SEAL_HOOK_CONFIG, txn_tenant(rq->tx), id, sealed, len, &plain);

	if (!e)
		e = json_parse((const char *)plain.bytes, plain.len, 0, &rq->charge, &config, &fault);
	*out = tree_keep(rq, config);
	return e;
}

/* Behind each other in every statement that reads them. */
enum { SEALED_CONFIG, SEALED_KEY };

/* Reads them from `first` on. */
static err_t open_row(struct request *rq, struct rows *row, int first, struct hook_row *h)
{
	size_t len;
	const void *sealed = rows_blob(row, first + SEALED_CONFIG, &len, rq->arena);
	err_t e = open_config(rq, h->id, sealed, len, &h->config);

	sealed = rows_blob(row, first + SEALED_KEY, &len, rq->arena);
	return e ? e : seal_unwrap(context.seal, SEAL_HOOK_KEY, txn_tenant(rq->tx), h->id, sealed, len, &h->key);
}

STATEMENT(find_hook, "SELECT config_sealed, key_sealed, {cols:hook:} FROM hooks WHERE tenant_id = $1 AND id = $2");
COLUMNS_BEFORE(find_hook, hook, config_sealed, key_sealed);
STATEMENT(load_hook, "SELECT config_sealed, key_sealed, enabled FROM hooks WHERE tenant_id = $1 AND id = $2");
COLUMNS(load_hook, config_sealed, key_sealed, enabled);

err_t hook_load(struct request *rq, const char *id, struct hook_row *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &load_hook, ARGS(T(id)), &row);

	*out = (struct hook_row){ .id = arena_copy(rq->arena, id) };
	if (e)
		return e;
	out->enabled = rows_int(&row, load_hook_enabled) != 0;
	e = open_row(rq, &row, load_hook_config_sealed, out);
	return e ? e : rows_end(&row);
}

void hook_row_done(struct hook_row *h)
{
	secret_done(&h->key);
}

/* -- answers -- */

static err_t print_sealed(struct json_out *j, struct request *rq, struct rows *row, int column, const char *id)
{
	CLEANUP(hook_row_done) struct hook_row h = { .id = id };
	err_t e = open_row(rq, row, column, &h);

	if (e)
		return e;
	json_key(j, "config");
	json_value(j, h.config);
	json_key(j, "signingKey");
	json_textn(j, (const char *)h.key.bytes, h.key.len);
	return OK;
}

/* Entries since then count. */
static const char *since(struct arena *a)
{
	char text[AUDIT_TIME_LEN + 1];

	audit_time_begins(clock_us() - DAY_US, text);
	return arena_copy(a, text);
}

STATEMENT(hook_stats,
	  "SELECT count(*) AS requests, coalesce(sum(1 - failed), 0) AS successes FROM hook_logs"
	  " WHERE tenant_id = $1 AND hook_id = $2 AND id >= $3");
COLUMNS(hook_stats, requests, successes);

static err_t print_stats(struct json_out *j, struct request *rq, const char *id)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &hook_stats, ARGS(T(id), T(since(rq->arena))), &row);

	if (e)
		return e;
	json_key(j, "executionStats");
	json_open(j);
	json_key_int(j, "successCount", rows_int(&row, hook_stats_successes));
	json_key_int(j, "requestCount", rows_int(&row, hook_stats_requests));
	json_close(j);
	return rows_end(&row);
}

/* Answers with the hook; `miss`: what it is that there is none. */
static err_t reply_hook(struct request *rq, int status, const char *id, err_t miss, bool with_stats)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &find_hook, ARGS(T(id)), &row);
	struct json_out j;

	if (e)
		return e == ERR_NOT_FOUND ? entity_miss_error(&hook, miss, id) : e;
	j = reply_json(rq, status);
	json_open(&j);
	entity_print(&j, &hook, &row, find_hook_hook);
	e = print_sealed(&j, rq, &row, find_hook_config_sealed, id);
	if (!e)
		e = rows_end(&row);
	if (!e && with_stats)
		e = print_stats(&j, rq, id);
	json_close(&j);
	return e;
}

enum { LISTED_ID, LISTED_SEALED };

static err_t print_listed(struct json_out *j, struct request *rq, struct rows *row, int column)
{
	const char *id = arena_copy(rq->arena, rows_text(row, column + LISTED_ID));

	return print_sealed(j, rq, row, column + LISTED_SEALED, id);
}

#define LOGGED "(SELECT count(*) FROM hook_logs l WHERE l.tenant_id = $1 AND l.hook_id = h.id AND l.id >= s.since"
#define STATS "{obj}('successCount', " LOGGED " AND l.failed = 0), 'requestCount', " LOGGED "))"

static err_t list_hooks(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &hook, "h", "hooks h");
	if (text_is_truthy(query_arg(rq, "includeExecutionStats"))) {
		query_from(&q, "(SELECT $1 AS tenant, ? AS since) s CROSS JOIN hooks h", ARGS(T(since(rq->arena))));
		query_extra(&q, "executionStats", EXTRA_JSON, STATS);
	}
	query_printer(&q, "h.id, h.config_sealed, h.key_sealed", print_listed);
	q.order = "h.created_at DESC, h.id DESC";
	return query_reply(&q);
}

static err_t get_hook(struct request *rq)
{
	return reply_hook(rq, 200, path_arg(rq, "id"), ERR_NOT_EXISTS_WITH_ID,
			  query_nonempty(rq, "includeExecutionStats") != NULL);
}

/* -- changes: what the hook reads of the outbox changes with it -- */

STATEMENT(hook_wants, "SELECT event, events, enabled FROM hooks WHERE tenant_id = $1 AND id = $2");
COLUMNS(hook_wants, event, events, enabled);

/* The names that the hook wants, ended by NULL: a list that is not empty outdoes the single event. */
static err_t read_wanted(struct request *rq, struct rows *row, const char **names)
{
	json_t *events;
	err_t e = tree_of_column(rq, row, hook_wants_events, &events);
	size_t n = json_array_size(events);

	if (e || !rows_int(row, hook_wants_enabled))
		return e;
	for (size_t i = 0; i < n; i++)
		names[i] = json_string_value(json_array_get(events, i));
	if (n == 0 && !rows_null(row, hook_wants_event))
		names[0] = arena_copy(rq->arena, rows_text(row, hook_wants_event));
	return OK;
}

static size_t count_events(void)
{
	size_t n = 0;

	while (event_names[n])
		n++;
	return n;
}

static err_t subscribe(struct request *rq, const char *id)
{
	const char **names = ARENA_ARRAY(rq->arena, const char *, count_events() + 1);
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &hook_wants, ARGS(T(id)), &row);

	if (!e)
		e = read_wanted(rq, &row, names);
	if (!e)
		e = rows_end(&row);
	return e ? e : outbox_subscribe(rq->tx, id, names);
}

/* A copy of the body without the configuration, which has its own column. json_decref(). */
static json_t *plain_members(const struct request *rq)
{
	json_t *plain = body_copy(rq), *events = json_object_get(plain, "events");

	json_object_del(plain, "config");
	if (events)
		json_object_set_new(plain, "events", json_distinct(events));
	return plain;
}

static err_t create_hook(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *plain = plain_members(rq);
	const char *id;
	err_t e;

	if (!body_get(rq, "event") && !body_get(rq, "events"))
		return ERR_HOOK_EVENTS;
	e = entity_insert(rq->tx, rq->arena, &hook, plain, &row);
	rows_close(&row);
	id = json_string_value(json_object_get(plain, "id"));
	if (!e)
		e = set_config(rq, id);
	if (!e)
		e = set_new_key(rq, id);
	if (!e)
		e = subscribe(rq, id);
	return e ? e : reply_hook(rq, 201, id, ERR_CREATE_FAILED, false);
}

static err_t patch_hook(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *plain = plain_members(rq);
	const char *id = path_arg(rq, "id");
	err_t e = OK;

	if (json_object_size(plain) > 0 || !body_get(rq, "config"))
		e = entity_update(rq->tx, rq->arena, &hook, id, plain, &row);
	rows_close(&row);
	if (!e)
		e = set_config(rq, id);
	if (!e)
		e = subscribe(rq, id);
	return e ? e : reply_hook(rq, 200, id, ERR_NOT_EXISTS, false);
}

static err_t replace_key(struct request *rq)
{
	const char *id = path_arg(rq, "id");
	err_t e = set_new_key(rq, id);

	return e ? e : reply_hook(rq, 200, id, ERR_NOT_EXISTS, false);
}

/* What waits for it is dropped when its turn comes. */
static err_t delete_hook(struct request *rq)
{
	const char *id = path_arg(rq, "id");
	err_t e = entity_delete(rq->tx, &hook, id);

	if (!e)
		e = outbox_subscribe(rq->tx, id, (const char *const[]){ NULL });
	return e ? e : reply_empty(rq, 204);
}

/* -- routes -- */

static const struct field list_query[] = {
	{ "includeExecutionStats", .type = FIELD_TEXT,
	  .help = "A truthy word adds how many deliveries of the last 24 hours went well." },
	FIELDS_END
};

static const struct field get_query[] = {
	{ "includeExecutionStats", .type = FIELD_TEXT, .help = "Any text adds them." }, FIELDS_END
};

static const struct field stats_members[] = {
	{ "successCount", .type = FIELD_INTEGER, .flags = REQUIRED },
	{ "requestCount", .type = FIELD_INTEGER, .flags = REQUIRED },
	FIELDS_END
};

static const struct field sealed_members[] = {
	{ "config", .type = FIELD_STRUCT, .flags = REQUIRED, .members = hook_config_members },
	{ "signingKey", .type = FIELD_TEXT, .flags = REQUIRED, .help = "Key of the HMAC-SHA256 over each body." },
	{ "executionStats", .type = FIELD_STRUCT, .members = stats_members,
	  .help = "Deliveries of the last 24 hours, when the query asks for them." },
	FIELDS_END
};

static const struct shape one = { .of = &hook, .fields = sealed_members };
static const struct shape many = { .of = &hook, .fields = sealed_members, .list = true };

const struct route hook_routes[] = {
	{ GET, "/api/hooks", MANAGEMENT, READ, PAGES_IF_ASKED, .query = list_query, .handler = list_hooks,
	  .status = 200, .reply = &many, .summary = "List webhooks, newest first" },
	{ POST, "/api/hooks", MANAGEMENT, WRITE, .body = created_members, .handler = create_hook, .of = &hook,
	  .status = 201, .reply = &one, .summary = "Make a webhook" },
	{ GET, "/api/hooks/{id}", MANAGEMENT, READ, .query = get_query, .handler = get_hook, .of = &hook,
	  .status = 200, .reply = &one, .summary = "Get a webhook" },
	{ PATCH, "/api/hooks/{id}", MANAGEMENT, WRITE, .body = changed_members, .body_is_patch = true,
	  .handler = patch_hook, .of = &hook, .status = 200, .reply = &one, .summary = "Change a webhook" },
	{ PATCH, "/api/hooks/{id}/signing-key", MANAGEMENT, WRITE, .handler = replace_key, .of = &hook,
	  .status = 200, .reply = &one, .summary = "Give a webhook a new signing key" },
	{ DELETE, "/api/hooks/{id}", MANAGEMENT, WRITE, .handler = delete_hook, .of = &hook, .status = 204,
	  .summary = "Delete a webhook" },
};
const size_t hook_route_count = ARRAY_LEN(hook_routes);
