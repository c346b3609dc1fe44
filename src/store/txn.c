/*
 * Transactions of a connection, savepoints in them, and what they report as changed.
 *
 * A statement that fails in a write spoils its transaction, since the engines differ in what they leave of it: then
 * only a rollback is possible, to the savepoint or of the whole.
 */
#include "store/store.h"

#include <assert.h>
#include <string.h>

#include "store/engine.h"
#include "base/banned.h"

const char *txn_tenant(const struct txn *tx)
{
	TXN_CHECK(tx);
	return tx->tenant;
}

enum engine txn_engine(const struct txn *tx)
{
	TXN_CHECK(tx);
	return tx->conn->store->engine;
}

bool txn_is_write(const struct txn *tx)
{
	TXN_CHECK(tx);
	return tx->write;
}

void txn_set_tenant(struct txn *tx, const char *tenant)
{
	TXN_CHECK(tx);
	tx->tenant = tenant;
}

void txn_set_deadline(struct txn *tx, const struct deadline *d)
{
	TXN_CHECK(tx);
	tx->conn->deadline = *d;
	tx->conn->deadline.cancelled = &tx->conn->store->cancelled;
}

void txn_set_charge(struct txn *tx, struct charge *c)
{
	TXN_CHECK(tx);
	tx->charge = c;
}

/* Before COMMIT and ROLLBACK: one that was ended halfway would leave open whether it was done. */
static void deadline_lift(struct conn *c)
{
	c->deadline = (struct deadline){0};
}

err_t txn_begin(struct conn *c, const char *tenant, bool write, struct txn **out)
{
	struct txn *tx = &c->tx;
	err_t e;

	assert(!tx->open);
	assert(c->write || !write);
	tx->tenant = tenant;
	tx->write = write;
	tx->spoilt = tx->in_savepoint = false;
	tx->open_rows = 0;
	tx->reader = NULL;
	tx->charge = NULL;
	e = tx->ops->begin(tx);
	if (UNLIKELY(e))
		return e;
	tx->open = true;
	*out = tx;
	return OK;
}

/* Forgets what the connection kept for the transaction. */
static void txn_end(struct txn *tx)
{
	struct conn *c = tx->conn;

	tx->open = false;
	if (tx->write) {
		c->change_count = 0;
		arena_reset(c->arena);
	}
}

/* Tells this process what the transaction reported as changed; the engine tells the others. */
static void changes_publish(const struct conn *c)
{
	size_t i;

	for (i = 0; c->store->listener && i < c->change_count; i++)
		c->store->listener(c->changes[i].tenant, c->changes[i].what);
}

err_t txn_commit(struct txn **at)
{
	struct txn *tx = *at;
	err_t e;

	*at = NULL;
	assert(tx->open && tx->open_rows == 0);
	deadline_lift(tx->conn);
	if (UNLIKELY(tx->spoilt || tx->in_savepoint)) {
		e = err_set(ERR_STORE, tx->spoilt ? "commit of a transaction in which a statement failed" :
						    "commit inside of a savepoint");
		tx->ops->rollback(tx);
	} else {
		e = tx->ops->commit(tx);
	}
	if (!e)
		changes_publish(tx->conn);
	txn_end(tx);
	return e;
}

void txn_rollback(struct txn **at)
{
	struct txn *tx = *at;

	*at = NULL;
	if (!tx)
		return;
	assert(tx->open);
	deadline_lift(tx->conn);
	tx->ops->rollback(tx);
	txn_end(tx);
}

err_t txn_savepoint(struct txn *tx, const char *tenant)
{
	err_t e;

	assert(tx->open && tx->write && !tx->in_savepoint);
	if (tx->spoilt)
		return err_set(ERR_STORE_DOWN, "the transaction is lost");
	e = tx->ops->savepoint(tx);
	if (e) {
		tx->spoilt = true;
		return e;
	}
	tx->in_savepoint = true;
	tx->tenant = tenant;
	tx->conn->change_mark = tx->conn->change_count;
	return OK;
}

err_t txn_release(struct txn *tx)
{
	err_t e;

	assert(tx->in_savepoint && tx->open_rows == 0);
	deadline_lift(tx->conn);
	if (tx->spoilt)
		return err_set(ERR_STORE, "release of a savepoint in which a statement failed");
	e = tx->ops->release(tx);
	if (e)
		tx->spoilt = true;
	else
		tx->in_savepoint = false;
	return e;
}

/* When the engine cannot undo this one alone, the transaction stays spoilt, so that the whole batch is refused. */
err_t txn_rollback_to(struct txn *tx)
{
	err_t e;

	assert(tx->in_savepoint);
	deadline_lift(tx->conn);
	tx->conn->change_count = tx->conn->change_mark;
	e = tx->ops->rollback_to(tx);
	tx->spoilt = e != OK;
	tx->in_savepoint = false;
	return e;
}

/*
 * Keeps one entry for each tenant. An entry from before the savepoint is not changed, since a rollback to the
 * savepoint only cuts the list.
 */
void store_note_change(struct txn *tx, enum change what)
{
	struct conn *c;
	const char *tenant;
	size_t i;

	TXN_CHECK(tx);
	assert(tx->open && tx->write);
	c = tx->conn;
	for (i = tx->in_savepoint ? c->change_mark : 0; i < c->change_count; i++) {
		tenant = c->changes[i].tenant;
		if (tenant == tx->tenant || (tenant && tx->tenant && strcmp(tenant, tx->tenant) == 0)) {
			c->changes[i].what |= what;
			return;
		}
	}
	if (c->change_count == c->change_cap) {
		c->change_cap = c->change_cap ? c->change_cap * 2 : 16;
		c->changes = store__resize(c->changes, c->change_cap, sizeof(*c->changes));
	}
	c->changes[c->change_count++] = (struct tenant_change){ arena_copy(c->arena, tx->tenant), what };
}

unsigned txn_changes(const struct txn *tx)
{
	unsigned all = 0;

	for (size_t i = 0; tx->write && i < tx->conn->change_count; i++)
		all |= tx->conn->changes[i].what;
	return all;
}
