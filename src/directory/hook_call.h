/*
 * hook_call.h - inside directory/ only: the call of a webhook (webhooks-and-logs.md section 4.6), and what came of it.
 */
#ifndef DIRECTORY_HOOK_CALL_H
#define DIRECTORY_HOOK_CALL_H

#include "directory/hook.h"
#include "http/client.h"

#define HOOK_CALL_MS 10000	/* for the whole call, with its redirects */

/*
 * Fills in the call that posts `body`, JSON in the request's arena, as `config` says, signed with the key of the hook.
 * The call belongs to the caller.
 */
void hook_call_make(struct request *rq, const struct hook_row *h, const json_t *config, const char *body,
		    struct call *out);

/* Whether the receiver has answered, whatever its answer is; of a long one the beginning is there. */
bool hook_call_is_answered(const struct call *c);
/* What the audit log says of a call that failed, lives in `a`; NULL: it went well. */
const char *hook_call_error(struct arena *a, const struct call *c);
/* The answer as text that is UTF-8, cut at `most` bytes; lives in `a`. */
const char *hook_call_text(struct arena *a, const struct call *c, size_t most);

#endif
