/*
 * Address ranges of fetch.allow_addresses. Literals only: names are the resolver's.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/units.h>

#include <arpa/inet.h>
#include <string.h>

/* Clear the bits of addr behind the first `bits`. */
static void
mask(unsigned char *addr, size_t size, unsigned bits)
{
	for (size_t i = 0; i < size; i++) {
		unsigned keep = bits >= 8 ? 8 : bits;

		addr[i] &= (unsigned char)(0xFF00U >> keep);
		bits -= keep;
	}
}

int
rk_cidr_parse(struct rk_str text, struct rk_cidr *out)
{
	size_t slash = rk_str_chr(text, '/');
	struct rk_str addr = slash != SIZE_MAX ? rk_strn(text.p, slash) : text;
	char copy[INET6_ADDRSTRLEN];
	uint64_t bits;

	memset(out, 0, sizeof(*out));
	if (addr.n == 0 || addr.n >= sizeof(copy) ||
	    memchr(addr.p, '\0', addr.n) != NULL)
		return -1;
	memcpy(copy, addr.p, addr.n);
	copy[addr.n] = '\0';
	out->ipv6 = strchr(copy, ':') != NULL;
	if (inet_pton(out->ipv6 ? AF_INET6 : AF_INET, copy, out->addr) != 1)
		return -1;
	bits = out->ipv6 ? 128 : 32;
	if (slash != SIZE_MAX &&
	    rk_parse_count(rk_str_from(text, slash + 1), bits, &bits) != 0)
		return -1;
	out->bits = (unsigned)bits;
	mask(out->addr, out->ipv6 ? 16 : 4, out->bits);
	return 0;
}

struct rk_str
rk_cfg_cidr_text(struct rk_arena *arena, const struct rk_cidr *c)
{
	char addr[INET6_ADDRSTRLEN];

	if (inet_ntop(c->ipv6 ? AF_INET6 : AF_INET, c->addr, addr, sizeof(addr)) ==
	    NULL)
		return RK_STR("");
	return rk_arena_fmt(arena, "%s/%u", addr, c->bits);
}

static bool
in_ranges(const struct rk_config *cfg, struct rk_str literal)
{
	struct rk_cidr a, b;

	if (rk_cidr_parse(literal, &a) != 0)
		return false;
	for (size_t i = 0; i < cfg->fetch.n_allow_addresses; i++) {
		const struct rk_cidr *range = &cfg->fetch.allow_addresses[i];

		if (range->ipv6 != a.ipv6)
			continue;
		b = a;
		mask(b.addr, a.ipv6 ? 16 : 4, range->bits);
		if (memcmp(b.addr, range->addr, sizeof(b.addr)) == 0)
			return true;
	}
	return false;
}

bool
rk_cfg_allowed(const struct rk_config *cfg, const char *host)
{
	if (strcmp(host, "localhost") == 0)
		return in_ranges(cfg, RK_STR("127.0.0.1")) ||
		       in_ranges(cfg, RK_STR("::1"));
	return strchr(host, '/') == NULL && in_ranges(cfg, rk_str(host));
}
