/* Makes, keeps and checks second factors. */
#include "directory/factor.h"

#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "crypto/seal.h"
#include "crypto/totp.h"
#include "directory/directory.h"
#include "entity/tree.h"
#include "events/audit.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define SEALED_KEY_BYTES 256	/* of a sealed secret, in base64url */

COLUMN_LIST(factors, mfa_verifications);
STATEMENT(find_factors, "SELECT mfa_verifications FROM users WHERE tenant_id = $1 AND id = $2");
COLUMNS_OF(find_factors, factors);
STATEMENT(lock_factors, "SELECT mfa_verifications FROM users WHERE tenant_id = $1 AND id = $2 {lock}");
COLUMNS_OF(lock_factors, factors);
STATEMENT(save_factors,
	  "UPDATE users SET mfa_verifications = $2, updated_at = $3 WHERE tenant_id = $1 AND id = $4");

static const char *text_at(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

static json_t *time_now(void)
{
	char text[25];

	clock_format(clock_ms(), text);
	return json_string(text);
}

/* -- new elements -- */

json_t *factor_new(struct request *rq, enum factor_type type)
{
	json_t *factor = tree_keep(rq, json_object());

	json_object_set_new(factor, "id", json_string(id_make(rq->arena, ID_LONG, ALPHABET_LOWER)));
	json_object_set_new(factor, "type", json_string(factor_names[type]));
	json_object_set_new(factor, "createdAt", time_now());
	return factor;
}

err_t factor_new_totp(struct request *rq, const char *secret_base32, json_t **out)
{
	CLEANUP(buffer_done) struct buffer text = {0};
	json_t *factor = factor_new(rq, FACTOR_TOTP);
	struct slice sealed;
	err_t e = seal_wrap(context.seal, rq->arena, SEAL_TOTP, txn_tenant(rq->tx), text_at(factor, "id"),
			    secret_base32, strlen(secret_base32), &sealed);

	if (e)
		return e;
	buffer_init(&text, SEALED_KEY_BYTES);
	text_base64url(&text, sealed.at, sealed.len);
	json_object_set_new(factor, "key", json_string(buffer_str(&text)));
	*out = factor;
	return OK;
}

json_t *backup_codes_new(struct request *rq)
{
	json_t *codes = tree_keep(rq, json_array());

	for (int i = 0; i < BACKUP_CODES; i++)
		json_array_append_new(codes, json_string(id_make(rq->arena, BACKUP_CODE_LEN, ALPHABET_HEX)));
	return codes;
}

static bool is_backup_code(const char *text)
{
	size_t n = 0;

	while (text && text[n] && text_hex_value(text[n]) >= 0)
		n++;
	return n == BACKUP_CODE_LEN && text[n] == '\0';
}

bool backup_codes_fit(const json_t *codes)
{
	json_t *code;
	size_t i;

	json_array_foreach(codes, i, code)
		if (!is_backup_code(json_string_value(code)))
			return false;
	return json_array_size(codes) == BACKUP_CODES;
}

err_t factor_new_backup_codes(struct request *rq, const json_t *codes, json_t **out)
{
	json_t *factor = factor_new(rq, FACTOR_BACKUP_CODE), *stored = json_array(), *code;
	size_t i;

	json_object_set_new(factor, "codes", stored);
	json_array_foreach(codes, i, code) {
		char hash[SEAL_DIGEST_SIZE];

		if (!seal_digest(context.seal, SEAL_BACKUP_CODE, text_at(factor, "id"), json_string_value(code), hash))
			return err_set(ERR_INTERNAL, "a backup code cannot be hashed");
		json_array_append_new(stored, json_pack("{ss}", "hash", hash));
	}
	*out = factor;
	return OK;
}

/* -- the list -- */

/* Reads the list by a statement. ERR_NOT_FOUND. */
static err_t read_list(struct request *rq, struct statement *s, const char *user_id, json_t **out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, s, ARGS(T(user_id)), &row);

	if (e)
		return e == ERR_NOT_FOUND ? entity_miss_error(&user, ERR_NOT_FOUND, user_id) : e;
	e = tree_of_column(rq, &row, factors_mfa_verifications, out);
	return e ? e : rows_end(&row);
}

err_t factors_lock(struct request *rq, const char *user_id, json_t **list)
{
	return read_list(rq, &lock_factors, user_id, list);
}

/* The elements of `list` that `other` has not, as {id, type}; the caller owns it. */
static json_t *only_in(const json_t *list, const json_t *other)
{
	json_t *out = json_array(), *factor;
	size_t i;

	json_array_foreach(list, i, factor) {
		const char *id = text_at(factor, "id"), *type = text_at(factor, "type");

		if (id && type && !factors_get(other, id))
			json_array_append_new(out, json_pack("{ssss}", "id", id, "type", type));
	}
	return out;
}

/* An entry of the audit log, when factors came or went: who may change somebody's factors gets in as that person. */
static void log_change(struct request *rq, const char *user_id, const json_t *before, const json_t *after)
{
	json_auto_t *added = only_in(after, before), *removed = only_in(before, after);
	struct audit *log;

	if (json_array_size(added) == 0 && json_array_size(removed) == 0)
		return;
	log = audit_open(rq, AUDIT_USER_FACTORS, NULL, NULL);
	audit_text(log, "userId", user_id);
	if (rq->who.id && !rq->who.is_user)
		audit_text(log, "applicationId", rq->who.id);
	audit_value(log, "added", added);
	audit_value(log, "removed", removed);
}

err_t factors_save(struct request *rq, const char *user_id, const json_t *list)
{
	json_t *before;
	err_t e;

	if (json_array_size(list) > FACTORS_MOST)
		return err_arg(ERR_TOO_MANY_FACTORS, "most", arena_printf(rq->arena, "%d", FACTORS_MOST));
	e = read_list(rq, &find_factors, user_id, &before);
	if (!e)
		e = store_exec(rq->tx, &save_factors, ARGS(tree_arg(rq, list), N(clock_ms()), T(user_id)), NULL);
	if (!e)
		log_change(rq, user_id, before, list);
	return e;
}

json_t *factors_find(const json_t *list, enum factor_type type)
{
	json_t *factor;
	size_t i;

	json_array_foreach(list, i, factor)
		if (factor_type_of(factor) == type)
			return factor;
	return NULL;
}

json_t *factors_get(const json_t *list, const char *id)
{
	json_t *factor;
	size_t i;

	json_array_foreach(list, i, factor) {
		const char *own = text_at(factor, "id");

		if (own && !strcmp(own, id))
			return factor;
	}
	return NULL;
}

json_t *factors_find_codes(const json_t *list)
{
	json_t *factor, *last = NULL;
	size_t i;

	json_array_foreach(list, i, factor)
		if (factor_type_of(factor) == FACTOR_BACKUP_CODE && (!last || factor_is_usable(factor)))
			last = factor;
	return last;
}

bool factors_remove(json_t *list, const char *id)
{
	const json_t *factor = factors_get(list, id);

	for (size_t i = 0; factor && i < json_array_size(list); i++)
		if (json_array_get(list, i) == factor)
			return json_array_remove(list, i) == 0;
	return false;
}

void factors_remove_type(json_t *list, enum factor_type type)
{
	for (size_t i = json_array_size(list); i-- > 0;)
		if (factor_type_of(json_array_get(list, i)) == type)
			json_array_remove(list, i);
}

/* -- one element -- */

enum factor_type factor_type_of(const json_t *factor)
{
	return factor_type_named(text_at(factor, "type"));
}

size_t factor_codes_left(const json_t *backup)
{
	json_t *code;
	size_t i, left = 0;

	json_array_foreach(json_object_get(backup, "codes"), i, code)
		left += !json_object_get(code, "usedAt");
	return left;
}

bool factor_is_usable(const json_t *factor)
{
	enum factor_type type = factor_type_of(factor);

	return type == FACTOR_BACKUP_CODE ? factor_codes_left(factor) > 0 : type != FACTORS;
}

void factor_set_used(json_t *factor)
{
	json_object_set_new(factor, "lastUsedAt", time_now());
}

/* The caller ends `*out` with secret_done(). False: it does not open, which the log of the program tells. */
static bool open_key(struct request *rq, const json_t *factor, struct secret *out)
{
	const char *id = text_at(factor, "id"), *key = text_at(factor, "key");
	unsigned char sealed[SEALED_KEY_BYTES];
	int n = id && key && strlen(key) < SEALED_KEY_BYTES ? text_base64url_decode(key, strlen(key), sealed) : -1;

	if (n >= 0 && seal_unwrap(context.seal, SEAL_TOTP, txn_tenant(rq->tx), id, sealed, (size_t)n, out) == OK)
		return true;
	log_error("the secret of the factor '%.32s' does not open: no code of it is accepted", id ? id : "");
	err_clear();
	return false;
}

bool factor_totp_accepts(struct request *rq, json_t *factor, const char *code)
{
	CLEANUP(secret_done) struct secret key = {0};
	int64_t step = json_integer_value(json_object_get(factor, "step"));

	if (!open_key(rq, factor, &key) || !totp_check((const char *)key.bytes, code, clock_s(), &step))
		return false;
	json_object_set_new(factor, "step", json_integer(step));
	factor_set_used(factor);
	return true;
}

/* Looks at all codes, whichever fits: of equal ones at the first that is not used. */
bool factor_backup_accepts(json_t *factor, const char *code)
{
	const char *id = text_at(factor, "id");
	char hash[SEAL_DIGEST_SIZE];
	json_t *one, *found = NULL;
	size_t i;

	if (!id || !seal_digest(context.seal, SEAL_BACKUP_CODE, id, code, hash))
		return false;
	json_array_foreach(json_object_get(factor, "codes"), i, one) {
		const char *stored = text_at(one, "hash");
		bool fits = stored && text_equal_secret(stored, hash), unused = !json_object_get(one, "usedAt");

		if (fits & unused & !found)
			found = one;
	}
	if (!found)
		return false;
	json_object_set_new(found, "usedAt", time_now());
	factor_set_used(factor);
	return true;
}

/* -- answers -- */

static void show_text(struct json_out *j, const json_t *factor, const char *member)
{
	const char *text = text_at(factor, member);

	if (text)
		json_key_text(j, member, text);
}

static void show(struct json_out *j, const json_t *factor)
{
	enum factor_type type = factor_type_of(factor);

	json_open(j);
	show_text(j, factor, "id");
	show_text(j, factor, "type");
	show_text(j, factor, "createdAt");
	if (type == FACTOR_WEB_AUTHN) {
		show_text(j, factor, "agent");
		show_text(j, factor, "name");
		show_text(j, factor, "lastUsedAt");
	}
	if (type == FACTOR_BACKUP_CODE)
		json_key_int(j, "remainCodes", (int64_t)factor_codes_left(factor));
	json_close(j);
}

err_t factors_reply(struct request *rq, const json_t *list)
{
	struct json_out j = reply_json(rq, 200);
	const json_t *factor;
	size_t i;

	json_list(&j);
	json_array_foreach(list, i, factor)
		show(&j, factor);
	json_list_end(&j);
	return OK;
}

static const struct field members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED, .options = stored_factor_names },
	{ "createdAt", .type = FIELD_TEXT, .flags = REQUIRED, .help = "ISO 8601." },
	{ "agent", .type = FIELD_TEXT, .help = "Of WebAuthn: the browser that made it." },
	{ "name", .type = FIELD_TEXT, .help = "Of WebAuthn." },
	{ "lastUsedAt", .type = FIELD_TEXT, .help = "Of WebAuthn: ISO 8601." },
	{ "remainCodes", .type = FIELD_INTEGER, .help = "Of BackupCode: how many are not used." },
	FIELDS_END
};
const struct shape factors_shape = { .fields = members, .list = true };
