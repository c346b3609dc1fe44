/*
 * held_roles.h - what members of both kinds share: the prerequisite of their role routes, and many at once.
 */
#ifndef ORGANIZATIONS_HELD_ROLES_H
#define ORGANIZATIONS_HELD_ROLES_H

#include "entity/relation.h"

struct held_roles {
	struct relation *members, *roles;
	const char *member_ids;		/* of the body: userIds */
	struct statement *give;		/* organization, list of members, list of roles: each to each */
};

/* The second argument of the path is a member of the first: `find` gives a row. Else ERR_NOT_MEMBER. */
NODISCARD err_t require_membership(struct request *rq, struct statement *find);

/* Of people, and what gives it to them. */
extern const struct held_roles user_roles_held;

/*
 * Gives every role to every member: all or nothing. ERR_TOO_LONG, then ERR_CHECK: a role of the wrong kind, then
 * ERR_REFERENCE: an unknown role, or somebody who is not a member.
 */
NODISCARD err_t held_roles_give(struct request *rq, const struct held_roles *held, const char *organization_id,
				const json_t *member_ids, const json_t *role_ids);

/* Gives every role of the body to every member of the body. 201. */
NODISCARD err_t held_roles_add(struct request *rq, const struct held_roles *held);

#endif
