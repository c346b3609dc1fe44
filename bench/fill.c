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

/*
 * Rows come many at a time, as lists of lists: on PostgreSQL a counter that changes with each of ten thousand rows of
 * a transaction would be looked for among as many of its versions.
 */
#define FILL(name, table, columns, values) \
	STATEMENT2(name, "INSERT INTO " table " (tenant_id, " columns ") SELECT $1, " values " FROM json_each($2) l", \
		   "INSERT INTO " table " (tenant_id, " columns ") SELECT $1, " values \
		   " FROM json_array_elements(CAST($2 AS json)) l")
FILL(fill_organization, "organizations",
     "id, name, description, custom_data, is_mfa_required, color, branding, custom_css, created_at, search",
     "l.value->>0, l.value->>1, NULL, '{}', 0, '{}', '{}', NULL, CAST(l.value->>2 AS bigint), l.value->>3");
FILL(fill_user, "users",
     "id, name, primary_email, email_key, profile, identities, custom_data, logto_config, mfa_verifications,"
     " is_suspended, is_password_expired, created_at, updated_at, search",
     "l.value->>0, l.value->>1, l.value->>4, l.value->>4, '{}', '{}', '{}', '{}', '[]', 0, 0,"
     " CAST(l.value->>2 AS bigint), CAST(l.value->>2 AS bigint), l.value->>3");
FILL(fill_application, "applications",
     "id, name, type, oidc_client_metadata, custom_client_metadata, custom_data, is_third_party,"
     " app_level_access_control_enabled, created_at, search",
     "l.value->>0, l.value->>1, 'MachineToMachine', '{\"redirectUris\":[],\"postLogoutRedirectUris\":[]}', '{}', '{}',"
     " 0, 0, CAST(l.value->>2 AS bigint), l.value->>3");
FILL(fill_role, "roles", "id, name, description, type, is_default, created_at, search",
     "l.value->>0, l.value->>1, '', 'User', 0, CAST(l.value->>2 AS bigint), l.value->>3");
FILL(fill_editor, "organization_user_roles", "organization_id, user_id, organization_role_id",
     "'large', l.value->>0, 'editor'");
FILL(fill_member, "organization_users", "organization_id, user_id", "l.value->>0, 'busy'");
STATEMENT(fill_organization_role,
	  "INSERT INTO organization_roles (tenant_id, id, name, type, search) VALUES ($1, $2, $3, 'User', $4)");
#define USERS_BETWEEN " FROM users WHERE tenant_id = $1 AND id >= $2 AND id < $3 AND id <> 'busy'"
STATEMENT(fill_large,
	  "INSERT INTO organization_users (tenant_id, organization_id, user_id) SELECT $1, 'large', id" USERS_BETWEEN);
STATEMENT(fill_holders,
	  "INSERT INTO user_roles (tenant_id, role_id, user_id, user_created_at)"
	  " SELECT $1, 'everyone', id, created_at" USERS_BETWEEN);
enum { ORGANIZATION, USER, APPLICATION, ROLE };

/* Writes the i-th row, as a list of its values. */
typedef void row_fn(struct json_out *j, struct arena *a, int64_t i);

/* What is filled in, and a row of it. */
struct rows_of {
	struct statement *insert;
	row_fn *row;
};

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

/* A row: id, name, time of creation, search text, and what else there is; NULL: nothing. */
static void write_row(struct json_out *j, const char *id, const char *name, int64_t at, const char *search,
		      const char *more)
{
	json_list(j);
	json_text(j, id);
	json_text(j, name);
	json_int(j, at);
	json_text(j, search);
	if (more)
		json_text(j, more);
	json_list_end(j);
}

static void organization_row(struct json_out *j, struct arena *a, const char *id, const char *name, int64_t at)
{
	const char *searched[] = { id, name };

	write_row(j, id, name, at, search_key(a, searched, 2), NULL);
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

static void user_row(struct json_out *j, struct arena *a, const char *id, const char *name, int64_t i)
{
	const char *address = mail_address(a, name, i), *searched[] = { id, address, NULL, NULL, name };

	write_row(j, id, name, FIRST_MS + i, search_key(a, searched, 5), address);
}

static void role_row(struct json_out *j, struct arena *a, const char *id, const char *name, int64_t at)
{
	const char *searched[] = { id, name, "" };

	write_row(j, id, name, at, search_key(a, searched, 3), NULL);
}

/* What many rows name. */
static void large_organization(struct json_out *j, struct arena *a, int64_t i)
{
	organization_row(j, a, "large", "Large", FIRST_MS - 1 + i);
}

static void busy_user(struct json_out *j, struct arena *a, int64_t i)
{
	user_row(j, a, "busy", "Busy", i - 1);
}

static void common_role(struct json_out *j, struct arena *a, int64_t i)
{
	role_row(j, a, "everyone", "Everyone", FIRST_MS - 1 + i);
}

static void organization(struct json_out *j, struct arena *a, int64_t i)
{
	organization_row(j, a, id_of(a, ORGANIZATION, i), name_of(a, i), FIRST_MS + i);
}

static void user(struct json_out *j, struct arena *a, int64_t i)
{
	user_row(j, a, id_of(a, USER, i), name_of(a, -i), i);
}

static void application(struct json_out *j, struct arena *a, int64_t i)
{
	const char *id = id_of(a, APPLICATION, i), *name = name_of(a, i), *searched[] = { id, name, NULL };

	write_row(j, id, name, FIRST_MS + i, search_key(a, searched, 3), NULL);
}

static void role(struct json_out *j, struct arena *a, int64_t i)
{
	const char *id = id_of(a, ROLE, i);

	role_row(j, a, id, arena_printf(a, "%s %s", name_of(a, i), id), FIRST_MS + i);
}

/* One in a hundred. */
static void editor(struct json_out *j, struct arena *a, int64_t i)
{
	json_list(j);
	json_text(j, id_of(a, USER, i * 100));
	json_list_end(j);
}

static void membership(struct json_out *j, struct arena *a, int64_t i)
{
	json_list(j);
	json_text(j, id_of(a, ORGANIZATION, i));
	json_list_end(j);
}

static const struct rows_of large_ones = { &fill_organization, large_organization },
			    busy_ones = { &fill_user, busy_user }, common_roles = { &fill_role, common_role },
			    organizations = { &fill_organization, organization }, users = { &fill_user, user },
			    applications = { &fill_application, application }, roles = { &fill_role, role },
			    editors = { &fill_editor, editor }, memberships = { &fill_member, membership };

/* The users from the i-th to the one before `to`, whose ids rise. */
static err_t members(struct txn *tx, struct arena *a, int64_t i, int64_t to)
{
	const char *first = id_of(a, USER, i), *end = id_of(a, USER, to);
	err_t e = store_exec(tx, &fill_large, ARGS(T(first), T(end)), NULL);

	return e ? e : store_exec(tx, &fill_holders, ARGS(T(first), T(end)), NULL);
}

static err_t finish(struct txn *tx, err_t e)
{
	if (!e)
		return txn_commit(&tx);
	txn_rollback(&tx);
	return e;
}

static err_t insert_rows(struct txn *tx, struct arena *a, const struct rows_of *of, int64_t from, int64_t to)
{
	CLEANUP(buffer_done) struct buffer list = {0};
	struct json_out j;

	buffer_init(&list, MIB(16));
	json_out_init(&j, &list);
	json_list(&j);
	for (; from < to; from++)
		of->row(&j, a, from);
	json_list_end(&j);
	return store_exec(tx, of->insert, ARGS(T(buffer_str(&list))), NULL);
}

/* Fills in so many rows; `of` NULL: makes so many users members and holders. */
static err_t fill(struct conn *c, const struct rows_of *of, int64_t rows)
{
	struct arena *a = arena_new();
	struct txn *tx;
	err_t e = OK;

	for (int64_t i = 0; !e && i < rows; i += SLICE) {
		int64_t to = i + SLICE < rows ? i + SLICE : rows;

		e = txn_begin(c, "default", true, &tx);
		if (!e)
			e = finish(tx, of ? insert_rows(tx, a, of, i, to) : members(tx, a, i, to));
		arena_reset(a);
	}
	arena_free(a);
	return e;
}

static err_t fill_editor_role(struct conn *c)
{
	const char *searched[] = { "Editor of the benchmark" };
	struct arena *a = arena_new();
	struct txn *tx;
	err_t e = txn_begin(c, "default", true, &tx);

	if (!e)
		e = finish(tx, store_exec(tx, &fill_organization_role,
					  ARGS(T("editor"), T(searched[0]), T(search_key(a, searched, 1))), NULL));
	arena_free(a);
	return e;
}

static err_t fill_all(struct store *store, int64_t rows)
{
	const struct { const struct rows_of *of; int64_t rows; } parts[] = {
		{ &large_ones, 1 }, { &busy_ones, 1 }, { &common_roles, 1 },
		{ &organizations, rows }, { &users, rows },
		{ NULL, rows }, { &editors, (rows + 99) / 100 }, { &memberships, rows < BUSY ? rows : BUSY },
		{ &applications, rows / 100 }, { &roles, rows / 1000 },
	};
	struct conn *c;
	err_t e = conn_open(store, true, &c);

	if (e)
		return e;
	e = fill_editor_role(c);
	for (size_t i = 0; !e && i < ARRAY_LEN(parts); i++)
		e = fill(c, parts[i].of, parts[i].rows);
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
