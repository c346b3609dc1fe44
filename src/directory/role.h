/*
 * role.h - what the files about roles share within this room.
 */
#ifndef DIRECTORY_ROLE_H
#define DIRECTORY_ROLE_H

#include "directory/directory.h"

extern const char *const role_types[];

/* SQL: the role `r` is one that lists show. */
#define NOT_INTERNAL(r) "substr(" r ".name, 1, 10) <> '#internal:'"

/* "User" or "MachineToMachine"; the 404 of roles. */
NODISCARD err_t role_type(struct request *rq, const char *id, const char **type);
/* All ids name something; else the 404 `miss` of the first that does not. */
NODISCARD err_t check_known(const struct resolved_list *list, const struct entity *child, err_t miss);
/* Moreover none is there already, which comes first: `already`, with the first id that is. */
NODISCARD err_t check_new_to(const struct resolved_list *list, err_t already, const struct entity *child, err_t miss);

/*
 * The filters excludeRoleId and excludeOrganizationId of a list of users or applications; not both (ERR_REQUEST_INPUT).
 * `column`: user_id or application_id in both tables; `alias`: of the list.
 */
NODISCARD err_t exclude_members(struct query *q, const char *role_table, const char *organization_table, const char *column);

#endif
