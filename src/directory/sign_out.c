/* Ends what rooms above keep of a person who signed in. */
#include "directory/sign_out.h"

#include "base/banned.h"

extern sign_out_fn *const __start_sign_outs[], *const __stop_sign_outs[];

err_t user_sign_out(struct txn *tx, const char *user_id)
{
	err_t e = OK;

	for (sign_out_fn *const *end = __start_sign_outs; !e && end < __stop_sign_outs; end++)
		e = (*end)(tx, user_id);
	return e;
}
