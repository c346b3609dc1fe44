/*
 * attempt.h - somebody has tried to prove who they are: how it ends, where too many failures block them (sign-in.md
 * section 7).
 */
#ifndef SIGNIN_ATTEMPT_H
#define SIGNIN_ATTEMPT_H

#include "signin/interaction.h"
#include "tenant/lockout.h"

struct attempt {
	enum lockout_pool pool;
	const char *type;	/* of the identifier: "username", "email", "phone"; "userId" for a second factor */
	const char *value;	/* as typed */
};

/*
 * Reports how an attempt ended: `outcome` is OK or the error of its failure. In the WRITE step that acts on it. OK:
 * the attempt holds. Else the step returns what this returns: the outcome, or ERR_LOCKED with its event; both commit
 * what was counted and what the step wrote, as refuse_keeping() does, so that a blocked attempt uses up what is good
 * once. An expired password and a suspended user were right: they are told apart after this.
 */
NODISCARD err_t attempt_settle(struct request *rq, const struct interaction *i, const struct attempt *a,
			       err_t outcome);
/* The same for a call that is in no interaction: `note` notes the event of a block, with these members of its own. */
typedef err_t attempt_noter(struct request *rq, const char *event, const char *members, const char *data);
NODISCARD err_t attempt_settle_by(struct request *rq, const struct attempt *a, err_t outcome, attempt_noter *note);

#endif
