/* Colours and logos, as a tenant, an application and an organization have them. */
#include "tenant/experience.h"

#include "base/banned.h"

const struct field color_members[] = {
	{ "primaryColor", .type = FIELD_TEXT, .form = FORM_COLOR },
	{ "isDarkModeEnabled", .type = FIELD_BOOL },
	{ "darkPrimaryColor", .type = FIELD_TEXT, .form = FORM_COLOR },
	FIELDS_END
};

const struct field branding_members[] = {
	{ "logoUrl", .type = FIELD_TEXT, .form = FORM_URL },
	{ "darkLogoUrl", .type = FIELD_TEXT, .form = FORM_URL },
	{ "favicon", .type = FIELD_TEXT, .form = FORM_URL },
	{ "darkFavicon", .type = FIELD_TEXT, .form = FORM_URL },
	FIELDS_END
};
