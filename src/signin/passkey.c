/*
 * Signing in with a passkey alone (sign-in.md section 3.4). Its challenge comes before anybody has said who they are,
 * and is kept in `signInPasskey` of the state, also while nothing is begun; or after an identifier, and is kept in the
 * record:
 *
 *	{verified, userId?, whose?, challenge?}		userId: once it is verified; nobody else learns whose it is
 */
#include <string.h>

#include "directory/factor.h"
#include "directory/sso_identities.h"
#include "entity/tree.h"
#include "signin/record.h"
#include "signin/web_authn.h"
#include "tenant/doors.h"
#include "base/banned.h"

#define EARLY "signInPasskey"
#define OPTIONS "authenticationOptions"

static err_t find_user(struct request *rq, const struct experience *x, const json_t *record, struct person *out)
{
	(void)x;
	return person_load(rq, json_string_value(json_object_get(record, "userId")), out);
}

/* Their organization decides whether they still may: a passkey would pass it by. */
static err_t guard(struct request *rq, const json_t *record)
{
	bool has;
	err_t e = sso_account_has(rq, json_string_value(json_object_get(record, "userId")), &has);

	return !e && has ? ERR_SSO_PASSKEY : e;
}

static const char *const shown_user[] = { "userId", "verified", NULL };

RECORD_TYPE(passkey_record) = {
	.name = "SignInPasskey", .shown = shown_user, .signs_in = true, .setting = "passkeySignIn",
	.find_user = find_user, .unknown = ERR_USER_UNKNOWN, .guard = guard, .exempts = true,
};

/* -- beginning -- */

static err_t reply_options(struct request *rq, const char *id, const json_t *factors, const char *challenge)
{
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	if (id)
		json_key_text(&j, "verificationId", id);
	json_key(&j, OPTIONS);
	web_authn_write_use(rq, &j, factors, challenge);
	json_close(&j);
	return OK;
}

/* For whichever passkey the browser has: before PUT /api/experience, which leaves it where it is. */
static err_t begin_early(struct request *rq)
{
	const char *challenge = web_authn_challenge(rq);
	struct interaction i;
	err_t e = interaction_find(rq, rq->who.id, &i);

	if (e)
		return e == ERR_NOT_FOUND ? err_set(ERR_SESSION_NOT_FOUND, "it ended after the door") : e;
	audit_text(audit_open(rq, AUDIT_VERIFICATION_CREATE, purposes[SIGN_IN], passkey_record.name), "applicationId",
		   i.client_id);
	if (!i.experience)
		i.experience = tree_keep(rq, json_object());
	json_object_set_new(i.experience, EARLY, json_pack("{s:{s:s}}", OPTIONS, "challenge", challenge));
	e = interaction_save(rq, &i);
	return e ? e : reply_options(rq, NULL, NULL, challenge);
}

/* Nobody, and somebody without a passkey, are the same. */
static err_t begin_named(struct request *rq)
{
	const struct identifier by = body_identifier(rq);
	const char *id, *challenge = web_authn_challenge(rq);
	struct experience x;
	struct person person;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_CREATE, passkey_record.name);
	e = person_find(rq, &by, experience_any_case(&x), &person);
	if (e == ERR_NOT_FOUND || (!e && !factors_find(person.factors, FACTOR_WEB_AUTHN)))
		e = ERR_WEB_AUTHN_NONE;
	if (e)
		return e;
	id = record_put(rq, &x, &passkey_record,
			json_pack("{s:b, s:s, s:s}", "verified", 0, "whose", person.id, "challenge", challenge));
	e = experience_save(rq, &x);
	return e ? e : reply_options(rq, id, person.factors, challenge);
}

/* -- verifying -- */

struct trial {
	struct web_authn_check check;
	const char *user_id;
};
FLOW(trial, struct trial)

/* What was asked: by the record that the body names (else NULL), or early. */
struct asked {
	json_t *record;
	const json_t *by;		/* its member `challenge` */
};

static err_t load_asked(struct request *rq, struct experience *x, struct asked *out)
{
	const char *id = body_text(rq, "verificationId");
	err_t e = experience_load(rq, x);

	if (e)
		return e;
	experience_log(rq, x, AUDIT_VERIFICATION_SUBMIT, passkey_record.name);
	out->record = id ? record_find(x, &passkey_record, id) : NULL;
	out->by = id ? out->record : json_object_get(experience_member(x, EARLY), OPTIONS);
	if (!out->by)
		return ERR_PROOF_UNKNOWN;
	return json_object_get(out->by, "challenge") ? OK : ERR_PASSKEY_NOT_ASKED;
}

static const char *challenge_of(const struct asked *asked)
{
	return json_string_value(json_object_get(asked->by, "challenge"));
}

/* Who it is: as the record says, or else the passkey. */
static err_t find_person(struct request *rq, const struct asked *asked, struct person *out)
{
	const char *id = asked->record ? json_string_value(json_object_get(asked->record, "whose")) :
					 web_authn_user_handle(rq, body_get(rq, "payload"));
	err_t e = id ? person_load(rq, id, out) : ERR_NOT_FOUND;

	if (!e && !web_authn_find(out->factors, body_get(rq, "payload")))
		e = ERR_NOT_FOUND;
	return e == ERR_NOT_FOUND ? ERR_PASSKEY_UNKNOWN : e;
}

static err_t check_person(struct request *rq, const struct experience *x, const struct person *person)
{
	const json_t *factor = web_authn_find(person->factors, body_get(rq, "payload"));
	const char *rp_id = json_string_value(json_object_get(factor, "rpId"));

	if (rp_id && strcmp(rp_id, web_authn_rp_id(rq)) != 0)
		return ERR_PASSKEY_RP_ID;
	return x->user_id && strcmp(x->user_id, person->id) != 0 ? ERR_IDENTITY_CONFLICT : OK;
}

/* The record of who it was; the challenge is gone. */
static const char *put_proof(struct request *rq, struct experience *x, const struct asked *asked)
{
	json_t *record = asked->record;

	if (!record) {
		experience_set_member(x, EARLY, json_object());
		return record_put(rq, x, &passkey_record,
				  json_pack("{s:b, s:s}", "verified", 1, "userId", trial(rq)->user_id));
	}
	json_object_del(record, "challenge");
	json_object_del(record, "whose");
	json_object_set_new(record, "userId", json_string(trial(rq)->user_id));
	json_object_set_new(record, "verified", json_true());
	return body_text(rq, "verificationId");
}

static err_t keep_proof(struct request *rq)
{
	const struct trial *t = trial(rq);
	struct experience x;
	struct asked asked;
	json_t *factors;
	const char *id;
	err_t outcome = OK, e = load_asked(rq, &x, &asked);

	if (!e && strcmp(challenge_of(&asked), t->check.site.challenge) != 0)
		e = ERR_PASSKEY_NOT_ASKED;
	if (!e)
		e = web_authn_settle_use(rq, t->user_id, body_get(rq, "payload"), &t->check, &factors, &outcome);
	if (!e)
		e = outcome;
	if (!e)
		e = factors_save(rq, t->user_id, factors);
	if (e)
		return e;
	id = put_proof(rq, &x, &asked);
	experience_skip_captcha(&x);
	e = experience_save(rq, &x);
	return e ? e : reply_verification(rq, id);
}

static const struct step keep_step = { "keep a sign-in by passkey", WRITE, keep_proof };

static err_t check_answer(struct request *rq)
{
	struct trial *t = trial(rq);

	web_authn_check_use(&t->check);
	return t->check.outcome ? refuse(rq, t->check.outcome) : next(rq, &keep_step);
}

static const struct step check_step = { "check a sign-in by passkey", WORK, check_answer };

static err_t read_answer(struct request *rq)
{
	struct trial *t = trial(rq);
	struct experience x;
	struct asked asked;
	struct person person;
	err_t e = load_asked(rq, &x, &asked);

	if (!e)
		e = find_person(rq, &asked, &person);
	if (!e)
		e = check_person(rq, &x, &person);
	if (!e)
		e = web_authn_read_use(rq, body_get(rq, "payload"), challenge_of(&asked), &person, &t->check);
	if (e)
		return e;
	t->user_id = person.id;
	return next(rq, &check_step);
}

static const struct step read_step = { "read a sign-in by passkey", READ, read_answer };

/* -- routes -- */

static const struct field named_body[] = {
	{ "identifier", .type = FIELD_STRUCT, .flags = REQUIRED, .members = identifier_members }, FIELDS_END
};
static const struct field verify_body[] = {
	{ "verificationId", .type = FIELD_TEXT, .help = "Left out where the challenge came early." },
	{ "payload", .type = FIELD_STRUCT, .flags = REQUIRED, .members = web_authn_use_payload },
	FIELDS_END
};
static const struct field options_members[] = {
	{ "verificationId", .type = FIELD_TEXT }, { OPTIONS, .type = FIELD_OBJECT, .flags = REQUIRED }, FIELDS_END
};
static const struct shape options = { .fields = options_members };

#define BASE "/api/experience/verification/sign-in-passkey/authentication"

const struct route passkey_routes[] = {
	{ POST, "/api/experience/preflight/sign-in-passkey/authentication", INTERACTION, WRITE,
	  .handler = begin_early, .status = 200, .reply = &options,
	  .operation = "CreateSignInPasskeyAuthenticationPreflight",
	  .summary = "Begin to sign in with whichever passkey the browser has" },
	{ POST, BASE, INTERACTION, WRITE, .before = experience_require_begun, .body = named_body,
	  .handler = begin_named, .status = 200, .reply = &options,
	  .operation = "CreateSignInPasskeyAuthentication",
	  .summary = "Begin to sign in with a passkey of a certain person" },
	{ POST, BASE "/verify", INTERACTION, .before = experience_require_begun, .first = &read_step,
	  .body = verify_body, .status = 200, .reply = &verification_shape,
	  .operation = "VerifySignInPasskeyAuthentication", .summary = "Prove who one is by a passkey" },
};
const size_t passkey_route_count = ARRAY_LEN(passkey_routes);
