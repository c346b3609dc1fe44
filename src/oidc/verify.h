/*
 * verify.h - who calls the Management API (http-conventions.md section 2).
 *
 * A token is good only as long as what it stands for is: beyond its signature and claims, its application (or user) must
 * still exist and still hold the scope `all` through its roles. A good one is remembered until something changes that
 * this depends on.
 */
#ifndef OIDC_VERIFY_H
#define OIDC_VERIFY_H

#include "http/request.h"

/* management_door (tenant/doors.h) is made of these two. */

/* Fills rq->who. The checks of section 2.2 in their order; ERR_UNAUTHORIZED comes with its diagnosis in err_fault()->data. */
NODISCARD err_t management_authenticate(struct request *rq);
/* The same without the database, for a token that is remembered; false: ask management_authenticate(). */
bool management_remembered(struct request *rq);

#endif
