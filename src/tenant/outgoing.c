/* The messages that wait, and the workers that send them. */
#include "tenant/outgoing.h"

#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "crypto/seal.h"
#include "entity/tree.h"
#include "http/client.h"
#include "http/worker.h"
#include "store/store.h"
#include "tenant/message_limit.h"
#include "tenant/senders.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define CLAIM_MS (2 * OUTGOING_CALL_MS)	/* after that, who took a message has ended without a word */
#define TRIES_MOST 5
#define RETRY_MS INT64_C(1000)		/* after the first try that failed; then five times as long each time */

STATEMENT(outgoing_insert,
	  "INSERT INTO outgoing_messages (tenant_id, id, type, sealed, tries, due_at, expires_at)"
	  " VALUES ($1, $2, $3, $4, 0, $5, $6)");
STATEMENT(outgoing_delete, "DELETE FROM outgoing_messages WHERE tenant_id = $1 AND id = $2");
STATEMENT(outgoing_put_off, "UPDATE outgoing_messages SET due_at = $2 WHERE tenant_id = $1 AND id = $3");
#define OLDEST(lock) \
	"(SELECT id FROM outgoing_messages WHERE tenant_id = $1 AND due_at <= $3 ORDER BY due_at LIMIT 1" lock ")"
#define TAKE(oldest) \
	"UPDATE outgoing_messages SET due_at = $2, tries = tries + 1 WHERE tenant_id = $1 AND id = " oldest \
	" RETURNING id, type, sealed, tries, expires_at"
STATEMENT2(outgoing_take, TAKE(OLDEST("")), TAKE(OLDEST(" FOR UPDATE SKIP LOCKED")));
COLUMNS(outgoing_take, id, type, sealed, tries, expires_at);
/* The first tenant behind $1, but for those of a list, with a message that is due. Looks twice for each, at most. */
GLOBAL_STATEMENT(outgoing_turn,
		 "WITH RECURSIVE waiting (id) AS (SELECT min(tenant_id) FROM outgoing_messages WHERE tenant_id > $1"
		 " UNION ALL SELECT (SELECT min(tenant_id) FROM outgoing_messages WHERE tenant_id > waiting.id)"
		 " FROM waiting WHERE waiting.id IS NOT NULL)"
		 " SELECT w.id FROM waiting w WHERE w.id NOT IN (SELECT l.id FROM {list:$3} l) AND EXISTS"
		 " (SELECT 1 FROM outgoing_messages o WHERE o.tenant_id = w.id AND o.due_at <= $2) LIMIT 1");

/* -- putting -- */

static const char *to_text(struct arena *a, const struct outgoing *o)
{
	const struct message *m = &o->message;
	json_auto_t *all = json_pack("{s:s, s:s, s:O, s:s?, s:s, s:I}", "to", m->to, "type", m->type, "payload",
				     m->payload, "ip", m->ip, "kind", o->kind, "place", (json_int_t)o->place);

	return json_to_text(a, all);
}

static err_t insert(struct request *rq, const struct outgoing *o, const char *id, int64_t due_at)
{
	const char *text = to_text(rq->arena, o);
	struct slice sealed;
	err_t e =
		seal_wrap(context.seal, rq->arena, SEAL_MESSAGE, txn_tenant(rq->tx), id, text, strlen(text), &sealed);

	if (e)
		return e;
	return store_exec(rq->tx, &outgoing_insert,
			  ARGS(T(id), T(o->type), BLOB(sealed.at, sealed.len), N(due_at), N(o->until_ms)), NULL);
}

err_t outgoing_put(struct request *rq, const struct outgoing *o)
{
	char id[ID_LONG + 1];
	err_t e;

	id_new(id, ID_LONG, ALPHABET_LOWER);
	e = insert(rq, o, id, clock_ms());
	if (!e)
		store_note_change(rq->tx, CHANGE_OUTGOING);
	return e;
}

err_t outgoing_put_own(struct request *rq, const struct outgoing *o, const char **id)
{
	*id = id_make(rq->arena, ID_LONG, ALPHABET_LOWER);
	return insert(rq, o, *id, clock_ms() + CLAIM_MS);
}

err_t outgoing_settle(struct request *rq, const struct outgoing *o, const char *id, err_t failed)
{
	err_t e = store_exec(rq->tx, &outgoing_delete, ARGS(T(id)), NULL);

	if (e || !failed)
		return e;
	return message_give_back(rq->tx, rq->arena, o->kind, o->message.to, o->place);
}

/* -- sending -- */

struct sending {
	const char *tenant, *id;
	const void *sealed;
	size_t sealed_len;
	int64_t tries;
	struct outgoing what;
	bool was_full;		/* the tenant had all its senders when this one left it */
	struct call call;
};
FLOW(sending, struct sending)

static void read_message(struct request *rq, const json_t *all, struct outgoing *o)
{
	static const char *const texts[] = { "to", "type", "ip", "kind" };
	const char *copies[ARRAY_LEN(texts)];

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		copies[i] = arena_copy(rq->arena, json_string_value(json_object_get(all, texts[i])));
	o->message = (struct message){ copies[0], copies[1], json_object_get(all, "payload"), copies[2], NULL };
	o->kind = copies[3];
	o->place = json_integer_value(json_object_get(all, "place"));
}

/* Opens what the row has sealed. */
static err_t open_sealed(struct request *rq, struct sending *s)
{
	CLEANUP(secret_done) struct secret plain = {0};
	json_error_t fault;
	json_t *all = NULL;
	err_t e = seal_unwrap(context.seal, SEAL_MESSAGE, s->tenant, s->id, s->sealed, s->sealed_len, &plain);

	if (!e)
		e = json_parse((const char *)plain.bytes, plain.len, 0, &rq->charge, &all, &fault);
	if (!e)
		read_message(rq, tree_keep(rq, all), &s->what);
	return e;
}

/* -- the turns of tenants -- */

static struct senders senders = SENDERS(SENDERS_OF_TENANT_MOST);

static err_t find_turn(struct request *rq, const char *after, const char **tenant)
{
	const char *full = senders_full(&senders, rq->arena);

	return store_text(rq->tx, &outgoing_turn, ARGS(T(after), N(clock_ms()), T(full)), rq->arena, tenant);
}

static void release_sender(void *s)
{
	sender_release(&senders, s);
}

/* Becomes a sender of the next tenant that has room for one. ERR_NOT_FOUND: nothing is due of any. */
static err_t begin_turn(struct request *rq, struct sending *s)
{
	err_t e;

	arena_defer(rq->arena, release_sender, s);
	do {
		e = find_turn(rq, senders_last(&senders, rq->arena), &s->tenant);
		if (e == ERR_NOT_FOUND)
			e = find_turn(rq, "", &s->tenant);
	} while (!e && !sender_hold(&senders, s, s->tenant));
	return e;
}

/* Another round begins if the tenant's messages could have waited for this sender. */
static void end_turn(struct request *rq, struct sending *s)
{
	s->was_full |= sender_release(&senders, s);
	if (s->was_full)
		store_note_change(rq->tx, CHANGE_OUTGOING);
}

/* Takes the tenant's message that is due first. ERR_NOT_FOUND: another copy has just taken it. */
static err_t take(struct request *rq, struct sending *s)
{
	CLEANUP(rows_close) struct rows row = {0};
	int64_t now = clock_ms();
	err_t e = store_first(rq->tx, &outgoing_take, ARGS(N(now + CLAIM_MS), N(now)), &row);

	if (e)
		return e;
	s->id = arena_copy(rq->arena, rows_text(&row, outgoing_take_id));
	s->what.type = arena_copy(rq->arena, rows_text(&row, outgoing_take_type));
	s->tries = rows_int(&row, outgoing_take_tries);
	s->what.until_ms = rows_int(&row, outgoing_take_expires_at);
	s->sealed = rows_blob(&row, outgoing_take_sealed, &s->sealed_len, rq->arena);
	return rows_end(&row);
}

/* Another round begins, here or at another copy, while this one waits for its service. */
static err_t wake_next(struct request *rq)
{
	const char *tenant;
	err_t e = find_turn(rq, "", &tenant);

	if (!e)
		store_note_change(rq->tx, CHANGE_OUTGOING);
	return e == ERR_NOT_FOUND ? OK : e;
}

/* -- what comes of a message -- */

static err_t give_up(struct request *rq, const struct sending *s, err_t why)
{
	log_warn("a message of kind %s was not sent: %s: %s", s->what.message.type, err_name(why),
		 err_fault()->detail);
	return outgoing_settle(rq, &s->what, s->id, why);
}

/* Whether the same message may have more luck later: the service was not reached, or asks for patience. */
static bool is_passing(const struct call *c)
{
	return c->error && c->error != ERR_CALL_INPUT && c->error != ERR_CALL_ADDRESS &&
	       !(c->kind == CALL_SMTP && c->status >= 500);
}

static int64_t pause_after(int64_t tries)
{
	int64_t ms = RETRY_MS;

	while (--tries > 0)
		ms *= 5;
	return ms;
}

static err_t note_outcome(struct request *rq)
{
	struct sending *s = sending(rq);
	int64_t again_at = clock_ms() + pause_after(s->tries);
	err_t failed = message_outcome(&s->call);

	txn_set_tenant(rq->tx, s->tenant);
	end_turn(rq, s);
	if (!failed)
		return outgoing_settle(rq, &s->what, s->id, OK);
	if (!is_passing(&s->call) || s->tries >= TRIES_MOST || again_at >= s->what.until_ms)
		return give_up(rq, s, failed);
	return store_exec(rq->tx, &outgoing_put_off, ARGS(N(again_at), T(s->id)), NULL);
}

static const struct step note_outcome_step = { "note what came of a message", WRITE, note_outcome };

static err_t call_service(struct request *rq)
{
	return transfer(rq, &sending(rq)->call, &note_outcome_step);
}

static const struct step call_service_step = { "send a message", CALL, call_service };

/* The call that sends the message. */
static err_t make_call(struct request *rq, struct sending *s)
{
	err_t e = open_sealed(rq, s);

	if (!e && s->what.until_ms <= clock_ms())
		e = err_set(ERR_DEADLINE, "it is too old");
	if (!e)
		e = connector_call(rq, s->what.type, &s->what.message, &s->call);
	s->call.total_ms = OUTGOING_CALL_MS;
	return e;
}

/* Could not be sent later either: connectors are not repaired within its time. */
static bool is_hopeless(err_t e)
{
	return e == ERR_DEADLINE || e == ERR_NO_CONNECTOR || e == ERR_CONNECTOR_CONFIG || e == ERR_CONNECTOR ||
	       e == ERR_MAIL_TEMPLATE;
}

/* The message or the connector cannot be read here: it is damaged, or sealed with a key that another copy has. */
static bool is_unreadable(err_t e)
{
	return e == ERR_INTERNAL || e == ERR_JSON || e == ERR_BODY_VALUES;
}

/* Leaves the message alone until its claim is over, so that it is in nobody's way; the last try forgets it. */
static err_t put_aside(struct request *rq, const struct sending *s, err_t why)
{
	log_warn("the waiting message '%s' cannot be read: %s", s->id, err_fault()->detail);
	if (s->tries < TRIES_MOST)
		return OK;
	return s->what.kind ? outgoing_settle(rq, &s->what, s->id, why) :
			      store_exec(rq->tx, &outgoing_delete, ARGS(T(s->id)), NULL);
}

/* Makes the call of the message that was taken; what is no call ends here. */
static err_t send_taken(struct request *rq, struct sending *s)
{
	err_t e = make_call(rq, s);

	if (!e)
		return next(rq, &call_service_step);
	end_turn(rq, s);
	if (is_hopeless(e))
		return give_up(rq, s, e);
	return is_unreadable(e) ? put_aside(rq, s, e) : e;
}

static err_t begin_sending(struct request *rq)
{
	struct sending *s = sending(rq);
	err_t e = begin_turn(rq, s);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	txn_set_tenant(rq->tx, s->tenant);
	e = take(rq, s);
	if (e == ERR_NOT_FOUND)
		return end_turn(rq, s), OK;
	if (!e)
		e = wake_next(rq);
	return e ? e : send_taken(rq, s);
}

WORKER(send_messages) = {
	.name = "send messages", .every_s = 5, .wake_on = CHANGE_OUTGOING, .lane = WRITE, .run = begin_sending,
	.at_once = SENDERS_MOST,
};
