/* Lists the mounts of all rooms, and defines those of paths that have no routes. */
#include "server/mounts.h"

#include "account/account.h"
#include "http/door.h"
#include "http/mount.h"
#include "oidc/consent.h"
#include "oidc/oidc.h"
#include "server/console.h"
#include "signin/experience.h"
#include "signin/page.h"
#include "sso/sso.h"
#include "tenant/api.h"
#include "tenant/upload.h"

#include "base/banned.h"

#define BODIES .body_max = MIB(1), .form_max = KIB(56)

static const struct door *const anyone[] = { ANYONE, NULL };

/* What browsers ask the origin itself for. */
static const struct mount well_known = { .prefix = "/.well-known", BODIES, .doors = anyone, .fixed = &data_headers };

/* A path without routes, whose answers differ only in their headers (http-conventions.md section 10). */
static const struct mount me = { .prefix = "/me", BODIES, .fixed = &data_headers };

void mounts_start(void)
{
	static const struct mount *const all[] = {
		&api_mount, &account_mount, &verification_mount, &experience_mount, &consent_mount, &oidc_mount,
		&well_known, &upload_mount, &me, &demo_mount, &device_demo_mount, &console_mount, &account_page_mount,
		&page_mount, &authn_mount, &enterprise_sso_mount,
	};

	mount_table(all, ARRAY_LEN(all));
}
