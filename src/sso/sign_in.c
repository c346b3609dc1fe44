/*
 * People who sign in by their organization: calls of the Experience API (jit-and-sso.md section 4.2, sign-in.md
 * section 3.7), and the record that they leave:
 *
 *	{connectorId, verified, session?, enterpriseSsoUserInfo?, issuer?, namesItself?, syncsProfile?}
 *
 * `session` is what the answer is checked with, {state, redirectUri, …}; nobody sees it, and the first answer uses it
 * up, good or not. The member `email` of enterpriseSsoUserInfo counts as the person's (person.h): a user who has it is
 * theirs.
 *
 * A SAML provider writes its own name (`namesItself`). So an account that somebody got by another connector is not
 * found by such a name (sso_identities.h): the provider of one organization could take the name of another's, and sign
 * in as anybody there. By their address, which must be in a domain of the connector, they are.
 */
#include <string.h>

#include "directory/sso_identities.h"
#include "entity/tree.h"
#include "signin/identification.h"
#include "signin/record.h"
#include "signin/sso_account.h"
#include "sso/protocol.h"
#include "sso/sso.h"
#include "sso/verification.h"
#include "tenant/doors.h"

#include "base/banned.h"

#define INFO "enterpriseSsoUserInfo"

/* -- the record -- */

static const char *info_text(const json_t *record, const char *member)
{
	return json_string_value(json_object_get(json_object_get(record, INFO), member));
}

/* By the account, or else by the address that the provider vouches for. */
static err_t find_user(struct request *rq, const struct experience *x, const json_t *record, struct person *out)
{
	const struct identifier by = { "email", info_text(record, "email") };
	const struct sso_account account = {
		.issuer = json_string_value(json_object_get(record, "issuer")),
		.id = info_text(record, "id"),
		.names_itself = json_is_true(json_object_get(record, "namesItself")),
		.connector_id = json_string_value(json_object_get(record, "connectorId")),
	};
	const char *user_id;
	err_t e = sso_account_find(rq, &account, &user_id);

	if (!e)
		return person_load(rq, user_id, out);
	if (e != ERR_NOT_FOUND || !by.value)
		return e;
	return person_find(rq, &by, experience_any_case(x), out);
}

static json_t *account_of(const json_t *record)
{
	return json_pack("{s:O, s:s, s:b, s:O, s:O}", "issuer", json_object_get(record, "issuer"), "identityId",
			 info_text(record, "id"), "namesItself", json_is_true(json_object_get(record, "namesItself")),
			 "connectorId", json_object_get(record, "connectorId"), "detail",
			 json_object_get(record, INFO));
}

static void stage_face(const json_t *record, json_t *profile)
{
	tree_set_text(profile, "name", info_text(record, "name"));
	tree_set_text(profile, "avatar", info_text(record, "avatar"));
}

static void stage(const json_t *record, json_t *profile)
{
	stage_face(record, profile);
	tree_set_text(profile, "primaryEmail", info_text(record, "email"));
	json_object_set_new(profile, STAGED_SSO, account_of(record));
}

static void sync(const json_t *record, json_t *profile)
{
	if (json_is_true(json_object_get(record, "syncsProfile")))
		stage_face(record, profile);
}

/* None that another way to sign in would have to be refused for. */
static const char *no_email(const json_t *record)
{
	(void)record;
	return NULL;
}

static const char *const shown[] = { "connectorId", INFO, "issuer", NULL };

RECORD_TYPE(sso_record) = {
	.name = "EnterpriseSso", .shown = shown, .signs_in = true, .registers = true, .suffices = true,
	.setting = "singleSignOnEnabled", .find_user = find_user, .unknown = ERR_SSO_USER_UNKNOWN, .stage = stage,
	.sync = sync, .account = account_of, .email = no_email, .exempts = true,
};

/* -- beginning -- */

static err_t check_offered(const struct experience *x, const struct sso_row *c)
{
	if (!json_is_true(json_object_get(x->rules, "singleSignOnEnabled")))
		return err_set(ERR_SIGN_IN_METHOD, "single sign-on is off");
	return sso_connector_is_usable(c) ? OK :
					    err_set(ERR_SIGN_IN_METHOD, "the connector '%s' is not offered", c->id);
}

/* The connector of the path, which people must be offered. */
static err_t load_connector(struct request *rq, const struct experience *x, struct sso_row *out)
{
	err_t e = sso_connector_load(rq, path_arg(rq, "connectorId"), out);

	return e ? e : check_offered(x, out);
}

static err_t keep_session(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);
	struct experience x;
	const char *id;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	id = record_put(rq, &x, &sso_record,
			json_pack("{s:s, s:b, s:o}", "connectorId", w->connector.id, "verified", 0, "session",
				  sso_session(rq)));
	experience_log(rq, &x, AUDIT_VERIFICATION_CREATE, sso_record.name);
	e = experience_save(rq, &x);
	return e ? e : sso_verification_begun(rq, id);
}

static const struct step keep_step = { "keep a sign-in at an organization", WRITE, keep_session };

static err_t begin(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	struct experience x;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_CREATE, sso_record.name);
	e = load_connector(rq, &x, &w->connector);
	if (e)
		return e;
	w->interaction_id = x.interaction.id;
	w->state = body_text(rq, "state");
	w->redirect_uri = body_text(rq, "redirectUri");
	w->then = &keep_step;
	return w->connector.provider->protocol->begin(rq);
}

static const struct step begin_step = { "begin a sign-in at an organization", READ, begin };

/* -- the answer of the provider -- */

static err_t keep_proof(struct request *rq)
{
	struct experience x;
	json_t *record;
	err_t e = experience_load(rq, &x);

	if (!e)
		e = sso_verification_find(rq, &x, &sso_record, &record);
	if (e)
		return e;
	json_object_set_new(record, "issuer", json_string(sso_work(rq)->issuer));
	json_object_set_new(record, "namesItself",
			    json_boolean(sso_work(rq)->connector.provider->protocol->names_itself));
	return sso_verification_keep(rq, &x, &sso_record, INFO, record, body_text(rq, "verificationId"));
}

static const struct step proof_step = { "keep who an organization says it is", WRITE, keep_proof };

/* A step of its own, which is kept whatever becomes of the answer: nobody tries a second one. */
static err_t take_session(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	struct experience x;
	json_t *record, *session;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_SUBMIT, sso_record.name);
	e = load_connector(rq, &x, &w->connector);
	if (!e)
		e = sso_verification_find(rq, &x, &sso_record, &record);
	if (e)
		return e;
	session = json_object_get(record, "session");
	if (!session)
		return ERR_SSO_SESSION;
	w->session = tree_keep(rq, json_incref(session));
	w->data = body_get(rq, "connectorData");
	w->then = &proof_step;
	json_object_del(record, "session");
	e = experience_save(rq, &x);
	return e ? e : next(rq, &sso_judge_step);
}

static const struct step take_step = { "take the session of a sign-in at an organization", WRITE, take_session };

/* -- foreseeing -- */

err_t sso_sign_in_foresee(struct request *rq, struct person *out)
{
	const struct sso_work *w = sso_work(rq);
	json_auto_t *record = json_pack("{s:s, s:b, s:s, s:s, s:b, s:O}", "type", sso_record.name, "verified", 1,
					"connectorId", w->connector.id, "issuer", w->issuer, "namesItself",
					w->connector.provider->protocol->names_itself, INFO, w->person);
	struct experience x = {0};
	err_t e = experience_load_rules(rq, &x);

	if (!e)
		e = check_offered(&x, &w->connector);
	return e ? e : identification_foresee(rq, &x, record, out);
}

/* -- routes -- */

static const struct field begin_body[] = { SSO_BEGIN_FIELDS, FIELDS_END };

static const struct field verify_body[] = {
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED, .max = 128 },
	SSO_DATA_FIELD,
	FIELDS_END
};

#define BASE "/api/experience/verification/sso/{connectorId}"

const struct route sso_sign_in_routes[] = {
	{ POST, BASE "/authorization-uri", INTERACTION, .before = experience_require_begun, .first = &begin_step,
	  .body = begin_body, .status = 200, .refuses = 500, .reply = &sso_verification_begun_shape,
	  .operation = "CreateEnterpriseSsoVerification",
	  .summary = "Begin to sign in at an organization" },
	{ POST, BASE "/verify", INTERACTION, .before = experience_require_begun, .first = &take_step,
	  .body = verify_body, .status = 200, .refuses = 500, .reply = &verification_shape,
	  .operation = "VerifyEnterpriseSsoVerification", .summary = "Prove who the organization says it is" },
};
const size_t sso_sign_in_route_count = ARRAY_LEN(sso_sign_in_routes);
