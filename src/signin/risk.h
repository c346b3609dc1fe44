/*
 * risk.h - adaptive MFA: what is unlike the sign-ins before, so that a second factor is asked for (sign-in.md section
 * 8.7).
 *
 * A proxy in front says where a request comes from and whether it looks like a program, by headers that it sets or
 * removes on every request: x-logto-cf-country, -latitude, -longitude, -bot-score, -bot-verified. They count only with
 * the setting trust-proxy: without it every client could write them. Without them the rules that need them never hold.
 *
 * Countries and the last place are kept for 180 days, of tenants with adaptive MFA alone.
 */
#ifndef SIGNIN_RISK_H
#define SIGNIN_RISK_H

#include "signin/experience.h"

/* Whether the tenant has adaptive MFA. */
bool risk_is_asked(const struct experience *x);
/*
 * The rules that hold for the sign-in of the identified user: a list of {rule, details}, the request's; empty: none.
 */
NODISCARD err_t risk_judge(struct request *rq, const struct experience *x, json_t **rules);
/* Notes the event of a sign-in that was refused for its risk, in a step that is then refused with refuse_keeping(). */
NODISCARD err_t risk_note_refusal(struct request *rq, const struct experience *x);
/* Keeps from where the user has signed in. */
NODISCARD err_t risk_note_sign_in(struct request *rq, const struct experience *x);

#endif
