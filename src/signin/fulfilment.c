/* Compares what the tenant demands of an account with what there is. */
#include "signin/fulfilment.h"

#include <string.h>

#include "directory/user.h"
#include "signin/record.h"
#include "signin/social_account.h"
#include "signin/sso_account.h"
#include "store/store.h"
#include "tenant/experience.h"
#include "tenant/identifier_policy.h"
#include "base/banned.h"

/* What there is: staged, or with the user. */
struct possession {
	const struct experience *x;
	const struct person *person;	/* NULL: nobody yet */
};

static bool is_staged(const struct possession *p, const char *member)
{
	return json_object_get(p->x->profile, member) != NULL;
}

static bool has_username(const struct possession *p)
{
	return is_staged(p, "username") || (p->person && p->person->username);
}

static bool has_email(const struct possession *p)
{
	return is_staged(p, "primaryEmail") || (p->person && p->person->email);
}

static bool has_phone(const struct possession *p)
{
	return is_staged(p, "primaryPhone") || (p->person && p->person->phone);
}

static bool has_email_or_phone(const struct possession *p)
{
	return has_email(p) || has_phone(p);
}

/* Who comes by an account elsewhere needs no password. */
static bool has_password(const struct possession *p)
{
	return is_staged(p, "passwordDigest") || is_staged(p, STAGED_SOCIAL) || is_staged(p, STAGED_SSO) ||
	       (p->person && (p->person->digest || json_object_size(p->person->identities) > 0));
}

/* What may be demanded, by its name in the settings and in the answer. */
static const struct demand {
	const char *name;
	bool (*is_met)(const struct possession *p);
} demands[] = {
	{ "username", has_username },
	{ "email", has_email },
	{ "phone", has_phone },
	{ "emailOrPhone", has_email_or_phone },
	{ "password", has_password },
};

static void add_once(json_t *list, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (!strcmp(json_string_value(one), name))
			return;
	json_array_append_new(list, json_string(name));
}

static void demand(const struct possession *p, const char *name, json_t *missing)
{
	for (size_t i = 0; i < ARRAY_LEN(demands); i++)
		if (!strcmp(demands[i].name, name) && !demands[i].is_met(p))
			add_once(missing, name);
}

static bool lists(const json_t *list, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (!strcmp(json_string_value(one), name))
			return true;
	return false;
}

/* One of the primary identifiers is enough; a user name goes before the others. */
static void demand_primary(const struct possession *p, json_t *missing)
{
	const json_t *identifiers = experience_rule(p->x, "signUp", "identifiers");
	bool email = lists(identifiers, "email"), phone = lists(identifiers, "phone");

	if (lists(identifiers, "username"))
		demand(p, "username", missing);
	else if (email && phone)
		demand(p, "emailOrPhone", missing);
	else if (email || phone)
		demand(p, email ? "email" : "phone", missing);
}

static void demand_secondary(const struct possession *p, json_t *missing)
{
	const json_t *row;
	size_t i;

	json_array_foreach(experience_rule(p->x, "signUp", "secondaryIdentifiers"), i, row)
		demand(p, json_string_value(json_object_get(row, "identifier")), missing);
}

/* -- the profile fields of the tenant's own -- */

static bool is_filled(const json_t *value)
{
	return value && !json_is_null(value) && !(json_is_string(value) && !*json_string_value(value));
}

static bool is_profile_key(const char *name)
{
	for (const struct field *f = profile_members; f->name; f++)
		if (!strcmp(f->name, name))
			return true;
	return false;
}

/* Of the user: the value with which `staged` comes, or else the stored one. */
static bool is_given(const struct possession *p, const char *part, const char *name, const json_t *stored)
{
	return is_filled(json_object_get(json_object_get(p->x->profile, part), name)) ||
	       is_filled(json_object_get(stored, name));
}

/* The value of a plain field is in the account, in its profile or in its custom data, by its name. */
static bool has_value(const struct possession *p, const char *name)
{
	const struct person *person = p->person;

	if (!strcmp(name, "name"))
		return is_staged(p, "name") || (person && person->name);
	if (!strcmp(name, "avatar"))
		return is_staged(p, "avatar") || (person && person->avatar);
	if (is_profile_key(name))
		return is_given(p, "profile", name, person ? person->profile : NULL);
	return is_given(p, "customData", name, person ? person->custom_data : NULL);
}

/* A full name is asked for by its parts, which are members of the profile. */
static bool has_full_name(const struct possession *p, const json_t *field, bool required_only)
{
	const json_t *part;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(field, "config"), "parts"), i, part) {
		bool asked = json_is_true(json_object_get(part, "enabled")) &&
			     (!required_only || json_is_true(json_object_get(part, "required")));

		if (asked && !has_value(p, json_string_value(json_object_get(part, "name"))))
			return false;
	}
	return true;
}

static bool has_field(const struct possession *p, const json_t *field, bool required_only)
{
	if (!strcmp(json_string_value(json_object_get(field, "type")), "Fullname"))
		return has_full_name(p, field, required_only);
	return has_value(p, json_string_value(json_object_get(field, "name")));
}

/* Before the form was sent all fields count, afterwards those that are required. */
static err_t demand_fields(struct request *rq, const struct possession *p, json_t *missing)
{
	json_auto_t *all = NULL, *chosen = NULL;
	bool sent = json_is_true(experience_member(p->x, "submitted"));
	const json_t *field;
	size_t i;
	err_t e = profile_fields_read(rq->tx, json_object_get(p->x->rules, "signUpProfileFields"), &all, &chosen);

	if (e)
		return e;
	json_array_foreach(chosen, i, field)
		if ((!sent || json_is_true(json_object_get(field, "required"))) && !has_field(p, field, sent))
			add_once(missing, "extraProfile");
	return OK;
}

/* -- the check -- */

/* Of who comes by a social provider a tenant may demand no more: the account is staged, or is that of the user. */
static err_t is_exempt(struct request *rq, const struct experience *x, bool *out)
{
	*out = json_is_true(experience_rule(x, "socialSignIn", "skipRequiredIdentifiers")) &&
	       json_object_get(x->profile, STAGED_SOCIAL);
	return *out ? OK : record_exempts(rq, x, out);
}

err_t fulfilment_check(struct request *rq, const struct experience *x, const struct person *person)
{
	const struct possession p = { x, person };
	json_auto_t *missing = json_array();
	bool exempt;
	err_t e = is_exempt(rq, x, &exempt);

	if (e || exempt)
		return e;
	demand_primary(&p, missing);
	demand_secondary(&p, missing);
	if (json_is_true(experience_rule(x, "signUp", "password")))
		demand(&p, "password", missing);
	if (json_array_size(missing) == 0 && x->purpose == REGISTER)
		e = demand_fields(rq, &p, missing);
	if (e || json_array_size(missing) == 0)
		return e;
	e = err_set(ERR_PROFILE_MISSING, "%zu demands are not met", json_array_size(missing));
	err_fault()->data = arena_printf(rq->arena, "{\"missingProfile\":%s}", json_to_text(rq->arena, missing));
	return e;
}

err_t fulfilment_check_new(const json_t *staged, const struct person *person)
{
	if (person->username && json_object_get(staged, "username"))
		return ERR_USERNAME_IN_PROFILE;
	if (person->email && json_object_get(staged, "primaryEmail"))
		return ERR_EMAIL_IN_PROFILE;
	if (person->phone && json_object_get(staged, "primaryPhone"))
		return ERR_PHONE_IN_PROFILE;
	if (person->digest && json_object_get(staged, "passwordDigest"))
		return ERR_PASSWORD_IN_PROFILE;
	return social_account_check_new(staged, person);
}

err_t fulfilment_check_policies(struct request *rq, const struct experience *x, const json_t *staged)
{
	const char *email = json_string_value(json_object_get(staged, "primaryEmail"));
	const char *username = json_string_value(json_object_get(staged, "username"));
	err_t e = OK;

	if (email)
		e = email_check(rq->arena, json_object_get(x->rules, "emailBlocklistPolicy"), email);
	if (!e && username)
		e = username_check(rq->arena, json_object_get(x->rules, "usernamePolicy"), username);
	return e;
}

err_t fulfilment_check_free(struct request *rq, const struct experience *x, const json_t *staged, const char *user_id)
{
	const char *username = json_string_value(json_object_get(staged, "username"));
	struct identifier by = { "username", username };
	struct person other;
	err_t e = user_check_free(rq, staged, user_id ? user_id : "");

	if (!e)
		e = social_account_check_free(rq, staged, user_id);
	if (e || !username || !experience_any_case(x))
		return e;
	e = person_find(rq, &by, true, &other);
	if (e == ERR_NOT_FOUND)
		return OK;
	return !e && (!user_id || strcmp(other.id, user_id) != 0) ? ERR_USERNAME_IN_USE : e;
}
