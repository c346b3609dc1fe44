/* What the Console remembers about its own first steps. Contract: sign-in.md section 12.6. */
#include "tenant/experience.h"

#include "tenant/doors.h"

#include "base/banned.h"

static const struct field console_fields[] = {
	{ "signInExperienceCustomized", .type = FIELD_BOOL, .flags = REQUIRED, .fallback = "false" },
	{ "organizationCreated", .type = FIELD_BOOL, .flags = REQUIRED, .fallback = "false" },
	{ "firstStepsDismissed", .type = FIELD_BOOL, .flags = REQUIRED, .fallback = "false",
	  .help = "Somebody has put away the first steps on the dashboard." },
	FIELDS_END
};

SETTING(admin_console) = { .name = "admin-console", .fields = console_fields };

static const struct shape console = { .fields = console_fields };

const struct route console_routes[] = {
	{ GET, "/api/configs/admin-console", MANAGEMENT, READ, .handler = setting_get_handler, .of = &admin_console,
	  .status = 200, .reply = &console, .operation = "GetAdminConsoleConfig",
	  .summary = "Get which first steps were taken in the Console" },
	{ PATCH, "/api/configs/admin-console", MANAGEMENT, WRITE, .body = console_fields, .body_is_patch = true,
	  .handler = setting_patch_handler, .of = &admin_console, .status = 200, .reply = &console,
	  .operation = "UpdateAdminConsoleConfig", .summary = "Note which first steps were taken in the Console" },
};
const size_t console_route_count = ARRAY_LEN(console_routes);
