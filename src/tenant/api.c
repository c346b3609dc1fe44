/* The mount of the Management API. */
#include "tenant/api.h"

#include <string.h>

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

/* Only the origin of the admin endpoint counts, not localhost with the admin port. */
const char *api_allowed_origin(struct request *rq)
{
	const char *origin = request_header(rq, "Origin");

	return origin && is_admin_origin(rq, origin) ? origin : NULL;
}

static const struct door *const doors[] = { MANAGEMENT, ANYONE, NULL };

const struct mount api_mount = { .prefix = "/api", .doors = doors, .allowed_origin = api_allowed_origin, API_RULES };
