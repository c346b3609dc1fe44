/*
 * breached.h - whether a password is known to be stolen, by a list that the operator keeps: a text file with one SHA-1
 * a line, 40 hexadecimal digits in any letter case or at least the first 16 of them, in rising order; what follows on
 * the line does not matter. That is the form of Pwned Passwords (ordered by hash).
 *
 * The file is opened for each question, so another may be moved into its place while the server runs, and read by
 * bisection: some forty small reads for any size. WORK lane.
 */
#ifndef CRYPTO_BREACHED_H
#define CRYPTO_BREACHED_H

#include "base/err.h"

#define BREACHED_DIGITS_LEAST 16

/* ERR_INTERNAL: the file cannot be read, or is not such a list. */
NODISCARD err_t breached_find(const char *path, const char *password, bool *found);

#endif
