/*
 * admission.h - the one way into an organization for people (architecture.md, section 6): the members API with one id
 * or ten thousand, invitations, and later just-in-time provisioning come through here. A rule added here holds
 * everywhere: `organization_users` is closed, and its entrance is in admission.c.
 */
#ifndef ORGANIZATIONS_ADMISSION_H
#define ORGANIZATIONS_ADMISSION_H

#include "entity/relation.h"

struct admission {
	const char *organization_id;
	const json_t *user_ids;		/* list of texts; a repeated one counts once */
	const json_t *role_ids;		/* roles that each of them is given beside those it holds; NULL: none */
};

/*
 * Makes people members; who is one already stays one. All or nothing, in a number of statements that does not depend
 * on that of people. Notes the event. `change` (may be NULL) tells who was not a member before.
 * ERR_TOO_LONG, ERR_REFERENCE: unknown organization, user or role; ERR_CHECK: a role for machines.
 */
NODISCARD err_t admit(struct request *rq, const struct admission *who, struct relation_change *change);
/* The same, and who is not named is a member no longer. Roles are given to all that are named. */
NODISCARD err_t admit_only(struct request *rq, const struct admission *who, struct relation_change *change);

#endif
