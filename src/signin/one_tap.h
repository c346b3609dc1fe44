/*
 * one_tap.h - the nonce of ID tokens that the sign-in page gets by Google One Tap. Such a token is good for the
 * interaction that asked for it alone, so one that was stolen elsewhere signs nobody in.
 */
#ifndef SIGNIN_ONE_TAP_H
#define SIGNIN_ONE_TAP_H

#include "base/arena.h"

/* For the page of this interaction; lives in `a`. */
const char *one_tap_nonce(struct arena *a, const char *interaction_id);
/*
 * Whether the interaction may take a token with this nonce: its own, or one that is not of our pages, since an
 * application's page has nonces of its own, or none (NULL).
 */
bool one_tap_nonce_fits(struct arena *a, const char *interaction_id, const char *nonce);

#endif
