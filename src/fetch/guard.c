/*
 * The address rule: connections go to global unicast addresses and to those that the
 * operator allowed, to nothing else (RELIABILITY 1.5 cases 2-8). It is judged on the
 * binary address just before connect(), so that no spelling and no name server can
 * come between. Knows nothing of URLs or names.
 */
#include <ruamkhao/fetch.h>

#include "fetch_int.h"

#include <ruamkhao/config.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/*
 * What is not global unicast: the IANA special-purpose registries of IPv4 and IPv6
 * (RFC 6890 and its updates) and multicast. 2001::/23 is closed but for Teredo, which
 * is unwrapped before.
 */
static const struct {
	unsigned char addr[4];
	unsigned bits;
	const char *what;
} denied4[] = {
    /* Linux connects 0.0.0.0 to itself. */
    {{0, 0, 0, 0}, 8, "an address of \"this network\""},
    {{10, 0, 0, 0}, 8, "a private address"},
    {{100, 64, 0, 0}, 10, "an address inside a provider's network"},
    {{127, 0, 0, 0}, 8, "a loopback address"},
    {{169, 254, 0, 0}, 16, "a link-local address"},
    {{172, 16, 0, 0}, 12, "a private address"},
    {{192, 0, 0, 0}, 24, "an address for protocols"},
    {{192, 0, 2, 0}, 24, "an address for documentation"},
    {{192, 31, 196, 0}, 24, "an address of name servers for private names"},
    {{192, 52, 193, 0}, 24, "an address of multicast relays"},
    {{192, 88, 99, 0}, 24, "an address of 6to4 relays"},
    {{192, 168, 0, 0}, 16, "a private address"},
    {{192, 175, 48, 0}, 24, "an address of name servers for private names"},
    {{198, 18, 0, 0}, 15, "an address for measurements"},
    {{198, 51, 100, 0}, 24, "an address for documentation"},
    {{203, 0, 113, 0}, 24, "an address for documentation"},
    {{224, 0, 0, 0}, 4, "a multicast address"},
    {{255, 255, 255, 255}, 32, "the broadcast address"},
    {{240, 0, 0, 0}, 4, "a reserved address"},
};

static const struct {
	unsigned char addr[16];
	unsigned bits;
	const char *what;
} denied6[] = {
    {{0}, 128, "the unspecified address"},
    {{[15] = 1}, 128, "a loopback address"},
    {{0}, 96, "an IPv4-compatible address"},
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, "an address of a local NAT64"},
    {{0x01}, 64, "an address that is discarded"},
    {{0x20, 0x01}, 23, "an address for protocols"},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "an address for documentation"},
    {{0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}, 48,
	"an address of name servers for private names"},
    {{0x3f, 0xff}, 20, "an address for documentation"},
    {{0x5f}, 16, "a segment routing address"},
    {{0xfc}, 7, "a private address"},
    {{0xfe, 0x80}, 10, "a link-local address"},
    {{0xfe, 0xc0}, 10, "a site-local address"},
    {{0xff}, 8, "a multicast address"},
};

static const unsigned char global6[16] = {0x20}; /* 2000::/3 */

static bool
within(const unsigned char *addr, const unsigned char *net, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(addr, net, whole) != 0)
		return false;
	return rest == 0 || ((addr[whole] ^ net[whole]) >> (8 - rest)) == 0;
}

static bool
listed(bool ipv6, const unsigned char *addr, const struct rk_cidr *allow, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (allow[i].ipv6 == ipv6 && within(addr, allow[i].addr, allow[i].bits))
			return true;
	return false;
}

static const char *
why_not4(const unsigned char *addr, const struct rk_cidr *allow, size_t n)
{
	if (listed(false, addr, allow, n))
		return NULL;
	for (size_t i = 0; i < sizeof(denied4) / sizeof(*denied4); i++)
		if (within(addr, denied4[i].addr, denied4[i].bits))
			return denied4[i].what;
	return NULL;
}

/* How an IPv4 address is held in an IPv6 one: where, and whether the outer address is
 * only another spelling (then the inner one decides alone). */
static const struct {
	unsigned char net[16];
	unsigned bits;
	unsigned at;
	bool flipped; /* Teredo keeps the client's address inverted */
	bool spelling;
} wraps[] = {
    {{[10] = 0xff, [11] = 0xff}, 96, 12, false, true}, /* mapped */
    {{0x00, 0x64, 0xff, 0x9b}, 96, 12, false, true},   /* NAT64, RFC 6052 */
    {{0}, 96, 12, false, false},                       /* compatible */
    {{0x20, 0x02}, 16, 2, false, true},                /* 6to4 */
    {{0x20, 0x01, 0x00, 0x00}, 32, 4, false, true},    /* Teredo: server */
    {{0x20, 0x01, 0x00, 0x00}, 32, 12, true, true},    /* Teredo: client */
    {{0}, 0, 12, false, false}, /* ISATAP: by its interface identifier */
};

static bool
wrapped_in(const unsigned char *addr, size_t i)
{
	if (wraps[i].bits > 0)
		return within(addr, wraps[i].net, wraps[i].bits);
	/* ISATAP, RFC 5214: any prefix, then 00-00-5E-FE, or 02 when it is unique. */
	return (addr[8] & 0xfd) == 0 && addr[9] == 0 && addr[10] == 0x5e &&
	       addr[11] == 0xfe;
}

static const char *
why_not6(const unsigned char *addr, const struct rk_cidr *allow, size_t n)
{
	bool only_spelling = false;

	if (listed(true, addr, allow, n))
		return NULL;
	/* :: and ::1 lie inside the compatible range but are no IPv4 addresses. */
	for (size_t i = 0; i < 2; i++)
		if (within(addr, denied6[i].addr, denied6[i].bits))
			return denied6[i].what;
	for (size_t i = 0; i < sizeof(wraps) / sizeof(*wraps); i++) {
		unsigned char inner[4];
		const char *what;

		if (!wrapped_in(addr, i))
			continue;
		for (unsigned k = 0; k < 4; k++)
			inner[k] =
			    addr[wraps[i].at + k] ^ (wraps[i].flipped ? 0xff : 0);
		if ((what = why_not4(inner, allow, n)) != NULL)
			return what;
		only_spelling = only_spelling || wraps[i].spelling;
	}
	if (only_spelling)
		return NULL;
	for (size_t i = 2; i < sizeof(denied6) / sizeof(*denied6); i++)
		if (within(addr, denied6[i].addr, denied6[i].bits))
			return denied6[i].what;
	return within(addr, global6, 3) ? NULL : "no global address";
}

const char *
rk_guard_why_not(
    bool ipv6, const unsigned char *addr, const struct rk_cidr *allow, size_t n_allow)
{
	return ipv6 ? why_not6(addr, allow, n_allow) : why_not4(addr, allow, n_allow);
}

bool
rk_address_allowed(
    bool ipv6, const unsigned char *addr, const struct rk_cidr *allow, size_t n_allow)
{
	return rk_guard_why_not(ipv6, addr, allow, n_allow) == NULL;
}

void
rk_guard_say(
    bool ipv6, const unsigned char *addr, const char *what, char *out, size_t size)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(ipv6 ? AF_INET6 : AF_INET, addr, text, sizeof(text)) == NULL)
		snprintf(text, sizeof(text), "the address");
	snprintf(out, size, "%s is %s; fetch.allow_addresses can let it through", text,
	    what);
}
