/*
 * language_tags.h - tags of languages (BCP 47), as a tenant and its people name them.
 */
#ifndef TENANT_LANGUAGE_TAGS_H
#define TENANT_LANGUAGE_TAGS_H

#include "base/base.h"

#define LANGUAGE_TAG_SIZE 16	/* of a tag with its NUL */

/*
 * Writes the tag in its usual letter case (pt-BR, zh-Hant-TW). False: it is not a tag of a known language, with a
 * known script and region if any.
 */
bool language_tag_write(const char *tag, char out[LANGUAGE_TAG_SIZE]);

#endif
