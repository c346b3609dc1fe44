/* Keys of SAML connectors and their Management API. Contract: jit-and-sso.md section 3.6. */
#include "sso/signing_key.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "crypto/rsa_certificate.h"
#include "crypto/seal.h"
#include "entity/entity.h"
#include "http/request.h"
#include "sso/saml_connector.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define LIFE_MS (3 * 365 * DAY_MS)

#define ROW \
	"SELECT id, certificate, key_sealed, active, created_at, expires_at FROM sso_signing_keys WHERE tenant_id = $1"
STATEMENT(signing_key_list, ROW " AND sso_connector_id = $2 ORDER BY created_at DESC, id DESC");
STATEMENT(signing_key_use_list, ROW " AND sso_connector_id = $2 ORDER BY active DESC, created_at DESC, id DESC");
STATEMENT(signing_key_find, ROW " AND sso_connector_id = $2 AND id = $3");
COLUMN_LIST(signing_key, id, certificate, key_sealed, active, created_at, expires_at);
COLUMNS_OF(signing_key_list, signing_key);
COLUMNS_OF(signing_key_use_list, signing_key);
COLUMNS_OF(signing_key_find, signing_key);
STATEMENT(signing_key_insert,
	  "INSERT INTO sso_signing_keys (tenant_id, id, sso_connector_id, certificate, key_sealed, active, created_at,"
	  " expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
STATEMENT(signing_key_rest,
	  "UPDATE sso_signing_keys SET active = 0 WHERE tenant_id = $1 AND sso_connector_id = $2 AND active = 1");
STATEMENT(signing_key_set, "UPDATE sso_signing_keys SET active = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(signing_key_delete, "DELETE FROM sso_signing_keys WHERE tenant_id = $1 AND id = $2");
STATEMENT(signing_key_count, "SELECT count(*) FROM sso_signing_keys WHERE tenant_id = $1 AND sso_connector_id = $2");
STATEMENT(signing_key_count_active,
	  "SELECT count(*) FROM sso_signing_keys WHERE tenant_id = $1 AND sso_connector_id = $2 AND active = 1");
/* Changes of the keys of a connector wait for each other. */
STATEMENT(signing_key_lock, "SELECT id FROM sso_connectors WHERE tenant_id = $1 AND id = $2 {lock}");

/* -- for those who sign and decrypt -- */

static void wipe_keys(void *of)
{
	struct signing_keys *keys = of;

	for (size_t i = 0; i < keys->count; i++)
		secret_done(&keys->keys[i]);
}

static err_t open_key(struct request *rq, struct rows *row, struct secret *out)
{
	const char *id = arena_copy(rq->arena, rows_text(row, signing_key_id));
	size_t len;
	const void *sealed = rows_blob(row, signing_key_key_sealed, &len, rq->arena);

	return seal_unwrap(context.seal, SEAL_SSO_SIGNING_KEY, txn_tenant(rq->tx), id, sealed, len, out);
}

err_t signing_keys_load(struct request *rq, const char *connector_id, struct signing_keys *out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct signing_keys *keys = ARENA_NEW(rq->arena, struct signing_keys);
	err_t e = store_query(rq->tx, &signing_key_use_list, ARGS(T(connector_id)), &rows);

	arena_defer(rq->arena, wipe_keys, keys);
	while (!e && keys->count < SIGNING_KEYS_MOST && rows_next(&rows)) {
		keys->certificates[keys->count] = arena_copy(rq->arena, rows_text(&rows, signing_key_certificate));
		keys->has_active |= rows_int(&rows, signing_key_active) != 0;
		e = open_key(rq, &rows, &keys->keys[keys->count]);
		keys->count += !e;
	}
	*out = *keys;
	return e ? e : rows_end(&rows);
}

err_t signing_key_is_active(struct request *rq, const char *connector_id, bool *out)
{
	int64_t n = 0;
	err_t e = store_int(rq->tx, &signing_key_count_active, ARGS(T(connector_id)), &n);

	*out = n > 0;
	return e;
}

/* -- answers -- */

static void print_digest(struct json_out *j, const char *pem)
{
	static const char digits[] = "0123456789ABCDEF";
	unsigned char digest[CERTIFICATE_DIGEST_SIZE];
	char plain[2 * sizeof(digest) + 1], pairs[3 * sizeof(digest)];

	if (!rsa_certificate_digest(pem, digest))
		memset(digest, 0, sizeof(digest));
	for (size_t i = 0; i < sizeof(digest); i++) {
		plain[2 * i] = pairs[3 * i] = digits[digest[i] >> 4];
		plain[2 * i + 1] = pairs[3 * i + 1] = digits[digest[i] & 15];
		pairs[3 * i + 2] = ':';
	}
	plain[sizeof(plain) - 1] = pairs[sizeof(pairs) - 1] = '\0';
	json_key(j, "fingerprints");
	json_open(j);
	json_key(j, "sha256");
	json_open(j);
	json_key_text(j, "formatted", pairs);
	json_key_text(j, "unformatted", plain);
	json_close(j);
	json_close(j);
}

static void print(struct json_out *j, struct rows *row)
{
	const char *pem = rows_text(row, signing_key_certificate);

	json_open(j);
	json_key_text(j, "id", rows_text(row, signing_key_id));
	json_key_text(j, "certificate", pem);
	json_key_int(j, "createdAt", rows_int(row, signing_key_created_at));
	json_key_int(j, "expiresAt", rows_int(row, signing_key_expires_at));
	json_key_bool(j, "active", rows_int(row, signing_key_active) != 0);
	print_digest(j, pem);
	json_close(j);
}

static err_t find(struct request *rq, const char *connector_id, const char *id, struct rows *row)
{
	err_t e = store_first(rq->tx, &signing_key_find, ARGS(T(connector_id), T(id)), row);

	return e == ERR_NOT_FOUND ? err_arg(err_set(e, "signing key '%.64s'", id), "entity", "signing_key") : e;
}

static err_t answer(struct request *rq, int status, const char *id)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = find(rq, path_arg(rq, "id"), id, &row);
	struct json_out j;

	if (e)
		return e;
	j = reply_json(rq, status);
	print(&j, &row);
	return rows_end(&row);
}

/* -- endpoints -- */

static err_t require(struct request *rq)
{
	return saml_connector_require(rq, path_arg(rq, "id"), ERR_SSO_NO_KEYS);
}

static err_t list_keys(struct request *rq)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct json_out j;
	err_t e = require(rq);

	if (!e)
		e = store_query(rq->tx, &signing_key_list, ARGS(T(path_arg(rq, "id"))), &rows);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_list(&j);
	while (rows_next(&rows))
		print(&j, &rows);
	json_list_end(&j);
	return rows_end(&rows);
}

struct new_key {
	const char *id, *certificate;
	struct secret key;
	int64_t created_at_ms;
};
FLOW(new_key, struct new_key)

static void wipe_key(void *of)
{
	struct new_key *k = of;

	secret_done(&k->key);
}

/* Locks the connector; ERR_SSO_KEYS_MOST: it has as many keys as it can. */
static err_t begin_change(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = require(rq);

	if (!e)
		e = store_first(rq->tx, &signing_key_lock, ARGS(T(path_arg(rq, "id"))), &row);
	return e ? e : rows_end(&row);
}

static err_t check_room(struct request *rq)
{
	int64_t n;
	err_t e = store_int(rq->tx, &signing_key_count, ARGS(T(path_arg(rq, "id"))), &n);

	if (!e && n >= SIGNING_KEYS_MOST)
		e = err_set(ERR_SSO_KEYS_MOST, "the connector has %d signing keys", SIGNING_KEYS_MOST);
	return e;
}

static err_t insert(struct request *rq, const struct new_key *k, bool active)
{
	struct slice sealed;
	err_t e = seal_wrap(context.seal, rq->arena, SEAL_SSO_SIGNING_KEY, txn_tenant(rq->tx), k->id, k->key.bytes,
			    k->key.len, &sealed);

	return e ? e :
		   store_exec(rq->tx, &signing_key_insert,
			      ARGS(T(k->id), T(path_arg(rq, "id")), T(k->certificate), BLOB(sealed.at, sealed.len),
				   N(active), N(k->created_at_ms), N(k->created_at_ms + LIFE_MS)),
			      NULL);
}

static err_t put_key(struct request *rq)
{
	const struct new_key *k = new_key(rq);
	const char *connector_id = path_arg(rq, "id");
	bool active = json_is_true(body_get(rq, "active"));
	err_t e = begin_change(rq);

	if (!e)
		e = check_room(rq);
	if (!e && active)
		e = store_exec(rq->tx, &signing_key_rest, ARGS(T(connector_id)), NULL);
	if (!e)
		e = insert(rq, k, active);
	return e ? e : answer(rq, 201, k->id);
}

static const struct step put_key_step = { "put a connector's signing key in place", WRITE, put_key };

/* Runs on WORK: an RSA key takes seconds of processor time. */
static err_t make_key(struct request *rq)
{
	struct new_key *k = new_key(rq);
	struct key *key = NULL;
	err_t e = key_generate(KEY_RS256, rq->task.until, &key);

	k->id = id_make(rq->arena, ID_LONG, ALPHABET_LOWER);
	k->created_at_ms = clock_stamp_ms();
	if (!e)
		e = key_private(key, &k->key);
	key_free(key);
	if (e)
		return e;
	arena_defer(rq->arena, wipe_key, k);
	e = rsa_certificate_make(rq->arena, &k->key, path_arg(rq, "id"), k->created_at_ms, k->created_at_ms + LIFE_MS,
				 &k->certificate);
	return e ? e : next(rq, &put_key_step);
}

static const struct step make_key_step = { "make a connector's signing key", WORK, make_key };

/* Looks first, so that a refusal costs no key. */
static err_t check_create(struct request *rq)
{
	err_t e = require(rq);

	if (!e)
		e = check_room(rq);
	return e ? e : next(rq, &make_key_step);
}

static const struct step check_create_step = { "check a new signing key", READ, check_create };

/* ERR_SSO_KEY_IN_USE: requests have to be signed, and this key is the one that does. */
static err_t check_rest(struct request *rq, bool was_active)
{
	bool signs;
	err_t e = saml_connector_signs(rq, path_arg(rq, "id"), &signs);

	return !e && signs && was_active ? ERR_SSO_KEY_IN_USE : e;
}

static err_t read_active(struct request *rq, bool *active)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = begin_change(rq);

	if (!e)
		e = find(rq, path_arg(rq, "id"), path_arg(rq, "keyId"), &row);
	if (e)
		return e;
	*active = rows_int(&row, signing_key_active) != 0;
	return rows_end(&row);
}

static err_t patch_key(struct request *rq)
{
	const char *id = path_arg(rq, "keyId"), *connector_id = path_arg(rq, "id");
	bool active = json_is_true(body_get(rq, "active")), was_active = false;
	err_t e = read_active(rq, &was_active);

	if (!e && !active)
		e = check_rest(rq, was_active);
	if (!e && active && !was_active)
		e = store_exec(rq->tx, &signing_key_rest, ARGS(T(connector_id)), NULL);
	if (!e && active != was_active)
		e = store_exec(rq->tx, &signing_key_set, ARGS(N(active), T(id)), NULL);
	return e ? e : answer(rq, 200, id);
}

static err_t delete_key(struct request *rq)
{
	bool active = false;
	err_t e = read_active(rq, &active);

	if (!e && active)
		e = ERR_SSO_KEY_ACTIVE;
	if (!e)
		e = store_exec(rq->tx, &signing_key_delete, ARGS(T(path_arg(rq, "keyId"))), NULL);
	return e ? e : reply_empty(rq, 204);
}

/* -- routes -- */

static const struct field create_body[] = {
	{ "active", .type = FIELD_BOOL,
	  .help = "Whether it takes the place of the active one at once; false when absent." },
	FIELDS_END
};

static const struct field patch_body[] = { { "active", .type = FIELD_BOOL, .flags = REQUIRED }, FIELDS_END };

static const struct field digest_members[] = { { "formatted", .type = FIELD_TEXT, .flags = REQUIRED,
						 .help = "Pairs joined by colons." },
					       { "unformatted", .type = FIELD_TEXT, .flags = REQUIRED },
					       FIELDS_END };
static const struct field fingerprint_members[] = { { "sha256", .type = FIELD_STRUCT, .flags = REQUIRED,
						      .members = digest_members },
						    FIELDS_END };
static const struct field key_members[] = { { "id", .type = FIELD_TEXT, .flags = REQUIRED },
					    { "certificate", .type = FIELD_TEXT, .flags = REQUIRED, .help = "PEM." },
					    { "createdAt", .type = FIELD_TIME, .flags = REQUIRED },
					    { "expiresAt", .type = FIELD_TIME, .flags = REQUIRED },
					    { "active", .type = FIELD_BOOL, .flags = REQUIRED },
					    { "fingerprints", .type = FIELD_STRUCT, .flags = REQUIRED,
					      .members = fingerprint_members },
					    FIELDS_END };
static const struct shape one = { .fields = key_members };
static const struct shape list = { .fields = key_members, .list = true };

#define KEYS "/api/sso-connectors/{id}/signing-keys"
const struct route signing_key_routes[] = {
	{ GET, KEYS, MANAGEMENT, READ, .handler = list_keys, .status = 200, .reply = &list,
	  .summary = "List the signing keys of a SAML connector" },
	{ POST, KEYS, MANAGEMENT, READ, .body = create_body, .first = &check_create_step, .status = 201, .reply = &one,
	  .summary = "Make a signing key of a SAML connector" },
	{ PATCH, KEYS "/{keyId}", MANAGEMENT, WRITE, .body = patch_body, .handler = patch_key, .status = 200,
	  .reply = &one, .summary = "Activate a signing key of a SAML connector, or let it rest" },
	{ DELETE, KEYS "/{keyId}", MANAGEMENT, WRITE, .handler = delete_key, .status = 204,
	  .summary = "Delete a signing key of a SAML connector" },
};
const size_t signing_key_route_count = ARRAY_LEN(signing_key_routes);
