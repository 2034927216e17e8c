/*
 * SHA-256 by libcrypto, the only place that knows it.
 */
#include <ruamkhao/sign.h>

#include <ruamkhao/err.h>

#include <openssl/evp.h>

void
rk_sha256_hex(const struct rk_str *parts, size_t n, char out[65])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	/* Fails only where memory does: the algorithm is in the default provider. */
	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
		rk_oom(sizeof(sum));
	for (size_t i = 0; i < n; i++)
		if (parts[i].n > 0)
			rk_assert(EVP_DigestUpdate(ctx, parts[i].p, parts[i].n) == 1);
	rk_assert(EVP_DigestFinal_ex(ctx, sum, &len) == 1);
	rk_assert(len == 32);
	EVP_MD_CTX_free(ctx);
	for (size_t i = 0; i < 32; i++) {
		out[2 * i] = digits[sum[i] >> 4];
		out[2 * i + 1] = digits[sum[i] & 15];
	}
	out[64] = '\0';
}
