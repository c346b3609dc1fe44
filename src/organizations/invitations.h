/*
 * invitations.h - accepting an invitation, which administrators do for somebody and people do themselves.
 */
#ifndef ORGANIZATIONS_INVITATIONS_H
#define ORGANIZATIONS_INVITATIONS_H

#include "http/request.h"

/*
 * Makes the user a member with the roles of the invitation, and marks it as accepted. The row is locked, so that of
 * two changes at once only one succeeds. Needs a write transaction. ERR_NOT_FOUND: no such invitation or user;
 * ERR_REQUEST_INPUT (422): it is not pending any more, or is for another address; and the errors of admit().
 */
NODISCARD err_t invitation_accept(struct request *rq, const char *id, const char *user_id);

#endif
