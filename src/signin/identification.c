/*
 * POST /identification: a record becomes the identified user, or a new one (sign-in.md sections 2.3 and 2.4).
 */
#include "signin/identification.h"

#include <string.h>

#include "signin/record.h"
#include "signin/registration.h"
#include "signin/sso_address.h"
#include "tenant/doors.h"
#include "base/banned.h"

/* -- guards of signing in and of a forgotten password -- */

/* The row of signIn.methods for a kind of identifier; NULL: there is none. */
static const json_t *method_of(const struct experience *x, const char *identifier)
{
	const json_t *row;
	size_t i;

	json_array_foreach(experience_rule(x, "signIn", "methods"), i, row)
		if (!strcmp(json_string_value(json_object_get(row, "identifier")), identifier))
			return row;
	return NULL;
}

static bool is_on(const json_t *setting)
{
	return json_is_true(setting) || json_is_true(json_object_get(setting, "enabled"));
}

static err_t check_method(const struct experience *x, const json_t *record)
{
	const struct record_type *type = record_type_of(record);
	struct identifier by = record_identifier(record);
	const json_t *row = by.type ? method_of(x, by.type) : NULL;

	if (!type->signs_in || (type->setting && !is_on(json_object_get(x->rules, type->setting))))
		return ERR_SIGN_IN_METHOD;
	return !type->method || json_is_true(json_object_get(row, type->method)) ? OK : ERR_SIGN_IN_METHOD;
}

/* The contract has another status for this than for calls that have no place in a forgotten password. */
static err_t refuse_reset(void)
{
	err_t e = err_set(ERR_NOT_WHILE_FORGOTTEN, "not a way to reset a password");

	err_fault()->status = 422;
	return e;
}

/* Null in the rules allows whatever can be sent. */
static err_t check_reset(const struct experience *x, const json_t *record)
{
	const json_t *allowed = json_object_get(x->rules, "forgotPasswordMethods"), *name;
	size_t i;

	if (!record_type_of(record)->resets_password)
		return refuse_reset();
	if (json_is_null(allowed))
		return OK;
	json_array_foreach(allowed, i, name)
		if (!strcmp(json_string_value(name), record_type_of(record)->name))
			return OK;
	return refuse_reset();
}

/* An invitation passes whatever the methods and the mode are. */
static err_t check_guards(struct request *rq, const struct experience *x, const json_t *record)
{
	err_t e;

	if (record_type_of(record)->is_invitation && record_is_verified(record))
		return OK;
	e = experience_check_mode(x, x->purpose);
	if (!e)
		e = x->purpose == FORGOTTEN_PASSWORD ? check_reset(x, record) : check_method(x, record);
	return e ? e : sso_address_check(rq, x, record_email(record));
}

/* -- whose record it is -- */

static err_t unknown_user(struct request *rq, const struct experience *x, const json_t *record)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const struct record_type *type = record_type_of(record);
	const char *hint = NULL;
	struct json_out j;
	err_t e = type->hint ? type->hint(rq, x, record, &hint) : OK;

	if (e)
		return e;
	if (type->unknown) {
		e = err_set(type->unknown, "nobody has the account of the record");
		err_fault()->data = hint;
		return e;
	}
	buffer_init(&b, KIB(16));
	json_out_init(&j, &b);
	json_open(&j);
	json_key_text(&j, "identifier", record_identifier(record).value);
	json_close(&j);
	e = err_set(ERR_USER_UNKNOWN, "nobody has the identifier of the record");
	err_fault()->data = arena_copy(rq->arena, buffer_str(&b));
	return e;
}

/* Finds the user of a verified record, who may sign in. */
static err_t find_user(struct request *rq, const struct experience *x, const json_t *record, struct person *out)
{
	const struct record_type *type = record_type_of(record);
	err_t e;

	if (!type->find_user || !record_is_verified(record))
		return ERR_PROOF_FAILED;
	e = type->find_user(rq, x, record, out);
	if (e == ERR_NOT_FOUND && type->find_to_link && json_is_true(body_get(rq, "linkSocialIdentity")))
		e = type->find_to_link(rq, x, record, out);
	if (e == ERR_NOT_FOUND)
		return unknown_user(rq, x, record);
	if (!e && type->guard)
		e = type->guard(rq, record);
	return !e && out->is_suspended ? ERR_USER_SUSPENDED : e;
}

static err_t identify(struct request *rq, struct experience *x, const json_t *record)
{
	const struct record_type *type = record_type_of(record);
	json_auto_t *synced = json_object();
	struct person person;
	err_t e = check_guards(rq, x, record);

	if (!e)
		e = find_user(rq, x, record, &person);
	if (!e && x->user_id && strcmp(x->user_id, person.id) != 0)
		e = ERR_IDENTITY_CONFLICT;
	if (e)
		return e;
	experience_set_user(x, person.id);
	if (type->sync && x->purpose == SIGN_IN)
		type->sync(record, synced);
	experience_stage(x, synced);
	experience_log(rq, x, AUDIT_IDENTIFIER_SUBMIT, NULL);
	e = experience_save(rq, x);
	return e ? e : reply_empty(rq, 204);
}

static err_t post_identification(struct request *rq)
{
	const char *id = body_text(rq, "verificationId");
	struct experience x;
	json_t *record;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_IDENTIFIER_SUBMIT, NULL);
	if (x.purpose == REGISTER)
		return registration_identify(rq, &x, id);
	if (!id)
		return err_set(ERR_INPUT, "no verificationId");
	record = record_find(&x, NULL, id);
	return record ? identify(rq, &x, record) : ERR_PROOF_UNKNOWN;
}

/* -- foreseeing -- */

err_t identification_foresee(struct request *rq, struct experience *x, const json_t *record, struct person *out)
{
	err_t e;

	x->purpose = SIGN_IN;
	e = check_guards(rq, x, record);
	if (!e)
		e = find_user(rq, x, record, out);
	if (!e || e != record_type_of(record)->unknown)
		return e;
	err_clear();
	*out = (struct person){ .id = NULL };
	x->purpose = REGISTER;
	return registration_foresee(rq, x, record);
}

/* -- routes -- */

static const struct field identification_body[] = {
	{ "verificationId", .type = FIELD_TEXT },
	{ "linkSocialIdentity", .type = FIELD_BOOL,
	  .help = "The account at a social provider becomes that of the user who has the address which it proves." },
	FIELDS_END
};

const struct route identification_routes[] = {
	{ POST, "/api/experience/identification", INTERACTION, WRITE, .before = experience_require_begun,
	  .body = identification_body, .handler = post_identification, .status = 204, .status_again = 201,
	  .operation = "IdentifyUser", .summary = "Make what was proven the user who signs in" },
};
const size_t identification_route_count = ARRAY_LEN(identification_routes);
