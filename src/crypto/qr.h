/*
 * qr.h - QR codes as pictures.
 */
#ifndef CRYPTO_QR_H
#define CRYPTO_QR_H

#include "base/arena.h"

/*
 * The text as a QR code with a quiet zone: a PNG as a data: address, in `a`. NULL: the text is longer than a QR code
 * holds (2331 bytes).
 */
char *qr_data_url(struct arena *a, const char *text);

#endif
