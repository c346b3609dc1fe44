/* Serves the Console: its document and its files. Contract: console-ux.md section 2. */
#include "server/console.h"

#include <string.h>

#include "base/ids.h"
#include "base/url.h"
#include "entity/tree.h"
#include "http/door.h"
#include "signin/page.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define FOLDER "console/"	/* of page_files */
#define ENTRY FOLDER "entry.json"	/* what web/vite.config.ts says of the files that the document begins with */
#define NONCE_CHARS 22
#define MANAGED "default"	/* the tenant that the Console manages */

/*
 * Nothing but our own files, and calls to the tenant that is managed. Pictures may be anywhere, since logos are
 * addresses; frames show the tenant's sign-in page. Components write style elements, with the nonce of the document.
 */
#define POLICY \
	"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'self';" \
	" style-src 'self' 'nonce-%s'; font-src 'self'; img-src 'self' %s data: blob: https:; connect-src 'self' %s;" \
	" frame-src %s"

static err_t send_headers(struct request *rq, const char *nonce, const char *endpoint)
{
	err_t e = reply_header(rq, "Cache-Control", "no-cache, no-store, must-revalidate");
	const char *origin;
	struct url u;

	if (!e && !url_parse(endpoint, strlen(endpoint), &u))
		e = err_set(ERR_INTERNAL, "the endpoint %s is no address", endpoint);
	if (e)
		return e;
	origin = url_origin(rq->arena, &u);
	return reply_header(rq, "Content-Security-Policy",
			    arena_printf(rq->arena, POLICY, nonce, origin, origin, origin));
}

/* -- the document -- */

/* {script, styles, modules}: names of files. NULL: the program was built without the Console. */
static const json_t *read_entry(struct request *rq)
{
	const struct asset *file = asset_find(&page_files, ENTRY);

	return file ? tree_keep(rq, json_loadb(file->plain.at, file->plain.len, 0, NULL)) : NULL;
}

static const char *url_of(struct request *rq, const json_t *name)
{
	return arena_printf(rq->arena, "/" FOLDER "%s", json_string_value(name));
}

static const char *const *url_list(struct request *rq, const json_t *names)
{
	const char **out = ARENA_ARRAY(rq->arena, const char *, json_array_size(names) + 1);

	for (size_t i = 0; i < json_array_size(names); i++)
		out[i] = url_of(rq, json_array_get(names, i));
	return out;
}

/* What the Console reads at first. */
static const json_t *pack_data(struct request *rq, const struct tenant *managed)
{
	return tree_keep(rq, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "adminEndpoint", context.admin_endpoint,
				       "apiEndpoint", managed->endpoint, "resource", managed->indicator,
				       "adminResource", rq->tenant->indicator, "appId", "admin-console", "tenantId",
				       managed->id, "version", GUILDHALL_VERSION));
}

static void write_document(struct request *rq, const json_t *entry, const struct tenant *managed, const char *nonce)
{
	const json_t *styles = json_object_get(entry, "styles"), *modules = json_object_get(entry, "modules");
	const struct console_page page = {
		.script = url_of(rq, json_object_get(entry, "script")),
		.styles = { url_list(rq, styles), json_array_size(styles) },
		.modules = { url_list(rq, modules), json_array_size(modules) },
		.nonce = nonce,
		.data = pack_data(rq, managed),
	};

	console_page_write(reply_html(rq, 200), &page);
}

static err_t show_console(struct request *rq)
{
	const char *nonce = id_make(rq->arena, NONCE_CHARS, ALPHABET_ALNUM);
	const json_t *entry = read_entry(rq);
	const struct tenant *managed;
	err_t e;

	if (!rq->tenant->is_admin)
		return ERR_ROUTE_NOT_FOUND;
	e = tenant_find(rq->tx, rq->arena, MANAGED, &managed);
	if (!e)
		e = send_headers(rq, nonce, managed->endpoint);
	if (e)
		return e;
	if (!entry)
		return reply_text(rq, 503, "The Console is not part of this program: it was built without Node.js.");
	write_document(rq, entry, managed, nonce);
	return OK;
}

static err_t show_file(struct request *rq)
{
	const char *name = arena_printf(rq->arena, FOLDER "assets/%s", path_arg(rq, "name"));
	const struct asset *file = rq->tenant->is_admin ? asset_find(&page_files, name) : NULL;

	return file ? reply_asset(rq, file) : ERR_ROUTE_NOT_FOUND;
}

/* -- routes -- */

static const struct door *const doors[] = { ANYONE, NULL };

const struct mount console_mount = {
	.prefix = "/console", .body_max = MIB(1), .form_max = KIB(56), .doors = doors, .fixed = &page_headers,
	.trailing_slash = true,
};

/* The program in the document knows its addresses; none is deeper than these. */
#define PAGE(below, id) \
	{ GET, "/console" below, ANYONE, READ, .handler = show_console, .status = 200, .operation = "Console" id, \
	  .summary = "The Console" }

const struct route console_page_routes[] = {
	PAGE("", "Home"),
	PAGE("/{a}", "Page1"),
	PAGE("/{a}/{b}", "Page2"),
	PAGE("/{a}/{b}/{c}", "Page3"),
	PAGE("/{a}/{b}/{c}/{d}", "Page4"),
	PAGE("/{a}/{b}/{c}/{d}/{e}", "Page5"),
	PAGE("/{a}/{b}/{c}/{d}/{e}/{f}", "Page6"),
	{ GET, "/console/assets/{name}", ANYONE, READ, .handler = show_file, .status = 200,
	  .operation = "ConsoleFile", .summary = "A file that the Console loads" },
};
const size_t console_page_route_count = ARRAY_LEN(console_page_routes);
