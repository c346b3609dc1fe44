/*
 * Accounts at social providers that people link to their own account here (sign-in.md section 11): a proof that the
 * account there is theirs, {connectorId, verified, session?, identity?}, and then the link.
 */
#include <string.h>

#include "account/account.h"
#include "account/proof.h"
#include "directory/person.h"
#include "entity/tree.h"
#include "signin/social_account.h"
#include "sso/social.h"
#include "tenant/doors.h"

#include "base/banned.h"

/* -- beginning -- */

static err_t keep_session(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);
	struct proof p;
	struct json_out j;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_VERIFICATION_CREATE, PROOF_SOCIAL);
	e = proof_put(rq, PROOF_SOCIAL,
		      json_pack("{s:b, s:s, s:o}", "verified", 0, "connectorId", w->connector.id, "session",
				sso_session(rq)),
		      &p);
	if (e)
		return e;
	j = reply_json(rq, 201);
	json_open(&j);
	proof_print(&j, &p);
	json_key_text(&j, "authorizationUri", w->address);
	json_close(&j);
	return OK;
}

static const struct step keep_step = { "keep what an owner has begun at a social provider", WRITE, keep_session };

static err_t begin(struct request *rq)
{
	account_log(rq, AUDIT_ACCOUNT_VERIFICATION_CREATE, PROOF_SOCIAL);
	return social_begin(rq, body_text(rq, "connectorId"), &keep_step);
}

static const struct step begin_step = { "let an owner begin at a social provider", READ, begin };

/* -- the answer of the provider -- */

static err_t find(struct request *rq, struct proof *p)
{
	return proof_find(rq, body_text(rq, "verificationRecordId"), PROOF_SOCIAL, p);
}

static err_t keep_identity(struct request *rq)
{
	struct proof p;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_VERIFICATION_SUBMIT, PROOF_SOCIAL);
	e = find(rq, &p);
	if (e)
		return e;
	json_object_set_new(p.details, "verified", json_true());
	json_object_set_new(p.details, "identity", social_identity(rq));
	e = proof_save(rq, &p);
	return e ? e : proof_reply_id(rq, &p);
}

static const struct step identity_step = { "keep whose account an owner has proven", WRITE, keep_identity };

/* Its own step, which is kept whatever becomes of the answer. */
static err_t take_session(struct request *rq)
{
	json_t *session;
	struct proof p;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_VERIFICATION_SUBMIT, PROOF_SOCIAL);
	e = find(rq, &p);
	if (e)
		return e;
	session = json_incref(json_object_get(p.details, "session"));
	json_object_del(p.details, "session");
	e = proof_save(rq, &p);
	if (e) {
		json_decref(session);
		return e;
	}
	return social_finish(rq, json_string_value(json_object_get(p.details, "connectorId")), session,
			     body_get(rq, "connectorData"), &identity_step);
}

static const struct step take_step = { "take what an owner has begun at a social provider", WRITE, take_session };

/* -- the link -- */

/* ERR_SOCIAL_IN_PROFILE: there is one at the provider, and it is not to be replaced. */
static err_t check_place(struct request *rq, const json_t *staged, bool replaces)
{
	struct person owner;
	err_t e = replaces ? OK : person_load(rq, rq->who.id, &owner);

	return e || replaces ? e : social_account_check_new(staged, &owner);
}

static err_t link_account(struct request *rq, bool replaces)
{
	static const struct need need = { .field = "social", .edits = true, .scope = "identities", .is_later = true,
					  .proof = true };
	json_auto_t *staged = json_object();
	bool is_new = false;
	struct proof p;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "Identities");
	e = account_check(rq, &need);
	if (!e)
		e = proof_find_verified(rq, body_text(rq, "newIdentifierVerificationRecordId"), PROOF_SOCIAL, &p);
	if (e)
		return e;
	json_object_set(staged, STAGED_SOCIAL, json_object_get(p.details, "identity"));
	e = check_place(rq, staged, replaces);
	if (!e)
		e = social_account_check_free(rq, staged, rq->who.id);
	if (!e)
		e = social_account_settle(rq, staged, rq->who.id, &is_new);
	if (!e)
		e = proof_remove(rq, &p);
	return e ? e : account_changed(rq);
}

static err_t add_account(struct request *rq)
{
	return link_account(rq, false);
}

static err_t replace_account(struct request *rq)
{
	return link_account(rq, true);
}

/* -- routes -- */

static const struct field begin_body[] = {
	{ "connectorId", .type = FIELD_TEXT, .flags = REQUIRED, .max = 128 }, SSO_BEGIN_FIELDS, FIELDS_END
};
static const struct field verify_body[] = {
	{ "verificationRecordId", .type = FIELD_TEXT, .flags = REQUIRED, .max = 64 }, SSO_DATA_FIELD, FIELDS_END
};
static const struct field link_body[] = {
	{ "newIdentifierVerificationRecordId", .type = FIELD_TEXT, .flags = REQUIRED, .max = 64,
	  .help = "Of the verification by which it was proven." },
	FIELDS_END
};
static const struct field begun_members[] = {
	PROOF_MEMBERS, { "authorizationUri", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
static const struct shape begun = { .fields = begun_members };

const struct route social_proof_routes[] = {
	{ POST, "/api/verifications/social", ACCOUNT, .first = &begin_step, .body = begin_body, .status = 201,
	  .refuses = 401, .reply = &begun, .operation = "CreateVerificationBySocial",
	  .summary = "Begin to prove that an account at a social provider is yours" },
	{ POST, "/api/verifications/social/verify", ACCOUNT, .first = &take_step, .body = verify_body, .status = 200,
	  .refuses = 401, .reply = &proof_id_shape, .operation = "VerifyVerificationBySocial",
	  .summary = "Prove it by what the provider sent the browser back with" },
	{ POST, "/api/my-account/identities", ACCOUNT, WRITE, .body = link_body, .handler = add_account, .status = 204,
	  .operation = "AddMyIdentity", .summary = "Link an account at a social provider to yours" },
	{ PUT, "/api/my-account/identities", ACCOUNT, WRITE, .body = link_body, .handler = replace_account,
	  .status = 204, .operation = "ReplaceMyIdentity",
	  .summary = "Link an account at a social provider in place of the one that you have there" },
};
const size_t social_proof_route_count = ARRAY_LEN(social_proof_routes);
