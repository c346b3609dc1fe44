/*
 * sign_out.h - what ends when an administrator suspends a user. Rooms above keep what a person who signed in has;
 * each names beside it how it ends:
 *
 *	SIGN_OUT(sessions, sessions_remove_all);
 *
 * What ends with the user itself needs no such row: foreign keys delete it.
 */
#ifndef DIRECTORY_SIGN_OUT_H
#define DIRECTORY_SIGN_OUT_H

#include "base/err.h"

struct txn;

typedef err_t sign_out_fn(struct txn *tx, const char *user_id);

#define SIGN_OUT(id, fn) \
	static sign_out_fn *const id##_sign_out __attribute__((used, section("sign_outs"))) = fn

/* Runs them all, in the caller's transaction. */
NODISCARD err_t user_sign_out(struct txn *tx, const char *user_id);

#endif
