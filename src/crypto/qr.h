/*
 * qr.h - QR codes as pictures.
 */
#ifndef CRYPTO_QR_H
#define CRYPTO_QR_H

#include "base/arena.h"

/*
 * The text as a QR code with a quiet zone: a PNG as a data: address, in `a`. NULL: it is empty, or longer than a QR
 * code holds (2953 bytes). It takes about a millisecond: WORK lane.
 */
char *qr_data_url(struct arena *a, const char *text);

#endif
