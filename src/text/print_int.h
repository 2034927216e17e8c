/* What making and reading of fingerprints share. */
#ifndef RUAMKHAO_PRINT_INT_H
#define RUAMKHAO_PRINT_INT_H

#define VALUE_BITS 24   /* of a hash in a sketch */
#define ROUTINE    0x80 /* in the byte of the label: bits stand before the credit */

#endif
