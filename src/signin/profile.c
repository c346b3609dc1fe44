/*
 * What people add to their account while they sign in or register: it is staged, and submission stores it (sign-in.md
 * sections 4.1 and 4.2).
 */
#include "signin/profile.h"

#include <string.h>

#include "crypto/password.h"
#include "directory/user.h"
#include "entity/tree.h"
#include "signin/fulfilment.h"
#include "signin/mfa.h"
#include "signin/new_password.h"
#include "signin/record.h"
#include "signin/social_account.h"
#include "signin/sso_address.h"
#include "tenant/doors.h"
#include "tenant/experience.h"
#include "base/banned.h"

/* -- guards -- */

/*
 * Whether something may be staged now; `*person` has an id where somebody is identified. `early`: even before they
 * have proven a second factor.
 */
static err_t check_stage(struct request *rq, const struct experience *x, bool early, struct person *person)
{
	err_t e;

	*person = (struct person){0};
	if (x->purpose == FORGOTTEN_PASSWORD)
		return ERR_NOT_WHILE_FORGOTTEN;
	if (!x->user_id)
		return x->purpose == SIGN_IN ? ERR_IDENTIFIER_MISSING : OK;
	e = experience_find_person(rq, x, person);
	return e || early ? e : mfa_check_verified(rq, x, person);
}

err_t profile_check(struct request *rq, const struct experience *x, const struct person *person, const json_t *staged)
{
	err_t e = sso_address_check(rq, x, json_string_value(json_object_get(staged, "primaryEmail")));

	if (!e)
		e = fulfilment_check_policies(rq, x, staged);
	if (!e && person->id)
		e = fulfilment_check_new(staged, person);
	return e ? e : fulfilment_check_free(rq, x, staged, person->id);
}

static err_t keep(struct request *rq, struct experience *x)
{
	err_t e = experience_save(rq, x);

	return e ? e : reply_empty(rq, 204);
}

static err_t stage(struct request *rq, struct experience *x, const struct person *person, json_t *staged)
{
	err_t e = profile_check(rq, x, person, staged);

	if (e)
		return e;
	experience_stage(x, staged);
	return keep(rq, x);
}

/* -- by type -- */

static err_t stage_username(struct request *rq, struct experience *x, const struct person *person)
{
	json_auto_t *staged = json_pack("{s:O}", "username", body_get(rq, "value"));

	return stage(rq, x, person, staged);
}

/* A record whose identifier is of this kind. */
static err_t stage_proven(struct request *rq, struct experience *x, const struct person *person)
{
	const json_t *record = record_find(x, NULL, body_text(rq, "verificationId"));
	const char *type = record ? record_identifier(record).type : NULL;
	json_auto_t *staged = json_object();

	if (!type || strcmp(type, body_text(rq, "type")) != 0 || !record_type_of(record)->stage)
		return ERR_PROOF_UNKNOWN;
	if (!record_is_verified(record))
		return ERR_PROOF_FAILED;
	record_type_of(record)->stage(record, staged);
	return stage(rq, x, person, staged);
}

/* The account alone: what else its provider says of the person is for those who come by it. */
static err_t stage_social(struct request *rq, struct experience *x, const struct person *person)
{
	const json_t *record = record_find(x, NULL, body_text(rq, "verificationId"));
	json_auto_t *proven = json_object(), *staged = json_object();

	if (!record || !record_type_of(record)->is_social)
		return ERR_PROOF_UNKNOWN;
	if (!record_is_verified(record))
		return ERR_PROOF_FAILED;
	record_type_of(record)->stage(record, proven);
	json_object_set(staged, STAGED_SOCIAL, json_object_get(proven, STAGED_SOCIAL));
	return stage(rq, x, person, staged);
}

static err_t keep_password(struct request *rq)
{
	json_auto_t *staged = json_object();
	struct experience x;
	struct person person;
	err_t e = experience_load(rq, &x);

	if (!e)
		e = check_stage(rq, &x, false, &person);
	if (e)
		return e;
	user_set_password(staged, new_password(rq)->digest, PASSWORD_ALGORITHM);
	return stage(rq, &x, &person, staged);
}

static const struct step keep_password_step = { "stage a password", WRITE, keep_password };

static err_t stage_password(struct request *rq, struct experience *x, const struct person *person)
{
	if (person->digest)
		return ERR_PASSWORD_IN_PROFILE;
	return new_password_judge(rq, x, person, NULL, body_text(rq, "value"), &keep_password_step);
}

/* -- the tenant's own fields -- */

/* What a person may say of an account beside its profile. */
static const struct field account_members[] = {
	{ "name", .type = FIELD_TEXT, .max = 128 },
	{ "avatar", .type = FIELD_TEXT, .flags = EMPTY_OK, .max = 2048, .form = FORM_URL,
	  .check = user_avatar_fits },
	{ "profile", .type = FIELD_STRUCT, .members = profile_members },
	FIELDS_END
};

static bool has_member(const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (!strcmp(fields->name, name))
			return true;
	return false;
}

/* Puts each value in its place: the account, its profile, its custom data. */
static err_t place_values(const json_t *values, json_t *staged)
{
	json_t *profile = json_object_get(staged, "profile"), *custom = json_object_get(staged, "customData"), *value;
	const char *key;
	err_t e = OK;

	json_object_foreach((json_t *)(uintptr_t)values, key, value) {
		bool own = !strcmp(key, "name") || !strcmp(key, "avatar");

		e = e ? e : profile_field_check_conflict(key);
		json_object_set(own ? staged : has_member(profile_members, key) ? profile : custom, key, value);
	}
	return e;
}

/* Puts the values in their places, and checks those that are not the tenant's own. */
static err_t sort_values(struct request *rq, json_t *staged)
{
	json_auto_t *values = json_deep_copy(body_get(rq, "values"));	/* the check cuts down what it knows */
	json_auto_t *custom = NULL;
	err_t e = place_values(values, staged);

	custom = json_incref(json_object_get(staged, "customData"));
	if (!e)
		e = fields_check(rq->arena, account_members, CHECK_CREATE, staged, "body");
	json_object_set(staged, "customData", custom);
	return e;
}

/* What an earlier call staged is replaced. */
static err_t stage_fields(struct request *rq, struct experience *x, const struct person *person)
{
	static const char *const parts[] = { "name", "avatar", "profile", "customData" };
	json_auto_t *staged = json_pack("{s:{}, s:{}}", "profile", "customData");
	err_t e = sort_values(rq, staged);

	(void)person;
	if (e)
		return e;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		json_t *value = json_object_get(staged, parts[i]);

		json_object_del(x->profile, parts[i]);
		if (value && !(json_is_object(value) && json_object_size(value) == 0))
			json_object_set(x->profile, parts[i], value);
	}
	experience_set_member(x, "submitted", json_true());
	return keep(rq, x);
}

/* -- POST /profile -- */

static const char *const stage_types[] = { "username", "password", "email", "phone", "social", "extraProfile", NULL };
static const struct field username_fields[] = {
	{ "value", .type = FIELD_TEXT, .flags = REQUIRED, .max = 128, .form = FORM_USERNAME }, FIELDS_END
};
static const struct field password_fields[] = { NEW_PASSWORD_FIELD("value"), FIELDS_END };
static const struct field proven_fields[] = {
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
static const struct field extra_fields[] = { { "values", .type = FIELD_OBJECT, .flags = REQUIRED }, FIELDS_END };

static const struct stage_type {
	const char *name;
	const struct field *fields;	/* of the body beside `type` */
	err_t (*stage)(struct request *rq, struct experience *x, const struct person *person);
	bool early;			/* before a second factor is proven */
} types[] = {
	{ "username", username_fields, stage_username, false },
	{ "password", password_fields, stage_password, false },
	{ "email", proven_fields, stage_proven, false },
	{ "phone", proven_fields, stage_proven, false },
	{ "social", proven_fields, stage_social, true },
	{ "extraProfile", extra_fields, stage_fields, false },
};

static const struct stage_type *type_of_body(const struct request *rq)
{
	const struct stage_type *type = types;

	while (strcmp(type->name, body_text(rq, "type")) != 0)
		type++;
	return type;
}

static err_t post_profile(struct request *rq)
{
	const struct stage_type *type = type_of_body(rq);
	json_auto_t *rest = body_copy(rq);
	struct experience x;
	struct person person;
	err_t e = fields_check(rq->arena, type->fields, CHECK_CREATE, rest, "body");

	if (!e)
		e = experience_load(rq, &x);
	if (e)
		return e;
	experience_log(rq, &x, AUDIT_PROFILE_UPDATE, NULL);
	e = check_stage(rq, &x, type->early, &person);
	return e ? e : type->stage(rq, &x, &person);
}

/* -- PUT /profile/password -- */

static err_t check_reset(struct request *rq, struct experience *x, struct person *person)
{
	err_t e = experience_load(rq, x);

	if (e)
		return e;
	experience_log(rq, x, AUDIT_PROFILE_UPDATE, NULL);
	if (x->purpose != FORGOTTEN_PASSWORD)
		return ERR_ONLY_WHILE_FORGOTTEN;
	return experience_find_person(rq, x, person);
}

static err_t keep_reset(struct request *rq)
{
	struct experience x;
	struct person person;
	err_t e = check_reset(rq, &x, &person);

	if (e)
		return e;
	user_set_password(x.profile, new_password(rq)->digest, PASSWORD_ALGORITHM);
	return keep(rq, &x);
}

static const struct step keep_reset_step = { "stage a new password", WRITE, keep_reset };

static err_t begin_reset(struct request *rq)
{
	struct experience x;
	struct person person;
	err_t e = check_reset(rq, &x, &person);

	return e ? e : new_password_judge(rq, &x, &person, NULL, body_text(rq, "password"), &keep_reset_step);
}

static const struct step reset_step = { "check who gets a new password", READ, begin_reset };

/* -- routes -- */

static const struct field profile_body[] = {
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED | DISCRIMINATOR, .options = stage_types },
	{ "value", .type = FIELD_ANY, .help = "Of username and password." },
	{ "verificationId", .type = FIELD_ANY, .help = "Of email, phone and social." },
	{ "values", .type = FIELD_ANY, .help = "Of extraProfile: an object." },
	FIELDS_END
};

static const struct field reset_body[] = { NEW_PASSWORD_FIELD("password"), FIELDS_END };

#define BASE "/api/experience/profile"

const struct route profile_routes[] = {
	{ POST, BASE, INTERACTION, WRITE, .before = experience_require_begun, .body = profile_body,
	  .handler = post_profile, .status = 204, .operation = "AddUserProfile",
	  .summary = "Stage something for the account" },
	{ PUT, BASE "/password", INTERACTION, .before = experience_require_begun, .first = &reset_step,
	  .body = reset_body, .status = 204, .operation = "ResetUserPassword",
	  .summary = "Choose a password in place of one that was forgotten" },
};
const size_t profile_route_count = ARRAY_LEN(profile_routes);
