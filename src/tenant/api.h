/*
 * api.h - the mount of the API and its rules.
 *
 * They are in a low room because rooms above have parts of the API with doors of their own, each a mount below
 * this one: { .prefix = "/api/x", .doors = …, .allowed_origin = …, API_RULES }.
 */
#ifndef TENANT_API_H
#define TENANT_API_H

#include "http/mount.h"

/* What the paths begin with that people call about themselves (account/account.h), from any page. */
#define ACCOUNT_PATHS "/api/my-account"
#define VERIFICATION_PATHS "/api/verifications"

/* Whose pages may read answers: those of the admin tenant, of accounts any page (http-conventions.md section 10). */
const char *api_allowed_origin(struct request *rq);

/* http-conventions.md sections 1 (paths), 3 (bodies, methods), 4 (links), 10 (headers). */
#define API_RULES \
	.any_case = true, .trailing_slash = true, \
	.body_max = MIB(1), .form_max = KIB(56), \
	.knows_methods = true, .fixed = &data_headers, .tagged = TAGGED_JSON_200, .link_skips = "/api", \
	.allowed_methods = "GET,HEAD,PUT,POST,DELETE,PATCH", .exposed_headers = "*", .varies = true

extern const struct mount api_mount;

#endif
