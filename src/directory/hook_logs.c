/* What came of deliveries: written when they end, listed for each hook, forgotten as the audit log is. */
#include <string.h>

#include "base/clock.h"
#include "directory/hook_call.h"
#include "directory/log_entry.h"
#include "directory/log_window.h"
#include "entity/query.h"
#include "entity/tree.h"
#include "events/audit_mask.h"
#include "events/audit_rows.h"
#include "http/worker.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define KEY_PREFIX "TriggerHook."
#define PAYLOAD_BYTES KIB(256)
#define ANSWER_BYTES KIB(16)	/* of an answer that is no JSON */
#define TOO_LONG "(too long)"

static const struct field hook_log_fields[] = {
	LOG_ENTRY_FIELDS
};

ENTITY(hook_log) = { LOG_ENTRY("hook_log", "hook_logs"), .fields = hook_log_fields };

/* -- writing -- */

/* JSON without its secrets; a text where it is none. */
static void write_masked(struct request *rq, struct json_out *j, const char *text, size_t len, const char *otherwise)
{
	json_error_t fault;
	json_t *tree = NULL;

	if (json_parse(text, len, JSON_DECODE_ANY, &rq->charge, &tree, &fault))
		json_text(j, otherwise);
	else
		audit_write_masked(j, tree_keep(rq, tree));
}

static void write_bodies(struct request *rq, struct json_out *j, const struct call *c, bool whole)
{
	json_key(j, "hookRequest");
	json_open(j);
	json_key(j, "body");
	write_masked(rq, j, c->body, whole ? c->body_len : 0, TOO_LONG);
	json_close(j);
	if (!hook_call_is_answered(c))
		return;
	json_key(j, "response");
	json_open(j);
	json_key_int(j, "statusCode", c->status);
	json_key(j, "body");
	write_masked(rq, j, c->answer.data, whole ? c->answer.len : 0,
		     whole ? hook_call_text(rq->arena, c, ANSWER_BYTES) : TOO_LONG);
	json_close(j);
}

/* NULL: it would be too long. */
static const char *payload_of(struct request *rq, const char *key, const char *hook_id, const struct call *c,
			      bool whole)
{
	const char *error = hook_call_error(rq->arena, c);
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;

	buffer_init(&b, PAYLOAD_BYTES);
	json_out_init(&j, &b);
	json_open(&j);
	json_key_text(&j, "key", key);
	json_key_text(&j, "result", error ? "Error" : "Success");
	json_key_text(&j, "hookId", hook_id);
	write_bodies(rq, &j, c, whole);
	if (error)
		json_key_text(&j, "error", error);
	json_close(&j);
	return b.full ? NULL : arena_copy(rq->arena, buffer_str(&b));
}

STATEMENT(hook_log_insert,
	  "INSERT INTO hook_logs (tenant_id, id, hook_id, key, failed, payload, created_at)"
	  " VALUES ($1, $2, $3, $4, $5, $6, $7)");

err_t hook_log_write(struct request *rq, const char *hook_id, const char *event, const struct call *c)
{
	const char *key = arena_printf(rq->arena, KEY_PREFIX "%s", event);
	const char *payload = payload_of(rq, key, hook_id, c, true);
	struct audit_row stamp;

	if (!payload)
		payload = payload_of(rq, key, hook_id, c, false);
	audit_row_stamp(&stamp);
	return store_exec(rq->tx, &hook_log_insert,
			  ARGS(T(stamp.id), T(hook_id), T(key), N(hook_call_error(rq->arena, c) != NULL), T(payload),
			       N(stamp.at_us / 1000)),
			  NULL);
}

/* -- the list of a hook -- */

static void filter_times(struct query *q, const struct log_filter *f)
{
	char place[AUDIT_TIME_LEN + 1];

	if (f->from_us > 0) {
		audit_time_begins(f->from_us, place);
		query_filter(q, "l.id >= ?", ARGS(T(arena_copy(q->rq->arena, place))));
	}
	if (f->until_us < INT64_MAX) {
		audit_time_begins(f->until_us, place);
		query_filter(q, "l.id < ?", ARGS(T(arena_copy(q->rq->arena, place))));
	}
}

static err_t list_recent(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};
	const char *key = query_nonempty(rq, "logKey");
	struct log_filter f = {0};
	err_t e = log_window_read(rq, &f);

	if (e)
		return e;
	if (!query_nonempty(rq, "start_time") && !query_nonempty(rq, "end_time"))
		f.from_us = clock_us() - DAY_US;
	query_init(&q, rq, &hook_log, "l", "hook_logs l");
	query_where(&q, "l.hook_id = ?", ARGS(T(path_arg(rq, "id"))));
	if (key)
		query_filter(&q, "l.key = ?", ARGS(T(key)));
	filter_times(&q, &f);
	q.order = "l.id DESC";
	q.capped = text_is_truthy(query_arg(rq, "enableCap"));
	return query_reply(&q);
}

/* -- the end: entries that are too old, a slice at a time -- */

#define SLICE 1000

/* The first tenant behind $1 with an entry that is too old: the writer is not asked for those that have none. */
GLOBAL_STATEMENT(hook_log_tenant_after,
		 "WITH RECURSIVE kept (id) AS (SELECT min(tenant_id) FROM hook_logs WHERE tenant_id > $1"
		 " UNION ALL SELECT (SELECT min(tenant_id) FROM hook_logs WHERE tenant_id > kept.id)"
		 " FROM kept WHERE kept.id IS NOT NULL)"
		 " SELECT k.id FROM kept k WHERE EXISTS"
		 " (SELECT 1 FROM hook_logs l WHERE l.tenant_id = k.id AND l.id < $2) LIMIT 1");
STATEMENT(hook_log_forget, "DELETE FROM hook_logs WHERE tenant_id = $1 AND id IN"
	  " (SELECT id FROM hook_logs WHERE tenant_id = $1 AND id < $2 ORDER BY id LIMIT $3)");

struct forgetting {
	const char *tenant;	/* "": none yet */
	const char *before;
};
FLOW(forgetting, struct forgetting)

static err_t find_tenant(struct request *rq);
static err_t forget_slice(struct request *rq);
static const struct step find_step = { "find a tenant with entries of webhooks", SCAN, find_tenant };
static const struct step forget_step = { "forget old entries of webhooks", WRITE, forget_slice };

static err_t forget_slice(struct request *rq)
{
	int64_t gone;
	err_t e;

	txn_set_tenant(rq->tx, forgetting(rq)->tenant);
	e = store_exec(rq->tx, &hook_log_forget, ARGS(T(forgetting(rq)->before), N(SLICE)), &gone);
	return e ? e : next(rq, gone == SLICE ? &forget_step : &find_step);
}

static err_t find_tenant(struct request *rq)
{
	struct forgetting *f = forgetting(rq);
	char before[AUDIT_TIME_LEN + 1];
	const char *tenant;
	err_t e;

	if (context.settings->log_days == 0)
		return OK;
	audit_time_begins(clock_us() - context.settings->log_days * DAY_US, before);
	f->before = arena_copy(rq->arena, before);
	e = store_text(rq->tx, &hook_log_tenant_after, ARGS(T(f->tenant ? f->tenant : ""), T(f->before)), rq->arena,
		       &tenant);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	f->tenant = tenant;
	return next(rq, &forget_step);
}

WORKER(forget_hook_logs) = { .name = "forget old entries of webhooks", .every_s = 300, .lane = SCAN,
			     .run = find_tenant };

/* -- routes -- */

static const struct field filters[] = {
	LOG_ENTRY_FILTERS(" Without both times, the last 24 hours.")
};

static const struct shape many = { .of = &hook_log, .list = true };

const struct route hook_log_routes[] = {
	{ GET, "/api/hooks/{id}/recent-logs", MANAGEMENT, SCAN, PAGES, .query = filters, .handler = list_recent,
	  .status = 200, .reply = &many, .operation = "ListHookRecentLogs",
	  .summary = "List what came of calls of a webhook, newest first" },
};
const size_t hook_log_route_count = ARRAY_LEN(hook_log_routes);
