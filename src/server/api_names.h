/*
 * api_names.h - inside of the API document: the names in it, made of the paths of routes and of the names of things.
 */
#ifndef SERVER_API_NAMES_H
#define SERVER_API_NAMES_H

#include "entity/entity.h"
#include "http/route.h"

/* Segments of a path end at a slash or with the path. */
bool segment_is_param(const char *segment);
size_t segment_len(const char *segment);
/* The segment after this one, or NULL. */
const char *segment_next(const char *segment);

/* The row's own operation, or a verb and the segments of the path: ListOrganizationUserRoles. */
const char *operation_id(struct arena *a, const struct route *r);
/* The first segment as a title: organizations -> Organizations, organization-roles -> Organization roles. */
const char *tag_of(struct arena *a, const struct route *r);
/* The component name of a path parameter: {id} is organizationId-root below /organizations; {userId} is userId. */
const char *parameter_of(struct arena *a, const struct route *r, const char *segment);
/* The name of a thing's schema: organization-role -> OrganizationRole. */
const char *component_of(struct arena *a, const struct entity *e);

#endif
