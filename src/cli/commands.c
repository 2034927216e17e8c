/* The table of commands and options: what help prints and what is accepted. */
#include "cli_int.h"

const struct cli_option_info cli_options[] = {
	{ OPT_STRICT, "strict", NULL, "exit 1 when any source failed" },
	{ OPT_LISTEN, "listen", "ADDR:PORT", "where to listen instead of serve.listen" },
	{ OPT_CONTENT_TYPE, "content-type", "TYPE", "the Content-Type the document came with" },
	{ OPT_BASE_URL, "base-url", "URL", "where the document came from" },
	{ OPT_PAGE, "page", "RULES.yml", "read an HTML page by these rules" },
	{ OPT_JSON, "json", NULL, "print JSON for programs" },
	{ OPT_NOW, "now", "DATE", "the day that settles two-digit years (default: today)" },
	{ OPT_REGION, "region", "NODE", "only in that node, e.g. province/phuket, phuket, TH-83" },
	{ OPT_LIMIT, "limit", "N", "at most so many results, 1 to 1000 (default: 20)" },
	{ OPT_NONE, NULL, NULL, NULL },
};

const struct cli_command cli_commands[] = {
	{ "run", "", "poll when due, publish and serve until stopped",
	    "The daemon. Polls every source when it is due, publishes what changed, serves if\n"
	    "serve.listen is set. SIGHUP reads the configuration again (a wrong one is\n"
	    "reported and the old one stays); SIGTERM ends it cleanly.",
	    0, 0, { OPT_NONE }, cmd_run },
	{ "once", "", "poll every enabled source now, publish, and end",
	    "One round: conditional requests and Retry-After are respected. Failing sources do\n"
	    "not fail the round unless --strict is given; `ruamkhao status` tells about them.",
	    0, 0, { OPT_STRICT }, cmd_once },
	{ "publish", "", "render every output again from the database",
	    "Renders all files from the database alone, without any request. Files whose\n"
	    "bytes are right already are left alone.",
	    0, 0, { OPT_NONE }, cmd_publish },
	{ "serve", "", "only the HTTP server over the published files",
	    "Serves publish.directory until stopped, and the search and stories' pages from the\n"
	    "database; no hub. It may run beside another instance.", 0, 0,
	    { OPT_LISTEN }, cmd_serve },
	{ "parse", "FILE|-", "show what ruamkhao reads in one document",
	    "One document in, the normalised and cleaned feed out as JSON Feed 1.1. No network,\n"
	    "no database, no configuration. Exit 1 with one line when it is no feed.\n"
	    "With --page the document is an HTML page: a list, or where the rules for items\n"
	    "find nothing, an article. RULES.yml is what stands under `page` of a source.",
	    1, 1, { OPT_CONTENT_TYPE, OPT_BASE_URL, OPT_PAGE }, cmd_parse },
	{ "check", "URL|FILE", "the source doctor: find the feed of a site, say what is wrong",
	    "Asks URL as the daemon would, looks for the feed of a site where its page names one\n"
	    "or such sites have theirs, and prints the facts, what is wrong, a stanza for the\n"
	    "sources file and a letter to the site's webmaster. Of a FILE (- is standard input)\n"
	    "only the document is judged. Stores nothing, needs no configuration. Exit 1 when\n"
	    "nothing usable was found.",
	    1, 1, { OPT_JSON }, cmd_check },
	{ "config", "check|show|describe", "check, print or explain the configuration",
	    "check validates and says where a mistake is; show prints the effective\n"
	    "configuration; describe prints every option with type, default and meaning.",
	    1, 1, { OPT_NONE }, cmd_config },
	{ "status", "[ID]", "how the sources fare",
	    "One line a source: state and since when, last success, entries, the last error and\n"
	    "what to do about it. With an ID everything that is known of that source.",
	    0, 1, { OPT_JSON }, cmd_status },
	{ "explain", "ENTRY-ID|URL", "where an entry came from, and why it is as it is",
	    "Where the entry came from, how its identity, its published id, its date, its regions\n"
	    "and its story were decided, who else published it, and which settings of its source\n"
	    "had an effect. An address tells of all entries that have it. Beside a running daemon\n"
	    "too: it only reads.",
	    1, 1, { OPT_JSON }, cmd_explain },
	{ "search", "QUERY", "full-text search over what is published",
	    "Newest first. Words must all be there; \"phrases\" as they stand; OR, AND, NOT, -word\n"
	    "and ( ) as usual (quote the whole for the shell). Spaces, Thai digits and the ways to\n"
	    "write a vowel make no difference, and a word is found inside others. Beside a running\n"
	    "daemon too: it only reads. Exit 1 when nothing was found.",
	    1, 64, { OPT_REGION, OPT_LIMIT, OPT_JSON }, cmd_search },
	{ "release", "ENTRY-ID|SOURCE", "publish entries that were held",
	    "Entries are held when their site seems to have been broken into: gambling in the\n"
	    "title, links to gambling sites, hidden markup. `ruamkhao status` says of which\n"
	    "source, `ruamkhao explain` why. Releases one entry, or all of a source. Through a\n"
	    "running daemon, else at once.",
	    1, 1, { OPT_NONE }, cmd_release },
	{ "export", "jsonl", "every stored entry, one JSON object a line",
	    "Keys: id source guid url title published updated first_seen story lead regions\n"
	    "places state. In the order of first seen.",
	    1, 1, { OPT_NONE }, cmd_export },
	{ "withdraw", "ENTRY-ID", "take an entry out, with a tombstone",
	    "The entry leaves all outputs, and their Atom forms carry a tombstone (RFC 6721) for\n"
	    "30 days at least, so that readers take it out too. The lead of a story takes all of it along;\n"
	    "nothing of its source brings it back. Through a running daemon, else at once.",
	    1, 1, { OPT_NONE }, cmd_withdraw },
	{ "block", "ENTRY-ID", "keep an entry out for good, without a trace",
	    "As withdraw, but no tombstone is published, and those that were are taken away:\n"
	    "for what should never have been there.",
	    1, 1, { OPT_NONE }, cmd_block },
	{ "date", "[TEXT]", "read Thai and other dates",
	    "TEXT, or each line of standard input, as one line each: RFC 3339 in UTC, or the\n"
	    "word reject.",
	    0, 1, { OPT_NOW }, cmd_date },
	{ "places", "[TEXT]", "find provinces in text",
	    "TEXT, or each line of standard input, as one line each: the ISO codes of the\n"
	    "provinces it gives evidence for, separated by commas, or -.",
	    0, 1, { OPT_NONE }, cmd_places },
	{ "help", "[COMMAND]", "explain a command", "Prints the help of COMMAND, or of all.", 0,
	    1, { OPT_NONE }, cmd_help },
	{ NULL, NULL, NULL, NULL, 0, 0, { OPT_NONE }, NULL },
};

const struct cli_planned cli_planned[] = {
	{ "add", "`ruamkhao check URL` prints what belongs into a file of feeds/sources/" },
	{ "disable", "write `enabled: false` under the source" },
	{ "enable", "take `enabled: false` away from under the source" },
	{ "import", "write the sources into a file of feeds/sources/" },
	{ "backup", "stop the program and copy the folder of storage.state" },
	{ "prune", "entries are kept for ever" },
	{ NULL, NULL },
};
