/*
 * certificate.h - reads the files of the TLS certificate, at the start and when they have changed.
 */
#ifndef SERVER_CERTIFICATE_H
#define SERVER_CERTIFICATE_H

#include "base/err.h"
#include "base/settings.h"

/* Whether the settings ask for HTTPS. */
bool certificate_is_set(const struct settings *s);
/* Reads both files and shows what is in them (http/tls.h); nothing where none is set. ERR_INTERNAL with the reason. */
NODISCARD err_t certificate_load(const struct settings *s);
/*
 * Call it some times a second: reads the files again when one has changed and both have rested for a second, or at
 * once when `asked`. What cannot be used is logged, and the certificate of before stays.
 */
void certificate_watch(const struct settings *s, bool asked);

#endif
