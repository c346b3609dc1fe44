/* The outbox: which events have readers, and the rows written for them. */
#include "events/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "events/payload.h"
#include "http/worker.h"
#include "store/store.h"

#include "base/banned.h"

#define CACHE_KEY "outbox readers"
#define DEPENDS (CHANGE_SETTINGS | CHANGE_TENANTS)

static struct cache *memory;

/* -- names -- */

const char *const event_names[] = {
#define E(name) #name,
#include "events/events.def"
#undef E
	NULL
};
_Static_assert(ARRAY_LEN(event_names) <= 65, "a set of events is one word");

/* The place of an event in a set; -1: there is no such event. */
static int number_of(const char *event)
{
	for (int i = 0; event_names[i]; i++)
		if (!strcmp(event_names[i], event))
			return i;
	return -1;
}

/* -- the events that have readers: a set for each tenant -- */

STATEMENT(outbox_wanted, "SELECT DISTINCT event FROM outbox_readers WHERE tenant_id = $1");
COLUMNS(outbox_wanted, event);
STATEMENT(outbox_add_reader,
	  "INSERT INTO outbox_readers (tenant_id, event, reader) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
STATEMENT(outbox_remove_reader, "DELETE FROM outbox_readers WHERE tenant_id = $1 AND reader = $2");

static err_t read_wanted(struct txn *tx, uint64_t *out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &outbox_wanted, NO_ARGS, &rows);

	*out = 0;
	while (!e && rows_next(&rows)) {
		int n = number_of(rows_text(&rows, outbox_wanted_event));

		if (n >= 0)
			*out |= UINT64_C(1) << n;
	}
	return e ? e : rows_end(&rows);
}

/* Remembering is optional: without memory it is left out, and the next change reads the table. */
static void remember(struct cache_ticket ticket, const char *tenant, uint64_t wanted)
{
	uint64_t *value = malloc(sizeof(*value));

	if (!value)
		return;
	*value = wanted;
	cache_release(memory, cache_store(memory, ticket, tenant, DEPENDS, CACHE_KEY, strlen(CACHE_KEY), value,
					  sizeof(*value), 0, free));
}

/*
 * Takes the set from memory where it can. A write transaction fills the memory too, since on SQLite no other
 * transaction asks: what it reads is committed as long as no request of its batch has changed what the set depends on.
 */
static err_t load_wanted(struct txn *tx, uint64_t *out)
{
	const char *tenant = txn_tenant(tx);
	struct cache_ticket ticket = cache_ticket(memory, tenant, DEPENDS);
	uint64_t *known;
	err_t e;

	if (txn_changes(tx) & DEPENDS)
		return read_wanted(tx, out);
	known = cache_find(memory, tenant, CACHE_KEY, strlen(CACHE_KEY));
	if (known) {
		*out = *known;
		cache_release(memory, known);
		return OK;
	}
	e = read_wanted(tx, out);
	if (!e)
		remember(ticket, tenant, *out);
	return e;
}

err_t outbox_wants(struct txn *tx, const char *event, bool *wanted)
{
	uint64_t all;
	int n;
	err_t e = load_wanted(tx, &all);

	*wanted = false;
	if (e || !all)
		return e;
	n = number_of(event);
	*wanted = n >= 0 && all >> n & 1;
	return OK;
}

static err_t read_wanted_of_request(struct request *rq, const char *event, bool *wanted)
{
	return outbox_wants(rq->tx, event, wanted);
}

void outbox_start(struct cache *c)
{
	memory = c;
	event_set_reader(read_wanted_of_request);
}

err_t outbox_subscribe(struct txn *tx, const char *reader, const char *const *events)
{
	err_t e = store_exec(tx, &outbox_remove_reader, ARGS(T(reader)), NULL);

	for (; !e && *events; events++) {
		if (number_of(*events) < 0)
			return err_set(ERR_INPUT, "'%.64s' is not an event", *events);
		e = store_exec(tx, &outbox_add_reader, ARGS(T(*events), T(reader)), NULL);
	}
	if (!e)
		store_note_change(tx, CHANGE_SETTINGS);
	return e;
}

/* -- rows -- */

/* Who reads is decided here: a reader that comes later is told nothing of what was before. */
STATEMENT(outbox_insert,
	  "INSERT INTO outbox (tenant_id, event, created_at, due_at, payload, reader)"
	  " SELECT $1, $2, $3, $4, $5, reader FROM outbox_readers WHERE tenant_id = $1 AND event = $2"
	  " ORDER BY reader");

static err_t record(struct request *rq, const struct event_note *what, int64_t now_ms)
{
	const char *payload = payload_text(rq, what, now_ms);

	store_note_change(rq->tx, CHANGE_EVENTS);
	return store_exec(rq->tx, &outbox_insert, ARGS(T(what->event), N(now_ms), N(now_ms), T(payload)), NULL);
}

static err_t record_route_event(struct request *rq, int64_t now_ms)
{
	const char *answer = rq->reply.is_json ? buffer_str(&rq->reply.body) : NULL;

	return record(rq, &(struct event_note){ .event = rq->route->event, .data = answer }, now_ms);
}

/* The event of the route when its last step has answered; NULL before that, when it refused, or when it has none. */
static const char *route_event(const struct request *rq)
{
	return rq->route && !rq->task.step && !rq->task.keeps ? rq->route->event : NULL;
}

err_t event_record(struct request *rq)
{
	const char *own = route_event(rq);
	int64_t now_ms;
	bool wanted;
	err_t e = OK;

	if (!own && !rq->notes)
		return OK;
	if (!rq->tx || !txn_is_write(rq->tx))
		return err_set(ERR_INTERNAL, "an event in a step that does not write");
	now_ms = clock_ms();
	for (const struct event_note *note = rq->notes; note && !e; note = note->next) {
		e = record(rq, note, now_ms);
		if (own && !strcmp(note->event, own))
			own = NULL;
	}
	if (e)
		return e;
	e = event_read_wanted(rq, own, &wanted);
	return e || !wanted ? e : record_route_event(rq, now_ms);
}

/* -- trimming -- */

#define OLDEST "SELECT number, event, reader, created_at FROM outbox WHERE tenant_id = $1 ORDER BY number LIMIT $2"
#define NOT_WANTED \
	"(o.created_at < $3 OR NOT EXISTS (SELECT 1 FROM outbox_readers r WHERE r.tenant_id = $1" \
	" AND r.event = o.event AND r.reader = o.reader))"
#define TRIM(oldest) \
	"DELETE FROM outbox WHERE tenant_id = $1 AND number IN (SELECT o.number FROM (" oldest \
	") o WHERE " NOT_WANTED ")"

/* Rows that a reader has locked are skipped: they are being delivered. */
STATEMENT2(outbox_trim_oldest, TRIM(OLDEST), TRIM(OLDEST " FOR UPDATE SKIP LOCKED"));

err_t outbox_trim(struct txn *tx, int64_t most, int64_t *gone)
{
	return store_exec(tx, &outbox_trim_oldest, ARGS(N(most), N(clock_ms() - OUTBOX_KEPT_MS)), gone);
}

/* -- the worker: a few rows of each tenant that has any -- */

#define TRIM_ROWS 1000

GLOBAL_STATEMENT(outbox_tenant_after, "SELECT min(tenant_id) FROM outbox WHERE tenant_id > $1");

struct trimming {
	const char *tenant;	/* "": none yet */
};
FLOW(trimming, struct trimming)

static err_t find_tenant(struct request *rq);
static const struct step find_tenant_step = { "find the next tenant with an outbox", SCAN, find_tenant };
static err_t trim(struct request *rq);
static const struct step trim_step = { "trim the outbox of a tenant", WRITE, trim };

static err_t trim(struct request *rq)
{
	int64_t gone;
	err_t e;

	txn_set_tenant(rq->tx, trimming(rq)->tenant);
	e = outbox_trim(rq->tx, TRIM_ROWS, &gone);
	if (e)
		return e;
	return next(rq, gone == TRIM_ROWS ? &trim_step : &find_tenant_step);
}

static err_t find_tenant(struct request *rq)
{
	struct trimming *t = trimming(rq);
	const char *tenant;
	err_t e = store_text(rq->tx, &outbox_tenant_after, ARGS(T(t->tenant ? t->tenant : "")), rq->arena, &tenant);

	if (e || !tenant)
		return e;
	t->tenant = tenant;
	return next(rq, &trim_step);
}

WORKER(trim_outbox) = { .name = "trim the outbox", .every_s = 60, .lane = SCAN, .run = find_tenant };
