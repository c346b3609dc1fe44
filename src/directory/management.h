/*
 * management.h - tells which API resource is a Management API: the one of any tenant, and also a resource that a
 * client made with an indicator of the same form.
 */
#ifndef DIRECTORY_MANAGEMENT_H
#define DIRECTORY_MANAGEMENT_H

#include "base/base.h"

/* Whether the indicator has the form https://ONE-LABEL.logto.app/api */
bool is_management_indicator(const char *indicator);

#endif
