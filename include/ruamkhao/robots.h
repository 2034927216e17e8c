/*
 * robots.txt by RFC 9309: what a site asks of programs that read its pages. Pure.
 *
 * Groups whose user-agent is `agent` (letter case ignored) count, together; without one
 * those for "*". The longest matching rule decides, Allow before Disallow of the same
 * length; what no rule names is allowed, and /robots.txt itself always. Paths are compared
 * with their percent-encoding made uniform. What lies behind RK_MAX_ROBOTS is not read.
 */
#ifndef RUAMKHAO_ROBOTS_H
#define RUAMKHAO_ROBOTS_H

#include <ruamkhao/str.h>

struct rk_arena;
struct rk_buf;
struct rk_robots;

#define RK_ROBOTS_AGENT "ruamkhao" /* our product token */

/* Never fails: what is no rule is passed over. In the arena, and into it only. */
struct rk_robots *rk_robots_parse(struct rk_str bytes, const char *agent, struct rk_arena *);

/* url: absolute, or path and query alone. A fragment does not count. */
bool rk_robots_allowed(const struct rk_robots *, struct rk_str url);

/* Seconds between two requests as asked by Crawl-delay (rounded up), at most
 * RK_MAX_CRAWL_DELAY_S; 0: not asked. No part of the RFC, but meant to be obeyed. */
int64_t rk_robots_delay(const struct rk_robots *);

/* What was found, as a robots.txt that is read to the same; appended. 0, -1: full. */
int rk_robots_print(const struct rk_robots *, struct rk_buf *);

#endif
