/*
 * POST /identification of somebody who registers: what a record proves is staged, and once everything that the tenant
 * demands is there, it becomes a user (sign-in.md section 2.4).
 */
#include "signin/registration.h"

#include "directory/user.h"
#include "organizations/jit.h"
#include "organizations/organizations.h"
#include "signin/claim.h"
#include "signin/flow_event.h"
#include "signin/fulfilment.h"
#include "signin/record.h"
#include "signin/social_account.h"
#include "signin/sso_account.h"
#include "signin/sso_address.h"
#include "base/banned.h"

/* Members that are staged but are no fields of a user. */
static const char *const not_stored[] = { "jitOrganizationIds", STAGED_SSO, STAGED_SOCIAL, NULL };

/* Fills `staged` with what the record proves of somebody who may register by it. */
static err_t read_record(struct request *rq, const struct experience *x, const json_t *record, json_t *staged)
{
	err_t e = sso_address_check(rq, x, record_email(record));

	if (e)
		return e;
	if (!record_type_of(record)->registers || !record_is_verified(record))
		return ERR_PROOF_FAILED;
	record_type_of(record)->stage(record, staged);
	if (record_type_of(record)->leave_out)
		e = record_type_of(record)->leave_out(rq, x, staged);
	if (!e)
		e = fulfilment_check_policies(rq, x, staged);
	return e ? e : fulfilment_check_free(rq, x, staged, NULL);
}

static err_t stage_record(struct request *rq, struct experience *x, const char *id)
{
	const json_t *record = record_find(x, NULL, id);
	json_auto_t *staged = json_object();
	err_t e = record ? read_record(rq, x, record, staged) : ERR_PROOF_UNKNOWN;

	if (!e)
		experience_stage(x, staged);
	return e;
}

err_t registration_foresee(struct request *rq, const struct experience *x, const json_t *record)
{
	json_auto_t *staged = json_object();
	err_t e = read_record(rq, x, record, staged);

	return e ? e : experience_check_mode(x, REGISTER);
}

/* The interaction has its user already: nothing of the record is new, or it is for an account of its own. */
static err_t refuse_second(struct request *rq, const struct experience *x, const char *id)
{
	const json_t *record = id ? record_find(x, NULL, id) : NULL;
	json_auto_t *staged = json_object();
	struct person person;
	err_t e;

	if (id && !record)
		return ERR_PROOF_UNKNOWN;
	e = person_load(rq, x->user_id, &person);
	if (!e && record && record_type_of(record)->stage && record_is_verified(record)) {
		record_type_of(record)->stage(record, staged);
		e = fulfilment_check_new(staged, &person);
	}
	return e && e != ERR_NOT_FOUND ? e : ERR_IDENTITY_CONFLICT;
}

/* A tenant may demand nothing; without any of these nobody could ever sign in to the account. */
static bool has_identifier(const struct experience *x)
{
	static const char *const members[] = { "username", "primaryEmail", "primaryPhone", STAGED_SSO, STAGED_SOCIAL };

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (json_object_get(x->profile, members[i]))
			return true;
	return false;
}

static err_t check_demands(struct request *rq, const struct experience *x, bool *claims)
{
	err_t e = claim_check(rq, &x->interaction, claims);

	if (!e && !*claims)
		e = experience_check_mode(x, REGISTER);
	if (!e)
		e = experience_check_captcha(x);
	if (!e && !json_object_get(x->profile, STAGED_SSO))	/* of their organization nothing more is demanded */
		e = fulfilment_check(rq, x, NULL);
	return e || has_identifier(x) ? e : err_set(ERR_IDENTIFIER_MISSING, "nothing to sign in with is staged");
}

/* What an invitation names goes first. Who comes by their organization is admitted by its connector alone. */
static err_t join_organizations(struct request *rq, const struct experience *x, const char *user_id)
{
	const char *email = json_string_value(json_object_get(x->profile, "primaryEmail"));
	const json_t *account = json_object_get(x->profile, STAGED_SSO);
	err_t e = flow_event_set_scene(rq, &x->interaction, MEMBERSHIP_EVENT);

	if (!e && account)
		e = sso_account_settle(rq, account, user_id);
	if (!e)
		e = jit_admit_by_ids(rq, user_id, json_object_get(x->profile, "jitOrganizationIds"));
	return e || account || !email ? e : jit_admit_by_email(rq, user_id, email);
}

static err_t make_user(struct request *rq, struct experience *x, bool claims)
{
	json_auto_t *row = json_copy(x->profile);
	bool is_new = false;
	const char *id;
	err_t e;

	for (const char *const *name = not_stored; *name; name++)
		json_object_del(row, *name);
	json_object_set_new(row, "logtoConfig", json_pack("{s:{s:b}}", "mfa", "enabled", 0));
	e = user_register(rq, row);
	if (e)
		return e;
	id = json_string_value(json_object_get(row, "id"));
	e = social_account_settle(rq, x->profile, id, &is_new);
	if (!e)
		e = join_organizations(rq, x, id);
	if (!e && claims)
		e = claim_take(rq, id);
	if (!e)
		e = flow_event_of_user(rq, &x->interaction, "User.Created", id);
	if (e)
		return e;
	experience_set_user(x, id);
	experience_set_member(x, "registered", json_true());
	experience_clear_profile(x);
	experience_log(rq, x, AUDIT_IDENTIFIER_SUBMIT, NULL);
	e = experience_save(rq, x);
	return e ? e : reply_empty(rq, 201);
}

err_t registration_identify(struct request *rq, struct experience *x, const char *id)
{
	bool claims;
	err_t e;

	if (x->user_id)
		return refuse_second(rq, x, id);
	e = id ? stage_record(rq, x, id) : fulfilment_check_free(rq, x, x->profile, NULL);
	if (!e)
		e = experience_save(rq, x);
	if (e)
		return e;
	e = check_demands(rq, x, &claims);
	return e ? refuse_keeping(rq, e) : make_user(rq, x, claims);
}
