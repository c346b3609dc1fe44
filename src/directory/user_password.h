/*
 * user_password.h - whether a password is a user's, and a fresh digest of it where the stored one is weak
 * (users-apps-resources.md section 1.3). Three steps of a flow:
 *
 *	with a transaction	user_password_read()	the digest
 *	WORK			user_password_try()	is it this password? makes the fresh digest
 *	WRITE			user_password_renew()	stores that, unless another password was set meanwhile
 */
#ifndef DIRECTORY_USER_PASSWORD_H
#define DIRECTORY_USER_PASSWORD_H

#include "http/request.h"

/* The part of a flow's state; all zero: of a user who does not exist, or has no password. Texts are the request's. */
struct user_password {
	const char *user_id;
	const char *digest, *algorithm;	/* NULL: the user has no password */
	const char *renewed;		/* NULL: the stored digest stays */
};

/* ERR_NOT_FOUND: no such user; `*out` is all zero. */
NODISCARD err_t user_password_read(struct request *rq, const char *user_id, struct user_password *out);
/*
 * ERR_CREDENTIALS: it is not the password, or there is none; that takes as long as a wrong password, so that nobody
 * learns from the time who exists.
 */
NODISCARD err_t user_password_try(struct request *rq, struct user_password *p, const char *password);
/* Nothing to do where `renewed` is NULL. */
NODISCARD err_t user_password_renew(struct txn *tx, const struct user_password *p);

#endif
