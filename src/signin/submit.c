/*
 * POST /submit: everything is checked once more, and written (sign-in.md section 2.5). Nothing is written when a check
 * fails, so that the page may mend it and submit again.
 */
#include <string.h>

#include "base/clock.h"
#include "directory/user.h"
#include "entity/tree.h"
#include "organizations/jit.h"
#include "organizations/organizations.h"
#include "signin/flow_event.h"
#include "signin/fulfilment.h"
#include "signin/mfa.h"
#include "signin/record.h"
#include "signin/risk.h"
#include "signin/social_account.h"
#include "signin/sso_account.h"
#include "signin/web_authn.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"
#include "base/banned.h"

/* Locks the user, who must be allowed in. */
static err_t load_user(struct request *rq, const struct experience *x, struct person *person)
{
	err_t e = experience_find_person(rq, x, person);

	return !e && person->is_suspended ? ERR_USER_SUSPENDED : e;
}

/* -- a forgotten password -- */

/* The interaction is empty afterwards: the person signs in with the new password. */
static err_t submit_reset(struct request *rq, struct experience *x)
{
	json_auto_t *patch = json_copy(x->profile);
	struct person person;
	err_t e = load_user(rq, x, &person);

	if (!e && !json_object_get(patch, "passwordDigest"))
		e = ERR_NEW_PASSWORD_MISSING;
	if (!e)
		e = user_complete(rq, x->user_id, patch);
	if (!e)
		e = flow_event_of_user(rq, &x->interaction, "User.Data.Updated", x->user_id);
	if (!e)
		e = flow_event_of_interaction(rq, &x->interaction, "PostResetPassword", x->user_id, "");
	if (e)
		return e;
	x->interaction.experience = NULL;
	e = experience_save(rq, x);
	return e ? e : reply_empty(rq, 204);
}

/* -- signing in and registering -- */

/* What the tenant demands of an account, unless the person has come by their organization, which vouches for them. */
static err_t check_demands(struct request *rq, const struct experience *x, const struct person *person)
{
	bool enough;
	err_t e = record_is_enough(rq, x, &enough);

	if (e || enough)
		return e;
	e = fulfilment_check(rq, x, person);
	if (!e)
		e = passkey_check_preferred(x, person);
	return e ? e : mfa_check_enrolment(rq, x, person);
}

/* A sign-in that is refused because it is unlike those before is an event. */
static err_t check_factor(struct request *rq, const struct experience *x, const struct person *person)
{
	err_t e = mfa_check_verified(rq, x, person), noted;

	if (e != ERR_MFA_REQUIRED)
		return e;
	noted = risk_note_refusal(rq, x);
	return noted ? noted : refuse_keeping(rq, e);
}

/* Lays a staged object over the stored one. */
static void lay_over(json_t *patch, const char *member, const json_t *stored)
{
	json_t *staged = json_object_get(patch, member), *whole;

	if (!staged)
		return;
	whole = json_deep_copy(stored);
	json_object_update(whole, staged);
	json_object_set_new(patch, member, whole);
}

/* `*changed`: the account has something else than the time of the sign-in. */
static err_t complete_user(struct request *rq, struct experience *x, const struct person *person, bool *changed)
{
	json_auto_t *patch = json_copy(x->profile);
	err_t e = mfa_take_staged(rq, x, person, patch, changed);

	if (e)
		return e;
	json_object_del(patch, "jitOrganizationIds");
	json_object_del(patch, STAGED_SOCIAL);
	lay_over(patch, "profile", person->profile);
	lay_over(patch, "customData", person->custom_data);
	*changed = *changed || json_object_size(patch) > 0;
	json_object_set_new(patch, "lastSignInAt", json_integer(clock_ms()));
	passkey_take_skipped(x, person, patch);
	e = user_complete(rq, x->user_id, patch);
	return e ? e : social_account_settle(rq, x->profile, x->user_id, changed);
}

/* The account by which the user has come becomes theirs, or is brought up to date. */
static err_t settle_account(struct request *rq, const struct experience *x, const json_t *record)
{
	json_auto_t *account = record_type_of(record)->account(record);

	return account ? sso_account_settle(rq, account, x->user_id) : OK;
}

/*
 * Gives the user what a record brings that is theirs: an account elsewhere, organizations. What was sent to another
 * address does not count.
 */
static err_t join_by_record(struct request *rq, const struct experience *x, const json_t *record)
{
	const struct record_type *type = record_type_of(record);
	struct person whose;
	err_t e;

	if ((!type->organizations && !type->account) || !record_is_verified(record))
		return OK;
	e = type->find_user(rq, x, record, &whose);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	if (strcmp(whose.id, x->user_id) != 0)
		return OK;
	if (type->account)
		e = settle_account(rq, x, record);
	return e || !type->organizations ? e : jit_admit_by_ids(rq, x->user_id, type->organizations(record));
}

/* The organizations that an invitation names. */
static err_t join_organizations(struct request *rq, const struct experience *x)
{
	const json_t *record;
	size_t i;
	err_t e = flow_event_set_scene(rq, &x->interaction, MEMBERSHIP_EVENT);

	json_array_foreach(x->records, i, record)
		if (!e)
			e = join_by_record(rq, x, record);
	return e;
}

static err_t note_login(struct request *rq, const struct experience *x, bool changed)
{
	const char *event = x->purpose == REGISTER ? "PostRegister" : "PostSignIn";
	err_t e = OK;

	if (changed)
		e = flow_event_of_user(rq, &x->interaction, "User.Data.Updated", x->user_id);
	return e ? e : flow_event_of_interaction(rq, &x->interaction, event, x->user_id, "");
}

/* What the provider and the session take from it (signin/interaction.h). */
static void write_login(struct request *rq, struct experience *x)
{
	x->interaction.login = tree_keep(
		rq, json_pack("{s:s, s:I, s:s, s:s, s:o, s:O}", "accountId", x->user_id, "ts", (json_int_t)clock_s(),
			      "interactionEvent", purposes[x->purpose], "userId", x->user_id, "verificationRecords",
			      experience_shown_records(x), "signInContext", experience_member(x, "signInContext")));
}

/* The page goes on where the authorization request waits. */
static err_t reply_redirect_to(struct request *rq, const struct experience *x)
{
	const char *path = json_string_value(json_object_get(x->interaction.request, "returnTo"));
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_text(&j, "redirectTo", arena_printf(rq->arena, "%s%s", rq->tenant->endpoint, path));
	json_close(&j);
	return OK;
}

static err_t submit_login(struct request *rq, struct experience *x)
{
	struct person person;
	bool changed = false;
	err_t e = load_user(rq, x, &person);

	if (!e)
		e = check_factor(rq, x, &person);
	if (!e)
		e = fulfilment_check_free(rq, x, x->profile, x->user_id);
	if (!e)
		e = check_demands(rq, x, &person);
	if (!e)
		e = risk_note_sign_in(rq, x);
	if (!e)
		e = complete_user(rq, x, &person, &changed);
	if (!e)
		e = join_organizations(rq, x);
	if (!e)
		e = note_login(rq, x, changed);
	if (e)
		return e;
	experience_clear_profile(x);
	write_login(rq, x);
	e = experience_save(rq, x);
	return e ? e : reply_redirect_to(rq, x);
}

static err_t post_submit(struct request *rq)
{
	struct experience x;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_EVENT_SUBMIT, NULL);
	e = experience_check_captcha(&x);
	if (!e && !x.user_id)
		e = ERR_IDENTIFIER_MISSING;
	if (e)
		return e;
	return x.purpose == FORGOTTEN_PASSWORD ? submit_reset(rq, &x) : submit_login(rq, &x);
}

/* -- routes -- */

static const struct field submit_members[] = {
	{ "redirectTo", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
static const struct shape submit_shape = { .fields = submit_members };

const struct route submit_routes[] = {
	{ POST, "/api/experience/submit", INTERACTION, WRITE, .before = experience_require_begun,
	  .handler = post_submit, .status = 200, .status_again = 204, .reply = &submit_shape,
	  .operation = "SubmitInteraction", .summary = "Finish, and learn where the browser goes on" },
};
const size_t submit_route_count = ARRAY_LEN(submit_routes);
