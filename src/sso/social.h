/*
 * social.h - accounts that people have elsewhere, spoken to by the protocols of this room: what those who begin a
 * sign-in there and take its answer share. They are the Experience API (social_sign_in.c), people's own accounts
 * (social_proof.c) and administrators (social_link.c).
 *
 * Each keeps, between the two, what the answer is checked with: the session, {state, redirectUri, …}. The first answer
 * uses it up, good or not.
 */
#ifndef SSO_SOCIAL_H
#define SSO_SOCIAL_H

#include "entity/field.h"
#include "sso/protocol.h"
#include "tenant/social_connector.h"

/* ERR_SESSION_INFO: the body's `state` or `redirectUri` is empty. */
NODISCARD err_t social_check_body(const struct request *rq);
/*
 * Makes the address of the connector's provider for the body's `state` and `redirectUri`, and goes on; `address` and
 * `session` of the work are set then. On a lane with a transaction. The errors of social_connector_load().
 */
err_t social_begin(struct request *rq, const char *connector_id, const struct step *then);
/*
 * Judges what the provider sent the browser back with, and goes on; `person` of the work is set then. `session` is
 * taken. On a lane with a transaction. ERR_SOCIAL_SESSION: there is none; the errors of social_connector_load() and of
 * sso_fault().
 */
err_t social_finish(struct request *rq, const char *connector_id, json_t *session, const json_t *data,
		    const struct step *then);
/* The same by an ID token that the browser has got from the provider itself. ERR_CONNECTOR_TYPE: that is not on. */
err_t social_finish_by_credential(struct request *rq, const char *connector_id, const char *credential,
				  const struct step *then);
/* The account that was proven: {target, userId, details}; json_decref(). */
json_t *social_identity(struct request *rq);

extern const struct route social_sign_in_routes[], social_proof_routes[], social_link_routes[];
extern const size_t social_sign_in_route_count, social_proof_route_count, social_link_route_count;

#endif
