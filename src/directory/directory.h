/*
 * directory.h - users, applications, API resources and tenant roles: what organizations are made of.
 *
 * One file for each thing: users (with user_details for what belongs to one user), applications (application_secrets),
 * resources (with their scopes), roles (role_holders: who holds them); phone reads telephone numbers.
 */
#ifndef DIRECTORY_DIRECTORY_H
#define DIRECTORY_DIRECTORY_H

#include "base/ids.h"
#include "base/text.h"
#include "entity/relation.h"
#include "tenant/doors.h"

/* user's read_miss is ERR_NOT_FOUND, application's ERR_NOT_EXISTS_WITH_ID (users-apps-resources.md). */
extern struct entity user, application, resource, scope, role;
extern const struct field resource_fields[];
extern const struct field user_featured;	/* of a list `featuredUsers`: {id, avatar, name} */
extern struct relation user_roles, role_users, application_roles, role_applications, role_scopes;

extern const struct route user_routes[], user_detail_routes[], application_routes[], application_secret_routes[];
extern const struct route personal_token_routes[], subject_token_routes[], user_identity_routes[];
extern const struct route user_factor_routes[];
extern const struct route application_look_routes[], resource_routes[], role_routes[], role_holder_routes[];
extern const struct route dashboard_routes[], log_routes[];
extern const size_t dashboard_route_count, log_route_count;
extern const struct route hook_routes[], hook_trial_routes[], hook_log_routes[];
extern const size_t hook_route_count, hook_trial_route_count, hook_log_route_count;
extern const size_t user_route_count, user_detail_route_count, application_route_count, application_secret_route_count;
extern const size_t personal_token_route_count, subject_token_route_count, user_identity_route_count;
extern const size_t user_factor_route_count;
extern const size_t application_look_route_count, resource_route_count, role_route_count, role_holder_route_count;

/*
 * What every list with the advanced search takes (http-conventions.md section 5.2); query_search() checks the values.
 */
#define SEARCH_PARAMETERS \
	{ "search", .type = FIELD_ANY, \
	  .help = "Pattern with % and _ for any searched field; search.FIELD for one." }, \
	{ "mode", .type = FIELD_ANY, .help = "like, exact, similar_to or posix; mode.FIELD for one field." }, \
	{ "joint", .type = FIELD_ANY, .help = "or, and: how several search parameters combine." }, \
	{ "isCaseSensitive", .type = FIELD_ANY, .help = "A truthy word makes the search case-sensitive." }, \
	CAP_PARAMETER

/*
 * UTF-16 units of a description that searches look at, in applications and scopes. The contract sets no limit; each
 * search of the tenant reads it, and each change indexes it anew.
 */
#define DESCRIPTION_MOST 8192

/* The role that makes an application an administrator of its tenant. */
#define ADMIN_ROLE "admin-role"

/* The name of an application that every tenant has without a row in the database; NULL: it is not one of these. */
const char *application_built_in_name(const char *id);

/* Adds the member `secret` to each application of a list that still has its legacy secret. The list's last extra. */
void application_print_secret(struct query *q);

#endif
