/*
 * multipart.h - uploads: bodies of the media type multipart/form-data (RFC 7578, with the framing of RFC 2046 section
 * 5.1).
 *
 * Strict: lines end in CR LF, nothing stands before the first part or behind the last, each part says what it is
 * exactly once. How large the whole may be is the route's body limit. The bytes of parts are not copied.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "http/request.h"

#define PARTS_MOST 32
#define PART_HEAD_MOST 2048 /* bytes of the headers of a part */
#define PART_NAME_MOST 128 /* bytes */
#define FILE_NAME_MOST 200 /* bytes; with an id before it, it fits any file system */

struct part {
	const char *name;
	/*
	 * NULL: a field, not a file. Else the last component of what the caller's file was called, in UTF-8, with
	 * nothing in it that a path, a header or a shell would take for more than a character; never empty and never
	 * with a dot first.
	 */
	const char *filename;
	const char *type; /* Content-Type in lower case without parameters, as claimed; NULL: none */
	struct slice bytes; /* borrowed from the body of the request */
};

struct multipart {
	struct part *at; /* in the order sent; lives in the request's arena */
	size_t count;
};

/*
 * ERR_INPUT: the body is not multipart/form-data, not well-formed, or has more or longer parts than the limits above.
 */
NODISCARD err_t multipart_parse(const struct request *rq, struct multipart *out);
/* The first file of that name. ERR_INPUT: there is none; ERR_FILE_SIZE: it has more than `most` bytes. */
NODISCARD err_t multipart_file(const struct multipart *m, const char *name, size_t most, const struct part **out);

#endif
