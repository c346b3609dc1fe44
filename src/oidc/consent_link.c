/*
 * A magic link that is opened by somebody who is signed in already (sign-in.md section 3.8): which page uses its
 * token. Nothing here uses it up.
 */
#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "directory/person.h"
#include "http/language.h"
#include "oidc/consent.h"
#include "oidc/words.h"
#include "signin/one_time_token.h"
#include "base/banned.h"

/* No token has more, nor its address; what is longer would only fill the address of a page. */
#define TOKEN_WIDTH 256
#define EMAIL_WIDTH 128

static bool is_link(const char *token, const char *email)
{
	return token && email && strlen(token) <= TOKEN_WIDTH && strlen(email) <= EMAIL_WIDTH;
}

/* Whether the person has proven this address on an earlier page of the same request. */
static bool has_proven(const struct interaction *i, const char *email)
{
	const json_t *login = json_object_get(i->request, "lastLogin"), *record;
	size_t at;

	json_array_foreach(json_object_get(login, "verificationRecords"), at, record) {
		const json_t *identifier = json_object_get(record, "identifier");
		const char *value = json_string_value(json_object_get(identifier, "value"));

		if (value && text_equal_nocase(value, email) && json_is_true(json_object_get(record, "verified")))
			return true;
	}
	return false;
}

/* Whether the link is for the person who is signed in, as far as their address tells. */
static err_t is_of_person(struct request *rq, const struct interaction *i, const char *email, bool *out)
{
	struct person person;
	err_t e = person_load(rq, consent_user(i), &person);

	*out = has_proven(i, email) || (!e && person.email && text_equal_nocase(person.email, email));
	return e == ERR_NOT_FOUND ? OK : e;
}

static bool login_is_asked(struct request *rq, const struct interaction *i)
{
	struct words prompts = words_of(rq->arena, interaction_param(i, "prompt"));

	return words_have(&prompts, "login");
}

/* Sends the browser to a page with two parameters at most, each a name and a value. */
static err_t send_to(struct request *rq, const char *page, const char *const (*params)[2], size_t n)
{
	struct buffer b;
	err_t e;

	buffer_init(&b, KIB(128));
	buffer_text(&b, page);
	for (size_t i = 0; i < n; i++) {
		buffer_texts(&b, i ? "&" : "?", params[i][0], "=");
		text_escape_form(&b, params[i][1]);
	}
	e = reply_redirect(rq, 302, arena_copy(rq->arena, buffer_str(&b)));
	buffer_done(&b);
	return e;
}

static err_t send_with_token(struct request *rq, const char *page, const char *email, const char *token)
{
	const char *const params[][2] = { { "login_hint", email }, { "one_time_token", token } };

	return send_to(rq, page, params, ARRAY_LEN(params));
}

/* Whether an error tells what is wrong with a token. */
static bool is_of_token(err_t e)
{
	return e == ERR_ONCE_UNKNOWN || e == ERR_ONCE_EMAIL || e == ERR_ONCE_EXPIRED || e == ERR_ONCE_CONSUMED ||
	       e == ERR_ONCE_REVOKED;
}

/* The token is for the person, or nobody minds: to the page that uses it, unless that was done. */
static err_t use_token(struct request *rq, const char *email, const char *token, bool is_own, bool *left)
{
	err_t e = one_time_token_check(rq, token, email, NULL, NULL);
	const char *params[1][2];

	if (e && !is_of_token(e))
		return e;
	err_clear();
	*left = e != ERR_ONCE_CONSUMED || !is_own;
	if (!*left)
		return OK;
	if (!e)
		return send_with_token(rq, "/one-time-token", email, token);
	params[0][0] = "errorMessage";
	params[0][1] = language_message(language_of(rq), e);
	return send_to(rq, "/one-time-token", params, 1);
}

err_t consent_follow_link(struct request *rq, const struct interaction *i, bool *left)
{
	const char *token = interaction_param(i, "one_time_token"), *email = interaction_param(i, "login_hint");
	bool is_own;
	err_t e;

	*left = false;
	if (!is_link(token, email) || !consent_is_asked(i))
		return OK;
	e = is_of_person(rq, i, email, &is_own);
	if (e)
		return e;
	*left = !is_own && !login_is_asked(rq, i);
	return *left ? send_with_token(rq, "/switch-account", email, token) :
		       use_token(rq, email, token, is_own, left);
}
