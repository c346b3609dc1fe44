/*
 * management.h - which API resource is a Management API: that of any tenant, also one that a client made to look like it.
 */
#ifndef DIRECTORY_MANAGEMENT_H
#define DIRECTORY_MANAGEMENT_H

#include "base/base.h"

/* https://ONE-LABEL.logto.app/api */
bool is_management_indicator(const char *indicator);

#endif
