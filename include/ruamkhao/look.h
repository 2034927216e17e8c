/*
 * What a document that is no feed is: a page of which system, which feeds it names,
 * or what stands in the place of a page.
 *
 * Made by parse/ in an arena, carried by the worker's wire, read by the doctor.
 * Strings are valid UTF-8 with a NUL behind; addresses are absolute.
 */
#ifndef RUAMKHAO_LOOK_H
#define RUAMKHAO_LOOK_H

#include <ruamkhao/str.h>

enum rk_look_kind {
	RK_LOOK_PAGE,      /* a page with something to read */
	RK_LOOK_CHALLENGE, /* wants to know whether we are a browser */
	RK_LOOK_BLOCK,     /* a firewall's refusal */
	RK_LOOK_CAPTCHA,
	RK_LOOK_LOGIN,
	RK_LOOK_PARKED,    /* a domain for sale, or a server without a site */
	RK_LOOK_DIRECTORY, /* a listing of files */
	RK_LOOK_APP,       /* a program: nothing to read without JavaScript */
	RK_LOOK_CONSTRUCTION,
	RK_LOOK_ERROR,   /* an error message */
	RK_LOOK_FORWARD, /* sends on to another address, or asks to enter there */
	RK_LOOK_EMPTY,
	RK_LOOK_XML, /* of another kind */
	RK_LOOK_JSON,
	RK_LOOK_TEXT,
	RK_LOOK_BINARY
};
const char *rk_look_kind_name(enum rk_look_kind); /* "page", "challenge" ... */

enum rk_system {
	RK_SYSTEM_UNKNOWN,
	RK_SYSTEM_WORDPRESS,
	RK_SYSTEM_JOOMLA,
	RK_SYSTEM_DRUPAL,
	RK_SYSTEM_EWT,      /* EasyWebTime */
	RK_SYSTEM_PRD,      /* the provincial CMS of the Public Relations Department */
	RK_SYSTEM_PRD_MAIN, /* its main site */
	RK_SYSTEM_TYPO3,
	RK_SYSTEM_SHAREPOINT,
	RK_SYSTEM_BLOGGER,
	RK_SYSTEM_MEDIAWIKI,
	RK_SYSTEM_LIFERAY,
	RK_SYSTEM_WIX,
	RK_SYSTEM_NEXTJS,
	RK_SYSTEM_ASPNET,
	RK_SYSTEM_COUNT
};
const char *rk_system_name(enum rk_system); /* "WordPress", "" for unknown */
/* The ready page rules for it (CONTRACTS 2, preset), or NULL. */
const char *rk_system_preset(enum rk_system);

/* Why an address is asked. */
enum rk_how {
	RK_HOW_GIVEN,     /* the operator named it */
	RK_HOW_AGAIN,     /* the same once more, with its validators */
	RK_HOW_FORWARD,   /* the page sends there */
	RK_HOW_ANNOUNCED, /* link rel=alternate */
	RK_HOW_LINKED,    /* a link whose address looks like a feed's */
	RK_HOW_SYSTEM,    /* where its system has feeds */
	RK_HOW_FRONT,     /* the site's front page */
	RK_HOW_USUAL,     /* where many sites have one */
	RK_HOW_COUNT
};
const char *rk_how_name(enum rk_how); /* "given", "again" ... */

struct rk_place {
	struct rk_str url, title; /* title: as announced, or empty */
	enum rk_how how;
};

#define RK_MAX_PLACES 24 /* named by one page; more are a directory of feeds */

struct rk_look {
	enum rk_look_kind kind;
	enum rk_system system;
	struct rk_str what; /* "a challenge page (Cloudflare)" */
	struct rk_str title, generator;
	struct rk_str charset; /* name */
	bool charset_mislabelled;
	uint32_t links, text; /* links on the page; bytes that a reader sees */
	struct rk_place places[RK_MAX_PLACES]; /* announced first */
	uint32_t n_places;
};

#endif
