/*
 * Looks for the records by which e-mail domains are proven: one when somebody asks, and by a worker those that are
 * due. A chain of three: take (READ, or WRITE for the worker), ask the DNS (CALL), note what it said (WRITE).
 */
#include "organizations/domain_proof.h"

#include <string.h>

#include "base/clock.h"
#include "events/audit.h"
#include "http/client.h"
#include "http/worker.h"
#include "store/store.h"

#include "base/banned.h"

#define LOOK_MS 8000			/* for the DNS to answer */
#define HOLDS_MS (3 * DAY_MS)		/* a domain stays proven so long without its record */
#define PENDING_MS (7 * DAY_MS)		/* then the worker looks no more for one that never came, … */
#define LAPSED_MS (30 * DAY_MS)		/* … and so long after it was seen for one that is gone */
#define LONGEST_PAUSE_MS (6 * HOUR_MS)
#define CLAIM_MS (5 * MINUTE_MS)	/* after that, who took a proof has ended without a word */
#define SLICE 16			/* proofs that a round asks for at once */

/* -- the rules -- */

/* After the nth failure in a row: as long as `first`, then twice as long each time. */
static int64_t pause_after(int failures, int64_t first)
{
	int64_t ms = first;

	while (--failures > 0 && ms < LONGEST_PAUSE_MS)
		ms *= 2;
	return ms < LONGEST_PAUSE_MS ? ms : LONGEST_PAUSE_MS;
}

/* When the worker looks again for a record that was not there; 0: no more. */
static int64_t next_look(const struct proof_standing *p, int64_t now)
{
	if (p->status == PROOF_PENDING)
		return now < p->created_at + PENDING_MS ? now + pause_after(p->failures, MINUTE_MS) : 0;
	if (p->status == PROOF_LAPSED)
		return now < p->seen_at + LAPSED_MS ? now + DAY_MS : 0;
	return now + pause_after(p->failures, 15 * MINUTE_MS);
}

void proof_judge(struct proof_standing *p, enum proof_result result, bool asked, int64_t now)
{
	if (result == PROOF_FOUND) {
		p->proven_at = p->status == PROOF_PROVEN ? p->proven_at : now;
		p->status = PROOF_PROVEN;
		p->seen_at = now;
		p->failures = 0;
		p->due_at = now + DAY_MS;
		return;
	}
	if (p->status == PROOF_PROVEN && now >= p->seen_at + HOLDS_MS)
		p->status = PROOF_LAPSED;
	if (asked)
		return;
	p->failures++;
	p->due_at = next_look(p, now);
}

/* -- asking -- */

/* One that is looked for. */
struct look {
	const char *tenant, *id, *domain, *value;
	struct call call;
};

struct looking {
	struct look at[SLICE];
	int n;
	bool asked;		/* by a request */
};
FLOW(looking, struct looking)

static enum proof_result result_of(const struct look *l)
{
	if (l->call.error)
		return PROOF_NO_ANSWER;
	return call_has_text(&l->call, l->value) ? PROOF_FOUND : PROOF_MISSING;
}

static const struct step note_step;

static err_t ask(struct request *rq)
{
	struct looking *s = looking(rq);

	return s->asked ? transfer(rq, &s->at[0].call, &note_step) : transfer_all(rq, &s->at[0].call, &note_step);
}

static const struct step ask_step = { "ask the DNS for proofs of domains", CALL, ask };

STATEMENT(domain_proof_to_check,
	  "SELECT domain, record_name, record_value FROM domain_proofs WHERE tenant_id = $1 AND id = $2");
COLUMNS(domain_proof_to_check, domain, record_name, record_value);

err_t domain_proof_check(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	struct looking *s = looking(rq);
	const char *id = path_arg(rq, "id");
	err_t e = store_first(rq->tx, &domain_proof_to_check, ARGS(T(id)), &row);

	if (e)
		return e == ERR_NOT_FOUND ? entity_miss_error(&domain_proof, ERR_NOT_EXISTS_WITH_ID, id) : e;
	s->asked = true;
	s->n = 1;
	s->at[0] = (struct look){
		.id = id, .domain = arena_copy(rq->arena, rows_text(&row, domain_proof_to_check_domain)),
		.value = arena_copy(rq->arena, rows_text(&row, domain_proof_to_check_record_value)),
		.call = { .kind = CALL_LOOKUP, .total_ms = LOOK_MS,
			  .url = arena_copy(rq->arena, rows_text(&row, domain_proof_to_check_record_name)) },
	};
	e = rows_end(&row);
	return e ? e : next(rq, &ask_step);
}

/* -- noting -- */

STATEMENT(domain_proof_standing,
	  "SELECT status, failures, created_at, proven_at, seen_at, due_at FROM domain_proofs WHERE tenant_id = $1"
	  " AND id = $2 {lock}");
COLUMNS(domain_proof_standing, status, failures, created_at, proven_at, seen_at, due_at);
STATEMENT(domain_proof_note,
	  "UPDATE domain_proofs SET status = $2, last_result = $3, failures = $4, proven_at = $5, seen_at = $6,"
	  " checked_at = $7, due_at = $8 WHERE tenant_id = $1 AND id = $9");

static enum proof_status status_of(const char *name)
{
	enum proof_status s = PROOF_PENDING;

	while (s < PROOF_LAPSED && strcmp(name, proof_statuses[s]) != 0)
		s++;
	return s;
}

static err_t read_standing(struct request *rq, const char *id, struct proof_standing *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &domain_proof_standing, ARGS(T(id)), &row);

	if (e)
		return e;
	*out = (struct proof_standing){
		.status = status_of(rows_text(&row, domain_proof_standing_status)),
		.failures = (int)rows_int(&row, domain_proof_standing_failures),
		.created_at = rows_int(&row, domain_proof_standing_created_at),
		.proven_at = rows_int(&row, domain_proof_standing_proven_at),
		.seen_at = rows_int(&row, domain_proof_standing_seen_at),
		.due_at = rows_int(&row, domain_proof_standing_due_at),
	};
	return rows_end(&row);
}

static struct arg time_or_null(int64_t ms)
{
	return ms ? N(ms) : T(NULL);
}

/* OK also when the proof was deleted meanwhile. */
static err_t note_one(struct request *rq, const struct look *l, bool asked)
{
	enum proof_result result = result_of(l);
	enum proof_status before;
	struct proof_standing p;
	int64_t now = clock_ms();
	err_t e = read_standing(rq, l->id, &p);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	before = p.status;
	proof_judge(&p, result, asked, now);
	if (p.status != before)
		domain_proof_tell(rq, proof_statuses[p.status], l->domain);
	return store_exec(rq->tx, &domain_proof_note,
			  ARGS(T(proof_statuses[p.status]), T(proof_results[result]), N(p.failures),
			       time_or_null(p.proven_at), time_or_null(p.seen_at), N(now), time_or_null(p.due_at),
			       T(l->id)),
			  NULL);
}

static err_t answer(struct request *rq, const char *id)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = entity_find(rq->tx, &domain_proof, id, &row);

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&domain_proof, ERR_NOT_EXISTS_WITH_ID, id);
	return e ? e : entity_reply(rq, 200, &domain_proof, &row);
}

/* What the worker finds is written in the transaction of the tenant that it is about. */
static err_t note_due(struct request *rq, const struct look *l)
{
	err_t e;

	txn_set_tenant(rq->tx, l->tenant);
	e = note_one(rq, l, false);
	return e ? e : audit_write_open(rq);
}

static const struct step take_step;

static err_t note(struct request *rq)
{
	struct looking *s = looking(rq);
	err_t e = OK;

	if (s->asked) {
		e = note_one(rq, &s->at[0], true);
		return e ? e : answer(rq, s->at[0].id);
	}
	for (int i = 0; i < s->n && !e; i++)
		e = note_due(rq, &s->at[i]);
	return !e && s->n == SLICE ? next(rq, &take_step) : e;
}

static const struct step note_step = { "note what the DNS says of domains", WRITE, note };

/* -- the worker -- */

#define DUE(lock) "(SELECT tenant_id, id FROM domain_proofs WHERE due_at <= $2 ORDER BY due_at LIMIT $3" lock ")"
#define TAKE(due) \
	"UPDATE domain_proofs SET due_at = $1 WHERE (tenant_id, id) IN " due \
	" RETURNING tenant_id, id, domain, record_name, record_value"
GLOBAL_STATEMENT2(domain_proofs_take, TAKE(DUE("")), TAKE(DUE(" FOR UPDATE SKIP LOCKED")));
COLUMNS(domain_proofs_take, tenant_id, id, domain, record_name, record_value);

static void add_look(struct request *rq, struct looking *s, struct rows *row)
{
	struct look *l = &s->at[s->n];

	call_wipe(&l->call);		/* of the slice before this one */
	*l = (struct look){
		.tenant = arena_copy(rq->arena, rows_text(row, domain_proofs_take_tenant_id)),
		.id = arena_copy(rq->arena, rows_text(row, domain_proofs_take_id)),
		.domain = arena_copy(rq->arena, rows_text(row, domain_proofs_take_domain)),
		.value = arena_copy(rq->arena, rows_text(row, domain_proofs_take_record_value)),
		.call = { .kind = CALL_LOOKUP, .total_ms = LOOK_MS,
			  .url = arena_copy(rq->arena, rows_text(row, domain_proofs_take_record_name)) },
	};
	if (s->n > 0)
		s->at[s->n - 1].call.beside = &l->call;
	s->n++;
}

static err_t take(struct request *rq)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct looking *s = looking(rq);
	int64_t now = clock_ms();
	err_t e = store_query(rq->tx, &domain_proofs_take, ARGS(N(now + CLAIM_MS), N(now), N(SLICE)), &rows);

	s->n = 0;
	while (!e && s->n < SLICE && rows_next(&rows))
		add_look(rq, s, &rows);
	if (!e)
		e = rows_end(&rows);
	return e || s->n == 0 ? e : next(rq, &ask_step);
}

static const struct step take_step = { "take proofs of domains that are due", WRITE, take };

WORKER(check_domain_proofs) = { .name = "check proofs of domains", .every_s = 10, .lane = WRITE, .run = take };
