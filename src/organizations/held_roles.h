/*
 * held_roles.h - what users and machine applications share as members: the prerequisite of their role routes,
 * and giving roles to many members at once.
 */
#ifndef ORGANIZATIONS_HELD_ROLES_H
#define ORGANIZATIONS_HELD_ROLES_H

#include "entity/relation.h"

struct held_roles {
	struct relation *members, *roles;
	const char *member_ids;		/* the member of the body with their ids: userIds */
	struct statement *give;		/* gives each role to each member; organization, members, roles */
};

/* Checks with `find` that the second id in the path is a member of the first, an organization. ERR_NOT_MEMBER. */
NODISCARD err_t require_membership(struct request *rq, struct statement *find);

/* For users; members.c. */
extern const struct held_roles user_roles_held;

/*
 * Gives every role to every member: all or nothing; a repeated id counts once. ERR_TOO_LONG, then ERR_REQUEST_INPUT:
 * too many members times roles, then ERR_CHECK: a role of the wrong kind, then ERR_REFERENCE: an unknown role, or an
 * id that is not a member.
 */
NODISCARD err_t held_roles_give(struct request *rq, const struct held_roles *held, const char *organization_id,
				const json_t *member_ids, const json_t *role_ids);

/* Handler: gives every role of the body to every member of the body, and answers 201. */
NODISCARD err_t held_roles_add(struct request *rq, const struct held_roles *held);

#endif
