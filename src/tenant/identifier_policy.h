/*
 * identifier_policy.h - which e-mail addresses and user names a tenant lets people register with (sign-in.md sections
 * 9.4 and 9.5). People who have one already sign in with it, whatever the policy says, and administrators are free.
 *
 * The policies are members of the sign-in experience; what they leave out has its default.
 */
#ifndef TENANT_IDENTIFIER_POLICY_H
#define TENANT_IDENTIFIER_POLICY_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * `policy`: emailBlocklistPolicy. Entries match in any letter case; a domain also in its form for the DNS, and where
 * gmail.com and googlemail.com receive the mail, without the dots of the local part, as Google reads it. The time is
 * linear in the length of the address for each entry.
 * ERR_EMAIL_MALFORMED: no local part or no domain; ERR_EMAIL_SUBADDRESS; ERR_EMAIL_NOT_ALLOWED.
 */
NODISCARD err_t email_check(struct arena *a, const json_t *policy, const char *email);
/* `policy`: usernamePolicy. `name` fits the form of user names. ERR_USERNAME_…: the first rule that it breaks. */
NODISCARD err_t username_check(struct arena *a, const json_t *policy, const char *name);

#endif
