/* Foresees what a sign-in would come to. */
#include "sso/outcome.h"

#include <string.h>

#include "directory/person.h"
#include "directory/sso_identities.h"
#include "entity/tree.h"
#include "http/error.h"
#include "organizations/jit.h"
#include "sso/protocol.h"
#include "sso/sso.h"

#include "base/banned.h"

json_t *outcome_error(err_t e, const char *message, const char *detail)
{
	const char *code = err_row(e)->code;

	return json_pack("{s:s, s:s, s:s}", "code", code ? code : "", "message", message, "detail", detail);
}

/* By the account, which is theirs, or by the address that it proves. ERR_IDENTITY_IN_USE: it is somebody else's. */
static err_t find_action(struct request *rq, const struct person *p, const char **out)
{
	const struct sso_work *w = sso_work(rq);
	const struct sso_account account = {
		.issuer = w->issuer,
		.id = json_string_value(json_object_get(w->person, "id")),
		.names_itself = w->connector.provider->protocol->names_itself,
		.connector_id = w->connector.id,
	};
	bool is_new;
	err_t e = sso_account_foresee(rq, &account, p->id, &is_new);

	*out = !is_new ? OUTCOME_SIGN_IN : p->id ? OUTCOME_LINK : OUTCOME_REGISTER;
	return e == ERR_IDENTITY_IN_USE ? err_set(e, "the account is another person's") : e;
}

static void add_user(json_t *outcome, const struct person *p)
{
	json_t *user = json_pack("{s:s}", "id", p->id);

	tree_set_text(user, "name", p->name);
	tree_set_text(user, "username", p->username);
	tree_set_text(user, "primaryEmail", p->email);
	json_object_set_new(outcome, "user", user);
}

/* An account is admitted once, when it becomes the user's. */
static err_t add_organizations(struct request *rq, json_t *outcome, const char *user_id)
{
	const struct sso_work *w = sso_work(rq);
	const char *email = json_string_value(json_object_get(w->person, "email"));
	json_t *list = NULL;
	bool is_unproven = false;
	err_t e = jit_foresee_by_connector(rq, user_id, w->connector.id, email, &list, &is_unproven);

	json_object_set_new(outcome, "organizations", list);
	if (is_unproven)
		json_object_set_new(outcome, "hasUnprovenDomain", json_true());
	return e;
}

static json_t *refusal(struct request *rq, err_t e)
{
	json_t *out = json_pack("{s:s, s:o}", "action", OUTCOME_REFUSE, "error",
				outcome_error(e, error_message(rq, e), err_fault()->detail));

	err_clear();
	return tree_keep(rq, out);
}

err_t outcome_foresee(struct request *rq, json_t **out)
{
	struct person p = {0};
	const char *action;
	err_t e = sso_sign_in_foresee(rq, &p);

	if (!e)
		e = find_action(rq, &p, &action);
	if (e && err_row(e)->status < 500) {
		*out = refusal(rq, e);
		return OK;
	}
	if (e)
		return e;
	*out = tree_keep(rq, json_pack("{s:s}", "action", action));
	if (p.id)
		add_user(*out, &p);
	return !strcmp(action, OUTCOME_SIGN_IN) ? OK : add_organizations(rq, *out, p.id);
}

/* -- as the API says it -- */

const struct field outcome_error_members[] = {
	{ "code", .type = FIELD_TEXT, .flags = REQUIRED, .help = "As sign-ins have it; empty: none." },
	{ "message", .type = FIELD_TEXT, .flags = REQUIRED, .help = "What people would be told." },
	{ "detail", .type = FIELD_TEXT, .flags = REQUIRED, .help = "What exactly was refused, for administrators." },
	FIELDS_END
};

static const struct field user_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "name", .type = FIELD_TEXT },
	{ "username", .type = FIELD_TEXT },
	{ "primaryEmail", .type = FIELD_TEXT },
	FIELDS_END
};

static const struct field role_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};
static const struct field role_element = { .type = FIELD_STRUCT, .members = role_members };

static const struct field organization_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "isMember", .type = FIELD_BOOL, .flags = REQUIRED,
	  .help = "Already; the roles are given all the same." },
	{ "roles", .type = FIELD_LIST, .flags = REQUIRED, .element = &role_element },
	FIELDS_END
};
static const struct field organization_element = { .type = FIELD_STRUCT, .members = organization_members };

const struct field outcome_members[] = {
	{ "action", .type = FIELD_TEXT, .flags = REQUIRED,
	  .help = "SignIn: the account is the user's. Link: it becomes that of the user who has the address. Register:"
		  " a new user has it. Refuse: none of it." },
	{ "user", .type = FIELD_STRUCT, .members = user_members, .help = "Who would sign in; absent: a new one." },
	{ "organizations", .type = FIELD_LIST, .element = &organization_element,
	  .help = "Those that would admit the user, 50 at most; absent where the account is not new." },
	{ "hasUnprovenDomain", .type = FIELD_BOOL, .help = "Organizations admit nobody of a domain not proven." },
	{ "error", .type = FIELD_STRUCT, .members = outcome_error_members, .help = "Which rule refuses." },
	FIELDS_END
};
