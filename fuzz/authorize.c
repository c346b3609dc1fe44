/*
 * The query of an authorization request (oidc.md section 5): its parameters, and the address that the browser goes
 * back to. The input is the query.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/url.h"
#include "oidc/authorize.h"
#include "oidc/redirect_uri.h"
#include "oidc/return_address.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An address that passes is one of ours to every reader. */
static void check_redirect(struct request *rq, const struct authorization *az)
{
	char exact[] = "https://app.example/cb", stars[] = "https://*.app.example/a/*",
	     local[] = "http://localhost/cb";
	char *const registered[] = { exact, stars, local, NULL };
	const char *uri = az->params[PARAM_REDIRECT_URI], *state = az->params[PARAM_STATE], *address;
	const struct param pair = { "state", state };
	struct slice host;
	struct url u;

	if (!uri || !redirect_uri_is_registered(rq->arena, registered, uri, true))
		return;
	if (!url_parse(uri, strlen(uri), &u) || u.userinfo.at || u.query.at || u.fragment.at)
		abort();
	host = url_host(&u);
	if (!url_hosts_equal(host, (struct slice){ "localhost", 9 }) &&
	    (host.len < 11 ||
	     !url_hosts_equal((struct slice){ host.at + host.len - 11, 11 }, (struct slice){ "app.example", 11 })))
		abort();
	address = return_address(rq->arena, uri, false, &pair, state ? 1 : 0);
	for (; address && *address; address++)
		if ((unsigned char)*address <= ' ' || (unsigned char)*address >= 0x7f ||
		    strchr("\"<>\\^`{|}", *address))
			abort();
}

/* What is kept while a page is open is what was sent. */
static void check_kept(struct request *rq, const struct authorization *az)
{
	struct authorization again = { .rq = rq };
	json_t *packed = authorization_pack(az);

	authorization_unpack(&again, packed);
	if (!json_equal(packed, authorization_pack(&again)))
		abort();
	for (size_t i = 0; i < PARAM_COUNT; i++)
		if (az->params[i] && !text_is_utf8(az->params[i], strlen(az->params[i])))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request rq = { .method = GET, .method_text = "GET", .path = "/oidc/auth", .query_text = "" };
	struct authorization az = { .rq = &rq };

	rq.arena = arena_new();
	params_parse(rq.arena, (const char *)data, size, &rq.query);
	if (authorization_read(&az) != OK)
		abort();
	check_kept(&rq, &az);
	check_redirect(&rq, &az);
	err_clear();
	request_done(&rq);
	arena_free(rq.arena);
	return 0;
}
