/*
 * verify.h - authenticates the caller of the Management API (http-conventions.md section 2).
 *
 * Beyond signature and claims, the application (or user) of a token must still exist and still hold the scope `all`
 * through its roles. A good token is remembered until something changes on which this depends.
 */
#ifndef OIDC_VERIFY_H
#define OIDC_VERIFY_H

#include "http/request.h"

/* management_door (tenant/doors.h) is made of these two. */

/*
 * Fills rq->who. The checks of section 2.2 in their order; ERR_UNAUTHORIZED comes with its diagnosis in
 * err_fault()->data.
 */
NODISCARD err_t management_authenticate(struct request *rq);
/* The same without the database, for a token that is remembered; false: ask management_authenticate(). */
bool management_recall(struct request *rq);

/*
 * The token of the Authorization header, which lives with the request; "": none behind the scheme.
 * ERR_AUTH_HEADER_MISSING; ERR_AUTH_TYPE: another scheme than Bearer.
 */
NODISCARD err_t bearer_read(struct request *rq, const char **out);

#endif
