/* Makes the call of a webhook, and reads what came of it. */
#include "directory/hook_call.h"

#include <string.h>
#include <strings.h>

#include "crypto/digest.h"

#include "base/banned.h"

#define SIGNATURE "logto-signature-sha-256"	/* the name by which receivers know it */

struct header_list {
	struct header *at;
	size_t count;
};

static bool has_header(const struct header_list *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++)
		if (!strcasecmp(l->at[i].name, name))
			return true;
	return false;
}

/* What the hook adds goes before ours, but for the signature, which nobody else may write. */
static struct header_list list_headers(struct arena *a, const json_t *own, const char *signature)
{
	struct header_list l = { ARENA_ARRAY(a, struct header, json_object_size(own) + 2), 0 };
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)own, name, value)	/* jansson takes no const here */
		if (strcasecmp(name, SIGNATURE) != 0)
			l.at[l.count++] = (struct header){ name, json_string_value(value) };
	if (!has_header(&l, "Content-Type"))
		l.at[l.count++] = (struct header){ "Content-Type", "application/json" };
	l.at[l.count++] = (struct header){ SIGNATURE, signature };
	return l;
}

void hook_call_make(struct request *rq, const struct hook_row *h, const json_t *config, const char *body,
		    struct call *out)
{
	char signature[HMAC_HEX_SIZE];
	struct header_list headers;

	hmac_hex(&h->key, body, strlen(body), signature);
	headers = list_headers(rq->arena, json_object_get(config, "headers"), arena_copy(rq->arena, signature));
	*out = (struct call){
		.url = json_string_value(json_object_get(config, "url")), .method = "POST",
		.headers = headers.at, .header_count = headers.count,
		.body = body, .body_len = strlen(body),
		.follow_redirects = true, .total_ms = HOOK_CALL_MS,
	};
}

/* An answer that is too long is an answer: nobody needs to read it to its end. */
bool hook_call_is_answered(const struct call *c)
{
	return !c->error || (c->error == ERR_CALL_ANSWER && c->answer.full);
}

const char *hook_call_error(struct arena *a, const struct call *c)
{
	if (c->error == ERR_CALL_TIMEOUT)
		return "TimeoutError: Request timed out";
	if (!hook_call_is_answered(c))
		return arena_printf(a, "TypeError: %s", *c->detail ? c->detail : err_row(c->error)->message);
	if (c->status >= 200 && c->status < 300)
		return NULL;
	return arena_printf(a, "HTTPError: Request failed with status code %d", c->status);
}

const char *hook_call_text(struct arena *a, const struct call *c, size_t most)
{
	size_t len = c->answer.len > most ? most : c->answer.len;
	char *text = arena_copyn(a, buffer_str(&c->answer), len);

	len = text_cut(text, strlen(text));	/* a NUL ends it */
	text[len] = '\0';
	return text_repair(a, text, len);
}
