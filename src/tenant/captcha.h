/*
 * captcha.h - asks the tenant's service whether a person or a program sends a request (sign-in.md section 9.1).
 *
 * Two steps, and the call between them:
 *	with a transaction	captcha_call()		prepares the call
 *	CALL			transfer(rq, &c->call, then)
 *	any			captcha_outcome()	what the service said
 */
#ifndef TENANT_CAPTCHA_H
#define TENANT_CAPTCHA_H

#include "http/client.h"
#include "http/request.h"

struct captcha_call {
	struct call call;
	bool is_recaptcha;	/* else Turnstile */
	bool is_scored;		/* the answer has a score, which must be high enough */
};

/*
 * `token`: what the page got from the service. Texts of the call are the request's. ERR_CAPTCHA_FAILED: the tenant has
 * no service.
 */
NODISCARD err_t captcha_call(struct request *rq, const char *token, struct captcha_call *out);
/* ERR_CAPTCHA_FAILED: a program, a token of others, or the service could not be asked. */
NODISCARD err_t captcha_outcome(const struct captcha_call *c);

/* The configuration with its secret, as /api/captcha-provider takes it; the request's. ERR_NOT_FOUND: none is set. */
NODISCARD err_t captcha_config(struct request *rq, const json_t **out);

#endif
