/*
 * admission.h - the one way in which users become members of an organization (architecture.md, section 6): the members
 * API, invitations and just-in-time provisioning call these functions. A rule added here holds everywhere: the
 * relation `organization_users` is closed, and only admission.c has its entrance.
 */
#ifndef ORGANIZATIONS_ADMISSION_H
#define ORGANIZATIONS_ADMISSION_H

#include "entity/relation.h"

struct admission {
	const char *organization_id;
	const json_t *user_ids;		/* list of ids; a repeated one counts once */
	const json_t *role_ids;		/* roles that each user gets beside those it has already; NULL: none */
	bool tells_new_only;		/* notes no event where all users were members before */
	/*
	 * They come because of an address in this domain, as email_domain_key() makes it, "": of none; where it may
	 * not provision (domain_proof.h), nobody is admitted. NULL: somebody has chosen them.
	 */
	const char *by_domain;
	const char *cause;		/* how they come, as the event tells; NULL: an administrator has added them */
};

/*
 * Makes users members; those who are members already stay so. All or nothing, and the number of statements does not
 * depend on the number of users. Notes the event. `change` (may be NULL) tells which users were not members before.
 * ERR_TOO_LONG, ERR_REFERENCE: unknown organization, user or role; ERR_CHECK: a role for machines.
 */
NODISCARD err_t admit(struct request *rq, const struct admission *who, struct relation_change *change);
/* The same, and removes all members that `user_ids` does not name. All named users get the roles, old members too. */
NODISCARD err_t admit_only(struct request *rq, const struct admission *who, struct relation_change *change);

#endif
