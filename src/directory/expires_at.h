/*
 * expires_at.h - `expiresAt` of what a caller makes and may limit in time: secrets of applications, tokens of users.
 */
#ifndef DIRECTORY_EXPIRES_AT_H
#define DIRECTORY_EXPIRES_AT_H

#include "http/request.h"
#include "store/store.h"

/* Sets `*out` to `expiresAt` of the body in epoch milliseconds; 0: never. ERR_REQUEST_INPUT: it is past. */
NODISCARD err_t expires_at_read(const struct request *rq, int64_t *out);
/* The value for a column that is NULL for never. */
struct arg expires_at_arg(int64_t expires_at_ms);
/* Writes the member from such a column. */
void expires_at_print(struct json_out *j, struct rows *row, int column);

#endif
