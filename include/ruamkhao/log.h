/*
 * One line per event on stderr: "level message key=value key=value".
 *
 * Values are escaped (C0, C1, DEL, bidi controls, U+2028/9, broken UTF-8), a line
 * is one write of at most 4 KiB, and a full or blocked target drops lines and
 * counts them: logging never blocks. Under systemd ($JOURNAL_STREAM) lines start
 * with "<N>" and no time; else with the UTC time. Safe from any thread. Pure
 * stages do not log.
 */
#ifndef RUAMKHAO_LOG_H
#define RUAMKHAO_LOG_H

enum rk_level { RK_ERROR, RK_WARN, RK_INFO, RK_DEBUG };

void rk_log_level(enum rk_level); /* most talkative level shown; default RK_INFO */

/*
 * Pairs of strings, ended by NULL; a NULL value skips its pair. A value that is
 * empty or has one of space " = \ is quoted. The source id comes first:
 * rk_log(RK_WARN, "poll failed", "source", id, "error", e, NULL)
 */
void rk_log(enum rk_level, const char *message, ...) __attribute__((sentinel));

/* A line for a person, escaped in the same way, without level or time. */
void rk_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Escape as the log does, into out (always ends with NUL). Returns out. */
char *rk_log_escape(const char *text, char *out, unsigned long size);

#endif
