/*
 * console.h - the Console, where administrators manage the tenant `default`: one document for all its addresses, and
 * the files that it loads. Only the admin endpoint has it.
 *
 * The document tells the program in it where its servers are. What the Console does is web/console, which calls
 * nothing but the Management API, with a token of the person who signed in.
 */
#ifndef SERVER_CONSOLE_H
#define SERVER_CONSOLE_H

#include "http/mount.h"
#include "http/request.h"
#include "http/template.h"

struct console_page {
	const char *script;
	const char *nonce;	/* the Console takes it from here, for style elements that it makes */
	struct { const char *const *at; size_t count; } styles, modules;
	const json_t *data;
};
TEMPLATE(console_page);

extern const struct mount console_mount;
extern const struct route console_page_routes[];
extern const size_t console_page_route_count;

#endif
