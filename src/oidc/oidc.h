/*
 * oidc.h - the OpenID provider (oidc.md): its mount, its routes, and the answer to what is not an endpoint.
 */
#ifndef OIDC_OIDC_H
#define OIDC_OIDC_H

#include "http/request.h"
#include "tenant/doors.h"

extern const struct mount oidc_mount;
extern const struct route oidc_routes[], oidc_setting_routes[], user_session_routes[], account_session_routes[];
extern const size_t oidc_route_count, oidc_setting_route_count, user_session_route_count;
extern const size_t account_session_route_count;

/* What any other path or method below /oidc gets: 404 in the form of OAuth. ERR_OAUTH_ROUTE. */
err_t oidc_no_route(const struct request *rq);
void oidc_answer_no_route(struct request *rq);
/*
 * Answers with an OAuth error in JSON: description and scope are those of the thread (err_arg). `state` and `issuer`,
 * which authorization requests tell too, may be NULL. A browser that has gone to the address and wants a page gets
 * one.
 */
void oidc_answer_error(struct request *rq, err_t e, const char *state, const char *issuer);

/* Which extended claims ID tokens carry. */
extern struct setting id_token;

/* The handlers of the routes. */
err_t oidc_preflight(struct request *rq);
err_t oidc_discovery(struct request *rq);
err_t oidc_jwks(struct request *rq);
err_t oidc_token(struct request *rq);
err_t oidc_introspect(struct request *rq);
err_t oidc_revoke(struct request *rq);
err_t oidc_userinfo(struct request *rq);
err_t private_keys_list(struct request *rq);
extern const struct step private_keys_rotate;
err_t private_keys_delete(struct request *rq);
err_t cookie_key_list(struct request *rq);
err_t cookie_key_rotate(struct request *rq);
err_t cookie_key_delete(struct request *rq);

#endif
