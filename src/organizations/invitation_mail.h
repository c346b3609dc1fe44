/*
 * invitation_mail.h - inside organizations/ only: the mail that tells somebody of an invitation.
 * Contract: organizations.md section 6.4.
 */
#ifndef ORGANIZATIONS_INVITATION_MAIL_H
#define ORGANIZATIONS_INVITATION_MAIL_H

#include "http/request.h"

/*
 * Ends a step that writes: goes on to send the mail, and then to `then`. Of an invitation that `is_new` nothing stays
 * when the service does not take its mail; the request is refused with ERR_CONNECTOR. `payload`: an object of the
 * caller's, whose members go into the mail. ERR_NO_CONNECTOR and other errors of connector_call(), ERR_MESSAGE_LIMIT:
 * nothing was sent, and nothing is kept. ERR_NOT_FOUND: there is no such invitation.
 */
err_t invitation_mail(struct request *rq, const char *id, const json_t *payload, bool is_new, const struct step *then);
/* The id of the invitation, in the step `then`. */
const char *invitation_mailed(struct request *rq);

#endif
