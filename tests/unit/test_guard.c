/*
 * The address rule: one test for each denied range, edges included, and the addresses
 * beside them that must pass (RELIABILITY 1.5 cases 7, 8; G9).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/err.h>
#include <ruamkhao/fetch.h>
#include <ruamkhao/url.h>

#include <arpa/inet.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static bool
allowed_with(const char *text, const struct rk_cidr *allow, size_t n)
{
	unsigned char addr[16];
	bool ipv6 = strchr(text, ':') != NULL;

	if (inet_pton(ipv6 ? AF_INET6 : AF_INET, text, addr) != 1)
		fail_msg("no address: %s", text);
	return rk_address_allowed(ipv6, addr, allow, n);
}

static void
denied(const char *first, const char *last)
{
	if (allowed_with(first, NULL, 0))
		fail_msg("allowed: %s", first);
	if (allowed_with(last, NULL, 0))
		fail_msg("allowed: %s", last);
}

static void
passes(const char *text)
{
	if (!allowed_with(text, NULL, 0))
		fail_msg("denied: %s", text);
}

#define RANGE(name, first, last)                                                       \
	static void name(void **state)                                                 \
	{                                                                              \
		(void)state;                                                           \
		denied(first, last);                                                   \
	}

RANGE(this_network, "0.0.0.0", "0.255.255.255")
RANGE(private_10, "10.0.0.0", "10.255.255.255")
RANGE(carrier, "100.64.0.0", "100.127.255.255")
RANGE(loopback, "127.0.0.0", "127.255.255.255")
RANGE(link_local, "169.254.0.0", "169.254.255.255")
RANGE(metadata, "169.254.169.254", "169.254.170.2")
RANGE(private_172, "172.16.0.0", "172.31.255.255")
RANGE(protocols, "192.0.0.0", "192.0.0.255")
RANGE(documentation_1, "192.0.2.0", "192.0.2.255")
RANGE(as112, "192.31.196.0", "192.31.196.255")
RANGE(as112_direct, "192.175.48.0", "192.175.48.255")
RANGE(multicast_relays, "192.52.193.0", "192.52.193.255")
RANGE(relays_6to4, "192.88.99.0", "192.88.99.255")
RANGE(private_192, "192.168.0.0", "192.168.255.255")
RANGE(measurements, "198.18.0.0", "198.19.255.255")
RANGE(documentation_2, "198.51.100.0", "198.51.100.255")
RANGE(documentation_3, "203.0.113.0", "203.0.113.255")
RANGE(multicast, "224.0.0.0", "239.255.255.255")
RANGE(reserved, "240.0.0.0", "255.255.255.254")
RANGE(broadcast, "255.255.255.255", "255.255.255.255")

RANGE(unspecified_6, "::", "::")
RANGE(loopback_6, "::1", "::1")
RANGE(compatible, "::2", "::ffff:ffff")
RANGE(compatible_public, "::8.8.8.8", "::1.1.1.1")
RANGE(below_global, "1::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
RANGE(translated, "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8")
RANGE(local_nat64, "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff")
RANGE(discard, "100::", "100::ffff:ffff:ffff:ffff")
RANGE(protocols_6, "2001:1::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff")
RANGE(benchmark_6, "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff")
RANGE(orchid, "2001:10::", "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff")
RANGE(as112_6, "2001:4:112::", "2001:4:112:ffff:ffff:ffff:ffff:ffff")
RANGE(as112_direct_6, "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff")
RANGE(dummy_6, "100:0:0:1::", "100::1:ffff:ffff:ffff:ffff")
RANGE(documentation_6, "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")
RANGE(documentation_6b, "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff")
RANGE(segment_routing, "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
RANGE(above_global, "4000::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
RANGE(unique_local, "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
RANGE(link_local_6, "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
RANGE(site_local, "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
RANGE(multicast_6, "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")

RANGE(mapped, "::ffff:127.0.0.1", "::ffff:10.0.0.1")
RANGE(mapped_hex, "::ffff:7f00:1", "::ffff:c0a8:0101")
RANGE(mapped_zero, "::ffff:0.0.0.0", "::ffff:169.254.169.254")
RANGE(nat64, "64:ff9b::127.0.0.1", "64:ff9b::192.168.0.1")
RANGE(in_6to4, "2002:7f00:1::", "2002:c0a8:101::1")
RANGE(in_6to4_2, "2002:a9fe:a9fe::1", "2002:a00:1:ffff::1")
/* Teredo: the server's address, then the client's inverted. */
RANGE(teredo_server, "2001:0:7f00:1:0:0:f7f7:f7f7", "2001:0:a00:1:0:0:f7f7:f7f7")
RANGE(teredo_client, "2001:0:808:808:0:0:80ff:fffe", "2001:0:808:808:0:0:3f57:fefe")
RANGE(isatap, "2600::5efe:127.0.0.1", "2600::200:5efe:10.0.0.1")
RANGE(isatap_link, "fe80::5efe:8.8.8.8", "fe80::200:5efe:192.168.1.1")

static void
neighbours_pass(void **state)
{
	static const char *const addresses[] = {"1.0.0.0", "1.1.1.1", "8.8.8.8",
	    "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
	    "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0",
	    "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0",
	    "192.31.195.255", "192.31.197.0",
	    "192.52.192.255", "192.52.194.0", "192.175.47.255", "192.175.49.0",
	    "2620:4f:7fff::1", "2620:4f:8001::1", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0",
	    "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
	    "203.0.112.255", "203.0.114.0", "203.150.1.1", "223.255.255.255", "2000::1",
	    "2001:200::1", "2001:4860:4860::8888", "2001:db7:ffff::1", "2001:db9::1",
	    "2003::1", "2400:cb00::1", "2606:4700::1111", "3ffe::1", "3fff:1000::1",
	    "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
	    "2001:0:808:808:0:0:f7f7:f7f7", "2600::5efe:8.8.8.8",
	    "2600::200:5efe:8.8.8.8", "2600::100:5efe:127.0.0.1"};

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++)
		passes(addresses[i]);
}

static void
the_allow_list_comes_first(void **state)
{
	static const struct rk_cidr four = {.addr = {127}, .bits = 8},
				    one = {.addr = {10, 1, 2, 3}, .bits = 32},
				    odd = {.addr = {172, 20}, .bits = 14},
				    all = {.bits = 0},
				    six = {.ipv6 = true, .addr = {0xfd}, .bits = 8},
				    self = {
					.ipv6 = true, .addr = {[15] = 1}, .bits = 128};

	(void)state;
	assert_true(allowed_with("127.0.0.1", &four, 1));
	assert_true(allowed_with("::ffff:127.0.0.1", &four, 1));
	assert_true(allowed_with("64:ff9b::127.9.9.9", &four, 1));
	assert_false(allowed_with("10.0.0.1", &four, 1));
	assert_false(allowed_with("::1", &four, 1));
	assert_true(allowed_with("10.1.2.3", &one, 1));
	assert_false(allowed_with("10.1.2.2", &one, 1));
	assert_true(allowed_with("172.23.255.255", &odd, 1));
	assert_false(allowed_with("172.24.0.0", &odd, 1));
	assert_false(allowed_with("172.19.255.255", &odd, 1));
	assert_true(allowed_with("0.0.0.0", &all, 1));
	assert_true(allowed_with("fd12:3456::1", &six, 1));
	assert_false(allowed_with("fc00::1", &six, 1));
	assert_true(allowed_with("::1", &self, 1));
	assert_false(allowed_with("::2", &self, 1));
	/* A list for one family says nothing of the other. */
	assert_false(allowed_with("::", &all, 1));
	assert_false(allowed_with("fd00::127.0.0.1", &four, 1));
	/* One of several. */
	const struct rk_cidr both[] = {six, four};
	assert_true(allowed_with("127.0.0.1", both, 2));
}

/* Whatever a URL writes, what it becomes is refused; or the URL is. */
static void
spellings(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "127.1", "127.0.1",
	    "2130706433", "0x7f000001", "0x7f.1", "0X7F.0.0.1", "0177.0.0.1",
	    "017700000001", "0x7f.0x0.0x0.0x1", "127.0.0.1.", "0", "0.0.0.0", "0x0",
	    "00000000", "10.1", "012.0.0.1", "0xa000001", "167772161", "192.168.257",
	    "0xc0a80101", "0300.0250.1.1", "3232235777", "169.254.169.254",
	    "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "172.16.1", "100.64.1",
	    "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
	    "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::ffff:0:127.0.0.1]",
	    "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]",
	    "[2002:7f00:1::]", "[2002:c0a8:101::]", "[2001:0:7f00:1::]", "[fe80::1]",
	    "[fe80::5efe:7f00:1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
	    "[fec0::1]", "[::ffff:a9fe:a9fe]", "[fe80::1%25eth0]", "[fe80::1%eth0]",
	    "[::1%25lo]", "127.0.0.1%00.example", "127.0.0.1\\@example.org",
	    "example.org@127.0.0.1", "a:b@127.0.0.1", "127.0.0.1#@example.org",
	    "127.0.0.1%2f@example.org", "%31%32%37.0.0.1", "127%2e0%2e0%2e1",
	    "\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.\xe2\x93\xaa.\xe2\x93\xaa."
	    "\xe2\x91\xa0",
	    "127\xe3\x80\x82"
	    "0\xe3\x80\x82"
	    "0\xe3\x80\x82"
	    "1"};
	size_t refused = 0, judged = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		char url[256];
		unsigned char addr[16];
		struct rk_url u;

		snprintf(url, sizeof(url), "http://%s/feed", hosts[i]);
		if (rk_url_parse(rk_str(url), &u, NULL) != 0) {
			refused++;
			continue;
		}
		/* The parser that fetches has brought it into its one form; what is no
		 * number then is a name, and its address is judged at the socket. */
		if (inet_pton(AF_INET, u.host, addr) == 1) {
			if (rk_address_allowed(false, addr, NULL, 0))
				fail_msg("allowed: %s as %s", url, u.host);
			judged++;
		} else if (inet_pton(AF_INET6, u.host, addr) == 1) {
			if (rk_address_allowed(true, addr, NULL, 0))
				fail_msg("allowed: %s as %s", url, u.host);
			judged++;
		}
	}
	print_message("%zu spellings judged, %zu refused as URLs\n", judged, refused);
	assert_true(judged >= 40);
	assert_true(refused >= 5);
}

#define T cmocka_unit_test

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(this_network),
	    T(private_10),
	    T(carrier),
	    T(loopback),
	    T(link_local),
	    T(metadata),
	    T(private_172),
	    T(protocols),
	    T(documentation_1),
	    T(as112),
	    T(as112_direct),
	    T(multicast_relays),
	    T(relays_6to4),
	    T(private_192),
	    T(measurements),
	    T(documentation_2),
	    T(documentation_3),
	    T(multicast),
	    T(reserved),
	    T(broadcast),
	    T(unspecified_6),
	    T(loopback_6),
	    T(compatible),
	    T(compatible_public),
	    T(below_global),
	    T(translated),
	    T(local_nat64),
	    T(discard),
	    T(protocols_6),
	    T(benchmark_6),
	    T(orchid),
	    T(as112_6),
	    T(as112_direct_6),
	    T(dummy_6),
	    T(documentation_6),
	    T(documentation_6b),
	    T(segment_routing),
	    T(above_global),
	    T(unique_local),
	    T(link_local_6),
	    T(site_local),
	    T(multicast_6),
	    T(mapped),
	    T(mapped_hex),
	    T(mapped_zero),
	    T(nat64),
	    T(in_6to4),
	    T(in_6to4_2),
	    T(teredo_server),
	    T(teredo_client),
	    T(isatap),
	    T(isatap_link),
	    T(neighbours_pass),
	    T(the_allow_list_comes_first),
	    T(spellings),
	};

	/* As the program sets it: names in other scripts need it, and digits in them.
	 */
	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
