/*
 * role.h - what the files about roles share within this room.
 */
#ifndef DIRECTORY_ROLE_H
#define DIRECTORY_ROLE_H

#include "directory/directory.h"

extern const char *const role_types[];

/* SQL condition: lists show the role `r`, because its name is not an internal one. */
#define NOT_INTERNAL(r) "substr(" r ".name, 1, 10) <> '#internal:'"

/* Sets `*type` to "User" or "MachineToMachine". An unknown id gets the 404 of roles. */
NODISCARD err_t role_type(struct request *rq, const char *id, const char **type);
/* Checks that every id of the list exists; otherwise returns the 404 `miss` for the first that does not. */
NODISCARD err_t check_known(const struct resolved_list *list, const struct entity *child, err_t miss);
/* First checks that none is related yet: else `already`, with the first id that is. Then as check_known(). */
NODISCARD err_t check_new_to(const struct resolved_list *list, err_t already, const struct entity *child, err_t miss);

/*
 * Applies the filters excludeRoleId and excludeOrganizationId to a list of users or applications. A request with both
 * is refused (ERR_REQUEST_INPUT). By the names of the relations with a role and with an organization.
 */
NODISCARD err_t exclude_members(struct query *q, const char *of_role, const char *of_organization);

#endif
