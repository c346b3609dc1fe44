/* The names of second factors. */
#include "tenant/factor_type.h"

#include <string.h>

#include "base/base.h"

#include "base/banned.h"

const char *const factor_names[FACTORS + 1] = {
	[FACTOR_TOTP] = TYPE_TOTP,
	[FACTOR_WEB_AUTHN] = TYPE_WEB_AUTHN,
	[FACTOR_BACKUP_CODE] = TYPE_BACKUP_CODE,
	[FACTOR_EMAIL] = TYPE_EMAIL_CODE,
	[FACTOR_PHONE] = TYPE_PHONE_CODE,
};
const char *const stored_factor_names[] = { TYPE_TOTP, TYPE_WEB_AUTHN, TYPE_BACKUP_CODE, NULL };
const char *const sent_code_names[] = { TYPE_EMAIL_CODE, TYPE_PHONE_CODE, NULL };

enum factor_type factor_type_named(const char *name)
{
	enum factor_type type = 0;

	while (type < FACTORS && !(name && !strcmp(factor_names[type], name)))
		type++;
	return type;
}
