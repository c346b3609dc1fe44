/*
 * management.h - tells which API resource is a Management API: the one of any tenant, and also a resource that a
 * client made with an indicator of the same form.
 */
#ifndef DIRECTORY_MANAGEMENT_H
#define DIRECTORY_MANAGEMENT_H

#include "base/json.h"

struct txn;

/* Whether the indicator has the form https://ONE-LABEL.logto.app/api */
bool is_management_indicator(const char *indicator);
/* Returns `refusal` when one of these ids (a list of texts; may be NULL) is a scope of a Management API. */
NODISCARD err_t management_refuse(struct txn *tx, struct arena *a, const json_t *scope_ids, err_t refusal);

#endif
