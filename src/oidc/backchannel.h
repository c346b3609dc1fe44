/*
 * backchannel.h - clients are told that a session is over (OpenID Connect Back-Channel Logout 1.0, oidc.md section
 * 11.2).
 */
#ifndef OIDC_BACKCHANNEL_H
#define OIDC_BACKCHANNEL_H

#include "signin/session.h"

/*
 * Ends a WRITE step: ends the session and its cookie, tells the clients that have an address for it, and sends the
 * browser to the destination. All clients are told at the same time, and have three seconds.
 */
err_t backchannel_end_session(struct request *rq, const struct session *s, const char *destination);

#endif
