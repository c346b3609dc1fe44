/*
 * storage.h - where uploaded files are kept, as the operator says: in the data folder, in a bucket of a service that
 * speaks S3, or nowhere. A file is written once under a name of its own and never changed.
 *
 * Each job is: begin it on WORK; where it `calls`, a step on CALL with transfer(rq, &job.call, then); end it on WORK.
 */
#ifndef TENANT_STORAGE_H
#define TENANT_STORAGE_H

#include "http/client.h"
#include "http/request.h"

struct storage_job {
	const char *path;	/* of a file in the data folder */
	bool calls;
	struct call call;
};

/* Whether files can be kept at all. */
bool storage_is_there(void);
/* `name` has letters, digits and dots, and does not begin with a dot. `bytes` stay until the end of the job. */
NODISCARD err_t storage_begin_put(struct request *rq, const char *name, struct slice bytes, struct storage_job *out);
/* ERR_UPLOAD: it is not kept. */
NODISCARD err_t storage_end_put(const struct storage_job *j);
NODISCARD err_t storage_begin_get(struct request *rq, const char *name, struct storage_job *out);
/* Appends the file. ERR_NOT_FOUND; ERR_UPLOAD: it cannot be read now. */
NODISCARD err_t storage_end_get(const struct storage_job *j, struct buffer *to);

/*
 * In the transaction that ends a tenant: a worker removes its files from the data folder afterwards. Those in a bucket
 * stay, below the id of the tenant: the operator owns the bucket.
 */
NODISCARD err_t storage_leave(struct txn *tx, const char *tenant);

#endif
