/* Keeps the records of an experience, and knows their types. */
#include "signin/record.h"

#include <string.h>

#include "base/ids.h"
#include "base/banned.h"

extern const struct record_type email_code_record, new_identity_record, one_time_token_record, password_record;
extern const struct record_type phone_code_record, totp_record, backup_code_record, mfa_email_record, mfa_phone_record;
extern const struct record_type passkey_record, web_authn_record, sso_record, social_record;

/* Every type. */
static const struct record_type *const types[] = {
	&password_record,
	&new_identity_record,
	&email_code_record,
	&phone_code_record,
	&one_time_token_record,
	&sso_record,
	&social_record,
	&web_authn_record,
	&passkey_record,
	&totp_record,
	&backup_code_record,
	&mfa_email_record,
	&mfa_phone_record,
};

const char *const shown_identifier[] = { "identifier", "verified", NULL };

/* Of a record that a newer version of the program has made: it may do nothing. */
static const char *const nothing[] = { NULL };
static const struct record_type unknown = { .name = "", .shown = nothing };

static const char *member(const json_t *record, const char *name)
{
	return json_string_value(json_object_get(record, name));
}

const char *record_put(struct request *rq, struct experience *x, const struct record_type *type, json_t *members)
{
	const char *id = id_make(rq->arena, ID_LONG, ALPHABET_LOWER);
	size_t i = json_array_size(x->records);

	while (i-- > 0)
		if (record_type_of(json_array_get(x->records, i)) == type)
			json_array_remove(x->records, i);
	json_object_set_new(members, "id", json_string(id));
	json_object_set_new(members, "type", json_string(type->name));
	json_array_append_new(x->records, members);
	return id;
}

json_t *record_find(const struct experience *x, const struct record_type *type, const char *id)
{
	json_t *record;
	size_t i;

	json_array_foreach(x->records, i, record)
		if (id && !strcmp(member(record, "id"), id) && (!type || record_type_of(record) == type))
			return record;
	return NULL;
}

const struct record_type *record_type_of(const json_t *record)
{
	const char *name = member(record, "type");

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (!strcmp(types[i]->name, name))
			return types[i];
	return &unknown;
}

bool record_is_verified(const json_t *record)
{
	return json_is_true(json_object_get(record, "verified"));
}

struct identifier record_identifier(const json_t *record)
{
	const json_t *identifier = json_object_get(record, "identifier");

	return (struct identifier){ member(identifier, "type"), member(identifier, "value") };
}

const char *record_email(const json_t *record)
{
	const struct record_type *type = record_type_of(record);
	struct identifier by = record_identifier(record);

	if (type->email)
		return type->email(record);
	return by.type && !strcmp(by.type, "email") ? by.value : NULL;
}

bool record_has_invitation(const struct experience *x)
{
	const json_t *record;
	size_t i;

	json_array_foreach(x->records, i, record)
		if (record_type_of(record)->is_invitation && record_is_verified(record))
			return true;
	return false;
}

/* Whether the identified user is that of a verified record that counts. */
static err_t has_own(struct request *rq, const struct experience *x,
		     bool (*counts)(const struct experience *x, const struct record_type *type), bool *out)
{
	const json_t *record;
	struct person whose;
	err_t e = OK;
	size_t i;

	*out = false;
	json_array_foreach(x->records, i, record) {
		const struct record_type *type = record_type_of(record);

		if (e || !x->user_id || !counts(x, type) || !record_is_verified(record))
			continue;
		e = type->find_user(rq, x, record, &whose);
		*out = *out || (!e && !strcmp(whose.id, x->user_id));
		e = e == ERR_NOT_FOUND ? OK : e;
	}
	return e;
}

static bool suffices(const struct experience *x, const struct record_type *type)
{
	(void)x;
	return type->suffices;
}

err_t record_is_enough(struct request *rq, const struct experience *x, bool *out)
{
	return has_own(rq, x, suffices, out);
}

static bool exempts_profile(const struct experience *x, const struct record_type *type)
{
	return type->exemption && json_is_true(experience_rule(x, "socialSignIn", type->exemption));
}

err_t record_exempts(struct request *rq, const struct experience *x, bool *out)
{
	return has_own(rq, x, exempts_profile, out);
}

json_t *record_shown(const json_t *record)
{
	json_t *shown = json_object();

	json_object_set(shown, "id", json_object_get(record, "id"));
	json_object_set(shown, "type", json_object_get(record, "type"));
	for (const char *const *name = record_type_of(record)->shown; *name; name++)
		json_object_set(shown, *name, json_object_get(record, *name));
	return shown;
}

err_t record_find_by_identifier(struct request *rq, const struct experience *x, const json_t *record,
				struct person *out)
{
	struct identifier by = record_identifier(record);

	return person_find(rq, &by, experience_any_case(x), out);
}
