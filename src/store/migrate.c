/*
 * Applies migrations, each in a transaction of its own that also records it. A lock makes copies that start together
 * take turns: one migrates, the others wait and find nothing to do.
 */
#include "store/store.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/engine.h"
#include "base/banned.h"

static struct sql newest = { .name = "migration_newest", .global = true,
	.text = (char *)"SELECT coalesce(max(version), 0) FROM schema_migrations" };
static struct sql has = { .name = "migration_has", .params = 1, .global = true,
	.text = (char *)"SELECT count(*) FROM schema_migrations WHERE version = $1" };
static struct sql add = { .name = "migration_add", .params = 3, .global = true, .changes = true,
	.text = (char *)"INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, $3)" };

static const char table[] = "CREATE TABLE IF NOT EXISTS schema_migrations"
	" (version bigint NOT NULL PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)";

/*
 * Runs a query of one number, which is not among the registered statements: before a migration these may have no
 * tables.
 */
static err_t number_of(struct txn *tx, const struct sql *sql, const struct arg *args, int n, int64_t *out)
{
	CLEANUP(rows_close) struct rows r = { .tx = tx };
	void *prepared = NULL;
	err_t e;

	e = tx->ops->query(tx, &(struct run){ sql, &prepared, args, n }, &r);
	if (e) {
		r.stmt = NULL;
	} else {
		tx->open_rows++;
		if (rows_next(&r))
			*out = rows_int(&r, 0);
		e = r.error;
	}
	rows_close(&r);
	tx->ops->forget(tx->conn, &prepared);
	return e;
}

/* Records that the migration was applied. */
static err_t note(struct txn *tx, const struct migration *m)
{
	void *prepared = NULL;
	err_t e;

	e = tx->ops->exec(tx, &(struct run){ &add, &prepared, ARGS(N(m->version), T(m->name), N(clock_ms())) }, NULL);
	tx->ops->forget(tx->conn, &prepared);
	return e;
}

/* Runs the text of a migration, checks the tables, records it. */
static err_t run_text(struct txn *tx, const struct migration *m)
{
	char *text;
	err_t e;

	e = store__expand(txn_engine(tx), m->text, &text);
	if (e)
		return e;
	e = tx->ops->script(tx, text);
	free(text);
	if (!e)
		e = tx->ops->migrate_check(tx);
	return e ? e : note(tx, m);
}

/* Applies a migration unless it was applied before; `*done`: it was not. */
static err_t apply(struct conn *c, const struct migration *m, bool *done)
{
	struct txn *tx;
	int64_t there = 0;
	err_t e;

	*done = false;
	e = txn_begin(c, NULL, true, &tx);
	if (e)
		return e;
	e = number_of(tx, &has, ARGS(N(m->version)), &there);
	if (!e && !there)
		e = run_text(tx, m);
	if (e || there) {
		txn_rollback(&tx);
	} else {
		e = txn_commit(&tx);
		*done = !e;
	}
	if (e) {
		log_error("migration %04d-%s: %s", m->version, m->name, err_fault()->detail);
		return e;
	}
	if (*done)
		log_info("migration %04d-%s applied", m->version, m->name);
	return OK;
}

/* Makes the table of what was applied, where there is none. `*version`: the highest in it. */
static err_t make_table(struct conn *c, int64_t *version)
{
	struct txn *tx;
	err_t e;

	e = txn_begin(c, NULL, true, &tx);
	if (e)
		return e;
	e = tx->ops->script(tx, table);
	if (!e)
		e = number_of(tx, &newest, NO_ARGS, version);
	if (!e)
		return txn_commit(&tx);
	txn_rollback(&tx);
	return e;
}

static bool is_for(const struct store *s, const struct migration *m)
{
	return s->engine == SQLITE ? m->sqlite : m->postgres;
}

static int newest_version(const struct store *s)
{
	const struct migration *m;
	int known = 0;

	for (m = store__program.migrations; m < store__program.migrations + store__program.migration_count; m++)
		known = is_for(s, m) ? m->version : known;
	return known;
}

/* Applies all that are missing. ERR_STORE: the database is newer than this program. */
static err_t apply_all(struct store *s, struct conn *c)
{
	const struct store_program *p = &store__program;
	int known = newest_version(s);
	const struct migration *m;
	int64_t version = 0;
	bool done;
	err_t e;

	e = make_table(c, &version);
	if (e)
		return e;
	if (version > known)
		return err_set(ERR_STORE,
			       "it is at migration %lld, this program knows %d: a newer version of the"
			       " program has used it; start that one",
			       (long long)version, known);
	if (version == known)
		return OK;
	for (m = p->migrations; m < p->migrations + p->migration_count; m++) {
		if (!is_for(s, m))
			continue;
		e = apply(c, m, &done);
		if (e)
			return e;
		s->applied += done;
	}
	return OK;
}

err_t store_migrate(struct store *s, int *out)
{
	struct conn *c;
	err_t e;

	e = conn_open(s, true, &c);
	if (e)
		return e;
	e = s->ops->migrate_lock(c);
	if (!e) {
		e = apply_all(s, c);
		s->ops->migrate_unlock(c);
	}
	conn_close(c);
	if (!e && out)
		*out = s->applied;
	return e;
}
