/* `expiresAt` in bodies, columns and answers. Contract: users-apps-resources.md sections 2.5 and 3.5. */
#include "directory/expires_at.h"

#include "base/clock.h"

#include "base/banned.h"

err_t expires_at_read(const struct request *rq, int64_t *out)
{
	const json_t *at = body_get(rq, "expiresAt");

	*out = json_integer_value(at);
	if (!json_is_integer(at) || *out > clock_ms())
		return OK;
	return err_arg(ERR_REQUEST_INPUT, "reason", "The time of `expiresAt` is past.");
}

struct arg expires_at_arg(int64_t expires_at_ms)
{
	return expires_at_ms ? N(expires_at_ms) : T(NULL);
}

void expires_at_print(struct json_out *j, struct rows *row, int column)
{
	json_key(j, "expiresAt");
	if (rows_null(row, column))
		json_null_(j);
	else
		json_int(j, rows_int(row, column));
}
