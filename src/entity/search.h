/*
 * search.h - what a caller searches a list for. Contract: http-conventions.md section 5.
 *
 * Search has one meaning on both engines: the index finds candidates, the matcher decides. What is wrong with a
 * search ends in the query's error, and query_reply() reports it: ERR_REQUEST_INPUT with its reason.
 */
#ifndef ENTITY_SEARCH_H
#define ENTITY_SEARCH_H

#include "entity/query.h"

/* Of lists that are searched, an addition of ours: the log's lists have it in the contract. */
#define CAP_PARAMETER \
	{ "enableCap", .type = FIELD_TEXT, \
	  .help = "A truthy word lets the count of what is found stop at 10001: Total-Number-Is-Capped." }

/*
 * Of lists that the contract gives whole, or without a search, unless `paginated=true` is sent, an addition of ours
 * (takes_paginated of route.h). Without that nothing of this counts, so nothing of it is refused either.
 */
#define PAGINATED_PARAMETERS(found) \
	{ "paginated", .type = FIELD_TEXT, .flags = ONCE, \
	  .help = "A truthy word: page and page_size cut the list, q searches it, Total-Number counts it." }, \
	{ "q", .type = FIELD_TEXT, .flags = ONCE, .help = "With paginated: " found }, \
	{ "enableCap", .type = FIELD_TEXT, .flags = ONCE, .help = "With paginated: the count may stop at 10001." }

/* The reason when an engine cannot read a pattern. */
#define SEARCH_BAD_PATTERN "A search pattern is not valid."

/* `q` of section 5.1: a case-insensitive substring of one of the thing's searched fields. */
void query_keyword(struct query *q);
/* `search`, `search.<field>`, `mode`, `joint`, `isCaseSensitive` of section 5.2. */
void query_search(struct query *q);

#endif
