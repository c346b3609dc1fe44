/*
 * experience.h - what a tenant sets for the people who sign in: one file for each subject, all of them rows of the
 * Management API.
 */
#ifndef TENANT_EXPERIENCE_H
#define TENANT_EXPERIENCE_H

#include "entity/entity.h"
#include "http/route.h"

extern struct entity email_template;

extern const struct route email_template_routes[];
extern const size_t email_template_route_count;

/* Members of `color` and `branding`, all of them optional. */
extern const struct field color_members[], branding_members[];

#endif
