/*
 * idn.h - names of hosts in the form that the DNS has: bücher.example is xn--bcher-kva.example.
 *
 * Near enough to UTS #46 as browsers apply it: letters become small, are composed (NFKC) and then written in Punycode
 * (RFC 3492). Whether a registry would sell such a name is not asked.
 */
#ifndef BASE_IDN_H
#define BASE_IDN_H

#include "base/arena.h"

/*
 * A host that url.h has taken apart, in ASCII and in lower case; lives in `a`. A name that has ASCII only, and an
 * address, change in their letter case alone. NULL: not UTF-8, or the name or a label of it becomes too long.
 */
const char *idn_to_ascii(struct arena *a, struct slice host);

#endif
