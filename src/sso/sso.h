/*
 * sso.h - identity providers of organizations: the connectors to them through the Management API, and the people who
 * sign in by them (jit-and-sso.md sections 3 and 4).
 *
 * connectors.c has the API. sign_in.c has the calls of the Experience API and the record that they leave. How a
 * provider is spoken to is a protocol (protocol.h): oidc.c with id_token.c, saml.c; document.c reads what providers
 * publish, person.c decides how much of what they say counts.
 */
#ifndef SSO_SSO_H
#define SSO_SSO_H

#include "http/route.h"

struct mount;
struct person;
struct record_type;

extern const struct route sso_connector_routes[], sso_sign_in_routes[], saml_sign_in_routes[];
extern const size_t sso_connector_route_count, sso_sign_in_route_count, saml_sign_in_route_count;
extern const struct mount authn_mount, enterprise_sso_mount;
extern const struct record_type sso_record;

/*
 * Whom the person of the work would sign in as; `out->id` NULL: as a new user. Nothing is written. The refusals of a
 * sign-in.
 */
NODISCARD err_t sso_sign_in_foresee(struct request *rq, struct person *out);

#endif
