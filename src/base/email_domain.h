/*
 * email_domain.h - domains of e-mail addresses: how they are compared, and whose they are.
 */
#ifndef BASE_EMAIL_DOMAIN_H
#define BASE_EMAIL_DOMAIN_H

#include "base/arena.h"

/*
 * The form in which domains are compared: the name as the DNS has it (idn.h), without blanks around it and without
 * dots at its end; what is no name of a host, in folded letter case. Lives in `a`. "": there is nothing to compare.
 */
const char *email_domain_key(struct arena *a, const char *domain);
/* Whether the domain with this key is of a mail service where anybody gets an address. */
bool email_domain_is_free(const char *key);

#endif
