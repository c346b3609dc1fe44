/*
 * compress.h - which coding an answer gets (RFC 9110 section 12.5.3, http-conventions.md section 3), and making it.
 */
#ifndef HTTP_COMPRESS_H
#define HTTP_COMPRESS_H

#include "base/buffer.h"

enum coding { CODING_NONE, CODING_BR, CODING_GZIP, CODING_DEFLATE };

/*
 * The value of Accept-Encoding; NULL: absent. Equal weights: br, gzip, deflate. Without a coding that both sides
 * know: CODING_NONE.
 */
enum coding coding_choose(const char *accept);
/* As in Content-Encoding. */
const char *coding_name(enum coding c);
/* Replaces the bytes by their coded form. False, and nothing changed, when that is not shorter. */
bool coding_apply(enum coding c, struct buffer *body);

/*
 * Call before inflateInit() or deflateInit(): zlib's memory, which holds parts of the text, is wiped when it is
 * freed.
 */
struct z_stream_s;
void coding_wipe_on_free(struct z_stream_s *z);

#endif
