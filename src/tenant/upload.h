/*
 * upload.h - pictures that people and administrators upload (sign-in.md sections 4.2 and 12.8): which are taken, and
 * where they are served.
 *
 * They are served below /uploads, apart from everything else: an SVG that somebody opens there runs no script, and
 * what is inside it reaches nothing.
 */
#ifndef TENANT_UPLOAD_H
#define TENANT_UPLOAD_H

#include "entity/shape.h"
#include "http/mount.h"
#include "http/route.h"

#define UPLOAD_MOST MIB(20)	/* of one file */
#define UPLOAD_BODY_MOST MIB(21)	/* with what is around it */

/*
 * Whether the file of the form's field `file` can become the picture of a person who registers: by its first bytes
 * alone it is a JPEG, PNG, GIF, BMP or WebP. ERR_INPUT: no file; ERR_FILE_SIZE; ERR_MIME_TYPE; ERR_NO_STORAGE.
 */
NODISCARD err_t upload_check_avatar(struct request *rq);
/* The end of a chain: stores it and answers 200 {url}. The errors of the above; ERR_UPLOAD. */
extern const struct step store_avatar;
extern const struct shape upload_shape;	/* of that answer */

extern const struct route upload_routes[];
extern const size_t upload_route_count;
extern const struct mount upload_mount;

#endif
