/* What second factors a person has, and whether they have proven one in this interaction. */
#include "signin/mfa.h"

#include <string.h>

#include "entity/tree.h"
#include "signin/mfa_rules.h"
#include "signin/record.h"
#include "signin/risk.h"
#include "signin/sent_code.h"
#include "base/banned.h"

/* -- the state -- */

json_t *mfa_state(const struct experience *x)
{
	return experience_member(x, "mfa");
}

bool mfa_is_registering(const struct experience *x)
{
	return x->purpose == REGISTER && json_is_true(experience_member(x, "registered"));
}

json_t *mfa_shown(const struct experience *x)
{
	static const char *const whole[] = { "mfaEnabled", "mfaSkipped", "passkeySkipped", "webAuthn" };
	static const char *const types[] = { "totp", "backupCode" };
	const json_t *state = mfa_state(x);
	json_t *shown = json_object();

	for (size_t i = 0; i < ARRAY_LEN(whole); i++)
		if (json_object_get(state, whole[i]))
			json_object_set(shown, whole[i], json_object_get(state, whole[i]));
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		json_t *type = json_object_get(json_object_get(state, types[i]), "type");

		if (type)
			json_object_set_new(shown, types[i], json_pack("{s:O}", "type", type));
	}
	return shown;
}

bool mfa_has_staged(const struct experience *x, enum factor_type type)
{
	static const char *const members[FACTORS] = { [FACTOR_TOTP] = "totp", [FACTOR_BACKUP_CODE] = "backupCode" };

	if (type == FACTOR_WEB_AUTHN)
		return json_array_size(json_object_get(mfa_state(x), "webAuthn")) > 0;
	return members[type] && json_object_get(mfa_state(x), members[type]);
}

/* -- proving one -- */

err_t mfa_begin_verification(struct request *rq, struct experience *x, enum audit_key key,
			     const struct record_type *type, struct person *person)
{
	err_t e = experience_load(rq, x);

	if (e)
		return e;
	experience_log(rq, x, key, type->name);
	if (person)
		return experience_find_person(rq, x, person);
	return x->user_id ? OK : ERR_IDENTIFIER_MISSING;
}

err_t mfa_keep_proof(struct request *rq, struct experience *x, const json_t *list, const struct record_type *type,
		     json_t *members)
{
	const char *id = record_put(rq, x, type, members);
	err_t e = factors_save(rq, x->user_id, list);

	if (!e)
		e = experience_save(rq, x);
	return e ? e : reply_verification(rq, id);
}

/* -- the rules of the tenant -- */

/* In the order in which answers name them: the safest first, what can be used up last. */
const enum factor_type mfa_order[FACTORS] = {
	FACTOR_WEB_AUTHN, FACTOR_TOTP, FACTOR_PHONE, FACTOR_EMAIL, FACTOR_BACKUP_CODE
};

bool mfa_is_enabled(const struct experience *x, enum factor_type type)
{
	const json_t *name;
	size_t i;

	json_array_foreach(experience_rule(x, "mfa", "factors"), i, name)
		if (!strcmp(json_string_value(name), factor_names[type]))
			return true;
	return false;
}

bool mfa_is_mandatory(const struct experience *x)
{
	static const char *const mandatory[] = { "Mandatory", "PromptAtSignInAndSignUpMandatory",
						 "PromptOnlyAtSignInMandatory", NULL };

	return text_is_one_of(mfa_policy(x), mandatory);
}

const char *mfa_policy(const struct experience *x)
{
	return json_string_value(experience_rule(x, "mfa", "policy"));
}

bool mfa_setting(const struct person *person, const char *part, const char *member)
{
	return json_is_true(json_object_get(json_object_get(person->config, part), member));
}

/* -- what the person has -- */

bool mfa_has_stored(const struct person *person, enum factor_type type)
{
	const json_t *factor;
	size_t i;

	json_array_foreach(person->factors, i, factor)
		if (factor_type_of(factor) == type && factor_is_usable(factor))
			return true;
	return false;
}

bool mfa_has(const struct experience *x, const struct person *person, enum factor_type type)
{
	if (!mfa_is_enabled(x, type))
		return false;
	if (type == FACTOR_EMAIL)
		return person->email != NULL;
	return type == FACTOR_PHONE ? person->phone != NULL : mfa_has_stored(person, type);
}

/* -- data of refusals -- */

/* ada.lovelace@a.example as ada.****@a.example; of four characters before the @ and fewer nothing is shown. */
static const char *mask_email(struct arena *a, const char *email)
{
	const char *at = strrchr(email, '@');
	size_t shown = 0;

	for (int n = 0; n < 4 && email + shown < at; n++)
		shown += text_char_len(email + shown, (size_t)(at - email) - shown);
	if (email + shown >= at)
		shown = 0;
	return arena_printf(a, "%.*s****%s", (int)shown, email, at);
}

static const char *mask_phone(struct arena *a, const char *phone)
{
	size_t len = strlen(phone);

	return arena_printf(a, "****%s", len > 4 ? phone + len - 4 : phone);
}

const char *identifier_mask(struct arena *a, const struct identifier *by)
{
	return identifier_is_email(by) ? mask_email(a, by->value) : mask_phone(a, by->value);
}

void mfa_write_available(struct json_out *j, const bool are[FACTORS])
{
	json_key(j, "availableFactors");
	json_list(j);
	for (size_t i = 0; i < FACTORS; i++)
		if (are[mfa_order[i]])
			json_text(j, factor_names[mfa_order[i]]);
	json_list_end(j);
}

void mfa_write_masked(struct request *rq, struct json_out *j, const struct experience *x, const char *email,
		      const char *phone)
{
	json_key(j, "maskedIdentifiers");
	json_open(j);
	if (email && mfa_is_enabled(x, FACTOR_EMAIL))
		json_key_text(j, factor_names[FACTOR_EMAIL], mask_email(rq->arena, email));
	if (phone && mfa_is_enabled(x, FACTOR_PHONE))
		json_key_text(j, factor_names[FACTOR_PHONE], mask_phone(rq->arena, phone));
	json_close(j);
}

/* -- whether one was proven -- */

static bool is_same_text(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* A code that was sent to an address which the person has changed since proves nothing. */
static bool is_of_present_address(const json_t *record, const struct person *person)
{
	struct identifier by = record_identifier(record);

	return !by.type || is_same_text(by.value, strcmp(by.type, "email") ? person->phone : person->email);
}

/*
 * Whether the record proves a factor that the person has. A set of backup codes whose last one was the proof is used
 * up by now, and counts all the same.
 */
static bool is_proof(const struct experience *x, const struct person *person, const json_t *record)
{
	const struct record_type *type = record_type_of(record);
	enum factor_type factor = factor_type_named(type->factor);

	if (factor == FACTORS || !record_is_verified(record) || (type->is_new && type->is_new(record)) ||
	    !is_same_text(json_string_value(json_object_get(record, "userId")), person->id))
		return false;
	if (factor == FACTOR_BACKUP_CODE)
		return mfa_is_enabled(x, factor) && factors_find(person->factors, factor);
	return mfa_has(x, person, factor) && is_of_present_address(record, person);
}

/* Whether the person has come by a proof that needs no second one. */
static err_t find_exempting(struct request *rq, const struct experience *x, const json_t *record, bool *out)
{
	const struct record_type *type = record_type_of(record);
	struct person whose;
	err_t e;

	if (!type->exempts || !type->find_user || !record_is_verified(record))
		return OK;
	e = type->find_user(rq, x, record, &whose);
	if (!e)
		*out = *out || !strcmp(whose.id, x->user_id);
	return e == ERR_NOT_FOUND ? OK : e;
}

static err_t has_proof(struct request *rq, const struct experience *x, const struct person *person, bool *out)
{
	const json_t *record;
	size_t i;
	err_t e = OK;

	*out = false;
	json_array_foreach(x->records, i, record) {
		*out = *out || is_proof(x, person, record);
		e = e ? e : find_exempting(rq, x, record, out);
	}
	return e;
}

static bool has_any(const struct experience *x, const struct person *person)
{
	for (enum factor_type type = 0; type < FACTORS; type++)
		if (mfa_has(x, person, type))
			return true;
	return false;
}

/* Where people may do without, who has never wanted a second factor or wants none at sign-in is not asked. */
static bool does_without(const struct experience *x, const struct person *person)
{
	const json_t *mfa = json_object_get(person->config, "mfa");

	return !mfa_is_mandatory(x) && (json_is_false(json_object_get(mfa, "enabled")) ||
					json_is_true(json_object_get(mfa, "skipMfaOnSignIn")));
}

/* Whether submission has let the person in already; it may be repeated until the request is resumed. */
static bool is_let_in(const struct experience *x)
{
	return is_same_text(json_string_value(json_object_get(x->interaction.login, "accountId")), x->user_id);
}

static err_t is_required(struct request *rq, const struct experience *x, const struct person *person, bool *out)
{
	json_t *rules;
	err_t e;

	*out = !mfa_is_registering(x) && !is_let_in(x) && has_any(x, person) && !does_without(x, person);
	if (!*out || !risk_is_asked(x))
		return OK;
	e = risk_judge(rq, x, &rules);
	*out = json_array_size(rules) > 0;
	return e;
}

static err_t refuse_unproven(struct request *rq, const struct experience *x, const struct person *person)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	bool has[FACTORS];
	struct json_out j;
	err_t e;

	for (enum factor_type type = 0; type < FACTORS; type++)
		has[type] = mfa_has(x, person, type);
	buffer_init(&b, KIB(16));
	json_out_init(&j, &b);
	json_open(&j);
	mfa_write_available(&j, has);
	mfa_write_masked(rq, &j, x, person->email, person->phone);
	json_close(&j);
	e = err_set(ERR_MFA_REQUIRED, "no second factor was proven in this interaction");
	err_fault()->data = arena_copy(rq->arena, buffer_str(&b));
	return e;
}

err_t mfa_check_verified(struct request *rq, const struct experience *x, const struct person *person)
{
	bool required, proven;
	err_t e = is_required(rq, x, person, &required);

	if (e || !required)
		return e;
	e = has_proof(rq, x, person, &proven);
	return e || proven ? e : refuse_unproven(rq, x, person);
}
