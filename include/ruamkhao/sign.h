/* SHA-256 for ids of entries that have none, keyed hashes of what hubs send, and names that
 * nobody guesses. */
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

/* The value of X-Hub-Signature by SHA-256: 71 characters and a NUL. The key is not empty. */
#define RK_SIGNATURE_SIZE 72
void rk_signature_make(struct rk_str key, struct rk_str body, char out[RK_SIGNATURE_SIZE]);

/* Two random hex digits for each byte, and a NUL; at most 64 bytes. */
void rk_random_hex(char *out, size_t bytes);

#endif
