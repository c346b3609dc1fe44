/*
 * libpq.h - inside store/ only: libpq, loaded when the first connection to PostgreSQL is made.
 *
 * It brings two dozen libraries (Kerberos, LDAP, …); a server on SQLite neither waits for them nor holds them in
 * memory. Types and constants are those of <libpq-fe.h>; pq.exec() is its PQexec().
 */
#ifndef STORE_LIBPQ_H
#define STORE_LIBPQ_H

#include <libpq-fe.h>

#include "base/err.h"

#define LIBPQ_FUNCTIONS(F) \
	F(backendPID) F(clear) F(cmdStatus) F(cmdTuples) F(connectdbParams) F(consumeInput) \
	F(enterPipelineMode) F(errorMessage) F(exec) F(exitPipelineMode) F(finish) F(fname) F(freemem) \
	F(getResult) F(getisnull) F(getlength) F(getvalue) F(isBusy) F(isthreadsafe) F(nfields) \
	F(notifies) F(ntuples) F(parameterStatus) F(pingParams) F(pipelineSync) F(resultErrorField) \
	F(resultErrorMessage) F(resultMemorySize) F(resultStatus) F(sendDescribePrepared) F(sendPrepare) \
	F(sendQuery) F(sendQueryParams) F(sendQueryPrepared) F(setNoticeProcessor) F(setSingleRowMode) \
	F(setvalue) F(socket) F(sslInUse) F(status) F(transactionStatus)

struct libpq {
#define F(name) __typeof__(PQ##name) *name;
	LIBPQ_FUNCTIONS(F)
#undef F
};

extern struct libpq pq;		/* all there after libpq_load() */

/* Once for the life of the process. ERR_STORE: it is not installed, older than 14, or not made for threads. */
NODISCARD err_t libpq_load(void);

#endif
