/*
 * The texts of all statements. Each is prepared when it is first used (stmt.c); enum st_id
 * names them in the same order.
 */
#include "store_int.h"

#define SUB_COLUMNS(w)                                                                 \
	w "callback, " w "source, " w "state, " w "source_url, " w "hub, " w "topic, " w   \
	  "secret, " w "until, " w "next, " w "last_push, " w "last_miss, " w "tries, " w  \
	  "pushes, " w "error"
/* What polls are told of the ones before, and behind it what people are. */
#define POLLED_COLUMNS                                                                 \
	"t.standing, t.url, t.effective_url, t.etag, t.last_modified, t.body_hash,"    \
	" ifnull(b.next_due, t.next_due), t.not_before,"                               \
	" ifnull(b.last_poll, t.last_poll), ifnull(b.last_poll, t.last_success),"      \
	" t.last_change, t.standing_since,"                                            \
	" iif(b.source IS NULL, t.fresh_until, b.fresh_until),"                        \
	" t.hint_seconds, t.skip_hours, t.skip_days, t.failures, t.same_body_crashes," \
	" ifnull(b.http_status, t.http_status),"                                       \
	" ifnull(b.polls, t.polls), ifnull(b.not_modified, t.not_modified),"           \
	" t.imported"
#define STATE_COLUMNS                                                                  \
	POLLED_COLUMNS ", ifnull(b.why, t.why_next), t.error, t.advice, t.format,"     \
		       " t.charset, t.feed_title, t.feed_link"
#define STATE_TABLES                                                                   \
	" FROM source s CROSS JOIN source_state t ON t.source = s.id"                  \
	" LEFT JOIN poll_times b ON b.source = t.source AND b.polls > t.polls"
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
#define FIRST TEXT(RK_FOUND_FIRST)
/* Of unknown age (rk_telling.vague). */
#define VAGUE "e.published IS NULL AND (e.found & " FIRST ") <> 0"
/* It waits for the operator, or an edit of it does. */
#define HELD_WAITS "(e.state = 3 OR (h.score > 0 AND e.state IN (0, 4)))"
/* What a source fares by, and how it is known to fare; from `source s`. */
#define WATCH_COLUMNS                                                                  \
	"s.id, s.name, s.title, s.position IS NOT NULL, t.standing, t.failures,"       \
	" t.standing_since, ifnull(b.last_poll, t.last_success),"                      \
	" ifnull(b.next_due, t.next_due), t.error, t.advice,"                          \
	" (SELECT count(*) FROM held h CROSS JOIN entry e ON e.id = h.entry"           \
	" WHERE h.source = s.id AND " HELD_WAITS "),"                                  \
	" m.url, c.news, c.office, c.at,"                                              \
	" (SELECT max(last_push) FROM websub WHERE source = s.id),"                    \
	" w.health, w.since, w.at, w.told, w.told_at, w.held, w.moved, w.advice"
#define WATCH_TABLES                                                                   \
	STATE_TABLES " LEFT JOIN moved m ON m.source = s.id"                           \
	" LEFT JOIN pace c ON c.source = s.id LEFT JOIN watch w ON w.source = s.id"
#define TIMES     "INSERT OR REPLACE INTO poll_times VALUES"
#define TIMES_ROW "(?, ?, ?, ?, ?, ?, ?, ?)"
#define MOVED_COLUMNS                                                                  \
	"m.source, m.url, m.at, m.failures, m.leads_to, m.leads_since, m.leads_polls"

const char *const st_sql[ST_COUNT] = {
    [ST_BEGIN] = "BEGIN IMMEDIATE",
    [ST_COMMIT] = "COMMIT",
    [ST_ROLLBACK] = "ROLLBACK",
    [ST_SAVEPOINT] = "SAVEPOINT poll",
    [ST_RELEASE] = "RELEASE poll",
    [ST_ROLLBACK_TO] = "ROLLBACK TO poll",
    [ST_SNAPSHOT] = "BEGIN",
    [ST_META_GET] = "SELECT value FROM meta WHERE key = ?1",
    [ST_META_PUT] = "INSERT INTO meta(key, value) VALUES(?1, ?2)"
		    " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
    [ST_SOURCE_ALL] = "SELECT s.id, s.name, s.title, s.url, s.route, s.priority,"
		      " s.position, s.reading, " POLLED_COLUMNS
		      ", iif(b.why IS NULL, t.why_next, NULL), c.news, c.office, c.at"
		      STATE_TABLES
		      " LEFT JOIN pace c ON c.source = s.id ORDER BY s.id",
    [ST_SOURCE_ADD] = "INSERT INTO source(name, title, url, route, priority, position,"
		      " reading) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [ST_SOURCE_SET] = "UPDATE source SET name = ?1, title = iif(?2 = '', title, ?2), url = ?3, route = ?4,"
		      " priority = ?5, position = ?6, reading = ?7 WHERE id = ?8",
    [ST_SOURCE_DROP] = "UPDATE source SET position = NULL WHERE id = ?1",
    [ST_STATE_ADD] = "INSERT INTO source_state VALUES(?30, ?1, ?2, ?3, ?4, ?5, ?6, ?7,"
		     " ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,"
		     " ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?31)",
    [ST_STATE_SET] =
	"UPDATE source_state SET standing = ?1, url = ?2, effective_url = ?3,"
	" etag = ?4, last_modified = ?5, body_hash = ?6, next_due = ?7,"
	" not_before = ?8, last_poll = ?9, last_success = ?10, last_change = ?11,"
	" standing_since = ?12, fresh_until = ?13, hint_seconds = ?14,"
	" skip_hours = ?15, skip_days = ?16, failures = ?17,"
	" same_body_crashes = ?18, http_status = ?19, error = ?20, advice = ?21,"
	" why_next = ?22, format = ?23, charset = ?24, feed_title = ?25,"
	" feed_link = ?26, polls = ?27, not_modified = ?28, imported = ?29,"
	" entries = entries + ?31 WHERE source = ?30",
    [ST_STATE_GET] = "SELECT " STATE_COLUMNS STATE_TABLES " WHERE s.id = ?1",
    [ST_STATE_BEFORE] = "SELECT imported FROM source_state WHERE source = ?1",
    [ST_STATUS] =
	"SELECT s.id, s.name, s.title, s.url, t.entries, s.position,"
	" " STATE_COLUMNS ", p.entries, p.fresh, p.waiting, p.failed,"
	" (SELECT count(*) FROM held h CROSS JOIN entry e ON e.id = h.entry"
	" WHERE h.source = s.id AND " HELD_WAITS "), "
	MOVED_COLUMNS ", i.held_since, " SUB_COLUMNS("w.") STATE_TABLES
	" LEFT JOIN page p ON p.source = s.id LEFT JOIN moved m ON m.source = s.id"
	" LEFT JOIN identity i ON i.source = s.id"
	" LEFT JOIN websub w ON w.source = s.id AND w.state <> 3"
	" WHERE s.position IS NOT NULL AND (?1 = '' OR s.name = ?1)"
	" ORDER BY s.position",
    [ST_ROUTE_ALL] = "SELECT id, nodes FROM route ORDER BY id",
    [ST_ROUTE_ADD] = "INSERT INTO route(nodes) VALUES(?1)",
    [ST_NODE_ALL] = "SELECT id, generation, published, stories, changed FROM node",
    [ST_NODE_ADD] = "INSERT INTO node(id, generation, published, stories, changed)"
		    " VALUES(?1, ?2, -1, ?3, ?4)",
    [ST_NODE_SET] = "UPDATE node SET generation = ?2, stories = ?3, changed = ?4"
		    " WHERE id = ?1",
    [ST_NODE_PUBLISHED] = "UPDATE node SET published = ?2"
			  " WHERE id = ?1 AND published < ?2",
    [ST_NODE_UNPUBLISH] = "UPDATE node SET published = -1 WHERE published <> -1",
    [ST_KEY_ANY] = "SELECT 1 FROM entry_key WHERE source = ?1 LIMIT 1",
    [ST_KEY_GET] = "SELECT entry, seen FROM entry_key WHERE source = ?1 AND key = ?2",
    [ST_KEY_ADD] = "INSERT INTO entry_key(source, key, entry, seen)"
		   " VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    [ST_KEY_SEEN] = "INSERT INTO entry_key(source, key, entry, seen)"
		    " VALUES(?1, ?2, ?3, ?4) ON CONFLICT(source, key)"
		    " DO UPDATE SET seen = excluded.seen WHERE entry = excluded.entry",
    [ST_ENTRY_NEWEST] = "SELECT max(id) FROM entry",
    [ST_ENTRY_ADD] =
	"INSERT INTO entry(published, found, updated, changed, text_hash,"
	" meta_hash, url_hash, merge_hash, url, title, author, author_url, lang,"
	" image, origin_title, origin_url, tags, enclosures, summary, html, date_text,"
	" id, source, story, route, sort, state, kind, kept, first_seen, pid, guid)"
	" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
	" ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29,"
	" ?30, ?31, ?32) ON CONFLICT(pid) WHERE kept = 1 DO NOTHING",
    [ST_ENTRY_OLD] = "SELECT story, route, state, kind, published, updated, changed,"
		     " text_hash, meta_hash, url_hash, merge_hash, url, title, html"
		     " FROM entry WHERE id = ?1",
    [ST_ENTRY_EDIT] =
	"UPDATE entry SET published = ?1, found = ?2 | (found & " FIRST "),"
	" updated = ?3, changed = ?4,"
	" text_hash = ?5, meta_hash = ?6, url_hash = ?7, merge_hash = ?8, url = ?9,"
	" title = ?10, author = ?11, author_url = ?12, lang = ?13, image = ?14,"
	" origin_title = ?15, origin_url = ?16, tags = ?17, enclosures = ?18,"
	" summary = ?19, html = ?20, date_text = ?21 WHERE id = ?22",
    [ST_ENTRY_KIND] = "UPDATE entry SET kind = min(kind, ?2) WHERE id = ?1",
    [ST_ENTRY_LEAD] = "SELECT route, sort, state FROM entry WHERE id = ?1",
    [ST_CLUE_GET] = "SELECT entry FROM clue WHERE hash = ?1 AND entry >= ?2"
		    " AND entry < ?3 ORDER BY entry DESC LIMIT ?4",
    [ST_CLUE_ADD] = "INSERT INTO clue(hash, entry) VALUES(?1, ?2)"
		    " ON CONFLICT DO NOTHING",
    [ST_CLUE_REST] = "SELECT e.id, coalesce(e.published, e.first_seen),"
		     " e.url_hash, e.merge_hash, p.data, " VAGUE " FROM entry e"
		     " LEFT JOIN print p ON p.entry = e.id WHERE e.id > ?1"
		     " ORDER BY e.id",
    [ST_LINE] = "SELECT sort, coalesce(story, id) FROM entry WHERE route = ?1"
		" AND state = 0 AND sort >= ?2 ORDER BY sort DESC",
    [ST_STORY] = "SELECT source, route, published, updated, first_seen, changed, pid,"
		 " url, title, author, lang, image, tags, enclosures, summary, html, state"
		 " FROM entry WHERE id = ?1",
    /* ?2: the one that speaks for a lead that was withdrawn, or 0 */
    [ST_COPIES] = "SELECT source, url, route FROM entry WHERE story = ?1"
		  " AND state = 0 AND id <> ?2 ORDER BY first_seen, id",
    [ST_COPY_ROUTES] = "SELECT route, state FROM entry WHERE story = ?1",
    [ST_PUBLISHER] = "SELECT s.name, s.title, s.url, t.feed_link"
		     " FROM source s CROSS JOIN source_state t ON t.source = s.id"
		     " WHERE s.id = ?1",
    /* rows come in order of first sight: ids are given then */
    [ST_EXPORT] = "SELECT e.pid, s.name, e.guid, e.url, e.title, l.pid, e.route,"
		  " e.state, e.published, e.updated, e.first_seen, e.id, e.story,"
		  " l.state FROM entry e CROSS JOIN source s ON s.id = e.source"
		  " LEFT JOIN entry l ON l.id = e.story ORDER BY e.id",
    [ST_FIND_ID] = "SELECT id FROM entry WHERE pid = ?1 AND kept = 1",
    /* all entries of the source that the id names, no other */
    [ST_FIND_MINTED] = "SELECT e.id FROM source s CROSS JOIN entry_key k"
		       " ON k.source = s.id CROSS JOIN entry e ON e.id = k.entry"
		       " WHERE s.name = ?1 AND e.pid = ?2 LIMIT 1",
    [ST_FIND_HASH] = "SELECT 1 FROM entry WHERE id = ?1 AND url_hash = ?2",
    [ST_FIND_ANY] = "SELECT id FROM entry WHERE pid = ?1 OR url = ?1 OR guid = ?1"
		    " ORDER BY id LIMIT ?2",
    [ST_EXPLAIN] =
	"SELECT e.source, e.story, e.route, e.sort, e.state, e.kind, e.kept,"
	" e.published, e.updated, e.first_seen, e.changed, e.found, s.position,"
	" e.pid, e.guid, e.url, e.title, e.author, e.lang, e.origin_title,"
	" e.origin_url, e.date_text, s.name, s.title, s.url, s.route, t.format,"
	" t.charset FROM entry e CROSS JOIN source s ON s.id = e.source"
	" CROSS JOIN source_state t ON t.source = e.source WHERE e.id = ?1",
    [ST_EXPLAIN_STORY] = "SELECT e.route, e.first_seen, e.pid, e.url, s.name, s.title"
			 " FROM entry e CROSS JOIN source s ON s.id = e.source"
			 " WHERE e.id = ?1 OR e.story = ?1"
			 " ORDER BY e.story IS NOT NULL, e.first_seen, e.id",
    [ST_EXPLAIN_GUID] = "SELECT count(DISTINCT e.id) FROM entry_key k CROSS JOIN entry e"
			" ON e.id = k.entry WHERE k.source = ?1 AND e.guid = ?2",
    [ST_ROBOTS_ALL] = "SELECT authority, expires, lost_since, found, rules FROM robots",
    [ST_ROBOTS_PUT] = "INSERT OR REPLACE INTO robots VALUES(?1, ?2, ?3, ?4, ?5)",
    [ST_ROBOTS_OLD] = "DELETE FROM robots WHERE expires < ?1",
    [ST_TRY_GET] = "SELECT tries FROM page_try WHERE source = ?1 AND key = ?2",
    [ST_TRY_PUT] = "INSERT OR REPLACE INTO page_try VALUES(?1, ?2, ?3)",
    [ST_TRY_DROP] = "DELETE FROM page_try WHERE source = ?1",
    [ST_PAGE_PUT] =
	"INSERT INTO page VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE"
	" SET entries = ?3, fresh = ?4, waiting = ?5, failed = ?6",
    [ST_PAGE_BEGAN] = "SELECT began FROM page WHERE source = ?1",
    [ST_SUB_ALL] = "SELECT " SUB_COLUMNS("") " FROM websub",
    [ST_SUB_PUT] = "INSERT OR REPLACE INTO websub(" SUB_COLUMNS("") ")"
		   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    [ST_SUB_DROP] = "DELETE FROM websub WHERE callback = ?1",
    [ST_ENTRIES_MORE] = "UPDATE source_state SET entries = entries + ?2"
			" WHERE source = ?1",
    [ST_PRINT_ADD] = "INSERT OR REPLACE INTO print VALUES(?1, ?2)",
    [ST_PRINT_GET] = "SELECT data FROM print WHERE entry = ?1",
    [ST_TELLING] =
	"SELECT e.source, e.story, e.state, coalesce(e.published, e.first_seen),"
	" e.first_seen, s.priority, e.url_hash, e.merge_hash, e.text_hash, e.title,"
	" e.url, e.author, e.origin_title, e.origin_url, s.title, s.url,"
	" iif(e.story IS NULL, e.sort, coalesce((SELECT t.sort FROM tie t"
	" WHERE t.entry = e.id), e.sort)), " VAGUE
	" FROM entry e CROSS JOIN source s ON s.id = e.source WHERE e.id = ?1",
    [ST_COPY_OF_SOURCE] =
	"SELECT id FROM entry WHERE story = ?1 AND source = ?2 LIMIT 1",
    [ST_MEMBERS] = "SELECT id FROM entry WHERE story = ?1 ORDER BY id LIMIT ?2",
    [ST_REGROUP] = "UPDATE entry SET story = ?2, sort = ?3, state = ?4 WHERE id = ?1",
    [ST_TIE_PUT] = "INSERT OR REPLACE INTO tie VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [ST_TIE_DROP] = "DELETE FROM tie WHERE entry = ?1",
    [ST_TIE_GET] = "SELECT t.tie, t.guard, t.overlap, o.pid, s.name FROM tie t"
		   " CROSS JOIN entry o ON o.id = t.other"
		   " CROSS JOIN source s ON s.id = o.source WHERE t.entry = ?1",
    [ST_RELATED_ADD] = "INSERT OR REPLACE INTO related VALUES(?1, ?2, ?3, ?4)",
    [ST_RELATED] =
	"SELECT l.id, l.source, l.url, l.title, l.pid, max(r.tie), r.overlap"
	" FROM (SELECT ?1 AS id UNION ALL SELECT id FROM entry WHERE story = ?1) m"
	" CROSS JOIN related r ON r.entry = m.id"
	" CROSS JOIN entry o ON o.id = r.other"
	" CROSS JOIN entry l ON l.id = coalesce(o.story, o.id)"
	" WHERE l.id <> ?1 AND l.state = 0 GROUP BY l.id ORDER BY l.first_seen, l.pid",
    /* the leads of those that show it, whether or not it can be read */
    [ST_RELATED_LEADS] =
	"SELECT DISTINCT l.id, l.route"
	" FROM (SELECT ?1 AS id UNION ALL SELECT id FROM entry WHERE story = ?1) m"
	" CROSS JOIN related r ON r.entry = m.id"
	" CROSS JOIN entry o ON o.id = r.other"
	" CROSS JOIN entry l ON l.id = coalesce(o.story, o.id) WHERE l.id <> ?1",
    /* the parameters of ST_STATE_SET */
    [ST_STATE_TEXTS] =
	"UPDATE source_state SET standing = ?1, url = ?2, effective_url = ?3,"
	" etag = ?4, last_modified = ?5, body_hash = ?6, next_due = ?7,"
	" not_before = ?8, last_poll = ?9, last_success = ?10, last_change = ?11,"
	" standing_since = ?12, fresh_until = ?13, hint_seconds = ?14,"
	" skip_hours = ?15, skip_days = ?16, failures = ?17,"
	" same_body_crashes = ?18, http_status = ?19, error = ?20, advice = ?21,"
	" why_next = ?22, polls = ?27, not_modified = ?28, imported = ?29,"
	" entries = entries + ?31 WHERE source = ?30",
    /* all that poll_times may have had, so that its row does not count any more */
    [ST_STATE_ASKED] =
	"UPDATE source_state SET next_due = ?7, last_poll = ?9, last_success = ?10,"
	" fresh_until = ?13, http_status = ?19, why_next = ?22, polls = ?27,"
	" not_modified = ?28 WHERE source = ?30",
    [ST_STATE_TIMES] = TIMES " " TIMES_ROW,
    /* eight of them (times.c): a third less for each */
    [ST_STATE_TIMES_GROUP] = TIMES TIMES_ROW ", " TIMES_ROW ", " TIMES_ROW ", " TIMES_ROW
		       ", " TIMES_ROW ", " TIMES_ROW ", " TIMES_ROW ", " TIMES_ROW,
    [ST_MOVED_PUT] = "INSERT OR REPLACE INTO moved VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [ST_MOVED_ALL] = "SELECT " MOVED_COLUMNS " FROM moved m ORDER BY m.source",
    [ST_MOVED_DROP] = "DELETE FROM moved WHERE source = ?1",
    [ST_ENTRY_SOURCE] = "SELECT source FROM entry WHERE id = ?1",
    [ST_ADDRESS_DROP] = "DELETE FROM address WHERE source = ?1",
    [ST_ADDRESS_ALL] = "SELECT source, address FROM address ORDER BY source",
    [ST_ADDRESS_PUT] = "INSERT OR REPLACE INTO address VALUES(?1, ?2)",
    [ST_PACE_PUT] = "INSERT OR REPLACE INTO pace VALUES(?1, ?2, ?3, ?4)",
    [ST_PLACE_ADD] = "INSERT INTO entry_place(entry, evidence) VALUES(?1, ?2)",
    [ST_HELD_ADD] = "INSERT OR IGNORE INTO held VALUES(?1, ?2, ?3, ?4, ?5)",
    [ST_HELD_GET] = "SELECT score, reasons FROM held WHERE source = ?1 AND entry = ?2",
    [ST_HELD_ALL] = "SELECT h.source, h.entry, e.route, e.state"
		    " FROM held h CROSS JOIN entry e ON e.id = h.entry"
		    " CROSS JOIN source s ON s.id = h.source"
		    " WHERE " HELD_WAITS " AND (s.name = ?1 OR e.pid = ?1)"
		    " ORDER BY h.entry LIMIT 1",
    [ST_HELD_DROP] = "DELETE FROM held WHERE source = ?1 AND entry = ?2 AND score > 0",
    /* what was let out is known for it */
    [ST_HELD_OUT] = "UPDATE held SET score = 0 WHERE source = ?1 AND entry = ?2",
    [ST_STATE_NEWS] = "SELECT t.entries, ifnull(b.polls, t.polls) -"
		      " ifnull(b.not_modified, t.not_modified) FROM source_state t"
		      " LEFT JOIN poll_times b ON b.source = t.source AND b.polls > t.polls"
		      " WHERE t.source = ?1",
    [ST_ENTRY_LIVE] = "UPDATE entry SET state = 0 WHERE id = ?1 AND state = 3",
    [ST_PLACE_GET] = "SELECT evidence FROM entry_place WHERE entry = ?1",
    [ST_IDENTITY_GET] = "SELECT rule, keyed, renewed, reused, held_since FROM identity"
			" WHERE source = ?1",
    [ST_IDENTITY_PUT] = "INSERT OR REPLACE INTO identity VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [ST_REKEY_ALL] = "SELECT DISTINCT entry FROM entry_key WHERE source = ?1 AND entry > 0",
    [ST_REKEY_ROW] = "SELECT url_hash, text_hash, published, title FROM entry"
		     " WHERE id = ?1",
    [ST_SOURCE_LIVE] =
	"SELECT DISTINCT k.entry FROM entry_key k CROSS JOIN entry e ON e.id = k.entry"
	" WHERE k.source = ?1 AND e.source = ?1 AND e.state IN (0, 4)",
    [ST_LIFE_GET] = "SELECT story, state, route FROM entry WHERE id = ?1",
    [ST_LIFE_SET] = "UPDATE entry SET state = ?2 WHERE id = ?1",
    /* what was held before it left is held again */
    [ST_LIFE_BACK] =
	"UPDATE entry SET state = iif(EXISTS(SELECT 1 FROM held h"
	" WHERE h.source = entry.source AND h.entry = entry.id AND h.score > 0"
	" AND h.reasons & 32 = 0), 3, 0) WHERE id = ?1",
    [ST_LIFE_SET_COPIES] = "UPDATE entry SET state = ?2 WHERE story = ?1",
    [ST_LIFE_BUMP] = "UPDATE entry SET updated = max(updated, ?2), changed = ?2"
		     " WHERE id = ?1",
    [ST_LEFT_GET] = "SELECT why & 15, at, stated FROM withdrawal WHERE entry = ?1",
    [ST_LEFT_PUT] = "INSERT OR REPLACE INTO withdrawal VALUES(?1, ?2 | ifnull("
		    "(SELECT why & 16 FROM withdrawal WHERE entry = ?1), 0), ?3, ?4)",
    [ST_LEFT_DROP] = "DELETE FROM withdrawal WHERE entry = ?1",
    [ST_VOICE] = "SELECT id FROM entry WHERE story = ?1 AND state = 0"
		 " ORDER BY first_seen, id LIMIT 1",
    [ST_TOMB_PUT] = "INSERT OR REPLACE INTO tombstone VALUES(?1, ?2, ?3)",
    [ST_TOMB_DROP] = "DELETE FROM tombstone WHERE entry = ?1",
    [ST_TOMB_OLD] = "DELETE FROM tombstone WHERE node = ?1 AND at < ?2",
    [ST_TOMB_ALL] = "SELECT e.pid, t.at, t.entry FROM tombstone t CROSS JOIN entry e"
		    " ON e.id = t.entry WHERE t.node = ?1"
		    " ORDER BY t.at DESC, t.entry DESC LIMIT ?2",
    [ST_TOMB_AT] = "SELECT 1 FROM tombstone WHERE entry = ?1 AND node = ?2",
    [ST_TOMB_WORDS] = "SELECT title, html FROM entry WHERE id = ?1"
		      " UNION ALL SELECT title, html FROM entry WHERE story = ?1",
    [ST_LOST_FIND] =
	"SELECT DISTINCT e.id, e.url FROM entry_key k CROSS JOIN entry e ON e.id = k.entry"
	" WHERE k.source = ?1 AND e.source = ?1 AND e.state IN (0, 4) AND e.sort > ?2"
	" AND e.url_hash <> 0 AND NOT EXISTS (SELECT 1 FROM page_lost l"
	" WHERE l.entry = e.id AND l.found > 1)",
    [ST_LOST_GET] = "SELECT found FROM page_lost WHERE entry = ?1",
    [ST_LOST_PUT] = "INSERT OR REPLACE INTO page_lost VALUES(?1, ?2)",
    [ST_VERSION_ADD] =
	"INSERT INTO version SELECT e.id, coalesce((SELECT max(n) FROM version"
	" WHERE entry = e.id), 0) + 1, e.changed, e.title, ?2 FROM entry e"
	" WHERE e.id = ?1",
    [ST_VERSION_OLD] = "DELETE FROM version WHERE entry = ?1 AND n <= (SELECT max(n)"
		       " FROM version WHERE entry = ?1) - ?2",
    [ST_VERSION_ALL] =
	"SELECT n, since, title, html FROM version WHERE entry = ?1 UNION ALL"
	" SELECT 1 << 30, changed, title, html FROM entry WHERE id = ?1 ORDER BY 1",
    [ST_SEARCH_PUT] = "INSERT INTO search(rowid, text) VALUES(?1, ?2)",
    [ST_SEARCH_EMPTY] = "INSERT INTO search(search) VALUES('delete-all')",
    [ST_SEARCH_FIND] = "SELECT rowid FROM search WHERE search MATCH ?1"
		       " ORDER BY rowid DESC LIMIT ?2",
    [ST_SEARCH_NEXT] = "SELECT id, title, html FROM entry WHERE id > ?1 ORDER BY id"
		       " LIMIT ?2",
    [ST_SEARCH_TAIL] = "SELECT id FROM entry WHERE id > ?1 ORDER BY id DESC LIMIT ?2",
    [ST_SEARCH_WORDS] = "SELECT title, html FROM entry WHERE id = ?1",
    [ST_SEARCH_ROW] = "SELECT e.story, e.route, e.sort, e.state, l.state, l.route"
		      " FROM entry e LEFT JOIN entry l ON l.id = e.story WHERE e.id = ?1",
    [ST_AGAIN_PUT] = "INSERT OR IGNORE INTO search_again VALUES(?1)",
    [ST_AGAIN_ALL] = "SELECT entry FROM search_again ORDER BY entry LIMIT ?1",
    [ST_AGAIN_DROP] = "DELETE FROM search_again WHERE entry = ?1",
    [ST_AGAIN_EMPTY] = "DELETE FROM search_again",
    [ST_AGAIN_COUNT] = "SELECT count(*) FROM search_again",
    [ST_FILTER_ALL] = "SELECT f.source, f.hash, f.upto FROM filter f"
		      " CROSS JOIN source s ON s.id = f.source"
		      " WHERE s.position IS NOT NULL",
    [ST_FILTER_SOURCE] = "SELECT id FROM source WHERE name = ?1",
    [ST_FILTER_PUT] = "INSERT OR REPLACE INTO filter VALUES(?1, ?2, ?3)",
    [ST_FILTER_DROP] = "DELETE FROM filter WHERE source = ?1",
    [ST_FILTER_NEXT] =
	"SELECT DISTINCT k.entry FROM entry_key k WHERE k.source = ?1 AND k.entry > ?2"
	" ORDER BY k.entry LIMIT ?3",
    [ST_FILTER_ROW] = "SELECT source, state, title, html FROM entry WHERE id = ?1",
    [ST_TOPIC_PUT] = "INSERT OR REPLACE INTO topic VALUES(?1, ?2, ?3, ?4, ?5)",
    [ST_TOPIC_DROP] = "DELETE FROM topic WHERE id = ?1",
    [ST_TOPIC_ALL] = "SELECT id, hash, seen, stories, updated FROM topic",
    [ST_STORY_OF] = "SELECT l.id, l.state FROM entry e CROSS JOIN entry l"
		    " ON l.id = coalesce(e.story, e.id) WHERE e.id = ?1 AND e.state <> 2",
    [ST_HUB_ALL] = "SELECT topic, callback, secret, until, given, next, failing, last,"
		   " tries, delivered, failed, error FROM hub",
    [ST_HUB_PUT] = "INSERT OR REPLACE INTO hub VALUES"
		   "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [ST_HUB_DROP] = "DELETE FROM hub WHERE topic = ?1 AND callback = ?2",
    /* and not after the newest time that is known: the clock may be wrong */
    [ST_HUB_OLD] =
	"DELETE FROM hub WHERE until <= min(?1, max("
	"ifnull((SELECT max(last_poll) FROM source_state), 0),"
	" ifnull((SELECT max(last_poll) FROM poll_times), 0)))",
    [ST_HUB_TOTALS] =
	"SELECT count(*) FILTER (WHERE callback <> '' AND until > ?1),"
	" count(*) FILTER (WHERE callback <> '' AND until > ?1 AND tries > 0),"
	" count(*) FILTER (WHERE callback = ''),"
	" sum(delivered) FILTER (WHERE callback <> '' AND until > ?1),"
	" max(last) FILTER (WHERE callback <> '' AND until > ?1) FROM hub",
    [ST_WATCH_ONE] = "SELECT " WATCH_COLUMNS WATCH_TABLES " WHERE s.id = ?1",
    [ST_WATCH_ALL] = "SELECT " WATCH_COLUMNS WATCH_TABLES,
    [ST_WATCH_PUT] = "INSERT OR REPLACE INTO watch VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7,"
		     " ?8, ?9, ?10)",
    [ST_WATCH_TOLD] = "UPDATE watch SET told = ?2, told_at = ?3, held = ?4, moved = ?5"
		      " WHERE source = ?1",
    [ST_WATCH_WHY] = "UPDATE watch SET why = ?2, advice = ?3 WHERE source = ?1",
    [ST_WATCH_HEALTH] = "SELECT source, health FROM watch",
    [ST_CHANGE_PUT] = "INSERT OR REPLACE INTO standing_change VALUES(?1, ?2, ?3)",
    [ST_CHANGE_ALL] = "SELECT source, at, health FROM standing_change",
    /* the last one before stays: it says how the source fared from then on */
    [ST_CHANGE_OLD] =
	"DELETE FROM standing_change WHERE at < ?1 AND EXISTS (SELECT 1"
	" FROM standing_change l WHERE l.source = standing_change.source"
	" AND l.at > standing_change.at AND l.at <= ?1)",
    [ST_EVENT_ADD] = "INSERT INTO operator_event(at, kind, source, title, detail, advice,"
		     " since, n) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [ST_EVENT_OLD] = "DELETE FROM operator_event WHERE id <="
		     " (SELECT max(id) FROM operator_event) - ?1",
    [ST_EVENT_ALL] = "SELECT id, at, kind, source, title, detail, advice, since, n"
		     " FROM operator_event ORDER BY id DESC",
    [ST_BOARD_GET] = "SELECT changed, published, month, watched FROM board",
    [ST_BOARD_BUMP] = "UPDATE board SET changed = changed + 1",
    [ST_BOARD_WATCHED] = "UPDATE board SET changed = changed + (month IS NOT ?1),"
			 " month = ?1, watched = ?2",
    [ST_BOARD_PUBLISHED] = "UPDATE board SET published = ?1 WHERE published < ?1",
    [ST_BOARD_SOURCES] =
	"SELECT s.id, s.name, s.title, s.url, s.position, t.feed_link, w.health, w.since,"
	" w.why, w.advice, w.moved FROM source s"
	" CROSS JOIN source_state t ON t.source = s.id"
	" CROSS JOIN watch w ON w.source = s.id WHERE s.position IS NOT NULL"
	" ORDER BY s.position",
    [ST_PACE_NEWS] = "UPDATE pace SET at = max(at, ?2) WHERE source = ?1",
    [ST_ARCHIVE_NEWEST] =
	"SELECT n, month, part, after, upto, stories, bytes, seq, known, generation"
	" FROM archive WHERE node = ?1 ORDER BY n DESC LIMIT 1",
    [ST_ARCHIVE_GET] =
	"SELECT n, month, part, after, upto, stories, bytes, seq, known, generation"
	" FROM archive WHERE node = ?1 AND n = ?2",
    [ST_ARCHIVE_NAME] = "SELECT month, part FROM archive WHERE node = ?1 AND n = ?2",
    [ST_ARCHIVE_PUT] =
	"INSERT INTO archive VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, 0)"
	" ON CONFLICT(node, n) DO UPDATE SET upto = ?6, stories = ?7, bytes = ?8,"
	" seq = ?9, known = ?10, generation = generation + 1",
    [ST_ARCHIVE_ALL] = "SELECT node, n, month, part, generation, published FROM archive"
		       " ORDER BY node, n",
    [ST_ARCHIVE_DIRTY] =
	"SELECT node, n, month, part, generation, published FROM archive"
	" WHERE published < generation ORDER BY node, n",
    [ST_ARCHIVE_TOUCH] = "UPDATE archive SET generation = generation + 1"
			 " WHERE node = ?1 AND after < ?2 AND upto >= ?2",
    [ST_ARCHIVE_PUBLISHED] = "UPDATE archive SET published = ?3 WHERE node = ?1"
			     " AND n = ?2 AND published < ?3",
    [ST_ARCHIVE_EDGE] =
	"SELECT ifnull(max(seq), 0), ifnull(max(known), 0) FROM archive",
    [ST_SEEN_ROUTE] = "SELECT id, story, state FROM entry INDEXED BY entry_seen"
		      " WHERE route = ?1 AND id > ?2 AND id <= ?3 ORDER BY id LIMIT ?4",
    [ST_SEEN_ALL] = "SELECT id, story, state FROM entry WHERE id > ?1 AND id <= ?2"
		    " ORDER BY id LIMIT ?3",
    [ST_SEEN_LAST] = "SELECT id FROM entry INDEXED BY entry_seen WHERE route = ?1"
		     " ORDER BY id DESC LIMIT 1",
    [ST_SEEN_SIZE] = "SELECT first_seen, length(html) + length(summary) FROM entry"
		     " WHERE id = ?1",
    [ST_SEEN_EARLIER] = "SELECT route FROM entry WHERE id = ?1 AND id < ?2 UNION ALL"
			" SELECT route FROM entry WHERE story = ?1 AND id < ?2",
    [ST_ARCHIVED_KEEP] =
	"INSERT OR IGNORE INTO archived SELECT id, ?2, published, updated, changed,"
	" url, title, author, lang, image, tags, enclosures, summary, html"
	" FROM entry WHERE id = ?1",
    [ST_ARCHIVED_GET] =
	"SELECT published, updated, changed, url, title, author, lang, image, tags,"
	" enclosures, summary, html FROM archived WHERE entry = ?1 AND seq >= ?2"
	" ORDER BY seq LIMIT 1",
    [ST_ARCHIVED_STORY] =
	"SELECT id, source, route, state, url FROM entry WHERE story = ?1"
	" ORDER BY first_seen, id",
    /* the newest leaving among its entries, and whether the story was never to be read */
    [ST_ARCHIVED_OUT] =
	"SELECT max(w.at), min(w.why & 16) FROM (SELECT ?1 AS id UNION ALL SELECT id FROM entry"
	" WHERE story = ?1) m CROSS JOIN withdrawal w ON w.entry = m.id",
    [ST_CLUE_ADD_MANY] =
	"INSERT INTO clue(hash, entry) VALUES(?1, ?2), (?3, ?4), (?5, ?6), (?7, ?8),"
	" (?9, ?10), (?11, ?12), (?13, ?14), (?15, ?16), (?17, ?18), (?19, ?20),"
	" (?21, ?22), (?23, ?24), (?25, ?26), (?27, ?28), (?29, ?30), (?31, ?32)"
	" ON CONFLICT DO NOTHING",
    [ST_CLUE_PERIOD] = "SELECT hash FROM clue WHERE hash >= ?1 AND hash < ?2 LIMIT ?3",
};
