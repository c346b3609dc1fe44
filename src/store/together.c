/*
 * Several reads at once on one connection, each on a fiber. A fiber runs until its read asks; the engine sends the
 * statement and the fiber leaves, so that the next read runs up to its own. When all that are not finished wait, the
 * engine receives all answers in one round trip, and each read goes on with its own.
 *
 * The thread stays the same, so what is kept for a thread (the last error, the constraint that failed, the request
 * that a line of the log names, where trees are noted) is exchanged when a fiber is entered and when it leaves.
 */
#include "store/engine.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/log.h"
#include "store/fiber.h"
#include "base/banned.h"

/* Wiped after each read: it may leave a password on the stack, which nothing but another read would overwrite. */
#define STACK_WIPED KIB(32)

struct reader {
	struct fiber *fiber;
	struct txn tx;
	store_read *read;
	void *of;
	bool busy;		/* with a read that has not returned */
	struct fault fault;
	struct json_meter *trees;
	char request[LOG_REQUEST_MAX];
	char constraint[CONSTRAINT_MAX];
};

/* What a fiber does: runs its read, leaves, and runs the next one when it is entered again. */
static void run_reads(struct fiber *f, void *of)
{
	struct reader *r = of;

	for (;;) {
		err_clear();
		store__constraint_set("", 0);
		r->read(r->of, &r->tx, OK);
		sodium_stackzero(STACK_WIPED);
		r->tx.open = false;
		r->busy = false;
		fiber_leave(f);
	}
}

void store__wait(struct reader *r)
{
	fiber_leave(r->fiber);
}

/* Runs a read until it waits for an answer or is done. */
static void reader_resume(struct reader *r)
{
	struct fault *fault = err_use(&r->fault);
	char *constraint = store__constraint_use(r->constraint);
	char *request = log_request_use(r->request);
	struct json_meter *trees = json_meter_use(r->trees);

	fiber_enter(r->fiber);
	r->trees = json_meter_use(trees);
	log_request_use(request);
	store__constraint_use(constraint);
	err_use(fault);
}

static struct reader *reader_get(struct conn *c, size_t i)
{
	struct reader *r = c->readers[i];

	if (!r) {
		r = c->readers[i] = store__alloc(sizeof(*r));
		r->fiber = fiber_new(run_reads, r);
	}
	return r;
}

static void reader_assign(struct reader *r, const struct txn *tx, store_read *read, void *of)
{
	r->tx = *tx;
	r->tx.reader = r;
	r->read = read;
	r->of = of;
	r->request[0] = '\0';
	r->trees = NULL;
	r->busy = true;
}

/* Runs reads until all are done. After each round every one that waits has its result, its error, or asks again. */
static void run_group(struct conn *c, size_t n)
{
	size_t i, busy;

	do {
		for (i = 0, busy = 0; i < n; i++) {
			if (c->readers[i]->busy)
				reader_resume(c->readers[i]);
			busy += c->readers[i]->busy;
		}
		if (busy)
			c->ops->receive(c);
	} while (busy);
}

static void read_alone(struct conn *c, store_read *read, void *of)
{
	struct txn *tx = NULL;
	err_t e;

	e = txn_begin(c, NULL, false, &tx);
	read(of, tx, e);
	txn_rollback(&tx);
}

/* If the common transaction cannot begin, each read runs alone and gets the error of its own. */
void store_read_together(struct conn *c, store_read *read, void *const *of, size_t n)
{
	struct txn *tx;
	size_t i;

	assert(n <= READS_TOGETHER);
	if (n > 1 && c->ops->receive && !txn_begin(c, NULL, false, &tx)) {
		for (i = 0; i < n; i++)
			reader_assign(reader_get(c, i), tx, read, of[i]);
		run_group(c, n);
		txn_rollback(&tx);
		return;
	}
	for (i = 0; i < n; i++)
		read_alone(c, read, of[i]);
}

void store__readers_free(struct conn *c)
{
	size_t i;

	for (i = 0; i < READS_TOGETHER && c->readers[i]; i++) {
		fiber_free(c->readers[i]->fiber);
		free(c->readers[i]);
	}
}
