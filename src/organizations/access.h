/*
 * access.h - who may use an application whose access control is on (users-apps-resources.md section 3.8).
 */
#ifndef ORGANIZATIONS_ACCESS_H
#define ORGANIZATIONS_ACCESS_H

#include "base/err.h"

struct txn;

/*
 * Whether the user may use the application: always, while its access control is off; else when a rule fits. A built-in
 * application has no access control. The caller refuses with `access_denied`.
 */
NODISCARD err_t access_is_allowed(struct txn *tx, const char *application_id, const char *user_id, bool *allowed);

#endif
