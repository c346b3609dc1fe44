/*
 * pages.h - the provider's own pages: forms that a browser posts by itself, and plain pages (http/plain_page.h).
 *
 * A form runs one handler, which a Content-Security-Policy allows by its hash, and loads nothing. Without scripts
 * there is a button.
 */
#ifndef OIDC_PAGES_H
#define OIDC_PAGES_H

#include "http/request.h"
#include "http/template.h"

/* What the templates show. */
struct form_post_page {
	const char *action, *button;
	struct { const struct param *at; size_t count; } inputs;
};
TEMPLATE(form_post_page);

struct logout_page {
	const char *action, *xsrf, *button;
};
TEMPLATE(logout_page);

/* Each answers, and ends a step. */

/* Sends a client its answer in a form (response_mode=form_post). */
err_t page_form_post(struct request *rq, int status, const char *action, const struct param *inputs, size_t n);
/* Confirms a sign-out to the provider with this token against forgery (oidc.md section 11.1). */
err_t page_logout(struct request *rq, const char *xsrf);
/* GET /oidc/session/end/success */
err_t page_signed_out(struct request *rq);
/*
 * A refusal that cannot go back to the application: what it means for the person, and below it the error and its
 * description for who runs the application; both may be NULL.
 */
err_t page_refusal(struct request *rq, err_t refused, const char *error, const char *description);
#endif
