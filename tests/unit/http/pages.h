/*
 * pages.h - what the templates of pages/ show.
 */
#ifndef TESTS_UNIT_HTTP_PAGES_H
#define TESTS_UNIT_HTTP_PAGES_H

#include "http/template.h"

struct person {
	const char *name;
	struct {
		const char *const *at;
		size_t count;
	} roles;
};

struct test_page {
	const char *title, *logo;
	int64_t count;
	bool failed;
	struct {
		const char *name;
	} client;
	struct {
		const struct person *at;
		size_t count;
	} people;
	const json_t *settings;
	struct html body;
};
TEMPLATE(test_page);

#endif
