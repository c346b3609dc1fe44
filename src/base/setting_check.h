/*
 * setting_check.h - inside base/ only: which texts a setting can have. The rows of settings.def name these functions.
 *
 * Each returns NULL for a text that it can have, or what is wrong, as the end of a sentence. None quotes the text: it
 * may be a secret, or hold one.
 */
#ifndef BASE_SETTING_CHECK_H
#define BASE_SETTING_CHECK_H

const char *check_endpoint(const char *text);		/* also unset: slashes alone */
const char *check_folder(const char *text);
const char *check_file(const char *text);		/* that can be read; or unset */
const char *check_uploads(const char *text);		/* or unset */
const char *check_name(const char *text);		/* in letters, digits and -._; or unset */
const char *check_dns_servers(const char *text);	/* or unset */
const char *check_listen(const char *text);		/* or unset */
const char *check_database(const char *text);		/* a URL that libpq reads, and cannot misread; or unset */
const char *check_seal_key(const char *text);		/* 32 bytes in base64; or unset */
const char *check_algorithm(const char *text);
const char *check_log_level(const char *text);
const char *check_log_format(const char *text);		/* or unset */

#endif
