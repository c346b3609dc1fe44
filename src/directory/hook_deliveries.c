/*
 * Delivers what the outbox holds for webhooks: each row once, by workers of any copy (webhooks-and-logs.md section 4).
 *
 * A row is taken in one transaction, called without any, and deleted in another one, with the entry of what came of
 * it. So a row whose process ends in between is taken again, and nothing is lost; a receiver may then be called twice.
 * Tenants are served in turn, and the hooks of a tenant: one that never answers holds its share of the senders.
 */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "directory/hook_call.h"
#include "http/worker.h"
#include "tenant/senders.h"

#include "base/banned.h"

#define CLAIM_MS (3 * HOOK_CALL_MS)	/* after that, who took a row has ended without a word */
#define PATIENCE_MS 1000		/* when there is no place for the call */
#define TRIES_MOST 5			/* of a row that nobody has come to the end of */
#define OF_TENANT_MOST 16		/* senders; one copy has SENDERS_MOST of them */
#define OF_HOOK_MOST 4

static struct senders by_tenant = SENDERS(OF_TENANT_MOST), by_hook = SENDERS(OF_HOOK_MOST);

/* The first tenant behind $1, but for those of a list, with a row that is due. Looks twice for each, at most. */
GLOBAL_STATEMENT(delivery_turn,
		 "WITH RECURSIVE waiting (id) AS (SELECT min(tenant_id) FROM outbox WHERE tenant_id > $1"
		 " UNION ALL SELECT (SELECT min(tenant_id) FROM outbox WHERE tenant_id > waiting.id)"
		 " FROM waiting WHERE waiting.id IS NOT NULL)"
		 " SELECT w.id FROM waiting w WHERE w.id NOT IN (SELECT l.id FROM {list:$3} l) AND EXISTS"
		 " (SELECT 1 FROM outbox o WHERE o.tenant_id = w.id AND o.due_at <= $2) LIMIT 1");
/* The same for the hooks of a tenant. */
STATEMENT(delivery_turn_of_hook,
	  "WITH RECURSIVE waiting (id) AS (SELECT min(reader) FROM outbox WHERE tenant_id = $1 AND reader > $2"
	  " UNION ALL SELECT (SELECT min(reader) FROM outbox WHERE tenant_id = $1 AND reader > waiting.id)"
	  " FROM waiting WHERE waiting.id IS NOT NULL)"
	  " SELECT w.id FROM waiting w WHERE EXISTS"
	  " (SELECT 1 FROM outbox o WHERE o.tenant_id = $1 AND o.reader = w.id AND o.due_at <= $3)"
	  " AND w.id NOT IN (SELECT l.id FROM {list:$4} l) LIMIT 1");
#define OLDEST(lock) \
	"(SELECT number FROM outbox WHERE tenant_id = $1 AND reader = $3 AND due_at <= $4" \
	" ORDER BY due_at, number LIMIT 1" lock ")"
#define TAKE(oldest) \
	"UPDATE outbox SET due_at = $2, tries = tries + 1 WHERE tenant_id = $1 AND number = " oldest \
	" RETURNING number, event, payload, tries"
STATEMENT2(delivery_take, TAKE(OLDEST("")), TAKE(OLDEST(" FOR UPDATE SKIP LOCKED")));
COLUMNS(delivery_take, number, event, payload, tries);
STATEMENT(delivery_end, "DELETE FROM outbox WHERE tenant_id = $1 AND number = $2");
/* What was not called was not tried. */
STATEMENT(delivery_put_off,
	  "UPDATE outbox SET due_at = $2, tries = tries - 1 WHERE tenant_id = $1 AND number = $3");

struct delivery {
	const char *tenant, *hook_id;
	int64_t number, tries;
	const char *event, *payload;
	bool was_full;		/* the hook or the tenant had all its senders when this one left them */
	struct call call;
};
FLOW(delivery, struct delivery)

/* -- turns -- */

static void release_sender(void *d)
{
	sender_release(&by_hook, d);
	sender_release(&by_tenant, d);
}

/* The one behind the last, or else the first. ERR_NOT_FOUND. */
static err_t find_turn(struct request *rq, struct senders *s, struct statement *turn, const char *without,
		       const char **out)
{
	int64_t now = clock_ms();
	err_t e = store_text(rq->tx, turn, ARGS(T(senders_last(s, rq->arena)), N(now), T(without)), rq->arena, out);

	if (e == ERR_NOT_FOUND)
		e = store_text(rq->tx, turn, ARGS(T(""), N(now), T(without)), rq->arena, out);
	return e;
}

/* Becomes a sender of the tenant's next hook that has room for one. ERR_NOT_FOUND: none has. */
static err_t begin_turn_of_hook(struct request *rq, struct delivery *d)
{
	err_t e;

	do
		e = find_turn(rq, &by_hook, &delivery_turn_of_hook, senders_full(&by_hook, rq->arena), &d->hook_id);
	while (!e && !sender_hold(&by_hook, d, d->hook_id));
	return e;
}

/* `full`: tenants that are passed by; the one that was found joins them, should none of its hooks have room. */
static err_t find_tenant(struct request *rq, struct delivery *d, json_t *full)
{
	err_t e = find_turn(rq, &by_tenant, &delivery_turn, json_to_text(rq->arena, full), &d->tenant);

	if (!e)
		json_array_append_new(full, json_string(d->tenant));
	return e;
}

/* Becomes a sender of the next tenant, and of a hook of it. ERR_NOT_FOUND: nothing is due that has room. */
static err_t begin_turn(struct request *rq, struct delivery *d)
{
	json_auto_t *full = json_loads(senders_full(&by_tenant, rq->arena), 0, NULL);
	err_t e;

	arena_defer(rq->arena, release_sender, d);
	for (;;) {
		e = find_tenant(rq, d, full);
		if (e)
			return e;
		if (!sender_hold(&by_tenant, d, d->tenant))
			continue;
		txn_set_tenant(rq->tx, d->tenant);
		e = begin_turn_of_hook(rq, d);
		if (e != ERR_NOT_FOUND)
			return e;
		sender_release(&by_tenant, d);
	}
}

/* Another round begins if rows could have waited for this sender. */
static void end_turn(struct request *rq, struct delivery *d)
{
	d->was_full |= sender_release(&by_hook, d);
	d->was_full |= sender_release(&by_tenant, d);
	if (d->was_full)
		store_note_change(rq->tx, CHANGE_EVENTS);
}

/* -- what comes of a row -- */

static err_t end_delivery(struct request *rq, const struct delivery *d)
{
	return store_exec(rq->tx, &delivery_end, ARGS(N(d->number)), NULL);
}

/* Nobody was called: there was no place for the call, or this process ends. */
static bool was_not_made(const struct call *c)
{
	return c->error == ERR_BUSY || c->error == ERR_CALL_STOPPED;
}

static err_t note_outcome(struct request *rq)
{
	struct delivery *d = delivery(rq);
	int64_t again_at = clock_ms() + (d->call.error == ERR_BUSY ? PATIENCE_MS : 0);
	err_t e;

	txn_set_tenant(rq->tx, d->tenant);
	end_turn(rq, d);
	if (was_not_made(&d->call))
		return store_exec(rq->tx, &delivery_put_off, ARGS(N(again_at), N(d->number)), NULL);
	e = hook_log_write(rq, d->hook_id, d->event, &d->call);
	return e ? e : end_delivery(rq, d);
}

static const struct step note_outcome_step = { "note what came of a delivery", WRITE, note_outcome };

static err_t call_receiver(struct request *rq)
{
	return transfer_all(rq, &delivery(rq)->call, &note_outcome_step);
}

static const struct step call_step = { "call a webhook", CALL, call_receiver };

/* -- taking -- */

/* Takes the hook's row that is due first. ERR_NOT_FOUND: another copy has just taken it. */
static err_t take(struct request *rq, struct delivery *d)
{
	CLEANUP(rows_close) struct rows row = {0};
	int64_t now = clock_ms();
	err_t e = store_first(rq->tx, &delivery_take, ARGS(N(now + CLAIM_MS), T(d->hook_id), N(now)), &row);

	if (e)
		return e;
	d->number = rows_int(&row, delivery_take_number);
	d->event = arena_copy(rq->arena, rows_text(&row, delivery_take_event));
	d->payload = arena_copy(rq->arena, rows_text(&row, delivery_take_payload));
	d->tries = rows_int(&row, delivery_take_tries);
	return rows_end(&row);
}

/* Another round begins, here or at another copy, while this one waits for its receiver. */
static err_t wake_next(struct request *rq)
{
	const char *tenant;
	err_t e = store_text(rq->tx, &delivery_turn, ARGS(T(""), N(clock_ms()), T("[]")), rq->arena, &tenant);

	if (!e)
		store_note_change(rq->tx, CHANGE_EVENTS);
	return e == ERR_NOT_FOUND ? OK : e;
}

/* The payload as the outbox holds it, an object, with its last member. */
static const char *body_of(struct arena *a, const struct delivery *d)
{
	size_t len = strlen(d->payload);

	return arena_printf(a, "%.*s,\"hookId\":\"%s\"}", (int)len - 1, d->payload, d->hook_id);
}

/* Sealed with a key that another copy has, or damaged: it is left alone until its claim is over, and then given up. */
static err_t put_aside(struct request *rq, const struct delivery *d)
{
	log_warn("the webhook '%s' cannot be read: %s", d->hook_id, err_fault()->detail);
	return d->tries < TRIES_MOST ? OK : end_delivery(rq, d);
}

/* Makes the call of the row that was taken; of a hook that is gone or off nothing is sent. */
static err_t send_taken(struct request *rq, struct delivery *d)
{
	CLEANUP(hook_row_done) struct hook_row h = {0};
	err_t e = hook_load(rq, d->hook_id, &h);

	if (!e && h.enabled && d->tries <= TRIES_MOST) {
		hook_call_make(rq, &h, h.config, body_of(rq->arena, d), &d->call);
		return next(rq, &call_step);
	}
	end_turn(rq, d);
	if (!e || e == ERR_NOT_FOUND)
		return end_delivery(rq, d);
	return e == ERR_INTERNAL || e == ERR_JSON || e == ERR_BODY_VALUES ? put_aside(rq, d) : e;
}

static err_t begin_delivery(struct request *rq)
{
	struct delivery *d = delivery(rq);
	err_t e = begin_turn(rq, d);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	e = take(rq, d);
	if (e == ERR_NOT_FOUND)
		return end_turn(rq, d), OK;
	if (!e)
		e = wake_next(rq);
	if (e)
		return e;
	txn_set_tenant(rq->tx, d->tenant);
	return send_taken(rq, d);
}

WORKER(deliver_hooks) = {
	.name = "call webhooks", .every_s = 5, .wake_on = CHANGE_EVENTS, .lane = WRITE, .run = begin_delivery,
	.at_once = SENDERS_MOST,
};
