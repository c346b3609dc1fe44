/*
 * A user name and a password as the proof of a person who registers (sign-in.md section 3.1).
 *
 * The policy for user names is not looked at here but when the person is identified, as the contract has it.
 */
#include "crypto/password.h"
#include "directory/user.h"
#include "entity/tree.h"
#include "signin/fulfilment.h"
#include "signin/new_password.h"
#include "signin/record.h"
#include "tenant/doors.h"
#include "base/banned.h"

static void stage(const json_t *record, json_t *profile)
{
	json_object_set_new(profile, "username", json_string(record_identifier(record).value));
	user_set_password(profile, json_string_value(json_object_get(record, "passwordDigest")), PASSWORD_ALGORITHM);
}

static const char *const shown[] = { "identifier", NULL };

RECORD_TYPE(new_identity_record) = {
	.name = "NewPasswordIdentity", .shown = shown, .registers = true, .stage = stage,
};

static err_t keep_identity(struct request *rq)
{
	struct experience x;
	const char *id;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	id = record_put(rq, &x, &new_identity_record,
			json_pack("{s:O, s:b, s:s}", "identifier", body_get(rq, "identifier"), "verified", 1,
				  "passwordDigest", new_password(rq)->digest));
	e = experience_save(rq, &x);
	return e ? e : reply_verification(rq, id);
}

static const struct step keep_step = { "keep a new identity", WRITE, keep_identity };

static err_t check_identity(struct request *rq)
{
	struct identifier by = body_identifier(rq);
	json_t *staged = tree_keep(rq, json_pack("{s:s}", "username", by.value));
	struct experience x;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_SUBMIT, new_identity_record.name);
	e = fulfilment_check_free(rq, &x, staged, NULL);
	return e ? e : new_password_judge(rq, &x, NULL, by.value, body_text(rq, "password"), &keep_step);
}

static const struct step check_step = { "check a new identity", READ, check_identity };

/* -- routes -- */

static const char *const username_only[] = { "username", NULL };
static const struct field username_members[] = {
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED, .options = username_only },
	{ "value", .type = FIELD_TEXT, .flags = REQUIRED, .max = 128, .form = FORM_USERNAME },
	FIELDS_END
};
static const struct field identity_body[] = {
	{ "identifier", .type = FIELD_STRUCT, .flags = REQUIRED, .members = username_members },
	NEW_PASSWORD_FIELD("password"),
	FIELDS_END
};

const struct route new_identity_routes[] = {
	{ POST, "/api/experience/verification/new-password-identity", INTERACTION,
	  .before = experience_require_begun, .first = &check_step, .body = identity_body, .status = 200,
	  .reply = &verification_shape, .operation = "CreateNewPasswordIdentityVerification",
	  .summary = "Choose a user name and a password to register with" },
};
const size_t new_identity_route_count = ARRAY_LEN(new_identity_routes);
