/*
 * saml_assertion.h - each assertion signs in once, whichever copy of the server it reaches.
 */
#ifndef SSO_SAML_ASSERTION_H
#define SSO_SAML_ASSERTION_H

#include "base/arena.h"
#include "base/err.h"

struct txn;

/*
 * Notes that the assertion was used. It is remembered until `expires_at_ms`, from when on it is refused as too old.
 * ERR_SAML_REFUSED: it was used before.
 */
NODISCARD err_t saml_assertion_use(struct txn *tx, struct arena *a, const char *issuer, const char *id,
				   int64_t expires_at_ms);

#endif
