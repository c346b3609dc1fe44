/*
 * A new passkey of the owner of an account (sign-in.md section 11): the browser makes it, it is verified here, and
 * then it may be added to the factors.
 */
#include "account/account.h"
#include "account/proof.h"
#include "entity/tree.h"
#include "signin/web_authn.h"
#include "tenant/doors.h"

#include "base/banned.h"

/* -- asking for one -- */

static err_t reply_options(struct request *rq, const struct person *owner, const struct proof *p)
{
	const char *challenge = json_string_value(json_object_get(p->details, "challenge"));
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	proof_print(&j, p);
	json_key(&j, "registrationOptions");
	web_authn_write_creation(rq, &j, owner, challenge);
	json_close(&j);
	return OK;
}

static err_t ask(struct request *rq)
{
	struct person owner;
	struct proof proof;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_VERIFICATION_CREATE, PROOF_PASSKEY);
	e = person_load(rq, rq->who.id, &owner);
	if (!e)
		e = proof_put(rq, PROOF_PASSKEY,
			      json_pack("{s:b, s:s}", "verified", 0, "challenge", web_authn_challenge(rq)), &proof);
	return e ? e : reply_options(rq, &owner, &proof);
}

/* -- the browser's answer -- */

FLOW(check, struct web_authn_check)

static err_t find_asked(struct request *rq, struct proof *p, const char **challenge)
{
	err_t e = proof_find(rq, body_text(rq, "verificationRecordId"), PROOF_PASSKEY, p);

	*challenge = e ? NULL : json_string_value(json_object_get(p->details, "challenge"));
	return !e && !*challenge ? err_set(ERR_WEB_AUTHN_NOT_ASKED, "it was answered before") : e;
}

/* The challenge is good for one success. */
static err_t keep(struct request *rq)
{
	struct web_authn_check *c = check(rq);
	const char *challenge;
	struct proof p;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_VERIFICATION_SUBMIT, PROOF_PASSKEY);
	e = find_asked(rq, &p, &challenge);
	if (!e)
		e = c->outcome;
	if (e)
		return e;
	json_object_del(p.details, "challenge");
	json_object_set_new(p.details, "verified", json_true());
	json_object_set(p.details, "factor", web_authn_new_factor(rq, body_get(rq, "payload"), c));
	e = proof_save(rq, &p);
	return e ? e : proof_reply_id(rq, &p);
}

static const struct step keep_step = { "keep a new passkey of an owner", WRITE, keep };

static err_t verify(struct request *rq)
{
	web_authn_check_creation(check(rq));
	return next(rq, &keep_step);
}

static const struct step verify_step = { "verify a new passkey of an owner", WORK, verify };

static err_t read_answer(struct request *rq)
{
	const char *challenge;
	struct proof p;
	err_t e = find_asked(rq, &p, &challenge);

	if (!e)
		e = web_authn_read_creation(rq, body_get(rq, "payload"), challenge, check(rq));
	return e ? e : next(rq, &verify_step);
}

static const struct step read_step = { "read a new passkey of an owner", READ, read_answer };

/* -- routes -- */

static const struct field verify_body[] = {
	{ "verificationRecordId", .type = FIELD_TEXT, .flags = REQUIRED, .max = 64 },
	{ "payload", .type = FIELD_STRUCT, .flags = REQUIRED, .members = web_authn_creation_payload },
	FIELDS_END
};
static const struct field asked_members[] = {
	PROOF_MEMBERS,
	{ "registrationOptions", .type = FIELD_OBJECT, .flags = REQUIRED,
	  .help = "PublicKeyCredentialCreationOptionsJSON." },
	FIELDS_END
};
static const struct shape asked_shape = { .fields = asked_members };

#define BASE "/api/verifications/web-authn/registration"

const struct route passkey_verification_routes[] = {
	{ POST, BASE, ACCOUNT, WRITE, .handler = ask, .status = 200, .reply = &asked_shape,
	  .operation = "CreateVerificationByWebAuthn", .summary = "Get what a browser needs to make a passkey" },
	{ POST, BASE "/verify", ACCOUNT, .first = &read_step, .body = verify_body, .status = 200,
	  .reply = &proof_id_shape, .operation = "VerifyVerificationByWebAuthn",
	  .summary = "Prove that the browser has made a passkey" },
};
const size_t passkey_verification_route_count = ARRAY_LEN(passkey_verification_routes);
