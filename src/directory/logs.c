/*
 * The audit log as administrators read it, and its end: GET /api/logs (webhooks-and-logs.md section 6). How entries
 * come to be is in events/audit.h.
 */
#include <string.h>

#include "base/clock.h"
#include "directory/directory.h"
#include "directory/hook.h"
#include "directory/log_entry.h"
#include "directory/log_window.h"
#include "events/audit_rows.h"
#include "http/user_agent.h"
#include "http/worker.h"
#include "tenant/tenant.h"
#include "base/banned.h"

void log_payload_write(struct json_out *j, const char *payload, size_t len)
{
	json_auto_t *agent = NULL;
	struct slice stored;
	size_t until;

	if (json_find(payload, len, "userAgent", &stored))
		agent = json_loadb(stored.at, stored.len, JSON_DECODE_ANY, NULL);
	if (!json_is_string(agent)) {
		json_raw(j, payload, len);
		return;
	}
	until = (size_t)(stored.at - payload) + stored.len;
	json_raw(j, payload, until);
	json_key(j, "userAgentParsed");
	user_agent_write(j, json_string_value(agent));
	buffer_add(j->to, payload + until, len - until);
}

static const struct field log_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED },
	LOG_ENTRY_FIELDS
};

ENTITY(log_entry) = { LOG_ENTRY("log_entry", "logs"), .fields = log_fields };

/* -- the list -- */

struct listing {
	struct log_filter filter;
	bool capped;		/* the caller is content with a count that stops */
};
FLOW(listing, struct listing)

/* The inner query passes by what is skipped inside an index; whole entries are read for the page alone. */
static err_t query_page(struct request *rq, const struct log_total *total, struct rows *rows)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct log_filter f = listing(rq)->filter;
	struct arg args[LOG_ARGS + 1];
	int64_t skip = (rq->page.number - 1) * rq->page.size;
	int n = 0;
	err_t e = log_seek(rq->tx, rq->arena, total, &f, &skip);

	if (e)
		return e;
	buffer_init(&b, KIB(4));
	buffer_text(&b, "SELECT {cols:log_entry:} FROM logs WHERE tenant_id = $1 AND id IN"
			" (SELECT id FROM logs WHERE tenant_id = $1");
	log_filter_write(rq->arena, &f, &b, args, &n);
	buffer_printf(&b, " ORDER BY id DESC LIMIT %d OFFSET $%d) ORDER BY id DESC", (int)rq->page.size, n + 2);
	args[n++] = N(skip);
	return store_query_text(rq->tx, buffer_str(&b), args, n, rows);
}

static err_t print_page(struct request *rq, const struct log_total *total)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct json_out j = reply_json(rq, 200);
	err_t e = OK;

	json_list(&j);
	if ((rq->page.number - 1) * rq->page.size < total->all) {
		e = query_page(rq, total, &rows);
		while (!e && rows_next(&rows)) {
			json_open(&j);
			entity_print(&j, &log_entry, &rows, 0);
			json_close(&j);
		}
		if (!e)
			e = rows_end(&rows);
	}
	json_list_end(&j);
	return e;
}

static err_t list_entries(struct request *rq)
{
	struct listing *l = listing(rq);
	struct log_total total;
	err_t e = log_count(rq->tx, rq->arena, &l->filter, &total);

	if (!e)
		e = print_page(rq, &total);
	if (e)
		return e;
	if (l->capped && total.all > COUNT_CAP)
		reply_capped_page(rq, COUNT_CAP + 1);
	else
		reply_page(rq, total.all);
	return OK;
}

static const struct step list_step = { "list entries of the audit log", SCAN, list_entries };

static err_t write_waiting(struct request *rq)
{
	err_t e = audit_rows_write(rq->tx);

	return e ? e : next(rq, &list_step);
}

static const struct step write_step = { "write entries that wait before they are listed", WRITE, write_waiting };

static err_t begin_list(struct request *rq)
{
	struct listing *l = listing(rq);
	err_t e = log_window_read(rq, &l->filter);

	if (e)
		return e;
	l->filter.user_id = query_nonempty(rq, "userId");
	l->filter.application_id = query_nonempty(rq, "applicationId");
	l->filter.key = query_nonempty(rq, "logKey");
	l->capped = text_is_truthy(query_arg(rq, "enableCap"));
	return audit_rows_wait() ? next(rq, &write_step) : list_entries(rq);
}

static const struct step begin_step = { "read the filters of the audit log", SCAN, begin_list };

/* Entries of webhooks have a table of their own, and are found here too. */
static err_t get_entry(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	struct json_out j;
	err_t e = entity_get(rq);

	if (e != ERR_NOT_EXISTS_WITH_ID)
		return e;
	if (entity_find(rq->tx, &hook_log, path_arg(rq, "id"), &row))
		return entity_miss_error(&log_entry, ERR_NOT_EXISTS_WITH_ID, path_arg(rq, "id"));
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "tenantId", txn_tenant(rq->tx));
	entity_print(&j, &hook_log, &row, 0);
	json_close(&j);
	return rows_end(&row);
}

/* -- the end: entries that are too old, a slice at a time; and the counts of the others -- */

#define SLICE 1000
#define LOOKED_AT 100	/* tenants of one step */

GLOBAL_STATEMENT(log_tenant_after, "SELECT min(tenant_id) FROM logs WHERE tenant_id > $1");
STATEMENT(log_first_before, "SELECT id FROM logs WHERE tenant_id = $1 AND id < $2 LIMIT 1");
STATEMENT(log_forget, "DELETE FROM logs WHERE tenant_id = $1 AND id IN"
	  " (SELECT id FROM logs WHERE tenant_id = $1 AND id < $2 ORDER BY id LIMIT $3)");

struct keeping {
	const char *tenant;	/* "": none yet */
	int64_t now_us, before_us;
	const char *before;	/* ids less than this one are too old */
};
FLOW(keeping, struct keeping)

static err_t find_tenant(struct request *rq);
static err_t forget_slice(struct request *rq);
static err_t fold_slice(struct request *rq);
static const struct step find_step = { "find a tenant whose audit log is to be kept", SCAN, find_tenant };
static const struct step forget_step = { "forget old entries of the audit log", WRITE, forget_slice };
static const struct step fold_step = { "count entries of the audit log", WRITE, fold_slice };

static err_t fold_slice(struct request *rq)
{
	struct keeping *k = keeping(rq);
	bool more;
	err_t e;

	txn_set_tenant(rq->tx, k->tenant);
	e = log_fold(rq->tx, rq->arena, k->now_us, &more);
	return e ? e : next(rq, more ? &fold_step : &find_step);
}

static err_t forget_slice(struct request *rq)
{
	struct keeping *k = keeping(rq);
	int64_t gone;
	err_t e;

	txn_set_tenant(rq->tx, k->tenant);
	e = store_exec(rq->tx, &log_forget, ARGS(T(k->before), N(SLICE)), &gone);
	if (e || gone == SLICE)
		return e ? e : next(rq, &forget_step);
	e = log_counts_forget(rq->tx, k->before_us);
	return e ? e : next(rq, &fold_step);
}

/* Sets what is to be done for the tenant; NULL: nothing. */
static err_t find_work(struct request *rq, const struct keeping *k, const struct step **out)
{
	const char *id = NULL;
	err_t e = OK;

	*out = NULL;
	txn_set_tenant(rq->tx, k->tenant);
	if (k->before)
		e = store_text(rq->tx, &log_first_before, ARGS(T(k->before)), rq->arena, &id);
	if (!e && id)
		*out = &forget_step;
	if (*out || (e && e != ERR_NOT_FOUND))
		return e;
	e = log_fold_find(rq->tx, rq->arena, k->now_us, &id);
	if (!e && id)
		*out = &fold_step;
	return e;
}

static void begin_keeping(struct request *rq, struct keeping *k)
{
	char text[AUDIT_TIME_LEN + 1];

	if (k->tenant)
		return;
	k->tenant = "";
	k->now_us = clock_us();
	if (context.settings->log_days == 0)
		return;
	k->before_us = k->now_us - context.settings->log_days * DAY_US;
	audit_time_begins(k->before_us, text);
	k->before = arena_copy(rq->arena, text);
}

/* Goes on with the next tenant that has something to do, in order of their ids. */
static err_t find_tenant(struct request *rq)
{
	struct keeping *k = keeping(rq);
	const struct step *work = NULL;
	err_t e = OK;

	begin_keeping(rq, k);
	for (int i = 0; i < LOOKED_AT && !e && !work; i++) {
		const char *tenant;

		e = store_text(rq->tx, &log_tenant_after, ARGS(T(k->tenant)), rq->arena, &tenant);
		if (e || !tenant)
			return e;
		k->tenant = tenant;
		e = find_work(rq, k, &work);
	}
	return e ? e : next(rq, work ? work : &find_step);
}

WORKER(keep_audit_log) = { .name = "keep the audit log", .every_s = 300, .lane = SCAN, .run = find_tenant };

/* -- routes -- */

static const struct field filters[] = {
	{ "userId", .type = FIELD_TEXT, .help = "Only entries of this user." },
	{ "applicationId", .type = FIELD_TEXT, .help = "Only entries of this application." },
	LOG_ENTRY_FILTERS("")
};

static const struct shape one = { .of = &log_entry };
static const struct shape many = { .of = &log_entry, .list = true };

const struct route log_routes[] = {
	{ GET, "/api/logs", MANAGEMENT, .first = &begin_step, .paging = PAGES, .query = filters, .status = 200,
	  .reply = &many, .operation = "ListLogs", .summary = "List the audit log, newest first" },
	{ GET, "/api/logs/{id}", MANAGEMENT, READ, .handler = get_entry, .of = &log_entry, .status = 200,
	  .reply = &one, .operation = "GetLog", .summary = "Get an entry of the audit log" },
};
const size_t log_route_count = ARRAY_LEN(log_routes);
