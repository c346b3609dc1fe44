/*
 * asset.h - files that are part of the program: pages, scripts, styles, pictures.
 *
 * The build makes a table of a folder (tools/embed.c). Nothing is read, coded or copied when a file is served: the
 * answer points at the bytes of the program.
 */
#ifndef HTTP_ASSET_H
#define HTTP_ASSET_H

#include "http/request.h"

struct asset {
	const char *path; /* below the folder: assets/app-1a2B3c_D.js */
	const char *type;
	const char *etag; /* a hash of the content, without quotes */
	bool immutable; /* its name holds a hash of its content */
	struct slice plain, gzip, brotli; /* a coded form that would not be shorter is empty */
};

struct assets {
	const struct asset *at; /* by path, bytewise */
	size_t count;
};

/* NULL: no such file. */
const struct asset *asset_find(const struct assets *all, const char *path);
/*
 * Answers GET and HEAD with a file, in the coding that the caller prefers; 304 when it has that already. The tag is
 * strong: each coding has its own (RFC 9110 section 8.8.3.3). A client may keep a file whose name holds a hash for a
 * year; for any other it asks again each time.
 */
NODISCARD err_t reply_asset(struct request *rq, const struct asset *a);

#endif
