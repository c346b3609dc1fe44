/*
 * A passkey as a second factor: a new one is registered, one that the person has is used (sign-in.md sections 3.4 and
 * 4.3). The record keeps the challenge in the member of what it is for:
 *
 *	{userId, verified, registration?: {challenge?, factor?}, authentication?: {challenge?}}
 */
#include <string.h>

#include "directory/factor.h"
#include "entity/tree.h"
#include "signin/attempt.h"
#include "signin/mfa.h"
#include "signin/record.h"
#include "signin/web_authn.h"
#include "tenant/doors.h"
#include "base/banned.h"

#define REGISTRATION "registration"
#define AUTHENTICATION "authentication"

static const char *const shown_user[] = { "userId", "verified", NULL };

static bool is_new(const json_t *record)
{
	return json_object_get(record, REGISTRATION) != NULL;
}

RECORD_TYPE(web_authn_record) = {
	.name = TYPE_WEB_AUTHN, .shown = shown_user, .factor = TYPE_WEB_AUTHN,
	.is_new = is_new, .bind = web_authn_stage,
};

/* -- beginning -- */

static err_t begin(struct request *rq, struct experience *x, struct person *person)
{
	return mfa_begin_verification(rq, x, AUDIT_VERIFICATION_CREATE, &web_authn_record, person);
}

/* Makes the record in place of an older one, whose proof is gone with it. */
static err_t put_challenge(struct request *rq, struct experience *x, const char *what, const char *challenge,
			   const char **id)
{
	*id = record_put(
		rq, x, &web_authn_record,
		json_pack("{s:s, s:b, s:{s:s}}", "userId", x->user_id, "verified", 0, what, "challenge", challenge));
	return experience_save(rq, x);
}

static err_t begin_registration(struct request *rq)
{
	const char *id, *challenge = web_authn_challenge(rq);
	struct experience x;
	struct person person;
	struct json_out j;
	err_t e = begin(rq, &x, &person);

	if (!e)
		e = put_challenge(rq, &x, REGISTRATION, challenge, &id);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "verificationId", id);
	json_key(&j, "registrationOptions");
	web_authn_write_creation(rq, &j, &person, challenge);
	json_close(&j);
	return OK;
}

static err_t begin_authentication(struct request *rq)
{
	const char *id, *challenge = web_authn_challenge(rq);
	struct experience x;
	struct person person;
	struct json_out j;
	err_t e = begin(rq, &x, &person);

	if (!e && !factors_find(person.factors, FACTOR_WEB_AUTHN))
		e = ERR_WEB_AUTHN_NONE;
	if (!e)
		e = put_challenge(rq, &x, AUTHENTICATION, challenge, &id);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "verificationId", id);
	json_key(&j, "authenticationOptions");
	web_authn_write_use(rq, &j, person.factors, challenge);
	json_close(&j);
	return OK;
}

/* -- the record that a payload is for -- */

FLOW(web_authn_check, struct web_authn_check)

static json_t *part_of(const json_t *record, const char *what)
{
	return json_object_get(record, what);
}

/* The state, and the record of the body, whose challenge nobody has answered yet. */
static err_t load_record(struct request *rq, const char *what, struct experience *x, json_t **record)
{
	err_t e = mfa_begin_verification(rq, x, AUDIT_VERIFICATION_SUBMIT, &web_authn_record, NULL);

	if (e)
		return e;
	*record = record_find(x, &web_authn_record, body_text(rq, "verificationId"));
	if (!*record)
		return ERR_PROOF_UNKNOWN;
	return json_object_get(part_of(*record, what), "challenge") ? OK : ERR_WEB_AUTHN_NOT_ASKED;
}

static const char *challenge_of(const json_t *record, const char *what)
{
	return json_string_value(json_object_get(part_of(record, what), "challenge"));
}

/* The challenge is gone with what it proves. */
static err_t keep_proof(struct request *rq, struct experience *x, json_t *record, const char *what)
{
	json_object_del(part_of(record, what), "challenge");
	json_object_set_new(record, "verified", json_true());
	return experience_save(rq, x);
}

/* -- a new passkey -- */

/* The account may have got it meanwhile, by another sign-in. */
static err_t check_unknown(struct request *rq, const struct experience *x)
{
	struct person person;
	err_t e = experience_find_person(rq, x, &person);

	if (e)
		return e;
	return web_authn_check_new(person.factors, json_string_value(json_object_get(body_get(rq, "payload"), "id")));
}

static err_t keep_registration(struct request *rq)
{
	const char *id = body_text(rq, "verificationId");
	struct experience x;
	json_t *record;
	err_t e = load_record(rq, REGISTRATION, &x, &record);

	if (!e)
		e = check_unknown(rq, &x);
	if (e)
		return e;
	json_object_set(part_of(record, REGISTRATION), "factor",
			web_authn_new_factor(rq, body_get(rq, "payload"), web_authn_check(rq)));
	e = keep_proof(rq, &x, record, REGISTRATION);
	return e ? e : reply_verification(rq, id);
}

static const struct step keep_registration_step = { "keep a new passkey", WRITE, keep_registration };

static err_t check_registration(struct request *rq)
{
	struct web_authn_check *check = web_authn_check(rq);

	web_authn_check_creation(check);
	return check->outcome ? refuse(rq, check->outcome) : next(rq, &keep_registration_step);
}

static const struct step check_registration_step = { "check a new passkey", WORK, check_registration };

static err_t read_registration(struct request *rq)
{
	struct experience x;
	json_t *record;
	err_t e = load_record(rq, REGISTRATION, &x, &record);

	if (!e)
		e = web_authn_read_creation(rq, body_get(rq, "payload"), challenge_of(record, REGISTRATION),
					    web_authn_check(rq));
	return e ? e : next(rq, &check_registration_step);
}

static const struct step read_registration_step = { "read a new passkey", READ, read_registration };

/* -- the use of one -- */

static err_t settle_authentication(struct request *rq)
{
	const char *id = body_text(rq, "verificationId");
	struct experience x;
	struct attempt attempt = { LOCKOUT_PASSKEY, "userId", NULL };
	json_t *record, *factors;
	err_t outcome, e = load_record(rq, AUTHENTICATION, &x, &record);

	if (!e)
		e = web_authn_settle_use(rq, x.user_id, body_get(rq, "payload"), web_authn_check(rq), &factors,
					 &outcome);
	if (e)
		return e;
	attempt.value = x.user_id;
	e = attempt_settle(rq, &x.interaction, &attempt, outcome);
	if (!e)
		e = factors_save(rq, x.user_id, factors);
	if (!e)
		e = keep_proof(rq, &x, record, AUTHENTICATION);
	return e ? e : reply_verification(rq, id);
}

static const struct step settle_step = { "settle the use of a passkey", WRITE, settle_authentication };

static err_t check_authentication(struct request *rq)
{
	web_authn_check_use(web_authn_check(rq));
	return next(rq, &settle_step);
}

static const struct step check_authentication_step = { "check the use of a passkey", WORK, check_authentication };

static err_t read_authentication(struct request *rq)
{
	struct experience x;
	struct person person;
	json_t *record;
	err_t e = load_record(rq, AUTHENTICATION, &x, &record);

	if (!e)
		e = experience_find_person(rq, &x, &person);
	if (!e)
		e = web_authn_read_use(rq, body_get(rq, "payload"), challenge_of(record, AUTHENTICATION), &person,
				       web_authn_check(rq));
	return e ? e : next(rq, &check_authentication_step);
}

static const struct step read_authentication_step = { "read the use of a passkey", READ, read_authentication };

/* -- staging -- */

bool web_authn_is_enabled(const struct experience *x)
{
	return mfa_is_enabled(x, FACTOR_WEB_AUTHN) || passkey_signs_in(x);
}

static json_t *staged_list(const struct experience *x)
{
	json_t *mfa = mfa_state(x);

	if (!json_object_get(mfa, "webAuthn"))
		json_object_set_new(mfa, "webAuthn", json_array());
	return json_object_get(mfa, "webAuthn");
}

static bool is_staged(const json_t *list, const json_t *factor)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_equal(json_object_get(one, "id"), json_object_get(factor, "id")))
			return true;
	return false;
}

err_t web_authn_stage(struct request *rq, struct experience *x, const char *verification_id)
{
	const json_t *record = record_find(x, &web_authn_record, verification_id);
	const char *whose = json_string_value(json_object_get(record, "userId"));
	json_t *factor = json_object_get(part_of(record, REGISTRATION), "factor");

	(void)rq;
	if (!record || !x->user_id || strcmp(whose, x->user_id) != 0)
		return ERR_PROOF_UNKNOWN;
	if (!record_is_verified(record) || !factor)
		return ERR_PROOF_FAILED;
	if (!web_authn_is_enabled(x))
		return ERR_MFA_FACTOR;
	if (!is_staged(staged_list(x), factor))
		json_array_append(staged_list(x), factor);
	return OK;
}

/* -- routes -- */

static const struct field creation_body[] = {
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "payload", .type = FIELD_STRUCT, .flags = REQUIRED, .members = web_authn_creation_payload },
	FIELDS_END
};
static const struct field use_body[] = {
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "payload", .type = FIELD_STRUCT, .flags = REQUIRED, .members = web_authn_use_payload },
	FIELDS_END
};

static const struct field registration_members[] = {
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "registrationOptions", .type = FIELD_OBJECT, .flags = REQUIRED }, FIELDS_END
};
static const struct shape registration = { .fields = registration_members };
static const struct field authentication_members[] = {
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "authenticationOptions", .type = FIELD_OBJECT, .flags = REQUIRED }, FIELDS_END
};
static const struct shape authentication = { .fields = authentication_members };

#define BASE "/api/experience/verification/web-authn"

const struct route web_authn_routes[] = {
	{ POST, BASE "/registration", INTERACTION, WRITE, .before = experience_require_begun,
	  .handler = begin_registration, .status = 200, .reply = &registration,
	  .operation = "CreateWebAuthnRegistrationVerification", .summary = "Begin to make a passkey" },
	{ POST, BASE "/registration/verify", INTERACTION, .before = experience_require_begun,
	  .first = &read_registration_step, .body = creation_body, .status = 200, .reply = &verification_shape,
	  .operation = "VerifyWebAuthnRegistration", .summary = "Prove a passkey that was made" },
	{ POST, BASE "/authentication", INTERACTION, WRITE, .before = experience_require_begun,
	  .handler = begin_authentication, .status = 200, .reply = &authentication,
	  .operation = "CreateWebAuthnAuthenticationVerification", .summary = "Begin to use a passkey" },
	{ POST, BASE "/authentication/verify", INTERACTION, .before = experience_require_begun,
	  .first = &read_authentication_step, .body = use_body, .status = 200, .reply = &verification_shape,
	  .operation = "VerifyWebAuthnAuthentication", .summary = "Prove to have a passkey" },
};
const size_t web_authn_route_count = ARRAY_LEN(web_authn_routes);
