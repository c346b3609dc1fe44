/*
 * The store of a process and its connections: how they start and end. What both engines share follows in statement.c
 * (texts), txn.c (transactions), run.c (running, rows), shape.c (texts made at run time) and together.c (several
 * reads on one connection).
 */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "store/engine.h"
#include "base/banned.h"

static _Thread_local char constraint_of_thread[CONSTRAINT_MAX];
static _Thread_local char *constraint;	/* NULL: that of the thread */

/* ---- memory ---- */

/* Ends the process when there is no memory: a store cannot go on with half of its state. */
static void *must(void *p)
{
	if (!p)
		log_fatal("out of memory in the store");
	return p;
}

void *store__alloc(size_t size)
{
	return must(calloc(1, size));
}

void *store__resize(void *p, size_t count, size_t size)
{
	return must(reallocarray(p, count, size));
}

char *store__copy(const char *s)
{
	return s ? must(strdup(s)) : NULL;
}

/* ---- starting and stopping ---- */

/* Compares the columns of a prepared statement with those that are said of it. */
static err_t check_columns(struct txn *tx, const struct run *r)
{
	CLEANUP(buffer_done) struct buffer names = {0};
	err_t e;

	buffer_init(&names, KIB(16));
	e = tx->ops->columns(tx, r, &names);
	if (e || strcmp(buffer_str(&names), r->sql->columns) == 0)
		return e;
	return err_set(ERR_STORE, "its columns are \"%s\", and COLUMNS says \"%s\"", buffer_str(&names),
		       r->sql->columns);
}

static err_t check_statement(struct txn *tx, const struct run *r)
{
	err_t e = tx->ops->prepare(tx, r);

	return e || !r->sql->columns ? e : check_columns(tx, r);
}

err_t store_check(struct store *s)
{
	struct conn *c = NULL;
	struct txn *tx = NULL;
	err_t e, result;
	int i;

	result = conn_open(s, true, &c);
	if (result)
		return result;
	for (i = 0; i < s->count; i++) {
		e = txn_begin(c, NULL, false, &tx);
		if (!e)
			e = check_statement(tx, &(struct run){ .sql = &s->sqls[i], .prepared = &c->prepared[i] });
		if (e) {
			log_error("statement %s: %s", s->sqls[i].name, err_fault()->detail);
			result = e;
		}
		txn_rollback(&tx);
		if (e == ERR_STORE_DOWN)
			break;
	}
	conn_close(c);
	return result;
}

/* Makes the texts, migrates the tables, starts the thread that hears of changes. Logs what fails. */
static err_t start(struct store *s)
{
	err_t e;

	e = store__texts_make(s);
	if (e)
		return e;
	e = s->ops->prepare_store(s);
	if (!e)
		e = store_migrate(s, NULL);
	if (!e)
		e = s->ops->watch(s);
	if (e)
		log_error("database: %s", err_fault()->detail);
	return e;
}

err_t store_start(const struct store_options *o, struct store **out)
{
	struct store *s = store__alloc(sizeof(*s));
	err_t e;

	store__register_program();
	s->engine = o->url && *o->url ? POSTGRES : SQLITE;
	s->ops = s->engine == SQLITE ? &store__sqlite : &store__postgres;
	s->path = store__copy(o->path);
	s->url = store__copy(o->url);
	s->listener = o->listener;
	s->wait_s = o->wait_s;
	id_new(s->origin, sizeof(s->origin) - 1, ALPHABET_LOWER);
	e = start(s);
	if (e) {
		store_stop(s);
		return e;
	}
	*out = s;
	return OK;
}

void store_cancel(struct store *s)
{
	atomic_store(&s->cancelled, true);
}

void store_stop(struct store *s)
{
	if (!s)
		return;
	s->ops->done_store(s);
	store__texts_free(s);
	free(s->path);
	free(s->url);
	free(s);
}

enum engine store_engine(const struct store *s)
{
	return s->engine;
}

int64_t store_hears_until_us(const struct store *s)
{
	return s->ops->hears_until_us(s);
}

bool store_is_listening(const struct store *s)
{
	return store_hears_until_us(s) > clock_monotonic_us();
}

/* ---- connections ---- */

err_t conn_open(struct store *s, bool write, struct conn **out)
{
	struct conn *c;
	err_t e;

	e = s->ops->conn_open(s, write, &c);
	if (e)
		return e;
	c->store = s;
	c->ops = s->ops;
	c->write = write;
	c->tx.conn = c;
	c->tx.ops = s->ops;
	c->arena = arena_new();
	c->prepared = store__alloc(sizeof(void *) * ((size_t)s->count + 1));
	*out = c;
	return OK;
}

void conn_close(struct conn *c)
{
	struct txn *tx;
	int i;

	if (!c)
		return;
	if (c->tx.open) {
		tx = &c->tx;
		txn_rollback(&tx);
	}
	for (i = 0; i < c->store->count; i++)
		c->ops->forget(c, &c->prepared[i]);
	store__shapes_drop(c);
	store__readers_free(c);
	free(c->prepared);
	free(c->changes);
	arena_free(c->arena);
	c->ops->conn_close(c);
}

err_t conn_limit_statements(struct conn *c, int64_t seconds, bool reads_long)
{
	return c->ops->conn_limit ? c->ops->conn_limit(c, seconds, reads_long) : OK;
}

/* ---- constraints ---- */

/* Where this thread keeps the constraint. */
static char *constraint_at(void)
{
	return constraint ? constraint : constraint_of_thread;
}

const char *store_constraint(void)
{
	return constraint_at();
}

char *store__constraint_use(char *place)
{
	char *before = constraint;

	constraint = place;
	return before;
}

void store__constraint_set(const char *s, size_t len)
{
	char *at = constraint_at();

	if (len > CONSTRAINT_MAX - 1)
		len = CONSTRAINT_MAX - 1;
	memcpy(at, s, len);
	at[len] = '\0';
}
