/*
 * libcurl.h - inside http/ only: libcurl, loaded when the first call to another server is made.
 *
 * It brings some thirty libraries (LDAP, SSH, Kerberos, …); a server that never calls neither waits for them nor
 * holds them in memory. Types and constants are those of <curl/curl.h>; curl.easy_init() is its curl_easy_init().
 * Memory that libcurl gives back is wiped first, because passwords and tokens of calls lie in it.
 */
#ifndef HTTP_LIBCURL_H
#define HTTP_LIBCURL_H

#include <curl/curl.h>

#include "base/err.h"

#define LIBCURL_FUNCTIONS(F) \
	F(easy_cleanup) F(easy_getinfo) F(easy_init) F(easy_nextheader) F(easy_recv) F(easy_send) F(easy_setopt) \
	F(easy_strerror) F(free) F(global_init_mem) F(multi_add_handle) F(multi_cleanup) F(multi_info_read) \
	F(multi_init) F(multi_remove_handle) F(multi_setopt) F(multi_socket_action) F(slist_append) \
	F(slist_free_all) F(url) F(url_cleanup) F(url_get) F(url_set) F(url_strerror) F(version_info)

struct libcurl {
#define F(name) __typeof__(curl_##name) *name;
	LIBCURL_FUNCTIONS(F)
#undef F
};

extern struct libcurl curl;	/* complete after libcurl_load() returned OK */

/* Runs once for the life of the process. ERR_CALL_FAILED: libcurl is not installed, or is older than 7.87. */
NODISCARD err_t libcurl_load(void);

#endif
