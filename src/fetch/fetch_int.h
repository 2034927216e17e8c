/*
 * What the files of fetch share. The fetcher owns the loop's side, a transfer one easy
 * handle and the request that it works for; everything else here is rules.
 */
#ifndef RK_FETCH_INT_H
#define RK_FETCH_INT_H

#include <ruamkhao/clock.h>
#include <ruamkhao/fetch.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/pack.h>
#include <ruamkhao/url.h>

#include <curl/curl.h>
#include <uv.h>

#include <sys/queue.h>

/* Of an answer that is not wanted (redirect, error page): as much is read to keep the
 * connection; what is longer costs the connection instead. */
#define RK_SKIP_BODY        RK_KIB(16)
#define RK_MAX_CONTENT_TYPE 512        /* bytes kept of it */
#define RK_MAX_CA_FILE      RK_MIB(16) /* a bundle has 0.2 MB */
#define RK_RESERVE_BODY                                                                \
	RK_KIB(256) /* believed of a Content-Length before bytes come                  \
		     */

/* guard.c: NULL, or what the address is ("a private address"). */
const char *rk_guard_why_not(
    bool ipv6, const unsigned char *addr, const struct rk_cidr *allow, size_t n_allow);
/* "192.168.1.1 is a private address; fetch.allow_addresses can let it through" */
void rk_guard_say(
    bool ipv6, const unsigned char *addr, const char *what, char *out, size_t size);

/* hosts.c: names are lower case, without port. now: monotonic ms. */
struct rk_hosts;
struct rk_host;
struct rk_hosts *rk_hosts_new(unsigned limit, uint64_t gap_ms);
void rk_hosts_free(struct rk_hosts *); /* NULL is fine */
/* *server: whose limit it is, if not the host's own, else 0. */
uint64_t rk_hosts_wait(
    const struct rk_hosts *, struct rk_str name, uint64_t now, uint32_t *server);
/* The host, valid until as many leaves. */
struct rk_host *rk_hosts_enter(struct rk_hosts *, struct rk_str name, uint64_t now);
/* True: nobody could enter any more, and now one can. */
bool rk_hosts_leave(const struct rk_hosts *, struct rk_host *);
struct rk_str rk_host_name(const struct rk_host *);
uint32_t rk_host_server(const struct rk_host *); /* of one that is a server; never 0 */
/*
 * Names that lead to one address are one server, and the same limits hold for all of them
 * together. The address of a name is what it was last connected to; true: that is news.
 */
bool rk_hosts_learn(struct rk_hosts *, struct rk_str name, struct rk_str address);
/* The server of a name, as a number; 0: not known. */
uint32_t rk_hosts_server(const struct rk_hosts *, struct rk_str name);
/* The same, entered and left as a host is; NULL: not known. */
struct rk_host *rk_hosts_enter_server(struct rk_hosts *, struct rk_str name, uint64_t now);
/* The host of an address that is written so plainly that no parser would change it;
 * false: ask one. The list of waiting sources is walked often. */
bool rk_host_plain(struct rk_str url, struct rk_str *host);

/* trust.c: the system's CA certificates and one file more, as one PEM text. */
struct rk_trust;
struct rk_trust *rk_trust_new(void);
void rk_trust_free(struct rk_trust *); /* NULL is fine */
/* Read again only when the file changed. *pem is valid until the next call. */
int rk_trust_joined(
    struct rk_trust *, const char *ca_file, struct rk_str *pem, struct rk_err *);

/* answer.c: the header lines of one answer. Spans lie in the transfer's arena. */
struct rk_coded {
	enum rk_coding of[RK_MAX_CODINGS]; /* those that we undo, as they were applied */
	size_t n;
};
struct rk_answer {
	int status;    /* 0: no status line yet */
	bool complete; /* the empty line of a final answer was seen */
	bool feed_im;  /* IM: feed, and no other */
	bool foreign;  /* a content coding that is none ("utf-8") */
	bool fresh_told; /* Cache-Control or Expires is there, whatever it says */
	unsigned codings; /* content's and transfer's, of any name */
	struct rk_coded content, transfer;
	struct rk_str etag, last_modified, location, content_type;
	struct rk_str hub, self; /* targets of Link, as written */
	int64_t length;            /* Content-Length, -1 none */
	int64_t max_age, age;      /* -1 none */
	struct rk_str date;        /* as sent: read where it is wanted, which is seldom */
	int64_t expires;           /* RK_NO_TIME none; may be 0: past */
	int64_t retry_s, retry_at; /* -1, RK_NO_TIME: none */
};
void rk_answer_init(struct rk_answer *);
/* A header line with its line end; also those that no one reads. */
void rk_answer_line(struct rk_answer *, struct rk_str line, struct rk_arena *);
/* Seconds, clamped to RK_MAX_HINT_S, -1 none. now: where the answer has no Date. */
int64_t rk_answer_fresh_for(const struct rk_answer *, int64_t now);
int64_t rk_answer_retry_after(const struct rk_answer *, int64_t now);

/* object.c: requests to an object store. Take one from the request, with its headers
 * (those of req->headers are added already); and set or reset the handle for it. */
struct rk_object;
void rk_object_take(struct rk_fetch *, const struct rk_fetch_object *);
void rk_object_apply(struct rk_fetch *);

/* links.c: of one Link header's value (RFC 8288) the targets of the relations hub and self,
 * each only where *hub or *self is empty yet. In the arena. */
void rk_links(
    struct rk_str value, struct rk_arena *, struct rk_str *hub, struct rk_str *self);

enum rk_stage {
	RK_STAGE_IDLE,    /* in the pool */
	RK_STAGE_RUNNING, /* its easy handle is in the multi */
	RK_STAGE_ENDED,   /* not in the multi; reports on the next turn */
	RK_STAGE_REPORTING
};

/* Why one of our callbacks ended a transfer. */
enum rk_stop {
	RK_STOP_NONE,
	RK_STOP_SKIPPED, /* enough of a body that is not wanted: no failure */
	RK_STOP_BODY,
	RK_STOP_HEADERS,
	RK_STOP_CODINGS,
	RK_STOP_UNPACK /* the body is no such data */
};

/*
 * One transfer, and when idle an easy handle to be used again. Listed in the fetcher's
 * `active` unless idle or reporting, in `later` when it ended or is to be cancelled.
 */
struct rk_fetch {
	TAILQ_ENTRY(rk_fetch) in_active;
	TAILQ_ENTRY(rk_fetch) in_later;
	struct rk_fetcher *fetcher;
	CURL *easy;
	CURLU *parts; /* of the address that it asks for */
	enum rk_stage stage;
	bool cancelled; /* stands in `later` */

	/* The request. */
	struct rk_arena *arena; /* all strings of the request and its answers */
	rk_fetch_done_fn *done;
	void *cookie;
	struct rk_str url, validator_url;
	struct curl_slist *validators; /* sent only to the address that gave them */
	struct curl_slist *own;        /* the request's own headers, to its own host */
	bool own_accept, own_encoding, own_agent; /* they hold such a line */
	struct rk_str agent;           /* "User-Agent: ..." */
	bool delta, has_etag;          /* asked for; an ETag is among the validators */
	struct rk_str proxy;
	struct rk_url first; /* of url */
	uint64_t max_body;
	bool keep_error, stay, one_hop, first_part, any_2xx;
	struct rk_str form, post; /* both empty: a GET */
	const struct rk_object *object; /* object.c; NULL: none */
	uint64_t began_ns;

	/* The hop under way. */
	struct rk_str at;
	struct rk_url to;
	struct rk_host *host, *server; /* server: NULL where it is not known */
	bool conditional;
	bool alone;       /* on a new connection: the one before died */
	unsigned tries;   /* requests sent: two where a used connection died, no more */
	bool delta_asked; /* A-IM went with it */
	bool document;    /* the answer is one: its body is the result */
	struct rk_answer answer;
	struct rk_unpack *unpack; /* of the answer's body; NULL: it comes as it is */
	uint64_t packed;          /* bytes of it */
	enum rk_stop stop;
	unsigned opened, refused; /* sockets */
	char refused_text[160];
	char curl_text[CURL_ERROR_SIZE];

	/* All hops. */
	struct rk_str visited[RK_MAX_REDIRECTS + 1];
	uint64_t header_bytes, body_bytes, skipped;
	int64_t retry_after;
	struct rk_fetch_result result;

	/* What the easy handle is set to, where that differs from a new one. */
	bool decoding; /* libcurl decodes bodies: what we did not ask for */
	bool proxied, trusting, short_time, alone_set, posting, storing, named;
};
TAILQ_HEAD(rk_fetch_list, rk_fetch);

struct rk_fetcher {
	uv_loop_t *loop;
	CURLM *multi;
	uv_check_t after; /* all sockets of a turn: what ended is taken out */
	bool ended;       /* something may have */
	uv_timer_t timer; /* libcurl's */
	uv_timer_t later_timer;
	unsigned handles; /* not closed yet */
	struct rk_fetch_list active, later, pool;
	size_t n_active, n_pool;
	bool closing, cleaned;
	rk_fetcher_closed_fn *closed;
	void *closed_cookie;

	struct rk_watch **kept; /* by descriptor: of the sockets that we opened */
	size_t n_kept;

	struct rk_hosts *hosts;
	rk_fetcher_freed_fn *freed; /* NULL: nobody asks */
	void *freed_cookie;
	struct rk_trust *trust;
	const struct rk_clock *clock;
	unsigned connections;
	int64_t timeout_ms, stall_s, connect_s;
	uint16_t *allow_ports;
	size_t n_allow_ports;
	struct rk_cidr *allow_addresses;
	size_t n_allow_addresses;
	char *agent_line; /* "User-Agent: ..." */
};

#define SET(t, option, value)                                                          \
	rk_assert(curl_easy_setopt((t)->easy, (option), (value)) == CURLE_OK)

/* fetcher.c */
void rk_fetcher_drain(struct rk_fetcher *);      /* take the finished transfers out */
void rk_fetcher_maybe_gone(struct rk_fetcher *); /* free it when nothing is open */

/* watch.c: sockets and time-outs of the multi. */
struct rk_watch;
void rk_watch_install(struct rk_fetcher *);
void rk_watch_opened(struct rk_fetcher *, curl_socket_t); /* by our own callback */
int rk_watch_close_socket(void *fetcher, curl_socket_t);  /* CURLOPT_CLOSESOCKETFUNCTION */
void rk_multi_ok(CURLMcode);

/* receive.c: the callbacks of an easy handle. */
void rk_receive_install(struct rk_fetch *);

/* transfer.c */
/* May it stand in a header line, byte for byte? */
bool rk_fits_header(struct rk_str);
struct rk_fetch *rk_transfer_new(struct rk_fetcher *);
void rk_transfer_free(struct rk_fetch *);
/* Take the request over; -1: none that we fetch. */
int rk_transfer_prepare(
    struct rk_fetch *, const struct rk_fetch_req *, struct rk_err *);
/* Set the easy handle for the hop t->at; -1: no time is left, or the address is refused
 * (result.kind and .err say so). */
int rk_transfer_hop(struct rk_fetch *);
void rk_transfer_idle(struct rk_fetch *); /* forget the request */
/* What answered was left on a used connection by the body of another answer, longer than
 * it said, or that connection died: the hop is to be set again, for a connection of its
 * own. Once. */
bool rk_transfer_died(struct rk_fetch *, CURLcode);
/* Take over what libcurl counted for the hop that ended. */
void rk_transfer_count(struct rk_fetch *);

/* links.c: against t->at; empty: none that we fetch. */
struct rk_str rk_link_absolute(struct rk_fetch *, struct rk_str target);

/* redirect.c */
bool rk_redirect_wanted(const struct rk_fetch *);
/* t->at, t->to and the counts go on to the next hop; -1: refused, with its text. */
int rk_redirect_next(struct rk_fetch *, struct rk_err *);
bool rk_port_allowed(const struct rk_fetch *, uint16_t port);

/* outcome.c: kind, status, err and headers of the result. */
void rk_outcome(struct rk_fetch *, CURLcode);
void rk_outcome_refused(struct rk_fetch *, const struct rk_err *);
void rk_outcome_cancelled(struct rk_fetch *);
/* A redirect that is not followed: from where to t->at. */
void rk_outcome_stayed(struct rk_fetch *, struct rk_str from);

#endif
