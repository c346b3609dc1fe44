/*
 * organizations.h - organizations, their template of roles and permissions, their members and the roles of those.
 *
 * One file for each thing: organization template members machines invitations jit consent; users become members
 * through admission. This header names what these files share and what other rooms may use.
 */
#ifndef ORGANIZATIONS_ORGANIZATIONS_H
#define ORGANIZATIONS_ORGANIZATIONS_H

#include "base/ids.h"
#include "base/text.h"
#include "entity/relation.h"
#include "tenant/doors.h"

/* What each change of who belongs to an organization is. */
#define MEMBERSHIP_EVENT "Organization.Membership.Updated"

extern struct entity organization, organization_role, organization_scope, organization_invitation;
extern struct relation organization_users, organization_applications;
extern struct relation organization_user_roles, organization_application_roles;
extern struct relation invitation_roles;

extern const struct route organization_routes[], template_routes[], member_routes[], machine_routes[];
extern const struct route invitation_routes[], jit_routes[], consent_routes[];
extern const struct route consent_scope_routes[], access_routes[];
extern const size_t organization_route_count, template_route_count, member_route_count, machine_route_count;
extern const size_t invitation_route_count, jit_route_count, consent_route_count;
extern const size_t consent_scope_route_count, access_route_count;

/* The member organizationRoles, which answers add to a thing. */
extern const struct field roles_beside[];
/* What fills it in the lists of members and of their organizations: {id, name} of each role, by name. */
extern const struct linked_kind roles_of_user, roles_of_application;

#endif
