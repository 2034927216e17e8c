"""Real documents through the whole program: every file of RK_SHARED/samples over HTTP, and each
of them and of RK_SHARED/corpus through `parse`. The table of what each holds was made by reading
the documents. Usage: e2e_samples.py BINARY SHARED-FOLDER. Standard library only."""
import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import sys
import tempfile
import unicodedata

from e2e_lib import Checks, Origin, run

SCRIPTS = {
    "thai": re.compile("[\u0e01-\u0e5b]"),
    "cyrillic": re.compile("[\u0400-\u04ff]"),
    "japanese": re.compile("[\u3040-\u30ff\u4e00-\u9fff]"),
    "arabic": re.compile("[\u0600-\u06ff]"),
    "latin": re.compile("[A-Za-z]"),
}
# Every file: state of the source after one poll, entries stored, script of every title that is
# there (None: no title), how many entries have a stated date. A comment says what is odd.
EXPECTED = {
    "atom-relative-base.xml": ("ok", 1, "latin", 0),  # `updated` only
    "atom-small-real.xml": ("ok", 20, "latin", 0),  # `updated` only
    "empty-file.xml": ("failing", 0, None, 0),  # zero bytes are no feed
    "enc-invalid-prolog.xml": ("ok", 1, "latin", 0),
    "enc-iso88591-undeclared.xml": ("ok", 10, "latin", 10),  # the fourth item has but a date
    "enc-urdu-utf8.xml": ("ok", 26, "arabic", 26),
    "enc-utf16le.xml": ("ok", 1, "latin", 0),
    "enc-utf8-wrong-prolog.xml": ("ok", 1, "latin", 0),
    "enc-windows1251-declared.xml": ("ok", 50, "cyrillic", 50),
    "ill-doctype.xml": ("ok", 0, None, 0),  # a channel without items
    "ill-eucjp-undeclared.xml": ("ok", 1, "japanese", 0),
    "ill-incomplete-cdata.xml": ("ok", 0, None, 0),  # cut within the first title
    "ill-koi8r-undeclared.xml": ("ok", 1, "cyrillic", 0),
    "ill-raw-ampersands-in-link.xml": ("ok", 1, None, 0),  # an item that is only a link
    "ill-truncated.xml": ("ok", 0, None, 0),
    "ill-whitespace-before-declaration.xml": ("ok", 0, None, 0),
    "jsonfeed-example.json": ("ok", 2, "latin", 2),
    "rss-ch9.xml": ("ok", 1, "latin", 1),
    "rss-ilgiornale.xml": ("ok", 1, "latin", 1),
    "rss-items-without-titles.xml": ("ok", 5, None, 5),  # three share an id, not a link
    "rss-relative-urls.xml": ("ok", 2, "latin", 2),
    "rss-relative.rss": ("ok", 1, None, 0),
    "rss091-missing-id.xml": ("ok", 1, "latin", 0),
    "rss10-debian.xml": ("ok", 1, "latin", 1),  # six are listed, one is there
    "th-ewt-group1-empty.xml": ("ok", 0, None, 0),
    "th-ewt-group159-gistda.xml": ("ok", 10, None, 10),
    "th-ewt-group195.xml": ("ok", 1, "latin", 1),
    "th-ewt-group196.xml": ("ok", 4, None, 4),
    "th-ewt-group198.xml": ("ok", 10, "latin", 10),
    "th-ewt-template-broken-prolog.xml": ("ok", 7, None, 6),  # one pubDate is empty
    "th-onab-spb-truncated.xml": ("ok", 2, "thai", 2),  # the third is cut in its title
    "th-prd-samutsakhon-truncated.xml": ("ok", 1, "thai", 1),  # the second in its description
    "th-tis620-undeclared.xml": ("ok", 1, None, 0),
    "synthetic/be-dates.xml": ("ok", 6, "thai", 5),  # 0000-00-00 is no date
    "synthetic/declared-iso88591-bytes-tis620.xml": ("ok", 1, "thai", 0),
    "synthetic/declared-tis620-bytes-utf8.xml": ("ok", 1, "thai", 0),
    "synthetic/declared-utf8-bytes-tis620.xml": ("ok", 1, "thai", 0),
    "synthetic/declared-windows874-with-quotes.xml": ("ok", 1, "thai", 0),
    "synthetic/duplicate-a.xml": ("ok", 1, "thai", 0),
    "synthetic/duplicate-b.xml": ("ok", 1, "thai", 0),
    "synthetic/egp-shape-windows874.xml": ("ok", 2, "thai", 2),
    "synthetic/rd-shape-relative-and-future.xml": ("ok", 3, "thai", 3),
    "synthetic/sql-dates-unescaped.xml": ("ok", 1, "thai", 1),
}
NO_THAI = {"ill-koi8r-undeclared.xml", "ill-eucjp-undeclared.xml", "enc-windows1251-declared.xml",
           "enc-iso88591-undeclared.xml", "rss091-missing-id.xml", "enc-urdu-utf8.xml"}
# Titles word for word, where decoding or repair could spoil them.
TITLES = {
    "enc-utf8-wrong-prolog.xml": ["Café"],
    "enc-invalid-prolog.xml": ["Café"],
    "ill-koi8r-undeclared.xml": ["Как пережить новогоднюю ночь"],
    "ill-eucjp-undeclared.xml": ["ゲーム三昧な正月"],
    "rss091-missing-id.xml": ["Oferta de Empleo Público // 3 PROFESOR/A TÉCNICO/A (INGENIE. TÉC. FORESTAL) 17/17"],
    "synthetic/declared-iso88591-bytes-tis620.xml": ["ผู้ว่าราชการจังหวัดน่านเป็นประธานเปิดงาน"],
    "synthetic/declared-utf8-bytes-tis620.xml": ["ผู้ว่าราชการจังหวัดน่านเป็นประธานเปิดงาน"],
    "synthetic/declared-tis620-bytes-utf8.xml": ["ผู้ว่าราชการจังหวัดน่านเป็นประธานเปิดงาน"],
    "synthetic/declared-windows874-with-quotes.xml": ["ผู้ว่าราชการจังหวัดน่านเป็นประธานเปิดงาน"],
    "synthetic/sql-dates-unescaped.xml": ["อบรม Q&A ข้าว หอมมะลิ"],
}
# Stated dates by the end of the entry's address (or None: by order of the document).
DATES = {
    "synthetic/be-dates.xml": {
        "/1": "2012-10-02T02:44:00Z", "/2": "2020-06-16T17:00:00Z", "/3": "2023-05-16T02:30:00Z",
        "/4": "2024-02-29T01:00:00Z", "/5": "2022-09-20T03:00:00Z", "/6": None},
    "synthetic/rd-shape-relative-and-future.xml": {
        "/26/1.html": "2099-12-22T17:00:00Z", "/files/a.pdf": "2020-10-01T03:00:00Z", "/26/2.html": "2020-10-01T01:00:00Z"},
    "synthetic/sql-dates-unescaped.xml": {"/detail/1": "2023-05-16T02:30:00Z"},
    "th-ewt-group195.xml": {"n_id=2459": "2021-08-25T19:28:28Z"},
}
URLS = {
    "ill-raw-ampersands-in-link.xml": {"http://link/get?a=1&b=2"},
    "synthetic/rd-shape-relative-and-future.xml": {
        "https://rd.example.test/26/1.html", "https://rd.example.test/26/2.html", "https://rd.example.test/files/a.pdf"},
}
# What a server of that age would say; none for the rest.
TYPES = {
    ".json": "application/json",
    ".rss": "application/rss+xml",
    "th-ewt-group159-gistda.xml": "text/html",
    "synthetic/egp-shape-windows874.xml": "text/xml; charset=utf-8",  # untrue, as DOMAIN 4.3 tells
    "synthetic/declared-utf8-bytes-tis620.xml": "text/xml",
    "rss10-debian.xml": "application/rdf+xml",
    "atom-small-real.xml": "application/atom+xml; charset=utf-8",
}


def source_id(name):
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:64]


def shows(text, script):
    return bool(SCRIPTS[script].search(text))


# ---- the program over HTTP


def write_config(folder, origin, files):
    lines = ["site:\n  title: samples\n  base_url: http://site.example/\n  contact: mailto:x@example.org\n"
             "storage:\n  state: state\npublish:\n  directory: public\n"
             "fetch:\n  host_gap: 0s\n  per_host: 8\n  allow_addresses: [127.0.0.0/8]\nregions: \"\"\nsources:"]
    for name in files:
        lines.append(f"- id: {source_id(name)}\n  url: {origin.url('/' + name)}")
    (folder / "ruamkhao.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(folder / "ruamkhao.yml")


def check_file(check, name, source, rows):
    state, count, script, dated = EXPECTED[name]
    titles = [r["title"] or "" for r in rows]
    check.equal(source["state"], state, f"state of {name}", source["error"])
    if state == "failing":
        check.that(source["error"] and source["advice"], f"{name}: no error or advice is told", source)
    if not check.equal(len(rows), count, f"number of entries of {name}"):
        return
    check.equal(source["entries"], count, f"entries of {name} in status")
    check.equal(sum(r["published"] is not None for r in rows), dated, f"dated entries of {name}")
    check.equal(len({r["id"] for r in rows}), count, f"distinct ids of {name}")
    if script is not None:
        check.that(all(not t or shows(t, script) for t in titles), f"{name}: titles are not {script}:", titles)
    if name in NO_THAI:
        check.that(not any(shows(t, "thai") for t in titles), f"{name}: Thai out of nothing:", titles)
    check.that(not any("\ufffd" in t for t in titles), f"{name}: replacement characters:", titles)
    check.that(not any(unicodedata.category(c) == "Cc" for t in titles for c in t), f"{name}: control characters:", titles)
    if name in TITLES:
        check.equal(titles, TITLES[name], f"titles of {name}")
    if name in URLS:
        check.equal({r["url"] for r in rows}, URLS[name], f"addresses of {name}")
    for end, when in DATES.get(name, {}).items():
        found = [r["published"] for r in rows if (r["url"] or "").endswith(end)]
        check.equal(found, [when], f"date of {name} {end}")


def over_http(check, binary, shared, files, work):
    documents = {}
    for name in files:
        kind = TYPES.get(name, TYPES.get(pathlib.Path(name).suffix))
        documents["/" + name] = ((shared / "samples" / name).read_bytes(), kind)
    origin = Origin(documents)
    try:
        c = ("-c", write_config(work, origin, files))
        status, out, err = run(binary, *c, "once")
        check.equal(status, 0, "once", out, err)
        check.that(b"died" not in err and b"crash" not in err and b"signal" not in err, "a worker died:", err)
        state = json.loads(run(binary, *c, "status", "--json")[1])
        sources = {s["id"]: s for s in state["sources"]}
        status, out, err = run(binary, *c, "export", "jsonl")
        check.equal(status, 0, "export", err)
        rows = [json.loads(line) for line in out.decode("utf-8").splitlines()]
        for name in files:
            if check.that(name in EXPECTED, f"{name} is not in the table"):
                check_file(check, name, sources[source_id(name)], [r for r in rows if r["source"] == source_id(name)])
        check.equal({"/" + n for n in EXPECTED}, set(documents), "files of the table")
        check.equal(sorted(path for path, status, _ in origin.log if status == 200), sorted(documents), "documents asked for, once each")
        # one release typed two ways is one story
        stories = {r["story"] for r in rows if r["source"] in (source_id("synthetic/duplicate-a.xml"), source_id("synthetic/duplicate-b.xml"))}
        check.equal(len(stories), 1, "stories of duplicate-a and duplicate-b")
        # the same again: nothing new, whatever the documents are
        status, out, err = run(binary, *c, "once")
        check.equal(status, 0, "second once", out, err)
        check.equal(run(binary, *c, "export", "jsonl")[1].decode("utf-8").splitlines(), [json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in rows],
                    "export after an unchanged round")
    finally:
        origin.stop()


# ---- parse

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")
TEXTS = ("title", "summary", "content_text", "content_html")


def faults_of(feed):
    """What makes it no JSON Feed 1.1, or breaks what the contract of parse says."""
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "version"
    if not isinstance(feed.get("title"), str) or not isinstance(feed.get("items"), list):
        yield "title or items"
        return
    for key in ("home_page_url", "feed_url"):
        if key in feed and not re.match("https?://", feed[key]):
            yield f"{key} {feed[key]!r}"
    for item in feed["items"]:
        if not isinstance(item.get("id"), str) or not item["id"]:
            yield f"id of {item}"
        if not ("content_html" in item or "content_text" in item):
            yield f"no content in {item['id']}"
        for key in ("date_published", "date_modified"):
            if key in item:
                if not RFC3339.match(item[key]):
                    yield f"{key} {item[key]!r}"
                else:
                    when = datetime.datetime.fromisoformat(item[key].replace("Z", "+00:00"))
                    if not 1970 <= when.year <= 2100:
                        yield f"{key} {item[key]!r}"
        for key in ("url", "image"):
            if key in item and not re.match("[a-zA-Z][a-zA-Z0-9+.-]*:", item[key]):
                yield f"{key} {item[key]!r}"
        for a in item.get("attachments", []):
            if not re.match("https?://", a["url"]) or not isinstance(a.get("mime_type"), str):
                yield f"attachment {a}"
        for key in TEXTS:
            text = item.get(key)
            if text is None:
                continue
            if not isinstance(text, str):
                yield f"{key} of {item['id']} is no text"
            elif re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text):
                yield f"control or bidi characters in {key} of {item['id']}"
        if re.search(r"<script|<iframe|<object|<embed|<form|<style|javascript:|\son[a-z]+\s*=\s*[\"']", item.get("content_html", ""), re.I):
            yield f"live markup in {item['id']}"


def parse_faults(binary, path):
    try:
        status, out, err = run(binary, "parse", str(path), timeout=10)
    except Exception as e:  # a time-out is the case that is looked for
        return [repr(e)]
    if status == 1:
        lines = err.decode("utf-8", "replace").splitlines()
        faults = [] if len(lines) == 1 and lines[0].isprintable() else [f"stderr {err!r}"]
        return faults + (["something on stdout"] if out else [])
    if status != 0:
        return [f"exit {status}, {err!r}"]
    try:
        return list(faults_of(json.loads(out.decode("utf-8"))))
    except ValueError as e:
        return [f"no JSON: {e}"]


def parse_all(check, binary, shared, files):
    paths = [shared / "samples" / name for name in files]
    if (shared / "corpus").is_dir():
        paths += sorted(p for p in (shared / "corpus").rglob("*")
                        if p.is_file() and not p.name.startswith(("LICENSE", "README")))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for path, faults in zip(paths, pool.map(lambda p: parse_faults(binary, p), paths)):
            check.equal(faults, [], f"parse {path.relative_to(shared)}")


def main():
    binary, shared = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    check = Checks()
    files = sorted(str(p.relative_to(shared / "samples")) for p in (shared / "samples").rglob("*")
                   if p.suffix in (".xml", ".rss", ".json"))
    with tempfile.TemporaryDirectory(prefix="ruamkhao-samples-") as temp:
        over_http(check, binary, shared, files, pathlib.Path(temp))
    parse_all(check, binary, shared, files)
    check.done()


if __name__ == "__main__":
    main()
