/* SHA-256 for ids of entries that have none, and keyed hashes of what hubs send. */
#ifndef RUAMKHAO_SIGN_H
#define RUAMKHAO_SIGN_H

#include <ruamkhao/str.h>

#include <stdbool.h>

/* 64 lower-case hex digits and a NUL, over the concatenation of the parts. */
void rk_sha256_hex(const struct rk_str *parts, size_t n, char out[65]);

/*
 * Is `signature` that of the body under the key, as X-Hub-Signature is written:
 * "sha256=HEX", also sha384 and sha512? Compared in constant time. Others, sha1 too, are
 * none: *known is false then (NULL: do not tell).
 */
bool rk_signature_fits(
    struct rk_str signature, struct rk_str key, struct rk_str body, bool *known);

#endif
