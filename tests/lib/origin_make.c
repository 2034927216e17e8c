/*
 * What origins serve: gzip without a library (stored blocks, and one kind of bomb), and
 * certificates.
 */
#include "origin.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ruamkhao/err.h>

/* ---- gzip, RFC 1951 and 1952 */

#define STORED_MAX ((size_t)65535)

static uint32_t
crc_more(uint32_t crc, const unsigned char *p, size_t n)
{
	static _Thread_local uint32_t table[256];

	if (table[1] == 0)
		for (uint32_t i = 0; i < 256; i++) {
			uint32_t c = i;

			for (int k = 0; k < 8; k++)
				c = (c & 1) != 0 ? 0xedb88320u ^ (c >> 1) : c >> 1;
			table[i] = c;
		}
	crc = ~crc;
	for (size_t i = 0; i < n; i++)
		crc = table[(crc ^ p[i]) & 0xff] ^ (crc >> 8);
	return ~crc;
}

static unsigned char *
put_head(unsigned char *at)
{
	static const unsigned char head[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};

	memcpy(at, head, sizeof(head));
	return at + sizeof(head);
}

static unsigned char *
put32(unsigned char *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		*at++ = (unsigned char)(value >> (8 * i));
	return at;
}

char *
origin_gzip(const void *data, size_t n, size_t *packed)
{
	size_t blocks = n / STORED_MAX + 1;
	unsigned char *out = rk_xcalloc(n + blocks * 5 + 18, 1), *at = put_head(out);
	const unsigned char *p = data;

	for (size_t i = 0; i < blocks; i++) {
		size_t done = i * STORED_MAX;
		size_t len = n - done < STORED_MAX ? n - done : STORED_MAX;

		*at++ = i + 1 == blocks;
		*at++ = (unsigned char)len;
		*at++ = (unsigned char)(len >> 8);
		*at++ = (unsigned char)~len;
		*at++ = (unsigned char)(~len >> 8);
		if (len > 0)
			memcpy(at, p + done, len);
		at += len;
	}
	at = put32(at, n > 0 ? crc_more(0, p, n) : 0);
	at = put32(at, (uint32_t)n);
	*packed = (size_t)(at - out);
	return (char *)out;
}

struct bits {
	unsigned char *at;
	unsigned fill; /* bits used of *at */
};

/* Codes stand with their first bit first, numbers with their lowest. */
static void
put_code(struct bits *b, unsigned code, unsigned len)
{
	while (len-- > 0) {
		*b->at |= (unsigned char)(((code >> len) & 1) << b->fill);
		if (++b->fill == 8) {
			b->at++;
			b->fill = 0;
		}
	}
}

char *
origin_bomb(char c, size_t n, size_t *packed)
{
	/* One literal, then "258 bytes from 1 back" in 13 bits as often as it fits,
	 * then literals: the fixed code of RFC 1951 3.2.6. */
	unsigned lit = (unsigned char)c;
	size_t repeats = n > 0 ? (n - 1) / 258 : 0, rest = n - (n > 0) - repeats * 258;
	unsigned char *out = rk_xcalloc(repeats * 13 / 8 + rest * 2 + 64, 1);
	struct bits b = {.at = put_head(out)};
	unsigned char block[4096];
	uint32_t crc = 0;

	put_code(&b, 1, 1); /* last block */
	put_code(&b, 2, 2); /* fixed code: 01, its lowest bit first */
	for (size_t i = 0; i < rest + (n > 0); i++) {
		if (lit < 144)
			put_code(&b, 0x30 + lit, 8);
		else
			put_code(&b, 0x190 + lit - 144, 9);
		if (i > 0)
			continue;
		for (size_t k = 0; k < repeats; k++) {
			put_code(&b, 0xc5, 8); /* 285: length 258 */
			put_code(&b, 0, 5);    /* distance 1 */
		}
	}
	put_code(&b, 0, 7); /* end of block */
	if (b.fill > 0)
		b.at++;
	memset(block, c, sizeof(block));
	for (size_t left = n; left > 0;) {
		size_t k = left < sizeof(block) ? left : sizeof(block);

		crc = crc_more(crc, block, k);
		left -= k;
	}
	b.at = put32(put32(b.at, crc), (uint32_t)n);
	*packed = (size_t)(b.at - out);
	return (char *)out;
}

/* ---- certificates */

static void
extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	rk_assert(ext != NULL && X509_add_ext(cert, ext, -1) == 1);
	X509_EXTENSION_free(ext);
}

static X509 *
certificate(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key,
    int days, const char *alt_names)
{
	static long serial = 1;
	X509 *cert = X509_new();
	X509_NAME *subject;
	char unique[64];

	rk_assert(cert != NULL && X509_set_version(cert, 2) == 1);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3L * 86400);
	X509_gmtime_adj(X509_getm_notAfter(cert), days * 86400L);
	X509_set_pubkey(cert, key);
	snprintf(unique, sizeof(unique), "%s %ld", name, serial);
	subject = X509_get_subject_name(cert);
	X509_NAME_add_entry_by_txt(
	    subject, "CN", MBSTRING_ASC, (const unsigned char *)unique, -1, -1, 0);
	X509_set_issuer_name(
	    cert, X509_get_subject_name(issuer != NULL ? issuer : cert));
	issuer = issuer != NULL ? issuer : cert;
	extend(cert, issuer, NID_subject_key_identifier, "hash");
	if (alt_names == NULL) {
		extend(cert, issuer, NID_basic_constraints, "critical,CA:TRUE");
		extend(cert, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
	} else {
		extend(cert, issuer, NID_basic_constraints, "critical,CA:FALSE");
		extend(cert, issuer, NID_subject_alt_name, alt_names);
	}
	rk_assert(X509_sign(cert, issuer_key, EVP_sha256()) > 0);
	return cert;
}

static char *
taken(BIO *bio)
{
	char *data, *copy;
	long n = BIO_get_mem_data(bio, &data);

	copy = rk_xcalloc((size_t)n + 1, 1);
	memcpy(copy, data, (size_t)n);
	BIO_free(bio);
	return copy;
}

static char *
cert_text(X509 *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());

	rk_assert(PEM_write_bio_X509(bio, cert) == 1);
	return taken(bio);
}

void
origin_certs_make(struct origin_certs *c, const char *names, int days, bool middle)
{
	EVP_PKEY *root_key = EVP_EC_gen("P-256"), *middle_key = EVP_EC_gen("P-256");
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *root, *inter = NULL, *cert;
	BIO *bio = BIO_new(BIO_s_mem());

	rk_assert(root_key != NULL && middle_key != NULL && key != NULL);
	root = certificate("Test Root", root_key, NULL, root_key, 30, NULL);
	if (middle)
		inter =
		    certificate("Test Middle", middle_key, root, root_key, 30, NULL);
	cert = certificate("test", key, middle ? inter : root,
	    middle ? middle_key : root_key, days, names);
	rk_assert(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
	c->key_pem = taken(bio);
	c->ca_pem = cert_text(root);
	c->middle_pem = middle ? cert_text(inter) : NULL;
	c->cert_pem = cert_text(cert);
	X509_free(root);
	X509_free(inter);
	X509_free(cert);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(middle_key);
	EVP_PKEY_free(key);
}

void
origin_certs_release(struct origin_certs *c)
{
	free(c->ca_pem);
	free(c->middle_pem);
	free(c->cert_pem);
	free(c->key_pem);
	*c = (struct origin_certs){0};
}
