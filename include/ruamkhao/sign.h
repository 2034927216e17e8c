/* SHA-256, for ids of entries that have none. */
#ifndef RUAMKHAO_SIGN_H
#define RUAMKHAO_SIGN_H

#include <ruamkhao/str.h>

/* 64 lower-case hex digits and a NUL, over the concatenation of the parts. */
void rk_sha256_hex(const struct rk_str *parts, size_t n, char out[65]);

#endif
