/* Makes and compares nonces of Google One Tap. */
#include "signin/one_tap.h"

#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "base/banned.h"

#define OURS "guildhall."	/* how the nonces of our pages begin */

const char *one_tap_nonce(struct arena *a, const char *interaction_id)
{
	return arena_printf(a, OURS "%s", digest_of(a, arena_printf(a, "one-tap:%s", interaction_id)));
}

bool one_tap_nonce_fits(struct arena *a, const char *interaction_id, const char *nonce)
{
	return !nonce || !text_has_prefix(nonce, OURS) || !strcmp(nonce, one_tap_nonce(a, interaction_id));
}
