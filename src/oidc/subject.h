/*
 * subject.h - for whom a token exchange is made, and who acts for them (oidc.md section 7.5).
 */
#ifndef OIDC_SUBJECT_H
#define OIDC_SUBJECT_H

#include "oidc/oauth.h"

struct subject {
	const char *user_id;
	const char *once;	/* names a subject token, which is to be used up; NULL: it may be used again */
};

/* Reads `subject_token` by its type. ERR_OAUTH_GRANT: nothing is such a token, or its user cannot have tokens. */
NODISCARD err_t subject_read(struct oauth *o, struct subject *out);
/* Reads `actor_token`; `*user_id` is NULL when the request has none. ERR_OAUTH_GRANT. */
NODISCARD err_t actor_read(struct oauth *o, const char **user_id);

#endif
