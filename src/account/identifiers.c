/*
 * By what the owner of an account is known: the primary address, the primary number, accounts at social providers
 * (sign-in.md section 11). A new address must be proven; none is taken that is the last way to sign in. Nobody joins
 * an organization by an address that they choose here.
 */
#include <string.h>

#include "account/account.h"
#include "account/proof.h"
#include "directory/user.h"
#include "signin/fulfilment.h"
#include "tenant/doors.h"

#include "base/banned.h"

/* What a route sets or takes. */
struct primary {
	const char *body;		/* member of the body */
	const char *member;		/* of a user */
	const char *proof;		/* the type of the proof that it is the owner's */
	const char *what;		/* for the log */
	struct need need;
};

#define NEED(name) { .field = (name), .edits = true, .scope = (name), .proof = true }
static const struct primary email = { "email", "primaryEmail", PROOF_EMAIL, "PrimaryEmail", NEED("email") };
static const struct primary phone = { "phone", "primaryPhone", PROOF_PHONE, "PrimaryPhone", NEED("phone") };

static err_t begin(struct request *rq, const struct primary *p)
{
	account_log(rq, AUDIT_ACCOUNT_UPDATE, p->what);
	return account_check(rq, &p->need);
}

/* -- setting -- */

/* The proof that the body names, of the value that it wants to set. */
static err_t find_proof(struct request *rq, const struct primary *p, struct proof *out)
{
	const char *id = body_text(rq, "newIdentifierVerificationRecordId"), *value;
	err_t e = proof_find_verified(rq, id, p->proof, out);

	if (e)
		return e;
	value = json_string_value(json_object_get(json_object_get(out->details, "identifier"), "value"));
	return strcmp(value, body_text(rq, p->body)) ? err_set(ERR_PROOF_MISSING, "it is of another value") : OK;
}

/* Whether the tenant takes it, and nobody else has it. */
static err_t check_value(struct request *rq, const json_t *patch)
{
	struct experience x = {0};
	err_t e = experience_load_rules(rq, &x);

	if (!e)
		e = fulfilment_check_policies(rq, &x, patch);
	return e ? e : fulfilment_check_free(rq, &x, patch, rq->who.id);
}

static err_t set(struct request *rq, const struct primary *p)
{
	json_auto_t *patch = json_pack("{s:O}", p->member, body_get(rq, p->body));
	struct proof proof;
	err_t e = begin(rq, p);

	if (!e)
		e = find_proof(rq, p, &proof);
	if (!e)
		e = check_value(rq, patch);
	if (!e)
		e = proof_remove(rq, &proof);
	if (!e)
		e = user_complete(rq, rq->who.id, patch);
	return e ? e : account_changed(rq);
}

static err_t set_email(struct request *rq)
{
	return set(rq, &email);
}

static err_t set_phone(struct request *rq)
{
	return set(rq, &phone);
}

/* -- taking -- */

/* How many ways to sign in there are: names, addresses, accounts elsewhere. */
static size_t count_ways(const struct person *p)
{
	return (p->username != NULL) + (p->email != NULL) + (p->phone != NULL) + json_object_size(p->identities);
}

static err_t take(struct request *rq, const struct primary *p)
{
	json_auto_t *patch = json_pack("{s:n}", p->member);
	struct person owner;
	err_t e = begin(rq, p);

	if (!e)
		e = person_load(rq, rq->who.id, &owner);
	if (e)
		return e;
	if (!(p == &email ? owner.email : owner.phone))
		return reply_empty(rq, 204);
	if (count_ways(&owner) == 1)
		return ERR_LAST_IDENTIFIER;
	e = user_complete(rq, rq->who.id, patch);
	return e ? e : account_changed(rq);
}

static err_t take_email(struct request *rq)
{
	return take(rq, &email);
}

static err_t take_phone(struct request *rq)
{
	return take(rq, &phone);
}

static err_t unlink_identity(struct request *rq)
{
	static const struct need need = { .field = "social", .edits = true, .scope = "identities", .is_later = true,
					  .proof = true };
	const char *target = path_arg(rq, "target");
	struct person owner;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "Identities");
	e = account_check(rq, &need);
	if (!e)
		e = person_load(rq, rq->who.id, &owner);
	if (!e && json_object_get(owner.identities, target) && count_ways(&owner) == 1)
		e = ERR_LAST_IDENTIFIER;
	if (!e)
		e = user_unlink_identity(rq, rq->who.id, target);
	return e ? e : account_changed(rq);
}

/* -- routes -- */

#define NEW_PROOF \
	{ "newIdentifierVerificationRecordId", .type = FIELD_TEXT, .flags = REQUIRED, .max = 64, \
	  .help = "Of the verification by which it was proven." }

static const struct field email_body[] = {
	{ "email", .type = FIELD_TEXT, .flags = REQUIRED | STORED_MAX, .max = 128, .form = FORM_EMAIL }, NEW_PROOF,
	FIELDS_END
};
static const struct field phone_body[] = {
	{ "phone", .type = FIELD_TEXT, .flags = REQUIRED, .max = 128, .form = FORM_PHONE }, NEW_PROOF,
	FIELDS_END
};

#define BASE "/api/my-account"

const struct route account_identifier_routes[] = {
	{ POST, BASE "/primary-email", ACCOUNT, WRITE, .body = email_body, .handler = set_email, .status = 204,
	  .operation = "UpdateMyPrimaryEmail",
	  .summary = "Set your primary e-mail address to one that you have proven" },
	{ DELETE, BASE "/primary-email", ACCOUNT, WRITE, .handler = take_email, .status = 204,
	  .operation = "DeleteMyPrimaryEmail", .summary = "Take your primary e-mail address from your account" },
	{ POST, BASE "/primary-phone", ACCOUNT, WRITE, .body = phone_body, .handler = set_phone, .status = 204,
	  .operation = "UpdateMyPrimaryPhone",
	  .summary = "Set your primary phone number to one that you have proven" },
	{ DELETE, BASE "/primary-phone", ACCOUNT, WRITE, .handler = take_phone, .status = 204,
	  .operation = "DeleteMyPrimaryPhone", .summary = "Take your primary phone number from your account" },
	{ DELETE, BASE "/identities/{target}", ACCOUNT, WRITE, .handler = unlink_identity, .status = 204,
	  .operation = "DeleteMyIdentity", .summary = "Unlink your account at a social provider" },
};
const size_t account_identifier_route_count = ARRAY_LEN(account_identifier_routes);
