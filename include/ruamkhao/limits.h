/*
 * Every limit of the program, with its reason. Bytes unless a name says else.
 */
#ifndef RUAMKHAO_LIMITS_H
#define RUAMKHAO_LIMITS_H

#define RK_KIB(n) ((size_t)(n) << 10)
#define RK_MIB(n) ((size_t)(n) << 20)

/* A document. RELIABILITY 1.4 X4. */
#define RK_MAX_BODY_DEFAULT RK_MIB(8) /* decoded; configurable (fetch.max_body) */
#define RK_MAX_ATTRIBUTES 256         /* per tag: libxml2 2.9 is quadratic in them */
#define RK_MAX_NAMESPACES 64          /* per tag, for the same reason */
#define RK_MAX_DEPTH 128              /* elements open at once */
#define RK_MAX_ITEMS 5000             /* entries in one document */
#define RK_MAX_FIELD RK_MIB(1)        /* one text of an entry */
#define RK_MAX_ENCLOSURES 64          /* per entry */
#define RK_MAX_PERSONS 32             /* authors of an entry */
#define RK_MAX_CATEGORIES 64          /* of an entry */
#define RK_MAX_OUTLINES 10000         /* in a subscription list: no person made more */
#define RK_MAX_OUTLINE_DEPTH 16       /* folders in folders of one */
#define RK_MAX_JSON RK_MIB(3)         /* jansson holds a tree of it */
#define RK_MAX_HTML RK_KIB(256)       /* one fragment: the cleaner's worst case stays
                                         under a second at this size */
#define RK_MAX_HTML_OPEN 256          /* elements open at once in a fragment */
#define RK_MAX_TITLE RK_KIB(4)        /* longer titles are cut at a character */
#define RK_MAX_URL 2048               /* as rpki-client; longer is no address */
#define RK_MAX_GUID RK_KIB(4)
#define RK_MAX_LOOK RK_MIB(1)         /* of a page that is looked at for its feed */
#define RK_MAX_DATE_TEXT 128          /* kept of a printed date, to explain it */
#define RK_MAX_EVIDENCE RK_KIB(2)     /* of places, kept of one entry: some thirty names */
#define RK_MAX_EVIDENCE_WORDS 96      /* of the words that name one: 32 Thai letters */
#define RK_MAX_ROUTED 5               /* provinces an entry is copied to; more and their
                                         groups have it */
#define RK_MAX_WARNINGS 20            /* kept of one document */
#define RK_MAX_TOMBSTONES 1000        /* read of one document; a site that takes away more at
                                         once is being rebuilt */
#define RK_MAX_HOST 253               /* RFC 1035; longer is refused (CVE-2024-24806) */
#define RK_MAX_LABEL 63

/* A page read by rules. RELIABILITY 1.4. */
#define RK_MAX_PAGE RK_MIB(1)         /* markup that becomes a tree; scripts, styles and
                                         comments are taken out before */
#define RK_MAX_PAGE_NODES 200000      /* of the tree: at 240 bytes each it stays within
                                         the budget of a document */
#define RK_MAX_PAGE_OPEN 250          /* elements open at once: libxml2 stops at 256 */
#define RK_MAX_PAGE_OPS 5000000       /* steps of XPath over one document: half a second */
#define RK_MAX_DROP 1000              /* drop expressions of one page source */

/* A worker. RELIABILITY 1.2. */
#define RK_WORKER_MEMORY RK_MIB(256)  /* address space beyond what the libraries map */
#define RK_WORKER_ARENA RK_MIB(64)    /* budget of one document */
#define RK_WORKER_CPU_S 2             /* CPU seconds for one document */
#define RK_WORKER_WALL_MS 10000       /* watchdog of the parent: a busy machine may
                                         make 2 s of CPU last longer */
#define RK_WIRE_MAX RK_MIB(64)        /* one message between parent and worker */

/* The allocator of each process. */
#define RK_KEEP_FREED RK_MIB(4)       /* freed memory kept at hand: several documents */
#define RK_OWN_PAGES RK_KIB(512)      /* at a start; smaller tables fill soon */
#define RK_GROW_STEP RK_KIB(256)      /* asked of the system at a time: some 2 documents */

/* The network. RELIABILITY 2. */
#define RK_KEPT_CONNECTIONS 8 /* for each transfer at a time, to be used again: two for each
				  of some 200 hosts that are asked in turn */
#define RK_MAX_HEADERS RK_KIB(300)    /* all header bytes of one transfer */
#define RK_MAX_ERROR_BODY RK_KIB(64)  /* of an error page that is looked at */
#define RK_MAX_REDIRECTS 5
#define RK_MOVED_POLLS 3              /* permanent redirects are believed after so many good */
#define RK_MOVED_S 86400              /* polls over so long: a site under repair sends everybody
                                         elsewhere for an afternoon */
#define RK_MOVED_FAILURES 3           /* of the new address in a row: then the old one again */
#define RK_MAX_VALIDATOR 1024         /* an ETag longer than this is not kept */
#define RK_STALL_S 30                 /* under RK_STALL_RATE for so long: ended */
#define RK_STALL_RATE 100             /* bytes per second */
#define RK_CONNECT_S 15
#define RK_MIN_EVERY_S 600            /* never polled more often (behaviour 13) */
#define RK_MAX_BACKOFF_S 86400        /* 5xx, DNS, TLS, time-out */
#define RK_MAX_HINT_S 604800          /* seven days: clamp of ttl, max-age, Retry-After */
#define RK_MAX_ASKED_S 3153600000     /* 100 years: what of them is kept, so that no sum overflows */

/* Pages, and the pages they link to. RELIABILITY 2.48-49. */
#define RK_MAX_ROBOTS RK_KIB(500)     /* of a robots.txt is read; RFC 9309 asks for that much */
#define RK_MORE_ROBOTS 4096           /* sites kept beside two for each source: where links lead */
#define RK_ROBOTS_S 86400             /* a robots.txt holds for a day */
#define RK_ROBOTS_AGAIN_S 60          /* one that could not be had is asked for again */
#define RK_ROBOTS_LOST_S (30 * 86400) /* and taken for none after so long */
#define RK_MAX_CRAWL_DELAY_S 60       /* longer ones would keep a poll for hours */
#define RK_MAX_ARTICLES 20            /* linked pages asked for in one poll: with the
                                         usual gap some 20 s, and a first import of a
                                         long list is no attack */
#define RK_ARTICLE_TRIES 3            /* polls; then the list's own words must do */
#define RK_ARTICLE_TROUBLES 3         /* in one poll: then the site has no good day */
#define RK_LOST_ASKED 2               /* pages of entries that fell out of the list, asked
                                         for in one poll: withdrawals are rare */
#define RK_PAGE_POLL_MS 300000        /* no further linked page is begun after it: the
                                         poll holds a ticket */

/* Hubs (WebSub). RELIABILITY 2.61. */
#define RK_HUB_LEASE_S (10 * 86400)     /* asked for: renewed weekly */
#define RK_HUB_MAX_LEASE_S (30 * 86400) /* longer ones are renewed as if they were this */
#define RK_HUB_RENEW_MIN_S 300          /* a hub that grants less is not asked more often */
#define RK_HUB_CONFIRM_S 600            /* after its answer the hub asks back within this */
#define RK_HUB_RETRY_S 600              /* after a failure, doubled up to RK_MAX_BACKOFF_S */
#define RK_HUB_DENIED_S (7 * 86400)     /* after a no */
#define RK_HUB_LEAVE_TRIES 3            /* then the lease may end by itself */
#define RK_HUB_CHANGE_S 86400           /* a source is subscribed anew so often, and once more
                                           at once: its documents may name another hub or
                                           topic each time */
#define RK_SKIP_ANSWER RK_KIB(64)       /* of a hub, which nobody reads */
#define RK_PUSHED_EVERY_S (6 * 3600)    /* polls while pushes come: they only verify, and one
                                           that got lost is found the same half day; a
                                           sixth of the requests of an hourly poll */

/* Our own hub: who subscribes to what we publish. */
#define RK_OUR_HUB_SUBS 20000         /* in all: some 10 MB */
#define RK_OUR_HUB_HOST_SUBS 2000     /* with callbacks at one host: a reader's service has
                                         one for each of our feeds */
#define RK_OUR_HUB_ASKS 256           /* questions that wait or are under way, in all */
#define RK_OUR_HUB_RENEWALS 64        /* beside them, about subscriptions that there are:
                                         a stranger with many silent hosts ends none */
#define RK_OUR_HUB_HOST_ASKS 32       /* and at one host */
#define RK_OUR_HUB_STRIKES 8          /* questions in a row that a host did not answer as a
                                         subscriber does: then it is left alone */
#define RK_OUR_HUB_HOLD_S 600         /* for so long: strangers name hosts that are none */
#define RK_OUR_HUB_MAX_FORM RK_KIB(16) /* of a request: two addresses, encoded */
#define RK_OUR_HUB_MAX_SECRET 199     /* bytes; WebSub 5.1: less than 200 */
#define RK_OUR_HUB_LEASE_S (10 * 86400)     /* where none is asked for */
#define RK_OUR_HUB_MIN_LEASE_S 3600         /* shorter ones would be renewed all the time */
#define RK_OUR_HUB_MAX_LEASE_S (30 * 86400) /* the dead are forgotten within a month */
#define RK_OUR_HUB_OVER_S 3600        /* a lease is over for so long, by a clock that does not
                                         jump, before the subscription is dropped */
#define RK_OUR_HUB_SENDING 32         /* deliveries under way at a time */
#define RK_OUR_HUB_LIMPING 8          /* of those, to whom the last one failed: the dead keep
                                         no place of the living */
#define RK_OUR_HUB_PER_HOST 8         /* transfers to one host at a time */
#define RK_OUR_HUB_GAP_MS 1           /* between their starts: a thousand in some 1.5 s */
#define RK_OUR_HUB_TIMEOUT_S 20       /* of a whole transfer */
#define RK_OUR_HUB_STALL_S 10         /* and of connecting to it */
#define RK_OUR_HUB_RETRY_S 10         /* after a failure, doubled */
#define RK_OUR_HUB_MAX_RETRY_S (6 * 3600) /* up to this */
#define RK_OUR_HUB_GIVE_UP_S (3 * 86400)  /* of failures: over a long weekend; then nothing
                                         is sent until it subscribes again */
#define RK_OUR_HUB_GIVE_UP_TRIES 12   /* and so many tries, half a day of them: the wall clock
                                         may be set */
#define RK_OUR_HUB_PING_URLS 50       /* told to a hub elsewhere in one request */

/* Archives of a feed (RFC 5005). RELIABILITY 2.57. */
#define RK_MAX_ARCHIVES 20            /* followed at the first import */
#define RK_MAX_ARCHIVE_BYTES RK_MIB(32) /* all documents of it as they are read */
#define RK_ARCHIVES_MS 300000         /* none is begun after it: the poll holds a ticket */

/* The store. */
#define RK_BATCH_FEEDS 64             /* documents in one transaction */
#define RK_BATCH_STATES 2048          /* polls without entries in one transaction */
#define RK_BATCH_MS 200               /* wait for more at most so long */
#define RK_BATCH_TIMES_MS 1000        /* and so long for polls without news alone: lost by a
                                         power cut, they cost one more request each */

/* A node that merges sources. */
#define RK_FLOOD_SHARE 5              /* a source has a fifth of its places for a day: five
                                         busy ones still fit, and one import of
                                         thousands leaves four fifths to the others */
#define RK_FLOOD_LEAST 10             /* and never less: what an office has on a busy day */
#define RK_FLOOD_LOOK 64              /* times the places are looked through for others:
                                         more than one document's flood (RK_MAX_ITEMS)
                                         at the usual 100 */
#define RK_VAGUE_DAYS 180             /* an entry without a date in a source's first
                                         document is compared with what is up to so much
                                         older: ten to thirty entries of a quiet office.
                                         With the two weeks of the guard it is 2^24
                                         seconds (clue_bits_int.h) */
/* Edits and withdrawals. */
#define RK_MAX_VERSIONS 10            /* kept of an entry beside the one that holds: what
                                         is edited oftener is a live ticker */
#define RK_MAX_VERSION RK_KIB(64)     /* of a version's markup; twenty printed pages */
#define RK_TOMBSTONE_S (30 * 86400)   /* published so long at least, that readers who ask
                                          once a month are told; until the next one
                                          there, for what is published hangs on no clock */
#define RK_TOMBSTONES 100             /* newest published in a node: no more than it has
                                         entries */
#define RK_COMPLETE_HOLD_S (3 * 86400) /* a complete feed that shrank sharply is believed
                                         when it still says so after a long weekend */
#define RK_SWITCH_LIMIT 3             /* documents with new ids for old entries, or entries
                                         with the id of another: once is a new system,
                                         twice an accident */

/* Searching. */
#define RK_QUERY_BYTES 1024           /* 340 Thai letters: more is no search of a person's */
#define RK_QUERY_TERMS 32             /* words of one query; each costs a look at every text
                                         that is compared */
#define RK_QUERY_DEPTH 16             /* of brackets: bounds recursion */
#define RK_SEARCH_TEXT RK_KIB(64)     /* of an entry's text is searched: twenty printed
                                         pages, as of a version */
#define RK_SEARCH_LOOK 20000          /* rows that the index may name for one search, the
                                         newest: each is looked up */
#define RK_SEARCH_SCAN 5000           /* texts compared for one search, the newest first */
#define RK_SEARCH_TAIL 2000           /* newest entries that are compared though they are
                                         not in the index yet */
#define RK_SEARCH_MS 2000             /* a search ends after it with what it has */
#define RK_SEARCH_PAGE 20             /* results of a page, */
#define RK_SEARCH_PAGES 50            /* and pages: who wants more says it more exactly */
#define RK_SEARCH_FEED 50             /* entries of a search's feed */
#define RK_INDEX_BATCH 512            /* entries of one transaction of the index */
#define RK_INDEX_BYTES RK_MIB(1)      /* or so much text: some 200 ms, which is what others
                                         that wait for the store may wait */

/* What is published. */
#define RK_MAX_FILE RK_MIB(64)        /* one file of the tree; 100 entries are a quarter
                                         of a MiB */

#define RK_ARCHIVE_STORIES 1000       /* in one archive document (CONTRACTS 3) */
#define RK_ARCHIVE_BYTES RK_MIB(12)   /* of their texts, three bytes a letter: escaped and
                                         with all else it stays within RK_MAX_FILE */
#define RK_ARCHIVE_ROUND 10000        /* stories of archives written in one cycle of a
                                         daemon, about: the news of a first import are not
                                         to wait for its archives; what it leaves, the
                                         next cycles write */
#define RK_TWIN_LEAST 512             /* smaller files have no compressed twins: they fit
                                         into one packet as they are */

/* Pages that are made when they are asked for. */
#define RK_PAGES_AT_ONCE 2            /* the pool has two threads at least, and rendering and
                                         writing go on beside them */
#define RK_PAGES_WAITING 64           /* more are told to come again: a page takes
                                         milliseconds, so nobody waits for long */
#define RK_PAGES_SEARCHING 1          /* searches made at a time, which take longest: the
                                         other place is for stories */
#define RK_SEARCHES_WAITING 48        /* of those that wait: stories find room */
#define RK_PAGES_OF_ONE 8             /* that wait for one address; one on this machine or in
                                         a private network may be a proxy's, of many */
#define RK_MAX_PAGE_ANSWER RK_MIB(8)  /* a text of RK_MAX_FIELD and all its versions */

/* The control socket. */
#define RK_MAX_CONTROL RK_KIB(8)      /* one request: a command and an id */
#define RK_CONTROL_CLIENTS 8          /* at once: people, not programs, give orders */
#define RK_CONTROL_S 10               /* a client that says nothing for so long is left */

/* The configuration. */
#define RK_MAX_CONFIG RK_MIB(64)
#define RK_MAX_SOURCES 1000000
#define RK_MAX_TOPICS 1000            /* each may be searched for after every change */

#endif
