/*
 * fill.c - fills the store of a tenant for bench/run: `fill ROWS` with the settings of the server (--data, --db).
 *
 * ROWS organizations and ROWS users; all users are members of the organization "large"; a user "busy" is a member of
 * the first 10,000 organizations. The rows go through the program's own store, so triggers, totals and search index
 * are as they would be.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/search.h"
#include "base/settings.h"
#include "entity/relation.h"
#include "server/environment.h"
#include "store/store.h"

#include "base/banned.h"

#define SLICE 10000		/* rows of one transaction */
#define BUSY 10000
#define FIRST_MS INT64_C(1700000000000)

STATEMENT(fill_organization,
	  "INSERT INTO organizations (tenant_id, id, name, description, custom_data, is_mfa_required, color,"
	  " branding, custom_css, created_at, search) VALUES ($1, $2, $3, NULL, '{}', 0, '{}', '{}', NULL, $4, $5)");
STATEMENT(fill_user,
	  "INSERT INTO users (tenant_id, id, name, profile, identities, custom_data, logto_config, mfa_verifications,"
	  " is_suspended,"
	  " is_password_expired, created_at, updated_at, search)"
	  " VALUES ($1, $2, $3, '{}', '{}', '{}', '{}', '[]', 0, 0, $4, $5, $6)");
STATEMENT(fill_member, "INSERT INTO organization_users (tenant_id, organization_id, user_id) VALUES ($1, $2, $3)");

enum { ORGANIZATION, USER };

typedef err_t fill_fn(struct txn *tx, struct arena *a, int64_t i);

/* Bits that look random and are known (splitmix64). */
static uint64_t mixed(uint64_t i)
{
	i += UINT64_C(0x9e3779b97f4a7c15);
	i = (i ^ i >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	i = (i ^ i >> 27) * UINT64_C(0x94d049bb133111eb);
	return i ^ i >> 31;
}

/*
 * Twelve characters: the first six rise with `i`, so that a million rows are inserted in the order of their key; the
 * others look random.
 */
static const char *id_of(struct arena *a, int kind, int64_t i)
{
	uint64_t rising = (uint64_t)i * 2000, bits = mixed((uint64_t)i * 2 + (uint64_t)kind);
	char *id = arena_zalloc(a, 13);

	for (int k = 5; k >= 0; k--, rising /= 36, bits /= 36) {
		id[k] = "0123456789abcdefghijklmnopqrstuvwxyz"[rising % 36];
		id[k + 6] = "0123456789abcdefghijklmnopqrstuvwxyz"[bits % 36];
	}
	return id;
}

/* Two words of three syllables, a hundred syllables to choose from: "Ravoki Delumo". */
static const char *name_of(struct arena *a, int64_t i)
{
	uint64_t bits = mixed((uint64_t)i + (UINT64_C(1) << 40));
	char *name = arena_zalloc(a, 14), *at = name;

	for (int k = 0; k < 6; k++, bits /= 100) {
		if (k == 3)
			*at++ = ' ';
		*at++ = "bcdfghjklmnpqrstvwxz"[bits % 20];
		*at++ = "aeiou"[bits / 20 % 5];
	}
	name[0] = (char)(name[0] - 'a' + 'A');
	name[7] = (char)(name[7] - 'a' + 'A');
	return name;
}

static err_t organization_row(struct txn *tx, struct arena *a, const char *id, const char *name, int64_t created_at)
{
	const char *searched[] = { id, name };

	return store_exec(tx, &fill_organization, ARGS(T(id), T(name), N(created_at), T(search_key(a, searched, 2))),
			  NULL);
}

static err_t user_row(struct txn *tx, struct arena *a, const char *id, const char *name, int64_t created_at)
{
	const char *searched[] = { id, NULL, NULL, NULL, name };

	return store_exec(tx, &fill_user,
			  ARGS(T(id), T(name), N(created_at), N(created_at), T(search_key(a, searched, 5))), NULL);
}

static err_t large_and_busy(struct txn *tx, struct arena *a, int64_t i)
{
	(void)i;
	err_t e = organization_row(tx, a, "large", "Large", FIRST_MS - 1);

	return e ? e : user_row(tx, a, "busy", "Busy", FIRST_MS - 1);
}

static err_t organization(struct txn *tx, struct arena *a, int64_t i)
{
	return organization_row(tx, a, id_of(a, ORGANIZATION, i), name_of(a, i), FIRST_MS + i);
}

static err_t user(struct txn *tx, struct arena *a, int64_t i)
{
	return user_row(tx, a, id_of(a, USER, i), name_of(a, -i), FIRST_MS + i);
}

static err_t member(struct txn *tx, struct arena *a, int64_t i)
{
	return store_exec(tx, &fill_member, ARGS(T("large"), T(id_of(a, USER, i))), NULL);
}

static err_t membership(struct txn *tx, struct arena *a, int64_t i)
{
	return store_exec(tx, &fill_member, ARGS(T(id_of(a, ORGANIZATION, i)), T("busy")), NULL);
}

static err_t slice(struct conn *c, struct arena *a, fill_fn *fill, int64_t from, int64_t to)
{
	struct txn *tx;
	err_t e = txn_begin(c, "default", true, &tx);

	if (e)
		return e;
	for (int64_t i = from; !e && i < to; i++) {
		e = fill(tx, a, i);
		arena_reset(a);
	}
	if (!e)
		return txn_commit(&tx);
	txn_rollback(&tx);
	return e;
}

static err_t fill(struct conn *c, fill_fn *one, int64_t rows)
{
	struct arena *a = arena_new();
	err_t e = OK;

	for (int64_t i = 0; !e && i < rows; i += SLICE)
		e = slice(c, a, one, i, i + SLICE < rows ? i + SLICE : rows);
	arena_free(a);
	return e;
}

static err_t fill_all(struct store *store, int64_t rows)
{
	struct conn *c;
	err_t e = conn_open(store, true, &c);

	if (e)
		return e;
	e = fill(c, large_and_busy, 1);
	if (!e)
		e = fill(c, organization, rows);
	if (!e)
		e = fill(c, user, rows);
	if (!e)
		e = fill(c, member, rows);
	if (!e)
		e = fill(c, membership, rows < BUSY ? rows : BUSY);
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
	if (rows < 1 || rows > 1000000) {
		fprintf(stderr, "usage: fill ROWS --data DIR, at most a million\n");
		return 2;
	}
	e = environment_open(&settings, &store);
	if (!e)
		e = fill_all(store, rows);
	if (e)
		fprintf(stderr, "fill: %s\n", err_fault()->detail);
	environment_close(&store);
	return e ? 1 : 0;
}
