/* The state that the steps of this room share. */
#include "sso/protocol.h"

#include "base/banned.h"

FLOW(work, struct sso_work)

struct sso_work *sso_work(struct request *rq)
{
	return work(rq);
}
