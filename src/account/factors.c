/*
 * The second factors of the owner of an account, and what they say about them (sign-in.md sections 8 and 11).
 *
 * A new factor must work before it is added: a code of the authenticator app, the answer of the passkey. Backup codes
 * are told once, when they are made; the store has their hashes.
 */
#include <string.h>

#include "account/account.h"
#include "account/proof.h"
#include "base/clock.h"
#include "crypto/totp.h"
#include "directory/factor.h"
#include "directory/user_config.h"
#include "entity/tree.h"
#include "signin/mfa.h"
#include "signin/web_authn.h"
#include "tenant/doors.h"

#include "base/banned.h"

#define FACTOR_NAME_MOST 256

static const struct need sees = { .field = "mfa", .scope = "identities", .is_later = true };
const struct need needs_to_make_factors = { .field = "mfa", .edits = true, .scope = "identities", .is_later = true };
static const struct need edits = { .field = "mfa", .edits = true, .scope = "identities", .is_later = true,
				   .proof = true };

/* -- reading -- */

static err_t list_factors(struct request *rq)
{
	struct person owner;
	err_t e = account_check(rq, &sees);

	if (!e)
		e = person_load(rq, rq->who.id, &owner);
	return e ? e : factors_reply(rq, owner.factors);
}

/* -- what a new factor is made of -- */

static err_t reply_secret(struct request *rq)
{
	struct json_out j;
	err_t e = account_check(rq, &needs_to_make_factors);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "secret", totp_secret_new(rq->arena));
	json_close(&j);
	return OK;
}

static err_t reply_new_codes(struct request *rq)
{
	struct json_out j;
	err_t e = account_check(rq, &needs_to_make_factors);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key(&j, "codes");
	json_value(&j, backup_codes_new(rq));
	json_close(&j);
	return OK;
}

/* Each code as stars, since nobody knows it any more; and when it was used. */
static err_t reply_codes(struct request *rq)
{
	struct person owner;
	const json_t *backup, *code;
	struct json_out j;
	size_t i;
	const struct need need = { .field = "mfa", .scope = "identities", .is_later = true, .proof = true };
	err_t e = account_check(rq, &need);

	if (!e)
		e = person_load(rq, rq->who.id, &owner);
	if (e)
		return e;
	backup = factors_find_codes(owner.factors);
	if (!backup)
		return ERR_BACKUP_CODES_NONE;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key(&j, "codes");
	json_list(&j);
	json_array_foreach(json_object_get(backup, "codes"), i, code) {
		const char *used = json_string_value(json_object_get(code, "usedAt"));

		json_open(&j);
		json_key_text(&j, "code", "**********");
		if (used)
			json_key_text(&j, "usedAt", used);
		json_close(&j);
	}
	json_list_end(&j);
	json_close(&j);
	return OK;
}

/* -- adding -- */

/*
 * Whether the caller may add one of this kind, and the tenant offers it. A passkey that only signs people in is a
 * field of its own.
 */
static err_t check_kind(struct request *rq, enum factor_type type)
{
	struct experience x = {0};
	struct need need = edits;
	bool offered;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "MfaVerifications");
	e = experience_load_rules(rq, &x);
	if (e)
		return e;
	offered = mfa_is_enabled(&x, type);
	if (type == FACTOR_WEB_AUTHN && !offered) {
		need.field = "passkey";
		offered = web_authn_is_enabled(&x);
	}
	e = account_check(rq, &need);
	return e || offered ? e : err_set(ERR_MFA_FACTOR, "%s", factor_names[type]);
}

/* Stores the list; who has a factor wants to be asked for it. */
static err_t keep(struct request *rq, const json_t *list)
{
	json_auto_t *enabled = json_pack("{s:{s:b}}", "mfa", "enabled", 1);
	json_t *config;
	err_t e = factors_save(rq, rq->who.id, list);

	if (!e)
		e = user_config_load(rq, rq->who.id, &config);
	if (!e)
		e = user_config_merge(rq, rq->who.id, config, enabled);
	return e ? e : account_changed(rq);
}

/* The secret of the body, once the app that has it has shown a right code. */
static err_t check_secret(struct request *rq)
{
	const char *secret = body_text(rq, "secret"), *code = body_text(rq, "code");
	int64_t step = 0;

	if (!totp_secret_is_valid(secret)) {
		err_set(ERR_TOTP_SECRET, "of %zu characters", strlen(secret));
		err_fault()->status = 400;
		return ERR_TOTP_SECRET;
	}
	return code && totp_check(secret, code, clock_s(), &step) ? OK : err_set(ERR_TOTP_CODE, "not the code");
}

/* `replaces`: in place of the one that there is. */
static err_t put_totp(struct request *rq, json_t *list, bool replaces)
{
	json_t *fresh;
	err_t e = check_secret(rq);

	if (!e && !replaces && factors_find(list, FACTOR_TOTP))
		e = ERR_TOTP_IN_USE;
	if (!e)
		e = factor_new_totp(rq, body_text(rq, "secret"), &fresh);
	if (e)
		return e;
	factors_remove_type(list, FACTOR_TOTP);
	json_array_append(list, fresh);
	return keep(rq, list);
}

static err_t add_totp(struct request *rq, json_t *list)
{
	return put_totp(rq, list, false);
}

/* A new set takes the place of those before. */
static err_t add_codes(struct request *rq, json_t *list)
{
	const json_t *codes = body_get(rq, "codes");
	json_t *fresh;
	err_t e;

	if (!backup_codes_fit(codes))
		return ERR_BACKUP_CODES_FORM;
	factors_remove_type(list, FACTOR_BACKUP_CODE);
	if (json_array_size(list) == 0)
		return ERR_BACKUP_CODES_ALONE;
	e = factor_new_backup_codes(rq, codes, &fresh);
	if (e)
		return e;
	json_array_append(list, fresh);
	return keep(rq, list);
}

/* The passkey of a verified registration (passkey.c), which is used up. */
static err_t add_passkey(struct request *rq, json_t *list)
{
	json_t *factor;
	struct proof proof;
	err_t e = proof_find_verified(rq, body_text(rq, "newIdentifierVerificationRecordId"), PROOF_PASSKEY, &proof);

	if (!e)
		e = proof_remove(rq, &proof);
	if (e)
		return e;
	factor = json_object_get(proof.details, "factor");
	e = web_authn_check_new(list, json_string_value(json_object_get(factor, "credentialId")));
	if (e)
		return e;
	if (body_get(rq, "name"))
		json_object_set(factor, "name", (json_t *)(uintptr_t)body_get(rq, "name"));
	json_array_append(list, factor);
	return keep(rq, list);
}

static const struct field totp_fields[] = {
	{ "secret", .type = FIELD_TEXT, .flags = REQUIRED, .max = 64, .help = "Base32." },
	{ "code", .type = FIELD_TEXT, .max = 16, .help = "That the app shows." },
	FIELDS_END
};
static const struct field code_fields[] = {
	{ "codes", .type = FIELD_LIST, .flags = REQUIRED, .element = &field_text, .max = 100 }, FIELDS_END
};
static const struct field passkey_fields[] = {
	{ "newIdentifierVerificationRecordId", .type = FIELD_TEXT, .flags = REQUIRED, .max = 64 },
	{ "name", .type = FIELD_TEXT, .max = FACTOR_NAME_MOST },
	FIELDS_END
};

static const struct kind {
	enum factor_type type;
	const struct field *fields;	/* of the body beside `type` */
	err_t (*add)(struct request *rq, json_t *list);
} kinds[] = {
	{ FACTOR_TOTP, totp_fields, add_totp },
	{ FACTOR_BACKUP_CODE, code_fields, add_codes },
	{ FACTOR_WEB_AUTHN, passkey_fields, add_passkey },
};

static const struct kind *kind_of_body(const struct request *rq)
{
	const struct kind *kind = kinds;

	while (kind->type != factor_type_named(body_text(rq, "type")))
		kind++;
	return kind;
}

static err_t add_factor(struct request *rq)
{
	const struct kind *kind = kind_of_body(rq);
	json_auto_t *rest = body_copy(rq);
	json_t *list;
	err_t e = fields_check(rq->arena, kind->fields, CHECK_CREATE, rest, "body");

	if (!e)
		e = check_kind(rq, kind->type);
	if (!e)
		e = factors_lock(rq, rq->who.id, &list);
	return e ? e : kind->add(rq, list);
}

static err_t replace_totp(struct request *rq)
{
	json_t *list;
	err_t e = check_kind(rq, FACTOR_TOTP);

	if (!e)
		e = factors_lock(rq, rq->who.id, &list);
	return e ? e : put_totp(rq, list, true);
}

/* -- naming and removing -- */

/* The list with the factor in the path; `*factor` NULL: it has none of this id. */
static err_t find_factor(struct request *rq, json_t **list, json_t **factor)
{
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "MfaVerifications");
	e = account_check(rq, &edits);
	if (!e)
		e = factors_lock(rq, rq->who.id, list);
	*factor = e ? NULL : factors_get(*list, path_arg(rq, "verificationId"));
	return e;
}

static err_t name_factor(struct request *rq)
{
	json_t *list, *factor;
	err_t e = find_factor(rq, &list, &factor);

	if (e)
		return e;
	if (!factor || factor_type_of(factor) != FACTOR_WEB_AUTHN)
		return ERR_PROOF_MISSING;
	json_object_set(factor, "name", (json_t *)(uintptr_t)body_get(rq, "name"));
	e = factors_save(rq, rq->who.id, list);
	if (!e)
		e = account_note_change(rq);
	return e ? e : reply_empty(rq, 200);
}

static err_t remove_factor(struct request *rq)
{
	json_t *list, *factor;
	err_t e = find_factor(rq, &list, &factor);

	if (e)
		return e;
	if (!factor || !factors_remove(list, path_arg(rq, "verificationId")))
		return ERR_PROOF_MISSING;
	e = factors_save(rq, rq->who.id, list);
	return e ? e : account_changed(rq);
}

/* -- what the owner says about them -- */

static err_t reply_setting(struct request *rq, const json_t *config)
{
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_bool(&j, "skipMfaOnSignIn",
		      json_is_true(json_object_get(json_object_get(config, "mfa"), "skipMfaOnSignIn")));
	json_close(&j);
	return OK;
}

static err_t get_setting(struct request *rq)
{
	json_t *config;
	err_t e = account_check(rq, &sees);

	if (!e)
		e = user_config_load(rq, rq->who.id, &config);
	return e ? e : reply_setting(rq, config);
}

/* Lays `sent` over what was said before. */
static err_t say(struct request *rq, const json_t *sent, json_t **config)
{
	err_t e = user_config_load(rq, rq->who.id, config);

	if (!e)
		e = user_config_merge(rq, rq->who.id, *config, sent);
	return e ? e : account_note_change(rq);
}

static err_t patch_setting(struct request *rq)
{
	json_auto_t *sent = json_pack("{s:O}", "mfa", rq->body);
	json_t *config;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "MfaSettings");
	e = account_check(rq, &edits);
	if (!e)
		e = say(rq, sent, &config);
	return e ? e : reply_setting(rq, config);
}

static err_t get_config(struct request *rq)
{
	json_t *config;
	err_t e = account_check(rq, &sees);

	if (!e)
		e = user_config_load(rq, rq->who.id, &config);
	return e ? e : user_config_reply(rq, config);
}

/* What is said about passkeys is a field of its own. */
static err_t check_said(struct request *rq)
{
	static const struct need passkey = { .field = "passkey", .edits = true, .scope = "identities",
					     .is_later = true, .proof = true };
	err_t e = body_get(rq, "passkeySignIn") ? account_check(rq, &passkey) : OK;

	return !e && (body_get(rq, "mfa") || !body_get(rq, "passkeySignIn")) ? account_check(rq, &edits) : e;
}

static err_t patch_config(struct request *rq)
{
	json_t *config;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "LogtoConfigs");
	e = check_said(rq);
	if (!e)
		e = say(rq, rq->body, &config);
	return e ? e : user_config_reply(rq, config);
}

/* -- routes -- */

static const struct field factor_body[] = {
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED | DISCRIMINATOR, .options = stored_factor_names },
	{ "secret", .type = FIELD_ANY, .help = "Of Totp." },
	{ "code", .type = FIELD_ANY, .help = "Of Totp: what the app shows." },
	{ "codes", .type = FIELD_ANY, .help = "Of BackupCode: ten." },
	{ "newIdentifierVerificationRecordId", .type = FIELD_ANY, .help = "Of WebAuthn." },
	{ "name", .type = FIELD_ANY, .help = "Of WebAuthn." },
	FIELDS_END
};
static const struct field name_body[] = {
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED, .max = FACTOR_NAME_MOST }, FIELDS_END
};
static const struct field setting_fields[] = {
	{ "skipMfaOnSignIn", .type = FIELD_BOOL, .flags = REQUIRED,
	  .help = "Counts where the tenant lets people choose." },
	FIELDS_END
};
static const struct shape setting_shape = { .fields = setting_fields };

static const struct field secret_members[] = {
	{ "secret", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
static const struct shape secret_shape = { .fields = secret_members };
static const struct field new_codes_members[] = {
	{ "codes", .type = FIELD_LIST, .flags = REQUIRED, .element = &field_text }, FIELDS_END
};
static const struct shape new_codes_shape = { .fields = new_codes_members };
static const struct field one_code_members[] = {
	{ "code", .type = FIELD_TEXT, .flags = REQUIRED, .help = "Stars: it was told when it was made." },
	{ "usedAt", .type = FIELD_TEXT },
	FIELDS_END
};
static const struct field one_code = { .type = FIELD_STRUCT, .members = one_code_members };
static const struct field codes_members[] = {
	{ "codes", .type = FIELD_LIST, .flags = REQUIRED, .element = &one_code }, FIELDS_END
};
static const struct shape codes_shape = { .fields = codes_members };

#define BASE "/api/my-account"
#define FACTORS_PATH BASE "/mfa-verifications"

const struct route account_factor_routes[] = {
	{ GET, FACTORS_PATH, ACCOUNT, READ, .handler = list_factors, .status = 200, .reply = &factors_shape,
	  .summary = "List your second factors" },
	{ POST, FACTORS_PATH, ACCOUNT, WRITE, .body = factor_body, .handler = add_factor, .status = 204,
	  .summary = "Add a second factor that you have tried" },
	{ POST, FACTORS_PATH "/totp-secret/generate", ACCOUNT, READ, .handler = reply_secret, .status = 200,
	  .reply = &secret_shape, .operation = "GenerateMyTotpSecret",
	  .summary = "Get a secret for an authenticator app" },
	{ PUT, FACTORS_PATH "/totp", ACCOUNT, WRITE, .body = totp_fields, .handler = replace_totp, .status = 204,
	  .summary = "Replace your authenticator app" },
	{ POST, FACTORS_PATH "/backup-codes/generate", ACCOUNT, READ, .handler = reply_new_codes, .status = 200,
	  .reply = &new_codes_shape, .operation = "GenerateMyBackupCodes", .summary = "Get codes to keep" },
	{ GET, FACTORS_PATH "/backup-codes", ACCOUNT, READ, .handler = reply_codes, .status = 200,
	  .reply = &codes_shape, .summary = "Get which of your backup codes were used" },
	{ PATCH, FACTORS_PATH "/{verificationId}/name", ACCOUNT, WRITE, .body = name_body, .handler = name_factor,
	  .status = 200, .summary = "Name a passkey of yours" },
	{ DELETE, FACTORS_PATH "/{verificationId}", ACCOUNT, WRITE, .handler = remove_factor, .status = 204,
	  .summary = "Remove a second factor of yours" },
	{ GET, BASE "/mfa-settings", ACCOUNT, READ, .handler = get_setting, .status = 200, .reply = &setting_shape,
	  .summary = "Get whether you want to be asked for a second factor" },
	{ PATCH, BASE "/mfa-settings", ACCOUNT, WRITE, .body = setting_fields, .handler = patch_setting, .status = 200,
	  .reply = &setting_shape, .summary = "Say whether you want to be asked for a second factor" },
	{ GET, BASE "/logto-configs", ACCOUNT, READ, .handler = get_config, .status = 200, .reply = &user_config_shape,
	  .summary = "Get what you said about second factors and passkeys" },
	{ PATCH, BASE "/logto-configs", ACCOUNT, WRITE, .body = user_config_fields, .body_is_patch = true,
	  .handler = patch_config, .status = 200, .reply = &user_config_shape,
	  .summary = "Say something about second factors and passkeys" },
};
const size_t account_factor_route_count = ARRAY_LEN(account_factor_routes);
