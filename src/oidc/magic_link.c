/* Where a magic link leads when somebody is signed in already. */
#include "oidc/magic_link.h"

#include <string.h>

#include "base/text.h"
#include "http/error.h"
#include "oidc/consent.h"
#include "oidc/return_address.h"
#include "oidc/words.h"
#include "signin/one_time_token.h"
#include "store/store.h"
#include "base/banned.h"

#define VALUE_MOST 256	/* bytes of an address and of a token that a link of ours can have */

STATEMENT(magic_link_email, "SELECT primary_email FROM users WHERE tenant_id = $1 AND id = $2");

struct link {
	const char *token, *email;
};

static const char *short_param(const struct interaction *i, const char *name)
{
	const char *value = interaction_param(i, name);

	return value && strlen(value) <= VALUE_MOST ? value : NULL;
}

/* Whether the person has proven this address on an earlier page of the same request. */
static bool has_proven(const struct interaction *i, const char *email)
{
	const json_t *login = json_object_get(i->request, "lastLogin"), *record;
	size_t at;

	json_array_foreach(json_object_get(login, "verificationRecords"), at, record) {
		const char *value = json_string_value(json_object_get(json_object_get(record, "identifier"), "value"));

		if (value && text_equal_nocase(value, email) && json_is_true(json_object_get(record, "verified")))
			return true;
	}
	return false;
}

static err_t is_theirs(struct request *rq, const struct interaction *i, const char *email, bool *out)
{
	const char *theirs = NULL;
	err_t e = store_text(rq->tx, &magic_link_email, ARGS(T(consent_user(i))), rq->arena, &theirs);

	*out = has_proven(i, email) || (!e && theirs && text_equal_nocase(theirs, email));
	return e == ERR_NOT_FOUND ? OK : e;
}

/* The page has the address and the token in its query. */
static err_t show_page(struct request *rq, const char *page, const struct link *l)
{
	const struct param pairs[] = { { "login_hint", l->email }, { "one_time_token", l->token } };

	return reply_redirect(rq, 302, return_address(rq->arena, page, false, pairs, ARRAY_LEN(pairs)));
}

static err_t show_fault(struct request *rq, err_t fault)
{
	const struct param pairs[] = { { "errorMessage", error_message(rq, fault) } };

	err_clear();
	return reply_redirect(rq, 302, return_address(rq->arena, "/one-time-token", false, pairs, ARRAY_LEN(pairs)));
}

/* A token that is used up has done its part when the one who is here came by it. */
static err_t use_link(struct request *rq, const struct link *l, bool theirs, bool *left)
{
	err_t e = one_time_token_check(rq, l->token, l->email, NULL, NULL);

	*left = e != ERR_ONCE_CONSUMED || !theirs;
	if (!e)
		return show_page(rq, "/one-time-token", l);
	if (!one_time_token_is_refusal(e))
		return e;
	if (*left)
		return show_fault(rq, e);
	err_clear();
	return OK;
}

err_t magic_link_open(struct request *rq, const struct interaction *i, bool *left)
{
	const struct link l = { short_param(i, "one_time_token"), short_param(i, "login_hint") };
	struct words prompts = words_of(rq->arena, interaction_param(i, "prompt"));
	bool theirs;
	err_t e;

	*left = false;
	if (!l.token || !l.email || !consent_is_asked(i))
		return OK;
	e = is_theirs(rq, i, l.email, &theirs);
	if (e)
		return e;
	if (theirs || words_have(&prompts, "login"))
		return use_link(rq, &l, theirs, left);
	*left = true;
	return show_page(rq, "/switch-account", &l);
}
