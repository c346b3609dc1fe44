/*
 * secret.h - bytes that must not be seen: wiped at the end, compared in constant
 * time, accepted by no log function.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/base.h"

struct secret {
	unsigned char *bytes;
	size_t len;
};

struct secret secret_copy(const void *bytes, size_t len);
void secret_done(struct secret *s);	/* wipes and frees; fine on a zeroed one */
/* The time depends on the lengths only, which are not secret. */
bool secret_equal(const struct secret *a, const struct secret *b);
bool secret_equal_text(const struct secret *a, const char *text);
bool text_equal_secret(const char *a, const char *b);

#endif
