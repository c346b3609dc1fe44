/*
 * idn.h - names of hosts in the form that the DNS has: bücher.example is xn--bcher-kva.example.
 *
 * As browsers have it (UTS #46, non-transitional); labels that have ASCII only change in their letter case alone.
 * Refused beside what browsers refuse: labels beyond ASCII with a hyphen at either end, or two at the third place,
 * since the DNS has none. Whether a registry would sell such a name is not asked.
 */
#ifndef BASE_IDN_H
#define BASE_IDN_H

#include "base/arena.h"

/*
 * A host that url.h has taken apart, in ASCII and in lower case; lives in `a`. NULL: not UTF-8, not a host, or the
 * name or a label of it becomes too long. A name that has ASCII only, and an address, are never refused.
 */
const char *idn_to_ascii(struct arena *a, struct slice host);
/* Characters of a name without the dots at its end, which only say "from the root of the DNS". */
size_t idn_len_without_root(const char *name);

#endif
