/*
 * tls.h - the certificate that all servers of the process show over HTTPS, and how they speak it: TLS 1.2 and up.
 *
 * It can be replaced while they run: a connection that begins afterwards is shown the new one.
 */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include "base/err.h"

/*
 * PEM texts: the chain, the server's own certificate among it, and the private key; both borrowed for the call.
 * ERR_INTERNAL with the reason: they cannot be read, or do not belong together; what was shown before stays.
 */
NODISCARD err_t tls_show(const char *certificates, const char *key);
/* Forgets them all. After the servers have ended. */
void tls_done(void);

/* For libmicrohttpd (MHD_OPTION_HTTPS_PRIORITIES, MHD_OPTION_HTTPS_CERT_CALLBACK). */
extern const char tls_priorities[];
extern void *const tls_callback;

#endif
