/*
 * public_suffix.h - domains below which anybody may register a name: com, co.uk, github.io (publicsuffix.org).
 *
 * The newer of two lists counts: that of libpsl, or that of Debian's package publicsuffix.
 */
#ifndef BASE_PUBLIC_SUFFIX_H
#define BASE_PUBLIC_SUFFIX_H

#include "base/base.h"

/* `domain` as idn_to_ascii() gives it, without a dot at its end. A single label that is not listed is none. */
bool is_public_suffix(const char *domain);

#endif
