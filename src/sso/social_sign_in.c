/*
 * People who sign in with accounts that they have elsewhere: calls of the Experience API (sign-in.md section 3.6), and
 * the record that they leave:
 *
 *	{connectorId, target, verified, session?, socialUserInfo?, syncsProfile?}
 *
 * Of socialUserInfo the members `email` and `phone` are there only where the provider vouches for them (person.h).
 */
#include <string.h>

#include "entity/tree.h"
#include "http/cookie.h"
#include "signin/mfa_rules.h"
#include "signin/one_tap.h"
#include "signin/record.h"
#include "signin/social_account.h"
#include "sso/social.h"
#include "sso/verification.h"
#include "tenant/doors.h"

#include "base/banned.h"

#define INFO "socialUserInfo"

/* -- the record -- */

static const char *info_text(const json_t *record, const char *member)
{
	return json_string_value(json_object_get(json_object_get(record, INFO), member));
}

static err_t find_user(struct request *rq, const struct experience *x, const json_t *record, struct person *out)
{
	const struct social_account account = { json_string_value(json_object_get(record, "target")),
						info_text(record, "id"), NULL };
	const char *user_id = NULL;
	err_t e = user_find_social(rq, &account, &user_id);

	(void)x;
	return e ? e : person_load(rq, user_id, out);
}

/* As numbers are stored: digits alone. NULL: it is none. */
static const char *number_of(struct arena *a, const json_t *record)
{
	const char *said = info_text(record, "phone");
	char *digits = said ? arena_copy(a, said) : NULL;
	size_t n = 0;

	for (const char *c = said; c && *c; c++)
		if (*c >= '0' && *c <= '9')
			digits[n++] = *c;
	if (!n || *said != '+')
		return NULL;
	digits[n] = '\0';
	return form_fits(FORM_PHONE, digits) ? digits : NULL;
}

/*
 * The user who has the address, or else the number, that the provider vouches for. ERR_NOT_FOUND; `*by`: by which.
 */
static err_t find_related(struct request *rq, const struct experience *x, const json_t *record, struct identifier *by,
			  struct person *out)
{
	const struct identifier ways[] = {
		{ "email", info_text(record, "email") }, { "phone", number_of(rq->arena, record) }
	};
	err_t e = ERR_NOT_FOUND;

	for (size_t i = 0; e == ERR_NOT_FOUND && i < ARRAY_LEN(ways); i++)
		if (ways[i].value) {
			*by = ways[i];
			e = person_find(rq, by, experience_any_case(x), out);
		}
	return e;
}

/* One who has another account at the provider keeps it: only they may replace it. */
static err_t find_to_link(struct request *rq, const struct experience *x, const json_t *record, struct person *out)
{
	const char *target = json_string_value(json_object_get(record, "target"));
	struct identifier by;
	err_t e = find_related(rq, x, record, &by, out);

	return !e && json_object_get(out->identities, target) ? ERR_SOCIAL_IN_PROFILE : e;
}

/* Who has proven the address learns that there is an account with it. */
static err_t tell_related(struct request *rq, const struct experience *x, const json_t *record, const char **out)
{
	json_auto_t *hint = json_object();
	struct identifier by;
	struct person whose;
	err_t e = find_related(rq, x, record, &by, &whose);

	if (!e)
		json_object_set_new(
			hint, "relatedUser",
			json_pack("{s:s, s:s}", "type", by.type, "value", identifier_mask(rq->arena, &by)));
	*out = json_to_text(rq->arena, hint);
	return e == ERR_NOT_FOUND ? OK : e;
}

static void stage_face(const json_t *record, json_t *profile)
{
	tree_set_text(profile, "name", info_text(record, "name"));
	tree_set_text(profile, "avatar", info_text(record, "avatar"));
}

static void stage_account(const json_t *record, json_t *profile)
{
	json_object_set_new(profile, STAGED_SOCIAL,
			    json_pack("{s:O, s:s, s:O}", "target", json_object_get(record, "target"), "userId",
				      info_text(record, "id"), "details", json_object_get(record, INFO)));
}

static void stage(const json_t *record, json_t *profile)
{
	stage_face(record, profile);
	tree_set_text(profile, "primaryEmail", info_text(record, "email"));
	tree_set_text(profile, "primaryPhone", info_text(record, "phone"));
	stage_account(record, profile);
}

static err_t leave_out_one(struct request *rq, const struct experience *x, json_t *profile, const char *member,
			   const struct identifier *by)
{
	struct person other;
	err_t e = by->value ? person_find(rq, by, experience_any_case(x), &other) : ERR_NOT_FOUND;

	if (!by->value || !e)
		json_object_del(profile, member);
	return e == ERR_NOT_FOUND ? OK : e;
}

/* An address or a number of somebody else: the account does without. */
static err_t leave_out(struct request *rq, const struct experience *x, json_t *profile)
{
	const json_t *said = json_object_get(json_object_get(profile, STAGED_SOCIAL), "details");
	json_auto_t *record = json_pack("{s:O}", INFO, said);
	const struct identifier email = { "email", info_text(record, "email") };
	const struct identifier phone = { "phone", number_of(rq->arena, record) };
	err_t e = leave_out_one(rq, x, profile, "primaryEmail", &email);

	if (!e)
		e = leave_out_one(rq, x, profile, "primaryPhone", &phone);
	if (!e && json_object_get(profile, "primaryPhone"))
		tree_set_text(profile, "primaryPhone", phone.value);
	return e;
}

static void sync(const json_t *record, json_t *profile)
{
	if (json_is_true(json_object_get(record, "syncsProfile")))
		stage_face(record, profile);
	stage_account(record, profile);
}

static const char *email_of(const json_t *record)
{
	return info_text(record, "email");
}

static const char *const shown[] = { "connectorId", INFO, NULL };

RECORD_TYPE(social_record) = {
	.name = "Social", .shown = shown, .signs_in = true, .registers = true, .is_social = true,
	.find_user = find_user, .unknown = ERR_SOCIAL_USER_UNKNOWN, .hint = tell_related, .find_to_link = find_to_link,
	.stage = stage, .leave_out = leave_out, .exemption = "skipRequiredIdentifiers", .sync = sync,
	.email = email_of,
};

/* -- beginning -- */

static err_t keep_session(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);
	struct experience x;
	const char *id;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	id = record_put(rq, &x, &social_record,
			json_pack("{s:s, s:s, s:b, s:o}", "connectorId", w->connector.id, "target", w->social->target,
				  "verified", 0, "session", sso_session(rq)));
	experience_log(rq, &x, AUDIT_VERIFICATION_CREATE, social_record.name);
	e = experience_save(rq, &x);
	return e ? e : sso_verification_begun(rq, id);
}

static const struct step keep_session_step = { "keep a sign-in at a social provider", WRITE, keep_session };

static err_t begin(struct request *rq)
{
	struct experience x;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_CREATE, social_record.name);
	return social_begin(rq, path_arg(rq, "connectorId"), &keep_session_step);
}

static const struct step begin_step = { "begin a sign-in at a social provider", READ, begin };

/* -- the answer of the provider -- */

static err_t keep_proof(struct request *rq)
{
	struct experience x;
	json_t *record;
	err_t e = experience_load(rq, &x);

	if (!e)
		e = sso_verification_find(rq, &x, &social_record, &record);
	if (e)
		return e;
	return sso_verification_keep(rq, &x, &social_record, INFO, record, body_text(rq, "verificationId"));
}

static const struct step proof_step = { "keep who a social provider says it is", WRITE, keep_proof };

/* -- Google One Tap: the browser has got an ID token from Google's page itself -- */

#define CREDENTIAL_COOKIE "_logto_google_one_tap_credential"	/* set by an authorization request that brings one */
#define CSRF "g_csrf_token"					/* Google's own, in a cookie and in the form */

/*
 * Whether the browser that brings the token is the one that got it: by the cookie of our authorization endpoint, or by
 * that of Google's page where it says so. ERR_ONE_TAP_COOKIE, ERR_ONE_TAP_CSRF.
 */
static err_t check_browser(struct request *rq, const char *credential)
{
	const char *csrf = json_string_value(json_object_get(body_get(rq, "connectorData"), CSRF)), *own;
	struct params cookies;
	err_t e = cookies_parse(rq, &cookies);

	if (e)
		return e;
	own = params_get(&cookies, csrf ? CSRF : CREDENTIAL_COOKIE);
	if (own && *own && !strcmp(own, csrf ? csrf : credential))
		return OK;
	return csrf ? ERR_ONE_TAP_CSRF : ERR_ONE_TAP_COOKIE;
}

static err_t keep_one_tap(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);
	const char *id, *nonce = json_string_value(json_object_get(w->claims, "nonce"));
	struct experience x;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	if (!one_tap_nonce_fits(rq->arena, x.interaction.id, nonce))
		return err_set(sso_fault(rq, SSO_ID_TOKEN), "another sign-in has asked for the ID token");
	id = record_put(rq, &x, &social_record,
			json_pack("{s:s, s:s}", "connectorId", w->connector.id, "target", w->social->target));
	return sso_verification_keep(rq, &x, &social_record, INFO, record_find(&x, &social_record, id), id);
}

static const struct step one_tap_step = { "keep who Google says it is", WRITE, keep_one_tap };

static err_t take_credential(struct request *rq)
{
	const char *credential = json_string_value(json_object_get(body_get(rq, "connectorData"), "credential"));
	err_t e = credential ? check_browser(rq, credential) : ERR_PROOF_UNKNOWN;

	return e ? e : social_finish_by_credential(rq, path_arg(rq, "connectorId"), credential, &one_tap_step);
}

/* A step of its own, which is kept whatever becomes of the answer: nobody tries a second one. */
static err_t take_session(struct request *rq)
{
	struct experience x;
	json_t *record, *session;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_SUBMIT, social_record.name);
	if (!body_text(rq, "verificationId"))
		return take_credential(rq);
	e = sso_verification_find(rq, &x, &social_record, &record);
	if (e)
		return e;
	session = json_incref(json_object_get(record, "session"));
	json_object_del(record, "session");
	e = experience_save(rq, &x);
	if (e) {
		json_decref(session);
		return e;
	}
	return social_finish(rq, path_arg(rq, "connectorId"), session, body_get(rq, "connectorData"), &proof_step);
}

static const struct step take_step = { "take the session of a sign-in at a social provider", WRITE, take_session };

/* -- routes -- */

static const struct field begin_body[] = { SSO_BEGIN_FIELDS, FIELDS_END };

static const struct field verify_body[] = {
	{ "verificationId", .type = FIELD_TEXT, .max = 128,
	  .help = "Absent where connectorData has a credential of Google One Tap." },
	SSO_DATA_FIELD,
	FIELDS_END
};

#define BASE "/api/experience/verification/social/{connectorId}"

const struct route social_sign_in_routes[] = {
	{ POST, BASE "/authorization-uri", INTERACTION, .before = experience_require_begun, .first = &begin_step,
	  .body = begin_body, .status = 200, .refuses = 401, .reply = &sso_verification_begun_shape,
	  .operation = "CreateSocialVerification",
	  .summary = "Begin to sign in with an account at a social provider" },
	{ POST, BASE "/verify", INTERACTION, .before = experience_require_begun, .first = &take_step,
	  .body = verify_body, .status = 200, .refuses = 401, .reply = &verification_shape,
	  .operation = "VerifySocialVerification", .summary = "Prove who the social provider says it is" },
};
const size_t social_sign_in_route_count = ARRAY_LEN(social_sign_in_routes);
