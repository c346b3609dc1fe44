/*
 * fill.c - fills the store of a tenant for bench/run: `fill ROWS` with the settings of the server (--data, --db).
 *
 * ROWS organizations and ROWS users with an address of mail each; all users are members of the organization "large",
 * one in a hundred as "editor", and have the role "everyone"; a user "busy" is a member of the first 10,000
 * organizations. An application for each hundred rows, and a role for each thousand. The rows go through the program's
 * own store, so triggers, totals and search index are as they would be.
 */
#include <inttypes.h>
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
	  "INSERT INTO users (tenant_id, id, name, primary_email, email_key, profile, identities, custom_data,"
	  " logto_config, mfa_verifications, is_suspended, is_password_expired, created_at, updated_at, search)"
	  " VALUES ($1, $2, $3, $4, $5, '{}', '{}', '{}', '{}', '[]', 0, 0, $6, $7, $8)");
STATEMENT(fill_application,
	  "INSERT INTO applications (tenant_id, id, name, type, oidc_client_metadata, custom_client_metadata,"
	  " custom_data, is_third_party, app_level_access_control_enabled, created_at, search)"
	  " VALUES ($1, $2, $3, 'MachineToMachine', '{\"redirectUris\":[],\"postLogoutRedirectUris\":[]}', '{}', '{}',"
	  " 0, 0, $4, $5)");
STATEMENT(fill_role,
	  "INSERT INTO roles (tenant_id, id, name, description, type, is_default, created_at, search)"
	  " VALUES ($1, $2, $3, '', 'User', 0, $4, $5)");
STATEMENT(fill_organization_role,
	  "INSERT INTO organization_roles (tenant_id, id, name, type, search) VALUES ($1, $2, $3, 'User', $4)");
#define USERS_BETWEEN " FROM users WHERE tenant_id = $1 AND id >= $2 AND id < $3 AND id <> 'busy'"
STATEMENT(fill_large,
	  "INSERT INTO organization_users (tenant_id, organization_id, user_id) SELECT $1, 'large', id" USERS_BETWEEN);
STATEMENT(fill_holders,
	  "INSERT INTO user_roles (tenant_id, role_id, user_id) SELECT $1, 'everyone', id" USERS_BETWEEN);
STATEMENT(fill_editor,
	  "INSERT INTO organization_user_roles (tenant_id, organization_id, user_id, organization_role_id)"
	  " VALUES ($1, $2, $3, $4)");
STATEMENT(fill_member, "INSERT INTO organization_users (tenant_id, organization_id, user_id) VALUES ($1, $2, $3)");

enum { ORGANIZATION, USER, APPLICATION, ROLE };

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
	uint64_t rising = (uint64_t)i * 2000, bits = mixed((uint64_t)i * 4 + (uint64_t)kind);
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

/* The address of somebody of that name, the i-th: "ravoki.delumo.2s@h5.example". */
static const char *mail_address(struct arena *a, const char *name, int64_t i)
{
	int host = (int)(mixed((uint64_t)i) % 500);
	char *address = arena_printf(a, "%s.%" PRIx64 "@h%d.example", name, (uint64_t)i, host);

	for (char *at = address; *at; at++)
		*at = *at == ' ' ? '.' : *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
	return address;
}

static err_t user_row(struct txn *tx, struct arena *a, const char *id, const char *name, int64_t i)
{
	const char *address = mail_address(a, name, i), *searched[] = { id, address, NULL, NULL, name };
	int64_t at = FIRST_MS + i;

	return store_exec(tx, &fill_user,
			  ARGS(T(id), T(name), T(address), T(address), N(at), N(at), T(search_key(a, searched, 5))),
			  NULL);
}

static err_t role_row(struct txn *tx, struct arena *a, const char *id, const char *name, int64_t created_at)
{
	const char *searched[] = { id, name, "" };

	return store_exec(tx, &fill_role, ARGS(T(id), T(name), N(created_at), T(search_key(a, searched, 3))), NULL);
}

static err_t organization_role_row(struct txn *tx, struct arena *a, const char *id, const char *name)
{
	const char *searched[] = { name };

	return store_exec(tx, &fill_organization_role, ARGS(T(id), T(name), T(search_key(a, searched, 1))), NULL);
}

/* What many rows name. */
static err_t named(struct txn *tx, struct arena *a, int64_t i)
{
	(void)i;
	err_t e = organization_row(tx, a, "large", "Large", FIRST_MS - 1);

	if (!e)
		e = user_row(tx, a, "busy", "Busy", -1);
	if (!e)
		e = role_row(tx, a, "everyone", "Everyone", FIRST_MS - 1);
	return e ? e : organization_role_row(tx, a, "editor", "Editor of the benchmark");
}

static err_t organization(struct txn *tx, struct arena *a, int64_t i)
{
	return organization_row(tx, a, id_of(a, ORGANIZATION, i), name_of(a, i), FIRST_MS + i);
}

static err_t user(struct txn *tx, struct arena *a, int64_t i)
{
	return user_row(tx, a, id_of(a, USER, i), name_of(a, -i), i);
}

static err_t application(struct txn *tx, struct arena *a, int64_t i)
{
	const char *id = id_of(a, APPLICATION, i), *name = name_of(a, i), *searched[] = { id, name, NULL };

	return store_exec(tx, &fill_application, ARGS(T(id), T(name), N(FIRST_MS + i), T(search_key(a, searched, 3))),
			  NULL);
}

static err_t role(struct txn *tx, struct arena *a, int64_t i)
{
	const char *id = id_of(a, ROLE, i);

	return role_row(tx, a, id, arena_printf(a, "%s %s", name_of(a, i), id), FIRST_MS + i);
}

/* The users from the i-th to the one before `to`, whose ids rise. */
static err_t members(struct txn *tx, struct arena *a, int64_t i, int64_t to)
{
	const char *first = id_of(a, USER, i), *end = id_of(a, USER, to);
	err_t e = store_exec(tx, &fill_large, ARGS(T(first), T(end)), NULL);

	if (!e)
		e = store_exec(tx, &fill_holders, ARGS(T(first), T(end)), NULL);
	for (; !e && i < to; i += 100)
		e = store_exec(tx, &fill_editor, ARGS(T("large"), T(id_of(a, USER, i)), T("editor")), NULL);
	return e;
}

static err_t membership(struct txn *tx, struct arena *a, int64_t i)
{
	return store_exec(tx, &fill_member, ARGS(T(id_of(a, ORGANIZATION, i)), T("busy")), NULL);
}

static err_t finish(struct txn *tx, err_t e)
{
	if (!e)
		return txn_commit(&tx);
	txn_rollback(&tx);
	return e;
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
	return finish(tx, e);
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

static err_t fill_large_ones(struct conn *c, int64_t rows)
{
	struct arena *a = arena_new();
	struct txn *tx;
	err_t e = OK;

	for (int64_t i = 0; !e && i < rows; i += SLICE) {
		e = txn_begin(c, "default", true, &tx);
		if (!e)
			e = finish(tx, members(tx, a, i, i + SLICE < rows ? i + SLICE : rows));
		arena_reset(a);
	}
	arena_free(a);
	return e;
}

static err_t fill_all(struct store *store, int64_t rows)
{
	struct conn *c;
	err_t e = conn_open(store, true, &c);

	if (e)
		return e;
	e = fill(c, named, 1);
	if (!e)
		e = fill(c, organization, rows);
	if (!e)
		e = fill(c, user, rows);
	if (!e)
		e = fill_large_ones(c, rows);
	if (!e)
		e = fill(c, membership, rows < BUSY ? rows : BUSY);
	if (!e)
		e = fill(c, application, rows / 100);
	if (!e)
		e = fill(c, role, rows / 1000);
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
