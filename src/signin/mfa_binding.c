/*
 * Second factors that a person sets up, and what they say about them: staged until submission (sign-in.md section
 * 4.3).
 */
#include <string.h>

#include "signin/mfa_rules.h"
#include "signin/record.h"
#include "tenant/doors.h"
#include "base/banned.h"

err_t mfa_begin_binding(struct request *rq, struct experience *x, struct person *person, const char *factor)
{
	err_t e = experience_load(rq, x);

	if (e)
		return e;
	experience_log(rq, x, factor ? AUDIT_BIND_MFA_SUBMIT : AUDIT_PROFILE_UPDATE, factor);
	if (x->purpose == FORGOTTEN_PASSWORD)
		return ERR_NOT_WHILE_FORGOTTEN;
	e = experience_find_person(rq, x, person);
	return e ? e : mfa_check_verified(rq, x, person);
}

/* -- setting up -- */

err_t mfa_bound(struct request *rq, struct experience *x)
{
	json_t *state = mfa_state(x);
	err_t e;

	json_object_set_new(state, "mfaEnabled", json_true());
	json_object_del(state, "mfaSkipped");
	e = experience_save(rq, x);
	return e ? e : reply_empty(rq, 204);
}

static err_t bind_factor(struct request *rq)
{
	const char *type = body_text(rq, "type"), *id = body_text(rq, "verificationId");
	const json_t *record;
	struct experience x;
	struct person person;
	err_t e = mfa_begin_binding(rq, &x, &person, type);

	if (e)
		return e;
	record = record_find(&x, NULL, id);
	if (!record || strcmp(record_type_of(record)->name, type) != 0 || !record_type_of(record)->bind)
		return ERR_PROOF_UNKNOWN;
	e = record_type_of(record)->bind(rq, &x, id);
	return e ? e : mfa_bound(rq, &x);
}

/* -- saying -- */

static err_t enable(struct request *rq)
{
	struct experience x;
	struct person person;
	err_t e = mfa_begin_binding(rq, &x, &person, NULL);

	return e ? e : mfa_bound(rq, &x);
}

static err_t say(struct request *rq, struct experience *x, const char *member)
{
	err_t e;

	json_object_set_new(mfa_state(x), member, json_true());
	e = experience_save(rq, x);
	return e ? e : reply_empty(rq, 204);
}

static err_t skip(struct request *rq)
{
	struct experience x;
	struct person person;
	bool demanded;
	err_t e = mfa_begin_binding(rq, &x, &person, NULL);

	if (!e)
		e = mfa_read_demand(rq, &x, &demanded);
	if (!e && (demanded || mfa_is_mandatory(&x)))
		e = ERR_MFA_NO_SKIP;
	if (e)
		return e;
	json_object_del(mfa_state(&x), "mfaEnabled");
	return say(rq, &x, "mfaSkipped");
}

static err_t skip_suggestion(struct request *rq)
{
	struct experience x;
	struct person person;
	err_t e = mfa_begin_binding(rq, &x, &person, NULL);

	return e ? e : say(rq, &x, "additionalBindingSuggestionSkipped");
}

/* -- routes -- */

static const struct field bind_body[] = {
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED, .options = factor_names },
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};

#define BASE "/api/experience/profile/mfa"

const struct route mfa_binding_routes[] = {
	{ POST, BASE, INTERACTION, WRITE, .before = experience_require_begun, .body = bind_body,
	  .handler = bind_factor, .status = 204, .operation = "BindMfaVerification",
	  .summary = "Set up a second factor that was proven" },
	{ POST, BASE "/mfa-enabled", INTERACTION, WRITE, .before = experience_require_begun, .handler = enable,
	  .status = 204, .operation = "MarkMfaEnabled", .summary = "Say that one wants second factors" },
	{ POST, BASE "/mfa-skipped", INTERACTION, WRITE, .before = experience_require_begun, .handler = skip,
	  .status = 204, .operation = "SkipMfaBindingFlow", .summary = "Say that one wants no second factor" },
	{ POST, BASE "/mfa-suggestion-skipped", INTERACTION, WRITE, .before = experience_require_begun,
	  .handler = skip_suggestion, .status = 204, .operation = "SkipMfaSuggestion",
	  .summary = "Say that one wants no other second factor" },
};
const size_t mfa_binding_route_count = ARRAY_LEN(mfa_binding_routes);
