/*
 * What submission asks of a person about second factors: to set one up, another one, or backup codes; and how it
 * stores what they did (sign-in.md sections 8.4, 8.5 and 2.5).
 */
#include <string.h>

#include "entity/deletion.h"
#include "signin/mfa_rules.h"
#include "signin/web_authn.h"
#include "store/store.h"
#include "base/banned.h"

/* -- organizations that require it -- */

STATEMENT(mfa_demand,
	  "SELECT 1 FROM organization_users m WHERE m.tenant_id = $1 AND m.user_id = $2 AND EXISTS (SELECT 1"
	  " FROM organizations o WHERE o.tenant_id = $1 AND o.id = m.organization_id AND o.is_mfa_required = 1"
	  " AND o.deleted_at IS NULL) LIMIT 1");

err_t mfa_read_demand(struct request *rq, const struct experience *x, bool *out)
{
	const char *policy = json_string_value(experience_rule(x, "mfa", "organizationRequiredMfaPolicy"));
	int64_t one;
	err_t e;

	*out = false;
	if (!policy || strcmp(policy, "Mandatory") != 0)
		return OK;
	e = store_int(rq->tx, &mfa_demand, ARGS(T(x->user_id)), &one);
	*out = !e;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* -- what the person has and has said, with what is staged -- */

struct enrolment {
	const struct experience *x;
	const struct person *person;
	const json_t *state;		/* what is staged */
	const char *email, *phone;
	bool is_demanded;		/* by an organization */
	bool has[FACTORS];		/* enabled ones */
};

static const char *staged_or(const struct experience *x, const char *member, const char *stored)
{
	const char *staged = json_string_value(json_object_get(x->profile, member));

	return staged ? staged : stored;
}

static bool is_said(const struct enrolment *n, const char *member)
{
	return json_is_true(json_object_get(n->state, member));
}

static bool has_address(const struct enrolment *n, enum factor_type type)
{
	return (type == FACTOR_EMAIL && n->email) || (type == FACTOR_PHONE && n->phone);
}

static err_t begin(struct request *rq, const struct experience *x, const struct person *person, struct enrolment *n)
{
	*n = (struct enrolment){
		.x = x, .person = person, .state = mfa_state(x),
		.email = staged_or(x, "primaryEmail", person->email),
		.phone = staged_or(x, "primaryPhone", person->phone),
	};
	for (enum factor_type type = 0; type < FACTORS; type++)
		n->has[type] = mfa_is_enabled(x, type) &&
			       (mfa_has_staged(n->x, type) || has_address(n, type) || mfa_has_stored(person, type));
	return mfa_read_demand(rq, x, &n->is_demanded);
}

/* Whether there is a factor that can stand alone. */
static bool has_main(const struct enrolment *n)
{
	for (enum factor_type type = 0; type < FACTORS; type++)
		if (n->has[type] && type != FACTOR_BACKUP_CODE)
			return true;
	return false;
}

static bool has_skipped(const struct enrolment *n)
{
	return !is_said(n, "mfaEnabled") && (is_said(n, "mfaSkipped") || mfa_setting(n->person, "mfa", "skipped"));
}

static bool waits_for_sign_in(const struct enrolment *n)
{
	static const char *const only_sign_in[] = { "PromptOnlyAtSignIn", "PromptOnlyAtSignInMandatory", NULL };

	return mfa_is_registering(n->x) && text_is_one_of(mfa_policy(n->x), only_sign_in);
}

static bool is_policy(const struct enrolment *n, const char *name)
{
	return !strcmp(mfa_policy(n->x), name);
}

/* -- refusals with data -- */

static void write_enabled(struct json_out *j, const struct experience *x)
{
	bool enabled[FACTORS];

	for (enum factor_type type = 0; type < FACTORS; type++)
		enabled[type] = type != FACTOR_BACKUP_CODE && mfa_is_enabled(x, type);
	mfa_write_available(j, enabled);
}

static err_t refuse_missing(struct request *rq, const struct enrolment *n)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;
	err_t e;

	buffer_init(&b, KIB(4));
	json_out_init(&j, &b);
	json_open(&j);
	write_enabled(&j, n->x);
	if (!mfa_is_mandatory(n->x) && !n->is_demanded)
		json_key_bool(&j, "skippable", true);
	json_close(&j);
	e = err_set(ERR_MFA_MISSING, "demanded by %s", n->is_demanded ? "an organization" : "the policy");
	err_fault()->data = arena_copy(rq->arena, buffer_str(&b));
	return e;
}

static err_t refuse_without_another(struct request *rq, const struct enrolment *n)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;
	err_t e;

	buffer_init(&b, KIB(16));
	json_out_init(&j, &b);
	json_open(&j);
	write_enabled(&j, n->x);
	mfa_write_masked(rq, &j, n->x, n->email, n->phone);
	if (n->has[FACTOR_WEB_AUTHN])
		json_key_bool(&j, "isWebAuthnUsedAsSignInPasskey", true);
	json_key_bool(&j, "skippable", true);
	json_key_bool(&j, "suggestion", true);
	json_close(&j);
	e = err_set(ERR_MFA_MORE, "what the person has signs them in, too");
	err_fault()->data = arena_copy(rq->arena, buffer_str(&b));
	return e;
}

/* -- the checks -- */

/* What was staged while the tenant still enabled it. A passkey signs people in, too. */
static err_t check_enabled(const struct enrolment *n)
{
	for (enum factor_type type = 0; type < FACTORS; type++) {
		bool allowed = type == FACTOR_WEB_AUTHN ? web_authn_is_enabled(n->x) : mfa_is_enabled(n->x, type);

		if (mfa_has_staged(n->x, type) && !allowed)
			return ERR_MFA_FACTOR;
	}
	return OK;
}

/* Who has never said that they want a second factor is asked, where they may say no. */
static err_t check_suggested(const struct enrolment *n)
{
	const json_t *enabled = json_object_get(json_object_get(n->person->config, "mfa"), "enabled");

	if (mfa_is_mandatory(n->x) || is_policy(n, "NoPrompt") || waits_for_sign_in(n) || has_skipped(n) ||
	    n->is_demanded || is_said(n, "mfaEnabled") || json_is_true(enabled))
		return OK;
	return !enabled && (has_main(n) || n->has[FACTOR_BACKUP_CODE]) ? OK : ERR_MFA_SUGGESTED;
}

/* Whether the person may do without any. */
static bool is_free(const struct enrolment *n)
{
	if (waits_for_sign_in(n))
		return true;
	return !n->is_demanded && (is_policy(n, "NoPrompt") || (!mfa_is_mandatory(n->x) && has_skipped(n)));
}

static bool signs_up_by(const struct experience *x, const char *identifier)
{
	const json_t *one;
	size_t i;

	json_array_foreach(experience_rule(x, "signUp", "identifiers"), i, one)
		if (!strcmp(json_string_value(one), identifier))
			return true;
	json_array_foreach(experience_rule(x, "signUp", "secondaryIdentifiers"), i, one) {
		const char *name = json_string_value(json_object_get(one, "identifier"));

		if (!strcmp(name, identifier) || !strcmp(name, "emailOrPhone"))
			return true;
	}
	return false;
}

/* Whether the factor is what the person registers or signs in with: whoever has that has no second thing to show. */
static bool signs_in_too(const struct enrolment *n, enum factor_type type)
{
	if (type == FACTOR_EMAIL)
		return signs_up_by(n->x, "email");
	if (type == FACTOR_PHONE)
		return signs_up_by(n->x, "phone");
	return type == FACTOR_WEB_AUTHN && passkey_signs_in(n->x);
}

static bool needs_another(const struct enrolment *n)
{
	bool is_more_possible = false;

	if (is_said(n, "additionalBindingSuggestionSkipped") ||
	    mfa_setting(n->person, "mfa", "additionalBindingSuggestionSkipped"))
		return false;
	for (enum factor_type type = 0; type < FACTORS; type++) {
		if (n->has[type] && !signs_in_too(n, type))
			return false;
		if (!n->has[type] && type != FACTOR_BACKUP_CODE && mfa_is_enabled(n->x, type))
			is_more_possible = true;
	}
	return is_more_possible;
}

err_t mfa_check_enrolment(struct request *rq, const struct experience *x, const struct person *person)
{
	struct enrolment n;
	err_t e = begin(rq, x, person, &n);

	if (!e)
		e = check_enabled(&n);
	if (e || json_array_size(experience_rule(x, "mfa", "factors")) == 0)
		return e;
	e = check_suggested(&n);
	if (e || is_free(&n))
		return e;
	if (!has_main(&n))
		return refuse_missing(rq, &n);
	if (needs_another(&n))
		return refuse_without_another(rq, &n);
	return mfa_is_enabled(x, FACTOR_BACKUP_CODE) && !n.has[FACTOR_BACKUP_CODE] ? ERR_BACKUP_CODES_NEEDED : OK;
}

/* -- storing -- */

/*
 * A passkey that came meanwhile is there once. A new set of backup codes takes the place of the old one; a second
 * authenticator app has no place.
 */
static err_t add_staged(json_t *list, json_t *state)
{
	json_t *totp = json_object_get(state, "totp"), *codes = json_object_get(state, "backupCode"), *passkey;
	size_t i;

	if (totp && factors_find(list, FACTOR_TOTP))
		return ERR_TOTP_IN_USE;
	if (totp)
		json_array_append(list, totp);
	json_array_foreach(json_object_get(state, "webAuthn"), i, passkey)
		if (!web_authn_find_id(list, json_string_value(json_object_get(passkey, "credentialId"))))
			json_array_append(list, passkey);
	if (codes) {
		factors_remove_type(list, FACTOR_BACKUP_CODE);
		json_array_append(list, codes);
	}
	return OK;
}

static err_t store_factors(struct request *rq, const struct experience *x, bool *changed)
{
	static const char *const members[] = { "totp", "webAuthn", "backupCode" };
	json_t *state = mfa_state(x), *list;
	err_t e;

	*changed = false;
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		*changed = *changed || json_object_get(state, members[i]);
	if (!*changed)
		return OK;
	e = factors_lock(rq, x->user_id, &list);
	if (!e)
		e = add_staged(list, state);
	if (!e)
		e = factors_save(rq, x->user_id, list);
	for (size_t i = 0; !e && i < ARRAY_LEN(members); i++)
		json_object_del(state, members[i]);
	return e;
}

/* A flag of the settings that was said; true where that is news. */
static bool set_flag(json_t *config, const char *member, bool value)
{
	json_t *mfa = json_object_get(config, "mfa"), *old;

	if (!json_is_object(mfa))
		json_object_set_new(config, "mfa", mfa = json_object());
	old = json_object_get(mfa, member);
	if (old && json_is_true(old) == value)
		return false;
	json_object_set_new(mfa, member, json_boolean(value));
	return true;
}

/* Who has a factor and was never asked wants it: that is recorded where the tenant asks for it. */
static bool is_wanted(const struct enrolment *n)
{
	const json_t *enabled = json_object_get(json_object_get(n->person->config, "mfa"), "enabled");

	if (is_said(n, "mfaEnabled"))
		return true;
	return !enabled && has_main(n) && !mfa_is_mandatory(n->x) && !is_policy(n, "NoPrompt") && !has_skipped(n);
}

/* The settings as they will be stored. */
static bool set_config(const struct enrolment *n, json_t *config)
{
	bool changed = false;

	if (is_wanted(n)) {
		changed = set_flag(config, "enabled", true);
		changed = (is_said(n, "mfaEnabled") && set_flag(config, "skipped", false)) || changed;
	}
	if (is_said(n, "mfaSkipped"))
		changed = set_flag(config, "skipped", true) || changed;
	if (is_said(n, "additionalBindingSuggestionSkipped"))
		changed = set_flag(config, "additionalBindingSuggestionSkipped", true) || changed;
	return changed;
}

err_t mfa_take_staged(struct request *rq, struct experience *x, const struct person *person, json_t *patch,
		      bool *changed)
{
	json_auto_t *config = json_deep_copy(person->config);
	struct enrolment n;
	err_t e = begin(rq, x, person, &n);

	if (!e && set_config(&n, config))
		json_object_set(patch, "logtoConfig", config);
	return e ? e : store_factors(rq, x, changed);
}
