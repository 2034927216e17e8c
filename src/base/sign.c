/*
 * SHA-256 and HMAC by libcrypto, the only place that knows it; random names by the kernel.
 */
#include <ruamkhao/sign.h>

#include <ruamkhao/err.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/random.h>

static void
write_hex(const unsigned char *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

void
rk_sha256_hex(const struct rk_str *parts, size_t n, char out[65])
{
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
	write_hex(sum, len, out);
}

/* Two hex digits; -1: they are none. */
static int
byte_of(const char *p)
{
	int value = 0;

	for (int i = 0; i < 2; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static bool
read_hex(struct rk_str hex, unsigned char *out, size_t n)
{
	if (hex.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int byte = byte_of(hex.p + 2 * i);

		if (byte < 0)
			return false;
		out[i] = (unsigned char)byte;
	}
	return true;
}

bool
rk_signature_fits(
    struct rk_str signature, struct rk_str key, struct rk_str body, bool *known)
{
	static const struct {
		const char *name;
		const EVP_MD *(*digest)(void);
		size_t n;
	} ways[] = {{"sha256=", EVP_sha256, 32}, {"sha384=", EVP_sha384, 48},
	    {"sha512=", EVP_sha512, 64}};
	unsigned char given[EVP_MAX_MD_SIZE], made[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (known != NULL)
		*known = false;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (!rk_str_istarts(signature, ways[i].name))
			continue;
		if (!read_hex(rk_str_from(signature, 7), given, ways[i].n))
			return false;
		if (known != NULL)
			*known = true;
		rk_assert(key.n > 0 && key.n <= INT_MAX);
		if (HMAC(ways[i].digest(), key.p, (int)key.n,
			(const unsigned char *)(body.n > 0 ? body.p : ""), body.n, made, &n) == NULL)
			rk_oom(sizeof(made));
		return n == ways[i].n && CRYPTO_memcmp(given, made, n) == 0;
	}
	return false;
}

void
rk_signature_make(struct rk_str key, struct rk_str body, char out[RK_SIGNATURE_SIZE])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	rk_assert(key.n > 0 && key.n <= INT_MAX);
	if (HMAC(EVP_sha256(), key.p, (int)key.n,
		(const unsigned char *)(body.n > 0 ? body.p : ""), body.n, sum, &n) == NULL)
		rk_oom(sizeof(sum));
	memcpy(out, "sha256=", 7);
	write_hex(sum, n, out + 7);
}

void
rk_random_hex(char *out, size_t bytes)
{
	unsigned char raw[64];
	size_t got = 0;

	rk_assert(bytes <= sizeof(raw));
	while (got < bytes) {
		ssize_t n = getrandom(raw + got, bytes - got, 0);

		rk_assert(n > 0 || errno == EINTR);
		got += n > 0 ? (size_t)n : 0;
	}
	write_hex(raw, bytes, out);
}
