/*
 * The rules of /oidc (oidc.md section 1): errors as RFC 6749 writes them, bodies that the endpoints read, and
 * the answer to paths that are not an endpoint.
 */
#include "oidc/oidc.h"

#include <string.h>

#include "base/text.h"
#include "http/accept.h"
#include "http/error.h"
#include "http/mount.h"
#include "oidc/oauth.h"
#include "oidc/pages.h"
#include "signin/page.h"
#include "base/banned.h"

#define CODE "oidc."	/* before the error's name in the public code */

/* -- errors -- */

/* The first two never tell the reason (oidc.md section 1.2), which would help a client that guesses. */
static const char *describe(const char *error)
{
	if (strcmp(error, "invalid_grant") == 0)
		return "grant request is invalid";
	if (strcmp(error, "invalid_client") == 0 && !error_arg("description"))
		return "client authentication failed";
	if (strcmp(error, "server_error") == 0)
		return "the server failed; try again";
	return error_arg("description");
}

/* What RFC 6749 calls the error of a code: a session that was not found is a request that is not valid. */
static const char *error_of(const char *code)
{
	return text_has_prefix(code, CODE) ? code + strlen(CODE) : "invalid_request";
}

/* The members of RFC 6749 section 5.2, and before them those of the peer (oidc.md section 1.2). */
static void write_members(struct request *rq, struct json_out *j, const char *code, const char *message)
{
	const char *error = error_of(code);
	const char *description = describe(error), *scope = error_arg("scope");
	const char *decorate = query_arg(rq, "parse_error");

	if (!decorate || strcmp(decorate, "false") != 0) {
		json_key_text(j, "code", code);
		json_key_text(j, "message", message);
		if (strcmp(error, "invalid_grant") == 0)
			json_key_text(j, "error_uri", "https://openid.sh/debug/invalid_grant");
	}
	json_key_text(j, "error", error);
	if (description && *description)
		json_key_text(j, "error_description", description);
	if (scope && *scope)
		json_key_text(j, "scope", scope);
}

static bool is_of_oauth(err_t e)
{
	const char *code = err_row(e)->code;

	return code && (e == ERR_SESSION_NOT_FOUND || text_has_prefix(code, CODE));
}

/* Answers with a page, where a browser has gone and wants one. */
static bool answer_page(struct request *rq, err_t e)
{
	const char *error = err_row(e)->code, *description = NULL;

	if (!rq->route || !rq->route->visited)
		return false;
	rq->reply.by_accept = true;
	if (!request_wants_html(rq))
		return false;
	if (is_of_oauth(e)) {
		error = error_of(error);
		description = describe(error);
	}
	return page_refusal(rq, e, error, description ? description : error_message(rq, e)) == OK;
}

void oidc_answer_error(struct request *rq, err_t e, const char *state, const char *issuer)
{
	struct json_out j;

	if (answer_page(rq, e))
		return;
	j = reply_json(rq, error_status(e));
	json_open(&j);
	write_members(rq, &j, err_row(e)->code, error_message(rq, e));
	if (state)
		json_key_text(&j, "state", state);
	if (issuer)
		json_key_text(&j, "iss", issuer);
	json_close(&j);
}

/* A failure without a code is a server_error; a code that is not of OAuth (a busy server) is written as everywhere. */
static void write_error(struct request *rq, err_t e)
{
	if (!err_row(e)->code && err_row(e)->status == 500)
		e = ERR_OAUTH_SERVER;
	if (is_of_oauth(e))
		oidc_answer_error(rq, e, NULL, NULL);
	else if (!answer_page(rq, e))
		error_json(rq, e);
}

/* -- paths that are not an endpoint -- */

err_t oidc_no_route(const struct request *rq)
{
	const char *path = mount_path(rq);

	if (!*path)
		path = "/";
	return oauth_fail(ERR_OAUTH_ROUTE, "unrecognized route or not allowed method (%s on %.120s)", rq->method_text,
			  path);
}

void oidc_answer_no_route(struct request *rq)
{
	reply_error(rq, oidc_no_route(rq));
}

/* -- the mount -- */

/* Clients prove who they are inside the endpoint; which pages may read its answer depends on the client. */
static const struct door *const doors[] = { ANYONE, NULL };

const struct mount oidc_mount = {
	.prefix = "/oidc", .doors = doors,
	.body_max = OAUTH_BODY_MAX, .form_max = OAUTH_BODY_MAX, .endpoint_reads_body = true,
	.write_error = write_error, .no_route = oidc_answer_no_route,
	.fixed = &data_headers, .tagged = TAGGED_SUCCESS, .exposed_headers = "WWW-Authenticate",
	.look = PAGE_LOOK,
};
