/*
 * messages.h - the texts of errors, by error and language.
 *
 * English stands in errors.def. Each other language is a file, messages/TAG.txt, with a line `NAME = text` for every
 * row of errors.def that has a code; messages.awk builds them in. An error without a code is always English
 * (http-conventions.md section 6.1). tests/drift/messages.sh holds the files against errors.def.
 */
#ifndef BASE_MESSAGES_H
#define BASE_MESSAGES_H

#include "base/err.h"

struct language {
	const char *tag;		/* as the wire contract spells it: "de", "zh-CN" */
	const char *const *messages;	/* by err_t, NULL where there is none; NULL: English */
};

/* English first. */
extern const struct language languages[];
extern const int language_count;

/*
 * The language of a tag of `len` bytes; NULL: there are no texts in it. Tags are compared whole; letter case is
 * forgiven in tags of two parts only (http-conventions.md section 11): "zh-cn" is zh-CN, "DE" is nothing, "fr-CA" is
 * not fr.
 */
const struct language *language_find(const char *tag, size_t len);
/* Lives as long as the process; {name} is not filled yet. */
const char *language_message(const struct language *l, err_t e);

#endif
