/*
 * HTTP by libcurl's multi interface inside a libuv loop. RELIABILITY 2 (1-12, 31-46,
 * 51-54), 1.5 cases 1-12, 28, 29; ARCHITECTURE 3.8.
 *
 * Every request of the program passes here. Redirects are followed by ourselves, hop
 * by hop, so that every hop is judged and validators go only to the address that
 * gave them. All calls and callbacks on the loop's thread.
 */
#ifndef RUAMKHAO_FETCH_H
#define RUAMKHAO_FETCH_H

#include <ruamkhao/buf.h>
#include <ruamkhao/config.h>
#include <ruamkhao/err.h>

struct uv_loop_s;
struct rk_clock;
struct rk_fetcher;
struct rk_fetch;

struct rk_fetcher_opts {
	unsigned per_host;    /* transfers to one host at a time, 0: no limit */
	uint64_t host_gap_ms; /* between the starts of two to the same host */
	unsigned connections; /* transfers meant to run at once; four times as many
				 connections are kept open at most (with per_host 2 and
				 many hosts in turn, fewer are closed just before they
				 are needed again) */
	int64_t timeout_s;    /* of a whole transfer, redirects included; above 0 */
	const uint16_t *allow_ports;
	size_t n_allow_ports;
	const struct rk_cidr *allow_addresses;
	size_t n_allow_addresses;
	struct rk_str user_agent; /* "ruamkhao/0.1.0 (+CONTACT)" */
	/* wall: for Retry-After and Expires where the answer has no Date; mono_ms: for
	 * the gap between two starts. Not copied: outlives the fetcher. */
	const struct rk_clock *clock;
	/* 0: RK_STALL_S and RK_CONNECT_S. Tests and hubs cannot wait so long. */
	int64_t stall_s, connect_s;
};
/* The arrays and strings are copied. Call it on the main thread, the first time before
 * other threads run (libcurl's global state). 0, or -1 with RK_E_SYS. */
int rk_fetcher_new(struct uv_loop_s *, const struct rk_fetcher_opts *,
    struct rk_fetcher **out, struct rk_err *);

/*
 * Cancel everything (each still reports, with CANCELLED), close all handles; closed()
 * is called on the loop, never from inside this call, when nothing of it is left and
 * it has been freed. May be called from a done callback. No rk_fetch_start after it:
 * one made in a last done callback is refused (-1).
 */
typedef void rk_fetcher_closed_fn(void *cookie);
void rk_fetcher_close(struct rk_fetcher *, rk_fetcher_closed_fn *, void *cookie);

/*
 * A request to an object store that speaks S3: PUT of a body, or DELETE. Signed by AWS
 * Signature Version 4: the secret key neither goes over the wire nor into a text.
 */
struct rk_fetch_object {
	bool remove;
	struct rk_str body; /* of a PUT; not copied: lives until done() */
	struct rk_str content_type, cache_control; /* kept with it; empty: none */
	struct rk_str region, access_key, secret_key, token; /* token: mostly empty */
};

struct rk_fetch_req {
	struct rk_str url;
	/* validators, byte for byte; sent only to validator_url (empty: to url). Those
	 * that no header can hold (control characters, over RK_MAX_VALIDATOR) are left
	 * out */
	struct rk_str validator_url, etag, last_modified;
	struct rk_str user_agent; /* empty: the program's own */
	struct rk_str ca_file;    /* PEM, in addition to the system's; empty: none */
	struct rk_str proxy;      /* "http://host:port"; empty: none, whatever the
				     environment says. The operator's word: its address
				     is not judged, and it judges names by itself */
	const struct rk_str
	    *headers; /* "Name: value"; not sent to another host or port */
	size_t n_headers;
	uint64_t max_body; /* decoded bytes, 0: RK_MAX_BODY_DEFAULT */
	bool delta;        /* with an ETag: news alone will do (RFC 3229, A-IM: feed) */
	bool one_hop;      /* redirects are told, not followed */
	bool first_part;   /* of a longer body max_body bytes will do: no failure */
	bool keep_error;   /* the body of an error page is wanted too, as far as
			      RK_MAX_ERROR_BODY */
	bool stay;         /* a redirect to another host or port is refused */
	/* application/x-www-form-urlencoded: it is a POST then, which no redirect but 307
	 * and 308 takes along. For hubs alone, which are told of subscriptions so; feeds
	 * and pages are never asked by anything but GET (behaviour 39). Empty: a GET */
	struct rk_str form;
	/* Not a GET, but this; no redirect is followed. For the daemon's bucket alone.
	 * Copied. NULL: none */
	const struct rk_fetch_object *object;
	/* the body of a POST that our own hub sends, instead of a form; its Content-Type is
	 * among the headers. Not copied: lives until done(). No redirect is followed.
	 * Empty: none */
	struct rk_str post;
	bool any_2xx; /* the body of every answer from 200 to 299 is wanted (of kind HTTP, but
			 200): a subscriber's to a question */
};

enum rk_fetch_kind {
	RK_FETCH_OK,           /* 200 with a whole body, or 226 with a whole delta */
	RK_FETCH_NOT_MODIFIED, /* 304 to a conditional request */
	RK_FETCH_HTTP,    /* any other status (226 too, where no delta was asked for or
			     it does not say IM: feed); also a 304 to a plain request */
	RK_FETCH_REFUSED, /* by us: scheme, port, address, host name, redirect rule */
	RK_FETCH_DNS,     /* no such name, or no answer in time */
	RK_FETCH_CONNECT,
	RK_FETCH_TLS,
	RK_FETCH_TIMEOUT,  /* total, connect or stall */
	RK_FETCH_CUT,      /* short body, reset, closed without an answer */
	RK_FETCH_TOO_BIG,  /* body or headers over the limit */
	RK_FETCH_PROTOCOL, /* not HTTP, bad encoding */
	RK_FETCH_CANCELLED
};
const char *rk_fetch_kind_name(
    enum rk_fetch_kind); /* "ok", "not-modified", "http" ... */

/* Which of the causes of its kind it was, where there are several. */
enum rk_fault {
	RK_FAULT_NONE,
	RK_FAULT_TLS_EXPIRED,
	RK_FAULT_TLS_NOT_YET,
	RK_FAULT_TLS_SELF_SIGNED,  /* the certificate signs itself */
	RK_FAULT_TLS_UNKNOWN_ROOT, /* the chain is whole, its root is not trusted */
	RK_FAULT_TLS_INCOMPLETE,   /* the chain ends early: an intermediate is missing */
	RK_FAULT_TLS_REVOKED,
	RK_FAULT_TLS_NAME,         /* for another host */
	RK_FAULT_TLS_CA_FILE,      /* our own ca_file cannot be used */
	RK_FAULT_ADDRESS,          /* the address guard */
	RK_FAULT_DOWNGRADE,        /* a redirect from https to http */
	RK_FAULT_PORT,             /* a redirect to a port that is not allowed */
	RK_FAULT_LOOP,
	RK_FAULT_MANY_HOPS,
	RK_FAULT_TARGET,           /* a redirect to what is no address that we fetch */
	RK_FAULT_CODING            /* Content-Encoding and the body disagree */
};

struct rk_fetch_result {
	enum rk_fetch_kind kind;
	int status;                  /* HTTP status of the final answer, 0 none */
	enum rk_fault fault;
	struct rk_buf body;          /* decoded, of OK only, and of HTTP with keep_error
					or any_2xx;
					rk_buf_take() keeps it */
	struct rk_str effective_url; /* of the final answer, or the last one asked;
					without a redirect req->url byte for byte (raw
					Thai and spaces percent-encoded) */
	unsigned redirects;          /* hops followed */
	bool delta;                  /* OK by 226: what the body does not hold is not gone;
					etag and last_modified are the whole's */
	bool moved;                  /* there were hops, and every one was 301 or 308 */
	struct rk_str etag, last_modified; /* of the final answer if OK or NOT_MODIFIED,
					byte for byte; empty when it had none */
	struct rk_str redirect_to; /* of HTTP with `one_hop`: an address that may be asked next */
	struct rk_str content_type;        /* as sent, of the final answer */
	struct rk_str hub, self; /* the first Link of each relation in the headers of the
				    final answer if OK, absolute; or empty */
	int64_t retry_after; /* seconds from now as it says, RK_MAX_ASKED_S at most, -1
				none; the longest of all answers other than 200 */
	int64_t fresh_for;   /* max-age, else Expires less Date, both less Age; seconds,
				RK_MAX_ASKED_S at most, -1 none */
	bool fresh_told;     /* the final answer has Cache-Control or Expires */
	char address[64];    /* connected to, numeric, or "" */
	bool address_new;    /* and not known of its host before */
	uint64_t wire_bytes; /* received: headers and encoded body, all hops */
	uint64_t elapsed_ms; /* since rk_fetch_start */
	uint64_t answer_ms;  /* from the last request sent to the first byte of its answer, 0 none */
	bool compressed;     /* the final answer said that its body is */
	struct rk_str date;  /* the server's own clock, as sent; empty when it named none */
	struct rk_err err;   /* for kinds other than OK and NOT_MODIFIED: one line a
				person can act on, without credentials */
};

/*
 * Start fetching req->url; the strings in req are copied.
 *
 * On success *out is the transfer and done() is called exactly once, from the event
 * loop, never from inside this call; also after rk_fetch_cancel, with CANCELLED. The
 * result belongs to the fetcher and is valid until done() returns; *out is dead from
 * the begin of done() on. -1 (RK_E_INPUT): the address is none that we fetch, or a
 * header is none; done() is not called.
 *
 * Inside done() all calls of this header are allowed.
 */
typedef void rk_fetch_done_fn(void *cookie, struct rk_fetch_result *);
int rk_fetch_start(struct rk_fetcher *, const struct rk_fetch_req *, rk_fetch_done_fn *,
    void *cookie, struct rk_fetch **out, struct rk_err *);
/* done() follows on a later turn of the loop. A second time: nothing. */
void rk_fetch_cancel(struct rk_fetch *);

/*
 * May a transfer to this url's host start now? 0: yes; else milliseconds until it is
 * worth asking again (UINT64_MAX: when a transfer to it, or to its address, ends).
 * rk_fetch_start counts it but does not ask: the limits hold when the caller asks first.
 * A redirect to another host gives the first one free and counts for the other without
 * waiting. O(1).
 */
uint64_t rk_fetch_host_wait(struct rk_fetcher *, struct rk_str url);
/* The same; *server names the address behind several hosts whose limit it is that one
 * waits for, 0: the host's own. Never 0 for an address; two may share a name. */
uint64_t rk_fetch_server_wait(struct rk_fetcher *, struct rk_str url, uint32_t *server);

/*
 * Call freed() whenever a host (else "") or a server (else 0) that was full has a place
 * again: by the end of a transfer, before its done(), or by a redirect that leads it
 * elsewhere. host is valid until freed() returns, which may ask for waits, but neither
 * start nor cancel anything.
 */
typedef void rk_fetcher_freed_fn(void *cookie, struct rk_str host, uint32_t server);
void rk_fetcher_on_freed(struct rk_fetcher *, rk_fetcher_freed_fn *, void *cookie);

/*
 * The same limits hold for all hosts at one address together, as far as it is known: from
 * the last transfer to a host, or by this call, from an earlier process. Not where a proxy
 * is between.
 */
void rk_fetcher_learn(struct rk_fetcher *, struct rk_str host, struct rk_str address);
/* A number that hosts of one address share; 0: the address is not known. */
uint32_t rk_fetcher_server(const struct rk_fetcher *, struct rk_str host);

/* Transfers started that have not reported. */
size_t rk_fetcher_active(const struct rk_fetcher *);

/*
 * The address rule, exported for its test and for config: may we connect there? Only
 * global unicast addresses and those in `allow`. addr in network order, 4 or 16 bytes;
 * mapped, compatible, NAT64, 6to4, Teredo and ISATAP addresses are unwrapped, and the
 * addresses inside are judged too.
 */
bool rk_address_allowed(
    bool ipv6, const unsigned char *addr, const struct rk_cidr *allow, size_t n_allow);

#endif
