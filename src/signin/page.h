/*
 * page.h - the pages on which people sign in (sign-in.md section 5.1): one document for all their addresses, the files
 * that it loads, the Live Preview, also that of a device, and the page where people manage their account.
 *
 * The document brings all that the first paint shows: texts in the person's language, logo, colours and style sheet of
 * the tenant, the application and the organization. What the pages do are the programs of web/.
 */
#ifndef SIGNIN_PAGE_H
#define SIGNIN_PAGE_H

#include "http/asset.h"
#include "http/mount.h"
#include "http/request.h"
#include "http/template.h"

struct sign_in_page {
	const char *language, *title, *icon, *look, *script, *style, *no_script;
	bool is_dark;	/* where the person wants it */
	const json_t *data;
};
TEMPLATE(sign_in_page);

/* The files of all pages and of the Console, made of web/ by the build. */
extern const struct assets page_files;

/* Where the style sheet of plain pages is (http/plain_page.h): every mount that answers with one names it. */
#define PAGE_LOOK "/look.css"

/* How the state of a test sign-in begins; no page makes such a one. */
#define PAGE_TEST_STATE "sso-test."

/* Answers with the document. Needs a transaction that can read. */
err_t page_answer(struct request *rq);

extern const struct mount page_mount, demo_mount, device_demo_mount, account_page_mount;
extern const struct route page_routes[];
extern const size_t page_route_count;

#endif
