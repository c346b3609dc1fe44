/*
 * Backup codes: a new set that is shown once, and codes of the one that the person has (sign-in.md section 3.5).
 *
 * A record of a new set has the member `factor`, with the codes hashed. A code that was right is used up at once,
 * whatever becomes of the interaction.
 */
#include "entity/tree.h"
#include "signin/attempt.h"
#include "signin/mfa_rules.h"
#include "signin/record.h"
#include "tenant/doors.h"
#include "base/banned.h"

#define CODE_MOST 64	/* characters that are looked at */

/* A record of new codes proves nothing, unless it came after a proof by the last old one: see make_codes(). */
static bool is_new(const json_t *record)
{
	return json_object_get(record, "factor") && !json_object_get(record, "code");
}

static err_t bind(struct request *rq, struct experience *x, const char *id);

static const char *const shown[] = { "userId", "code", NULL };

RECORD_TYPE(backup_code_record) = {
	.name = TYPE_BACKUP_CODE, .shown = shown, .factor = TYPE_BACKUP_CODE, .is_new = is_new, .bind = bind,
};

/* -- new codes -- */

/* The proof by a code of this interaction; NULL: none. */
static const json_t *find_proof(const struct experience *x)
{
	const json_t *record;
	size_t i;

	json_array_foreach(x->records, i, record)
		if (record_type_of(record) == &backup_code_record && record_is_verified(record))
			return json_object_get(record, "code");
	return NULL;
}

static err_t reply_codes(struct request *rq, const char *id, const json_t *codes)
{
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_text(&j, "verificationId", id);
	json_key(&j, "codes");
	json_value(&j, codes);
	json_close(&j);
	return OK;
}

/*
 * Asking for new codes drops a proof by an old one. But who has used the last one is asked for new ones, and may have
 * nothing else to show: that proof stays.
 */
static err_t make_codes(struct request *rq)
{
	json_t *codes = backup_codes_new(rq), *factor, *proof, *members;
	struct experience x;
	struct person person;
	const char *id;
	err_t e = mfa_begin_verification(rq, &x, AUDIT_VERIFICATION_CREATE, &backup_code_record, &person);

	if (!e)
		e = factor_new_backup_codes(rq, codes, &factor);
	if (e)
		return e;
	members = json_pack("{s:s, s:O}", "userId", x.user_id, "factor", factor);
	proof = (json_t *)(uintptr_t)find_proof(&x);	/* jansson takes no const here */
	if (proof && !mfa_has_stored(&person, FACTOR_BACKUP_CODE)) {
		json_object_set(members, "code", proof);
		json_object_set_new(members, "verified", json_true());
	}
	id = record_put(rq, &x, &backup_code_record, members);
	e = experience_save(rq, &x);
	return e ? e : reply_codes(rq, id, codes);
}

/* Whether there is a factor beside them, staged ones counted. */
static err_t check_company(struct request *rq, const struct experience *x)
{
	struct person person;
	err_t e = person_load(rq, x->user_id, &person);
	bool company = (mfa_is_enabled(x, FACTOR_EMAIL) && json_object_get(x->profile, "primaryEmail")) ||
		       (mfa_is_enabled(x, FACTOR_PHONE) && json_object_get(x->profile, "primaryPhone"));

	for (enum factor_type type = 0; !e && !company && type < FACTORS; type++)
		company = type != FACTOR_BACKUP_CODE && (mfa_has_staged(x, type) || mfa_has(x, &person, type));
	return e || company ? e : ERR_BACKUP_CODES_ALONE;
}

static err_t bind(struct request *rq, struct experience *x, const char *id)
{
	json_t *factor = json_object_get(record_find(x, &backup_code_record, id), "factor");
	err_t e;

	if (!factor)
		return ERR_PROOF_FAILED;
	if (!mfa_is_enabled(x, FACTOR_BACKUP_CODE))
		return ERR_MFA_FACTOR;
	e = check_company(rq, x);
	if (!e)
		json_object_set(mfa_state(x), "backupCode", factor);
	return e;
}

/* -- a code of the person's -- */

/* The lock on the list lets a code be taken once, however many come with it at the same time. */
static err_t verify(struct request *rq)
{
	struct experience x;
	json_t *list, *factor;
	bool right;
	err_t e = mfa_begin_verification(rq, &x, AUDIT_VERIFICATION_SUBMIT, &backup_code_record, NULL);

	if (!e)
		e = factors_lock(rq, x.user_id, &list);
	if (e)
		return e == ERR_NOT_FOUND ? ERR_USER_UNKNOWN : e;
	factor = factors_find_codes(list);
	right = factor && factor_backup_accepts(factor, body_text(rq, "code"));
	e = attempt_settle(rq, &x.interaction, &(const struct attempt){ LOCKOUT_BACKUP_CODE, "userId", x.user_id },
			   right ? OK : ERR_BACKUP_CODE);
	if (e)
		return e;
	return mfa_keep_proof(
		rq, &x, list, &backup_code_record,
		json_pack("{s:s, s:b, s:s}", "userId", x.user_id, "verified", 1, "code", body_text(rq, "code")));
}

/* -- routes -- */

static const struct field verify_body[] = {
	{ "code", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = CODE_MOST }, FIELDS_END
};
static const struct field codes_members[] = {
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "codes", .type = FIELD_LIST, .flags = REQUIRED, .element = &field_text, .help = "Shown this once." },
	FIELDS_END
};
static const struct shape codes_shape = { .fields = codes_members };

#define BASE "/api/experience/verification/backup-code"

const struct route backup_code_routes[] = {
	{ POST, BASE "/generate", INTERACTION, WRITE, .before = experience_require_begun, .handler = make_codes,
	  .status = 200, .reply = &codes_shape, .operation = "GenerateBackupCodes", .summary = "Make backup codes" },
	{ POST, BASE "/verify", INTERACTION, WRITE, .before = experience_require_begun, .body = verify_body,
	  .handler = verify, .status = 200, .reply = &verification_shape, .operation = "VerifyBackupCode",
	  .summary = "Prove who one is by a backup code, which is used up" },
};
const size_t backup_code_route_count = ARRAY_LEN(backup_code_routes);
