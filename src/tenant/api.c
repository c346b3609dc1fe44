/* The mount of the Management API. */
#include "tenant/api.h"

#include <string.h>

#include "base/text.h"
#include "base/url.h"
#include "http/request.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"
#include "base/banned.h"

static bool is_admin_origin(struct request *rq, const char *origin)
{
	struct url admin;

	return url_parse(context.admin_endpoint, strlen(context.admin_endpoint), &admin) &&
	       !strcmp(origin, url_origin(rq->arena, &admin));
}

/*
 * Whether any page may call, since it needs a token that it was given. By the text that paths begin with, in this
 * letter case: that decides for paths without a route too.
 */
static bool is_for_any_page(const char *path)
{
	return text_has_prefix(path, ACCOUNT_PATHS) || text_has_prefix(path, VERIFICATION_PATHS);
}

/* Of others only the origin of the admin endpoint counts, not localhost with the admin port. */
const char *api_allowed_origin(struct request *rq)
{
	const char *origin = request_header(rq, "Origin");

	if (is_for_any_page(rq->path))
		return origin ? origin : "*";
	return origin && is_admin_origin(rq, origin) ? origin : NULL;
}

static const struct door *const doors[] = { MANAGEMENT, ANYONE, NULL };

const struct mount api_mount = { .prefix = "/api", .doors = doors, .allowed_origin = api_allowed_origin, API_RULES };
