/*
 * trial.h - test sign-ins: an administrator goes to the provider of a connector as people will, and sees what it says
 * of them, or why it is not believed. Nobody is signed in, and no account is made or changed. An extension of ours.
 *
 *	POST /api/sso-connectors/{id}/tests	begins one, with the address to open
 *	GET  /enterprise-sso/{id}/test-answer	where the browser comes back (SAML: the assertion consumer service)
 *	GET  /api/sso-connectors/{id}/tests/{testId}	what became of it
 *
 * The answer goes through the same code as that of a sign-in, and what that would do next is foreseen (outcome.h).
 * Its state begins with PAGE_TEST_STATE, which tells it from theirs. It is used up by the first answer, good or not.
 * Kept for an hour is what the provider said of a person, and what a sign-in would do; never a token, a code or a
 * secret.
 */
#ifndef SSO_TRIAL_H
#define SSO_TRIAL_H

#include "http/request.h"

/* Whether what came back was begun by a test. NULL: no. */
bool trial_is_state(const char *state);
/* Goes on with a step that calls trial_take(); from here on every refusal is shown as a page. */
err_t trial_judge(struct request *rq, const struct step *then);
/*
 * Uses up the test of the work's connector that has this state: sets its session, and where the protocol goes on. In a
 * step that writes. ERR_SSO_SESSION: there is none.
 */
NODISCARD err_t trial_take(struct request *rq, const char *state);

extern const struct route trial_routes[];
extern const size_t trial_route_count;

#endif
