/*
 * How an authorization ends: the client gets a code or an error in a redirect or a form, or the browser gets a page or
 * JSON.
 */
#include <string.h>

#include "base/text.h"
#include "oidc/authorize.h"
#include "oidc/oauth.h"
#include "oidc/oidc.h"
#include "oidc/pages.h"
#include "oidc/return_address.h"
#include "tenant/tenant.h"
#include "base/banned.h"

/* -- redirects and forms -- */

static err_t answer_here(struct authorization *az, const char *state)
{
	err_clear();
	oauth_fail(az->failure.e, "%s", az->failure.description ? az->failure.description : "");
	if (az->failure.scope)
		err_arg(az->failure.e, "scope", az->failure.scope);
	err_fault()->status = 400;
	oidc_answer_error(az->rq, az->failure.e, state, az->rq->tenant->issuer);
	return OK;
}

/* Sends the pairs to the client; `status` is that of a form. */
static err_t send_pairs(struct authorization *az, const struct param *pairs, size_t n, int status)
{
	const char *address;

	if (az->mode == MODE_FORM_POST)
		return page_form_post(az->rq, status, az->redirect_uri, pairs, n);
	address = return_address(az->rq->arena, az->redirect_uri, az->mode == MODE_FRAGMENT, pairs, n);
	if (address)
		return reply_redirect(az->rq, 303, address);
	az->failure.e = ERR_OAUTH_REQUEST;
	az->failure.description = "the answer is too long for an address";
	return answer_here(az, NULL);
}

/* Adds what is there. */
static size_t add(struct param *pairs, size_t n, const char *name, const char *value)
{
	if (value && *value)
		pairs[n++] = (struct param){ name, value };
	return n;
}

err_t authorization_send_code(struct authorization *az, const char *code)
{
	struct param pairs[3];
	size_t n = add(pairs, 0, "code", code);

	n = add(pairs, n, "state", az->params[PARAM_STATE]);
	n = add(pairs, n, "iss", az->rq->tenant->issuer);
	return send_pairs(az, pairs, n, 200);
}

err_t authorization_send_failure(struct authorization *az)
{
	const char *error = err_row(az->failure.e)->code + strlen("oidc.");
	struct param pairs[5];
	size_t n;

	az->rq->reply.no_store = true;
	if (!az->redirect_uri)
		return answer_here(az, az->params[PARAM_STATE]);
	n = add(pairs, 0, "error", error);
	n = add(pairs, n, "error_description", az->failure.description);
	n = add(pairs, n, "scope", az->failure.scope);
	n = add(pairs, n, "state", az->params[PARAM_STATE]);
	n = add(pairs, n, "iss", az->rq->tenant->issuer);
	return send_pairs(az, pairs, n, 400);
}

/* -- errors -- */

/* Keeps the error of the thread, which the next step does not have any more. */
static void keep_failure(struct authorization *az, err_t e)
{
	const struct fault *f = err_fault();

	az->failure.e = e;
	az->failure.description = az->failure.scope = NULL;
	for (int i = 0; i < f->arg_count; i++) {
		const char *value = arena_copy(az->rq->arena, f->args[i].value);

		if (!strcmp(f->args[i].key, "description"))
			az->failure.description = value;
		else if (!strcmp(f->args[i].key, "scope"))
			az->failure.scope = value;
	}
}

static bool is_of_oauth(err_t e)
{
	return err_row(e)->code && text_has_prefix(err_row(e)->code, "oidc.") && e != ERR_OAUTH_ROUTE;
}

/* A browser's session lasts longer with each request, of whatever end. */
static err_t refuse_in_session(struct request *rq)
{
	struct authorization *az = authorization_of(rq);
	err_t e = session_open(rq, &az->session);

	if (!e && az->session.hash)
		e = session_save(rq, &az->session, false);
	return e ? e : authorization_send_failure(az);
}

static const struct step refuse_step = { "refuse an authorization request", WRITE, refuse_in_session };

err_t authorization_refuse(struct authorization *az, err_t e)
{
	if (!is_of_oauth(e))
		return e;
	keep_failure(az, e);
	if (az->client && !az->redirect_uri && !az->device) {
		err_clear();
		e = authorization_check_redirect_uri(az);
		if (e)
			keep_failure(az, e);
	}
	e = session_open(az->rq, &az->session);
	if (e)
		return e;
	return az->session.hash ? next(az->rq, &refuse_step) : authorization_send_failure(az);
}
