/*
 * claim.h - how an installation gets its first administrator: a link that the server prints when it starts, good for
 * one registration within an hour.
 *
 * An administrator is a user of the tenant `admin` with the role `default:admin`; the first one gets `admin:admin`
 * too, with which they make further ones. While there is none, nobody registers there but by a link; from then on no
 * link is made, and all that were made are gone. The store has their hashes alone.
 * Contract: users-apps-resources.md section 6.
 */
#ifndef SIGNIN_CLAIM_H
#define SIGNIN_CLAIM_H

#include "signin/experience.h"

#define CLAIM_CLIENT "admin-console"	/* for whose people the page is */

/*
 * In a transaction of `admin`: whether it waits for its first administrator. Without the role it never does: nobody
 * could become one. In a transaction that writes nobody else becomes one until it ends.
 */
NODISCARD err_t claim_is_open(struct txn *tx, struct arena *a, bool *out);
/*
 * In a write transaction of `admin`: makes the secret of a link, which lives in `a`. NULL: there is an administrator.
 */
NODISCARD err_t claim_offer(struct txn *tx, struct arena *a, const char **secret);
/*
 * What a page of `admin` says of it: "link": the person came by a good one; "awaited": there is no administrator, and
 * they did not. NULL: there is one.
 */
NODISCARD err_t claim_stage(struct request *rq, const char **out);
/*
 * Opens the page where the holder of a link registers: stores the interaction, sets its cookie and redirects.
 * ERR_NOT_FOUND: the link is unknown, over, or was used.
 */
NODISCARD err_t claim_open(struct request *rq, const char *secret);
/*
 * In a step that writes: whether the person may register in this tenant as far as links go. `*claims`: by one, which
 * then holds for the rest of the transaction, whatever the mode of the tenant is. ERR_SIGN_IN_MODE: without one nobody
 * registers yet, or it is over.
 */
NODISCARD err_t claim_check(struct request *rq, const struct interaction *i, bool *claims);
/*
 * Makes a new user the administrator, after claim_check() said that they claim it: with their roles and their place in
 * the organization of the tenant `default`. From then on nobody else registers until an administrator allows it.
 */
NODISCARD err_t claim_take(struct request *rq, const char *user_id);

#endif
