/*
 * fill_logs.c - fills the audit log of a tenant for bench/run logs: `fill_logs ROWS` with the settings of the server
 * (--data, --db).
 *
 * The entries lie in 170 days, evenly: half of them tokens that were refreshed, a tenth sign-ins, one in 100,000 of a
 * key and of an application that are seldom; 100,000 users, of whom "busy" has one in 75; 20 applications. The
 * database makes them of their numbers. What a worker counts of older entries (directory/log_counts.h) is counted.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/settings.h"
#include "directory/log_counts.h"
#include "server/environment.h"
#include "store/store.h"

#include "base/banned.h"

#define SLICE 100000		/* rows of one transaction: PostgreSQL ends a statement after 30 s */
#define DAYS_US (170 * INT64_C(86400000000))

/* A digit of the time to the base of 36, as audit_time_begins() writes it. */
#define DIGIT(place) "substr('0123456789abcdefghijklmnopqrstuvwxyz', CAST(at / " #place " % 36 AS integer) + 1, 1)"
#define ID \
	DIGIT(3656158440062976) " || " DIGIT(101559956668416) " || " DIGIT(2821109907456) " || " DIGIT(78364164096) \
	" || " DIGIT(2176782336) " || " DIGIT(60466176) " || " DIGIT(1679616) " || " DIGIT(46656) " || " DIGIT(1296) \
	" || " DIGIT(36) " || " DIGIT(1) " || substr(CAST(10000000000 + i AS text), 2)"
#define KEY \
	"CASE WHEN i % 100000 = 7 THEN 'Interaction.ForgotPassword.Submit'" \
	" WHEN i % 10 < 5 THEN 'ExchangeTokenBy.RefreshToken'" \
	" WHEN i % 10 < 7 THEN 'ExchangeTokenBy.ClientCredentials'" \
	" WHEN i % 10 = 7 THEN 'ExchangeTokenBy.AuthorizationCode' WHEN i % 10 = 8 THEN 'Interaction.Create'" \
	" ELSE 'Interaction.SignIn.Submit' END"
#define USER \
	"CASE WHEN i % 3 = 0 THEN NULL WHEN i % 50 = 1 THEN 'busy'" \
	" ELSE 'u' || substr(CAST(100000000000 + i * 7919 % 100000 AS text), 2) END"
#define APPLICATION \
	"CASE WHEN i % 7 = 3 THEN NULL WHEN i % 100000 = 7 THEN 'seldom' ELSE 'app' || CAST(i * 31 % 20 AS text) END"
#define PAYLOAD \
	"'{\"key\":\"' || key || '\",\"result\":\"Success\",' || coalesce('\"userId\":\"' || user_id || '\",', '')" \
	" || coalesce('\"applicationId\":\"' || application_id || '\",', '') || '\"ip\":\"192.0.2.1\"," \
	"\"userAgent\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0" \
	" Safari/537.36\",\"params\":{\"scope\":\"openid profile\"}}'"
#define FILL(numbers) \
	"INSERT INTO logs (tenant_id, id, key, user_id, application_id, payload, created_at)" \
	" SELECT $1, " ID ", key, user_id, application_id, " PAYLOAD ", at / 1000" \
	" FROM (SELECT i, at, " KEY " AS key, " USER " AS user_id, " APPLICATION " AS application_id" \
	" FROM (" numbers ") t) s"

/* $2: the time of the first; $3: between two of them; $4 and $5: numbers of the first, and behind the last */
STATEMENT2(fill_logs,
	   FILL("SELECT i, $2 + i * $3 AS at FROM (WITH RECURSIVE n (i) AS (SELECT $4"
		" UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $5) SELECT i FROM n) u"),
	   FILL("SELECT i, $2::bigint + i * $3::bigint AS at"
		" FROM generate_series($4::bigint, $5::bigint - 1) AS n (i)"));

static err_t end(struct txn *tx, err_t e)
{
	if (!e)
		return txn_commit(&tx);
	txn_rollback(&tx);
	return e;
}

static err_t slice(struct conn *c, int64_t first_us, int64_t rows, int64_t from)
{
	int64_t to = from + SLICE < rows ? from + SLICE : rows;
	struct txn *tx;
	err_t e = txn_begin(c, "default", true, &tx);

	if (e)
		return e;
	e = store_exec(tx, &fill_logs, ARGS(N(first_us), N(DAYS_US / rows), N(from), N(to)), NULL);
	return end(tx, e);
}

static err_t fold(struct conn *c, bool *more)
{
	struct arena *a = arena_new();
	struct txn *tx;
	err_t e = txn_begin(c, "default", true, &tx);

	if (!e)
		e = end(tx, log_fold(tx, a, clock_us(), more));
	arena_free(a);
	return e;
}

static err_t fill(struct store *store, int64_t rows)
{
	int64_t first_us = clock_us() - DAYS_US;
	bool more = true;
	struct conn *c;
	err_t e = conn_open(store, true, &c);

	for (int64_t i = 0; !e && i < rows; i += SLICE)
		e = slice(c, first_us, rows, i);
	while (!e && more)
		e = fold(c, &more);
	conn_close(c);
	return e;
}

int main(int argc, char **argv)
{
	struct settings settings;
	struct store *store;
	int64_t rows = 0;
	err_t e;

	if (settings_load(&settings, &argc, argv))
		return 2;
	rows = argc == 2 ? strtoll(argv[1], NULL, 10) : 0;
	if (rows < 1 || rows > 100000000) {
		fprintf(stderr, "usage: fill_logs ROWS --data DIR, at most a hundred million\n");
		return 2;
	}
	e = environment_open(&settings, &store);
	if (!e)
		e = fill(store, rows);
	if (e)
		fprintf(stderr, "fill_logs: %s\n", err_fault()->detail);
	environment_close(&store);
	return e ? 1 : 0;
}
