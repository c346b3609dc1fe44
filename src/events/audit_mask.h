/*
 * audit_mask.h - JSON as the audit log may show it: without secrets, scripts and what is too long.
 */
#ifndef EVENTS_AUDIT_MASK_H
#define EVENTS_AUDIT_MASK_H

#include "base/json.h"

#define AUDIT_MASK "******"

/* How a member of this name is shown. */
enum audit_showing { AUDIT_SHOWN, AUDIT_MASKED, AUDIT_LEFT_OUT };
enum audit_showing audit_showing_of(const char *name);

/* Writes a value, masked at every depth. */
void audit_write_masked(struct json_out *j, const json_t *value);

#endif
