/*
 * Groups of steps on a connection to PostgreSQL, and what its errors mean.
 *
 * A connection stays in pipeline mode: what belongs together (BEGIN and the first statement, PREPARE and the first
 * execution, the notifications and COMMIT; the statements of several reads, together.c) is sent at once and costs
 * one round trip. Such a group is a list of steps and ends with a sync. The server answers them in order; after an
 * error it skips the rest of the group. Each step names the answer that its result is for, so that an error reaches
 * the one whose statement failed, and a read that was only skipped asks again.
 */
#include "store/postgres.h"

#include <assert.h>
#include <string.h>

#include "base/budget.h"
#include "base/clock.h"
#include "base/banned.h"

/* ---- errors ---- */

err_t pg_error(err_t e, const char *what, const char *message)
{
	size_t len = message ? strcspn(message, "\n") : 0;	/* what follows quotes the statement */

	return err_set(e, "%s: %.*s", what, (int)len, message ? message : "");
}

static const struct {
	const char *state;	/* SQLSTATE, or the characters it begins with */
	err_t e;
} states[] = {
	{ "23505", ERR_UNIQUE },
	{ "23503", ERR_REFERENCE },
	{ "23001", ERR_REFERENCE },
	{ "23514", ERR_CHECK },
	{ "P0001", ERR_CHECK },		/* RAISE EXCEPTION */
	{ "22001", ERR_TOO_LONG },
	{ "54000", ERR_TOO_LONG },	/* a row too large for its index */
	{ "40001", ERR_AGAIN },
	{ "40P01", ERR_AGAIN },
	{ "55P03", ERR_AGAIN },		/* lock timeout */
	{ "57014", ERR_DEADLINE },	/* statement timeout, or cancelled by an administrator */
	{ "2201B", ERR_INPUT },		/* regular expression */
	{ "22025", ERR_INPUT },		/* a pattern ends with its escape */
	{ "22019", ERR_INPUT },
	{ "22021", ERR_INPUT },		/* bytes that are not UTF-8 */
	{ "22P05", ERR_INPUT },		/* \u0000 in JSON */
	{ "25006", ERR_STORE_DOWN },	/* the server became a replica */
	{ "57P", ERR_STORE_DOWN },	/* shutdown, crash, start-up */
	{ "08", ERR_STORE_DOWN },
	{ "53100", ERR_STORE_FULL },
	{ "58030", ERR_STORE_FULL },	/* reading or writing failed */
	{ "53400", ERR_BUSY },		/* temp_file_limit */
	{ "53", ERR_STORE_DOWN },	/* no memory, no disk, too many connections */
	/*
	 * The tables of a prepared statement were changed, or it was discarded: all statements are prepared again.
	 */
	{ "0A000", ERR_AGAIN },
	{ "26000", ERR_AGAIN },
};

/* ERR_STORE for a state that is not in the list. */
static err_t error_of(const char *state)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(states); i++) {
		if (strncmp(state, states[i].state, strlen(states[i].state)) == 0)
			return states[i].e;
	}
	return ERR_STORE;
}

void pg_check_connection(struct pg_conn *c, const PGresult *r)
{
	const char *state = pq.resultErrorField(r, PG_DIAG_SQLSTATE);
	err_t e = state ? error_of(state) : OK;

	if (!state)	/* libpq's own */
		c->broken = pq.status(c->pg) == CONNECTION_BAD ? ERR_STORE_DOWN : c->broken;
	else if (strcmp(state, "26000") == 0 || strcmp(state, "0A000") == 0)
		c->broken = e;
	else if (e == ERR_STORE_DOWN && strncmp(state, "53", 2) != 0)
		c->broken = e;
}

err_t pg_lose(struct pg_conn *c, const char *what)
{
	c->broken = ERR_STORE_DOWN;
	return pg_error(ERR_STORE_DOWN, what, pq.errorMessage(c->pg));
}

/* Keeps the name of the constraint that failed. A trigger of ours gives it as the message of RAISE. */
static void set_constraint(const PGresult *r, const char *state)
{
	const char *name = pq.resultErrorField(r, PG_DIAG_CONSTRAINT_NAME);

	if (!name && strcmp(state, "P0001") == 0)
		name = pq.resultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	name = name ? name : "";
	store__constraint_set(name, strlen(name));
}

err_t pg_result_error(struct pg_conn *c, const PGresult *r, const char *what)
{
	const char *state = pq.resultErrorField(r, PG_DIAG_SQLSTATE);
	const char *message = pq.resultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = pq.resultErrorField(r, PG_DIAG_MESSAGE_DETAIL);

	if (!state)
		return pq.status(c->pg) == CONNECTION_BAD ? pg_lose(c, what) :
							    pg_error(ERR_STORE, what, pq.resultErrorMessage(r));
	set_constraint(r, state);
	return err_set(error_of(state), "%s: %s%s%s (SQLSTATE %s)", what, message ? message : "failed",
		       detail ? "; " : "", detail ? detail : "", state);
}

/* ---- steps ---- */

/* Makes room for one more in a list. Returns the list. */
static void *list_grow(void *list, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return list;
	*cap = *cap ? *cap * 2 : 32;
	return store__resize(list, *cap, size);
}

void pg_step_add(struct pg_conn *c, int sent, struct pg_step step)
{
	if (sent != 1) {
		c->broken = ERR_STORE_DOWN;
		return;
	}
	c->steps = list_grow(c->steps, c->step_count, &c->step_cap, sizeof(*c->steps));
	c->steps[c->step_count++] = step;
	step.to->missing++;
}

void pg_send_text(struct pg_conn *c, struct pg_answer *to, const char *text, int n, const char *const *values)
{
	pg_step_add(c, pq.sendQueryParams(c->pg, text, n, NULL, values, NULL, NULL, 0), (struct pg_step){ .to = to });
}

void pg_unused_add(struct pg_conn *c, unsigned number)
{
	c->unused = list_grow(c->unused, c->unused_count, &c->unused_cap, sizeof(*c->unused));
	c->unused[c->unused_count++] = number;
}

/* Takes back what the connection assumed when it sent a step that failed or was skipped. */
static void step_undo(struct pg_conn *c, const struct pg_step *s)
{
	if (s->prepares)
		s->prepares->generation = 0;
	if (s->deallocates)
		pg_unused_add(c, s->deallocates);
}

/* Gives the result of a step to the answer that it belongs to. Takes `r`; NULL: it was not kept. */
static void step_finish(struct pg_conn *c, const struct pg_step *s, PGresult *r)
{
	struct pg_answer *to = s->to;
	PGresult **place = &to->result;

	to->missing--;
	if (!r)
		return;
	switch (pq.resultStatus(r)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_SINGLE_TUPLE:	/* rows that were received one by one */
		break;
	case PGRES_PIPELINE_ABORTED:
		step_undo(c, s);
		to->skipped = true;
		pq.clear(r);
		return;
	default:
		step_undo(c, s);
		pg_check_connection(c, r);
		place = &to->failure;
	}
	pq.clear(*place);
	*place = r;
}

/*
 * Receives one result, then NULL. Anything else breaks the connection: results no longer belong to their statements.
 */
static void step_receive(struct pg_conn *c, const struct pg_step *s)
{
	PGresult *r = rows_receive(c, s->to);

	if (!r && !s->to->ended)
		c->broken = ERR_STORE_DOWN;
	if (c->broken)
		return;
	step_finish(c, s, r);
	if (c->broken)
		return;
	r = pq.getResult(c->pg);
	if (r)
		c->broken = ERR_STORE_DOWN;
	pq.clear(r);
}

/* Receives the end of a group, which also shows that the server is alive. */
static void receive_sync(struct pg_conn *c)
{
	PGresult *r = pq.getResult(c->pg);

	if (pq.resultStatus(r) == PGRES_PIPELINE_SYNC)
		c->heard_us = clock_monotonic_us();
	else
		c->broken = ERR_STORE_DOWN;
	pq.clear(r);
}

/* ---- groups ---- */

/* Receives the results of all steps. Returns the answer at which the connection broke; NULL: it did not. */
static struct pg_answer *receive_steps(struct pg_conn *c)
{
	for (size_t i = 0; i < c->step_count && !c->broken; i++) {
		step_receive(c, &c->steps[i]);
		if (c->broken)
			return c->steps[i].to;
	}
	return NULL;
}

/* When an answer is overdue the connection is closed under it: that read or write is late, the others run again. */
void pg_receive(struct conn *of)
{
	struct pg_conn *c = pg_of(of);
	struct pg_answer *at;

	if (!c->broken && pq.pipelineSync(c->pg) != 1)
		c->broken = ERR_STORE_DOWN;
	overdue_begin(c);
	at = receive_steps(c);
	if (!c->broken)
		receive_sync(c);
	if (UNLIKELY(overdue_end(c))) {
		c->broken = ERR_AGAIN;
		if (at)
			at->ended = ERR_DEADLINE;
	}
	c->step_count = 0;
}

void pg_wait(struct txn *tx)
{
	if (tx->reader)
		store__wait(tx->reader);
	else
		pg_receive(tx->conn);
}

/* The error of an answer that we ended. */
static err_t ended_error(const struct pg_answer *a, const char *what)
{
	if (a->ended == ERR_DEADLINE)
		return err_set(ERR_DEADLINE, "%s: overdue", what);
	if (a->ended == ERR_MEMORY)
		return err_set(ERR_MEMORY, "%s: its rows have no room within the setting %s", what,
			       a->charge->refused);
	return err_set(a->ended, "%s: more rows than are received at once", what);
}

err_t pg_answer_take(struct pg_conn *c, struct pg_answer *a, const char *what, PGresult **out)
{
	PGresult *result = NULL;
	err_t e = OK;

	if (a->ended)
		e = ended_error(a, what);
	else if (a->failure)
		e = pg_result_error(c, a->failure, what);
	else if (a->result && !a->missing && !a->skipped)
		result = a->result;
	else
		e = pg_error(c->broken ? c->broken : ERR_AGAIN, what, pq.errorMessage(c->pg));
	assert(e || result);
	if (!result || !out)
		rows_drop(a);
	else
		*out = result;
	pq.clear(a->failure);
	return e;
}

err_t pg_receive_answer(struct pg_conn *c, struct pg_answer *a, const char *what, PGresult **out)
{
	pg_receive(&c->base);
	return pg_answer_take(c, a, what, out);
}
