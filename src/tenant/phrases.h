/*
 * phrases.h - what the sign-in pages say: phrases/TAG.json of the program, and over them those of the tenant.
 */
#ifndef TENANT_PHRASES_H
#define TENANT_PHRASES_H

#include <jansson.h>

#include "base/err.h"

struct txn;

/* The program's own tree of a language, in its exact tag; NULL: there is none. For the life of the process. */
const json_t *phrases_built_in(const char *tag);
/*
 * The tag in which the program or `custom` (an object whose members are tags) has phrases for the `len` bytes of
 * `wanted`: the same in any letter case, or else without its region, or else with one: fr-CA is fr, zh is zh-CN.
 * NULL: none.
 */
const char *phrases_match(const json_t *custom, const char *wanted, size_t len);

#endif
