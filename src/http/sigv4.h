/*
 * sigv4.h - signs calls to services that speak S3 (AWS Signature Version 4).
 */
#ifndef HTTP_SIGV4_H
#define HTTP_SIGV4_H

#include "base/arena.h"
#include "http/client.h"

struct sigv4_key {
	const char *region, *service;	/* "us-east-1", "s3" */
	const char *id, *secret;
};

/*
 * Sets the headers of a call whose method, URL, body and no header are there; they live in `a`. The URL has no query,
 * and its path is escaped. WORK lane for a large body. ERR_CALL_INPUT: it is not such a URL.
 */
NODISCARD err_t sigv4_sign(struct arena *a, const struct sigv4_key *key, int64_t now_ms, struct call *c);

#endif
