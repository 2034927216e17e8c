"""Proof that cleaned markup is harmless: every vector of clean_vectors.py through `parse` (and those
of text fields through `once`), in all formats and letter encodings; what comes out is judged by
html.parser, and rendered in Chromium: no script runs, nothing is asked for but images that are
allowed, the tree holds allowed names only, and cleaning the browser's own writing of it changes
nothing. The same vectors uncleaned prove the detector.
Usage: e2e_clean.py BINARY. Ends with 77 where no Chromium is found, after the half that needs none;
RK_RENDER=no asks for that half only. Standard library only."""
import email.utils
import html
import html.parser
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import clean_browser
import clean_vectors
from e2e_lib import Checks, Origin, run

# What the cleaner may write (include/ruamkhao/html.h): element -> attributes beside lang and dir.
PLAIN = ("abbr address article aside b br caption cite code dd details dfn div dl dt em figcaption figure footer h1 h2 h3 "
         "h4 h5 h6 header hr i kbd li mark p pre rp rt ruby s samp section small span strong sub summary sup table tbody "
         "tfoot thead tr tt u ul var wbr")
RULES = {name: ["lang", "dir"] for name in PLAIN.split()}
for _name, _own in {
        "a": "href title", "abbr": "title", "dfn": "title", "img": "src alt title width height", "ol": "start",
        "audio": "src controls preload", "video": "src poster controls preload", "source": "src type",
        "td": "colspan rowspan", "th": "colspan rowspan", "blockquote": "cite", "q": "cite", "ins": "cite", "del": "cite"}.items():
    RULES[_name] = ["lang", "dir", *_own.split()]
VOID = {"br", "hr", "img", "source", "wbr"}
BEFORE, AFTER = "ข่าวก่อน ", " ข่าวหลัง"
SITE = "http://site.example/"
PAGE = 60  # vectors of a rendered page
UNWELCOME = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Judge(html.parser.HTMLParser):
    """faults: what is there but may not; images: what a reader loads by showing it."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.faults, self.images, self.open = [], set(), []
        self.feed(markup)
        self.close()
        if self.open:
            self.faults.append(f"not ended: {self.open}")

    def start(self, name, attributes):
        if name not in RULES:
            self.faults.append(f"<{name}>")
        for key, value in attributes:
            if key not in RULES.get(name, ()):
                self.faults.append(f"{name} {key}={value!r}")
            if key in ("href", "src", "cite", "poster"):
                schemes = ("http://", "https://", "mailto:") if (name, key) == ("a", "href") else ("http://", "https://")
                if not (value or "").startswith(schemes) or re.search(r"[\x00-\x20\\<>\"'`]", value.replace("'", "")):
                    self.faults.append(f"{name} {key}={value!r}")
                if (name, key) in (("img", "src"), ("video", "poster")):
                    self.images.add(value)
        if name in ("audio", "video") and ("preload", "none") not in attributes:
            self.faults.append(f"{name} loads unasked")

    def handle_starttag(self, name, attributes):
        self.start(name, attributes)
        self.open.append(name)

    def handle_startendtag(self, name, attributes):
        self.start(name, attributes)
        if name not in VOID:
            self.faults.append(f"<{name}/>")

    def handle_endtag(self, name):
        if not self.open or self.open.pop() != name:
            self.faults.append(f"</{name}>")

    def handle_other(self, data):
        self.faults.append(f"declaration, comment or instruction {data!r}")

    handle_comment = handle_decl = handle_pi = unknown_decl = handle_other


# ---- documents

def cdata(text):
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def rss(items, body, charset="utf-8"):
    out = [f'<?xml version="1.0" encoding="{charset}"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
           f"<channel><title>ก</title><link>{SITE}</link>"]
    for n, text in items:
        out.append(f'<item><title>หัวข้อ {n}</title><link>{SITE}{n}</link><guid isPermaLink="false">urn:v:{n}</guid>{body(text)}</item>')
    out.append("</channel></rss>")
    return "".join(out)


def atom(items, body):
    out = ['<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>ก</title><id>urn:f</id><updated>2026-01-01T00:00:00Z</updated>']
    for n, text in items:
        out.append(f"<entry><title>หัวข้อ {n}</title><id>urn:v:{n}</id><link href='{SITE}{n}'/><updated>2026-01-01T00:00:00Z</updated>{body(text)}</entry>")
    out.append("</feed>")
    return "".join(out)


def jsonfeed(items):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "ก", "home_page_url": SITE,
                       "items": [{"id": f"urn:v:{n}", "url": f"{SITE}{n}", "title": f"หัวข้อ {n}", "content_html": t} for n, t in items]})


def described(text):
    return f"<description>{escape(text)}</description>"


# Name -> the document's bytes. A document has one form; vectors take them in turn.
FORMS = {
    "rss escaped": lambda items: rss(items, described).encode(),
    "rss cdata": lambda items: rss(items, lambda t: f"<description>{cdata(t)}</description>").encode(),
    "rss content": lambda items: rss(items, lambda t: f"<description>x</description><content:encoded>{cdata(t)}</content:encoded>").encode(),
    "rss references": lambda items: rss(items, lambda t: "<description>" + "".join(f"&#{ord(c)};" if c in "<>&\"':;()=" else c for c in t) + "</description>").encode(),
    "rss windows-874": lambda items: rss(items, described, "windows-874").encode("cp874", "xmlcharrefreplace"),
    "rss utf-16": lambda items: rss(items, described, "utf-16").encode("utf-16"),
    "atom html": lambda items: atom(items, lambda t: f'<content type="html">{escape(t)}</content>').encode(),
    "atom summary": lambda items: atom(items, lambda t: f'<summary type="html">{cdata(t)}</summary>').encode(),
    "json": lambda items: jsonfeed(items).encode(),
    "atom xhtml": lambda items: atom(items, lambda t: f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{t}</div></content>').encode(),
}
TURNS = [name for name in FORMS if name != "atom xhtml"]


def is_xml(text):
    try:
        ET.fromstring(f'<div xmlns="http://www.w3.org/1999/xhtml" xmlns:xlink="http://www.w3.org/1999/xlink">{text}</div>')
        return True
    except ET.ParseError:
        return False


def assign(vectors):
    """{form: [(number, text)]}"""
    out = {name: [] for name in FORMS}
    for n, text in vectors.items():
        text = BEFORE + text + AFTER
        if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
            form = "json"  # no XML may hold it
        elif n % 3 == 0 and is_xml(text):
            form = "atom xhtml"
        else:
            form = TURNS[n % len(TURNS)]
        out[form].append((n, text))
    return out


def parse(check, binary, document, work, what):
    path = work / "document"
    path.write_bytes(document)
    status, out, err = run(binary, "parse", str(path))
    if not check.equal(status, 0, f"parse of {what}", err):
        return {"items": []}
    return json.loads(out.decode("utf-8"))


def clean_all(check, binary, forms, work, what):
    """{number: content_html} of documents of all forms."""
    out = {}
    for form, items in forms.items():
        for at in range(0, len(items), 500):
            feed = parse(check, binary, FORMS[form](items[at:at + 500]), work, f"{what}, {form}")
            for item in feed["items"]:
                out[int(item["id"].rpartition(":")[2])] = item.get("content_html", "")
    return out


# ---- the half without a browser

def check_markup(check, n, source, markup):
    judge = Judge(markup)
    check.equal(judge.faults, [], f"faults of vector {n} {source!r}: {markup!r}")
    check.that(markup.removeprefix("<div>").startswith(BEFORE.strip()), f"vector {n} took what stood before it:", markup)
    check.that(not UNWELCOME.search(markup), f"vector {n}: control or bidi characters", repr(markup))
    try:
        ET.fromstring(f"<x>{markup}</x>")
    except ET.ParseError as e:
        check.that(False, f"vector {n} is not well-formed: {e}: {markup!r}")
    return judge.images


def check_content(check, binary, vectors, work):
    """Returns ({number: markup}, {address of an image})."""
    clean = clean_all(check, binary, assign(vectors), work, "vectors")
    check.equal(set(vectors) - set(clean), set(), "vectors that gave no entry")
    images = set()
    for n, markup in clean.items():
        images |= check_markup(check, n, vectors[n], markup)
    second = clean_all(check, binary, {"json": list(clean.items())}, work, "cleaned")
    for n in clean:
        check.equal(second.get(n), clean[n], f"vector {n} {vectors[n]!r} cleaned again")
    # It keeps what it should: this test must not pass because nothing is left.
    kept = sum("<a href" in m for m in clean.values()), len(images), sum(AFTER.strip() in m for m in clean.values())
    check.that(kept[0] > 100 and kept[1] > 30 and kept[2] > len(clean) * 0.8, "links, images and texts that are left:", kept)
    return clean, images


# Documents that a careless generator breaks: the vector is not escaped at all.
def check_naive(check, binary, port, work):
    for i, raw in enumerate(["]]></description><script>{J}</script><description><![CDATA[", "]]><img src=x onerror={J}><![CDATA[",
                             "</description><script>{J}</script>", "<script>{J}</script>", "<svg><style>&lt;img src=x onerror={J}&gt;</style></svg>",
                             "&lt;/description&gt;<img src=x onerror='{J}'/>", "&xxe;<img src=x onerror={J}>", "<![CDATA[<script>{J}</script>"]):
        for form in ("<description>%s</description>", "<description><![CDATA[%s]]></description>", "<title>%s</title>",
                     '<content type="xhtml" xmlns="http://www.w3.org/2005/Atom">%s</content>'):
            text = clean_vectors.fill(raw, i, port)
            document = rss([(0, "")], lambda _: form % text)
            path = work / "naive"
            path.write_text(document, encoding="utf-8")
            status, out, err = run(binary, "parse", str(path))
            check.that(status in (0, 1) and (status == 0) == (err == b"" and out != b""), "parse of a broken document:", status, out, err)
            for item in json.loads(out)["items"] if status == 0 else []:
                judge = Judge(item.get("content_html", ""))
                check.equal(judge.faults, [], f"faults of {document!r}")


# ---- text fields

XML_NO = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def stamp(n):
    return 1767225600 + n


def field_documents(vectors):
    """One item a vector, in every field of it: {name: (bytes, content type)}. Times tell them apart."""
    items_rss, items_atom, items_json = [], [], []
    for n, v in vectors.items():
        t, x = BEFORE + v, XML_NO.sub("", v)
        e, q, s = escape(BEFORE + x), quoteattr(x), escape(x)
        items_rss.append(
            f"<item><title>{e}</title><link>{s}</link><guid>{s}</guid><pubDate>{email.utils.formatdate(stamp(n))}</pubDate>"
            f"<description>{escape(escape(x))}</description><author>{s}</author><dc:creator>{cdata(x)}</dc:creator><category>{s}</category>"
            f"<category>{cdata(x)}</category><enclosure url={q} type={q} length={q}/><media:thumbnail url={q}/><media:title>{s}</media:title>"
            f"<source url={q}>{s}</source><comments>{s}</comments></item>")
        items_atom.append(
            f'<entry><title type="html">{e}</title><id>{s}</id><link href={q}/><link rel="enclosure" href={q} type={q} title={q}/>'
            f"<published>{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(stamp(n)))}</published><author><name>{s}</name><uri>{s}</uri></author>"
            f'<category term={q} label={q} scheme={q}/><summary>{s}</summary><content type="text">{s}</content></entry>')
        items_json.append({
            "id": v, "url": v, "external_url": v, "title": t, "summary": v, "content_text": v, "image": v, "banner_image": v,
            "date_published": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(stamp(n))), "tags": [v],
            "authors": [{"name": v, "url": v, "avatar": v}], "attachments": [{"url": v, "mime_type": v, "title": v}], "language": v})
    return {
        "rss": ('<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">'
                "<channel><title>ก</title>" + "".join(items_rss) + "</channel></rss>").encode(),
        "atom": ('<feed xmlns="http://www.w3.org/2005/Atom"><title>ก</title><id>urn:f</id>' + "".join(items_atom) + "</feed>").encode(),
        "json": json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "ก", "items": items_json}).encode(),
    }


def check_url(check, value, what):
    if value is not None:
        check.that(re.match(r"https?://[^\x00-\x20<>\"\\\x7f-\uffff]+\Z", value), what, "is the address", repr(value))


def check_text(check, value, what):
    if value is not None:
        check.that(isinstance(value, str) and not UNWELCOME.search(value), what, "is", repr(value))


def check_fields(check, binary, documents, vectors, work):
    """The items of all three, for the browser: [(title, url, author ...)]."""
    out = []
    for name, document in documents.items():
        items = parse(check, binary, document, work, f"fields, {name}")["items"]
        check.that(len(items) > len(vectors) * 0.95, f"{name}: entries of the field document:", len(items), "of", len(vectors))
        for i in items:
            what = f"fields, {name}, {i['id']!r}"
            check.that(BEFORE.strip() in i.get("title", ""), what, "lost its title:", i)
            for key in ("id", "title", "summary", "language", "content_text"):
                check_text(check, i.get(key), f"{what}: {key}")
            check.that("\n" not in i["title"], what, "has a title of two lines")
            for key in ("url", "image", "external_url"):
                check_url(check, i.get(key), f"{what}: {key}")
            for a in i.get("authors", []):
                check_text(check, a.get("name"), f"{what}: author")
                check_url(check, a.get("url"), f"{what}: author's address")
            for t in i.get("tags", []):
                check_text(check, t, f"{what}: tag")
            for a in i.get("attachments", []):
                check_url(check, a.get("url"), f"{what}: attachment")
                check_text(check, a.get("title"), f"{what}: attachment")
            check.equal(Judge(i.get("content_html", "")).faults, [], f"{what}: content {i.get('content_html')!r}")
            out.append(i)
    return out


ATOM = "{http://www.w3.org/2005/Atom}"
NAMESPACES = ("http://www.w3.org/2005/Atom", "http://purl.org/atompub/tombstones/1.0", "http://purl.org/syndication/history/1.0",
              "http://purl.org/syndication/thread/1.0", "http://search.yahoo.com/mrss/")


def check_published(check, path, titles):
    """A published Atom file: whole, its texts are texts, its markup is clean, its links go to the web."""
    root = ET.parse(path).getroot()
    for e in root.iter():
        space, _, name = e.tag[1:].partition("}")
        check.that(space in NAMESPACES, f"{path.name}: element {e.tag}")
        kind = e.get("type", "text") if name in ("title", "summary", "subtitle", "rights", "content") else None
        check.that(kind in (None, "text", "html"), f"{path.name}: {name} of type {kind}")
        if kind == "html":
            check.equal(Judge(e.text or "").faults, [], f"{path.name}: {name} {e.text!r}")
        for key in ("href", "src", "uri"):
            if e.get(key) is not None and not e.get(key).startswith("mailto:"):
                check_url(check, e.get(key), f"{path.name}: {name} {key}")
        if name in ("uri", "icon", "logo"):
            check_url(check, e.text, f"{path.name}: {name}")
        check.that(not UNWELCOME.search(e.text or ""), f"{path.name}: control characters in {name}: {e.text!r}")
    entries = root.findall(ATOM + "entry")
    for e in entries:
        check.that(e.findtext(ATOM + "title") in titles, f"{path.name}: a title that is not the stored one:", e.findtext(ATOM + "title"))
    return len(entries)


def check_once(check, binary, documents, work):
    """The field documents polled and published. Returns the folder of what is published."""
    kinds = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
    origin = Origin({"/" + name: (body, kinds[name]) for name, body in documents.items()})
    try:
        config = work / "ruamkhao.yml"
        config.write_text(
            "site:\n  title: <script>top.fire(1)</script>\n  base_url: http://site.example/\n  contact: mailto:x@example.org\n"
            "storage:\n  state: state\npublish:\n  directory: public\n  entries: 1000\nfetch:\n  host_gap: 0s\n  per_host: 8\n"
            '  allow_addresses: [127.0.0.0/8]\nregions: ""\nsources:\n'
            + "".join(f"- id: {n}\n  title: '\"><img src=x onerror=top.fire(1)>{n}'\n  url: {origin.url('/' + n)}\n" for n in documents), encoding="utf-8")
        status, out, err = run(binary, "-c", str(config), "once")
        check.equal(status, 0, "once", out, err)
        status, out, err = run(binary, "-c", str(config), "export", "jsonl")
        check.equal(status, 0, "export", err)
        titles = {json.loads(line)["title"] for line in out.decode("utf-8").splitlines()}
        # what operators are told has titles of its own
        files = sorted(p for p in (work / "public").rglob("*.atom") if p.name != "operator.atom")
        counts = {p.name: check_published(check, p, titles) for p in files}
        check.that(counts.get("all.atom", 0) > 500, "entries of all.atom:", counts)
        for p in (work / "public").rglob("*.opml"):
            ET.parse(p)
        return work / "public"
    finally:
        origin.stop()


# ---- the half with one

XHTML = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>{}</body></html>'
HTML = '<!DOCTYPE html><html lang="th"><head><meta charset="utf-8"><title>t</title></head><body>{}</body></html>'


def numbers_of(requests):
    return {int(m.group(1)) for path, _ in requests for m in [re.match(r"/c(\d+)", path)] if m}


def prove_detector(check, browser, vectors, kinds):
    """A sample of all kinds, uncleaned and each on a page of its own: most must be seen to act."""
    jobs, chosen = [], [n for n in vectors if (n % 3 == 0 if kinds[n] == "family" else n % 97 == 0)]
    for n in chosen:
        browser.pages[f"/live/{n}"] = (HTML.format(vectors[n]).encode(), "text/html; charset=utf-8", None)
        jobs.append({"kind": "live", "url": f"/live/{n}"})
    _, marks, requests, _ = browser.render(jobs, parallel=12)
    asked = numbers_of(requests)
    fired = set(marks) | asked
    ran = {kinds[n] for n in set(marks)}
    print(f"detector: of {len(chosen)} vectors uncleaned {len(fired)} act: {len(set(marks))} run a script, {len(asked)} ask the canary")
    check.that(len(set(marks)) >= 40 and len(asked) >= 10, "too few live vectors are seen", len(set(marks)), len(asked))
    check.that({"family", "nested"} <= ran, "kinds of vectors that ran:", ran)
    # The same under the policy of the pages: a violation is seen.
    n = next(n for n in chosen if vectors[n].startswith("<script>top"))
    browser.pages["/policed"] = (HTML.format(f'<div id="v{n}">{vectors[n]}</div><i id="e{n}"></i>').encode(), "text/html; charset=utf-8", clean_browser.POLICY)
    out, marks, _, violations = browser.render([{"kind": "page", "url": "/policed", "numbers": [n], "rules": RULES}])
    check.that(violations and not marks, "the policy's violation is not seen", violations, marks)
    check.that(out[0]["seen"][str(n)]["bad"] == ["<SCRIPT>"], "a script in the tree is not seen", out)


def page_jobs(browser, clean, mode):
    jobs, numbers = [], sorted(clean)
    for at in range(0, len(numbers), PAGE):
        part = numbers[at:at + PAGE]
        body = "".join(f'<div id="v{n}">{"" if mode == "inner" else clean[n]}</div><i id="e{n}">{AFTER}</i>' for n in part)
        url = f"/{mode}/{at}"
        kind = "application/xhtml+xml" if mode == "xhtml" else "text/html; charset=utf-8"
        browser.pages[url] = ((XHTML if mode == "xhtml" else HTML).format(body).encode(), kind,
                              clean_browser.POLICY if mode == "policed" else None)
        jobs.append({"kind": "page", "url": url, "numbers": part, "rules": RULES,
                     "inner": {n: clean[n] for n in part} if mode == "inner" else None})
    return jobs


def check_rendered(check, browser, clean, images, mode, source):
    """Returns {number: the browser's writing of it}."""
    jobs = page_jobs(browser, clean, mode)
    out, marks, requests, violations = browser.render(jobs)
    check.equal(marks, [], f"{mode}: scripts that ran", [source.get(n) for n in marks])
    asked = [(p, k) for p, k in requests if not (k == "image" and f"http://127.0.0.1:{browser.canary_port}{p}" in images)]
    check.equal(asked, [], f"{mode}: requests to the canary", [source.get(n) for n in numbers_of(asked)])
    check.equal(violations, [], f"{mode}: violations of the policy")
    written = {}
    for job, page in zip(jobs, out):
        if not check.that(page and "seen" in page, f"{mode}: {job['url']} was not rendered:", page):
            continue
        check.equal(page["own"], 2 * len(job["numbers"]), f"{mode}: elements of {job['url']}")
        for n in job["numbers"]:
            seen = page["seen"][str(n)]
            check.equal(seen["bad"], [], f"{mode}: vector {n} {source.get(n)!r} gave {clean[n]!r}")
            written[n] = seen.get("html", "")
    return written


def check_again(check, binary, clean, written, work, mode, source):
    again = clean_all(check, binary, {"json": sorted(written.items())}, work, f"the browser's writing, {mode}")
    for n in written:
        check.equal(again.get(n), clean[n], f"{mode}: vector {n} {source.get(n)!r}, written by the browser as {written[n]!r}, cleaned again")
    return again


def check_in_browser(check, binary, browser, vectors, kinds, clean, images, fields, public, work):
    prove_detector(check, browser, vectors, kinds)
    for mode in ("raw", "inner", "policed", "xhtml"):
        written = check_rendered(check, browser, clean, images, mode, vectors)
        if mode != "policed":
            check_again(check, binary, clean, written, work, mode, vectors)
    now = clean
    for turn in range(3):
        numbers = sorted(now)
        out, _, requests, _ = browser.render([{"kind": "again", "html": [now[n] for n in numbers]}])
        now = check_again(check, binary, clean, dict(zip(numbers, out[0]["html"])), work, f"round {turn + 1}", vectors)
    # texts and addresses as a page of ours writes them
    texts = {}
    for n, i in enumerate(fields):
        esc = lambda key: html.escape(i.get(key) or "")
        link = f'<a href="{esc("url")}" title="{esc("title")}">t</a>' if i.get("url") else ""
        texts[n] = (f'<b>{esc("title")}</b>{link}<i>{esc("summary")}</i>' + "".join(f"<s>{html.escape(t)}</s>" for t in i.get("tags", []))
                    + "".join(f'<a href="{html.escape(a["url"])}">{html.escape(a.get("title", ""))}</a>' for a in i.get("attachments", [])))
    check_rendered(check, browser, texts, set(), "fields", texts)
    jobs = []
    for p in sorted(public.rglob("*.*")):
        if p.suffix in (".atom", ".html", ".opml"):
            kind = "text/html; charset=utf-8" if p.suffix == ".html" else "application/xml"
            browser.pages["/public/" + p.name] = (p.read_bytes(), kind, None)
            jobs.append({"kind": "document", "url": "/public/" + p.name})
    out, marks, requests, _ = browser.render(jobs)
    check.that(jobs and not marks and not requests, "published files act:", marks, requests)
    check.equal([o.get("name") for o in out], [{"opml": "opml", "atom": "feed", "html": "HTML"}[j["url"].rpartition(".")[2]] for j in jobs], "published documents")


def main():
    binary = os.path.abspath(sys.argv[1])
    wanted = os.environ.get("RK_RENDER") != "no"
    check, program = Checks(), clean_browser.find() if wanted else None
    browser = clean_browser.Browser(program) if program else None
    port = browser.canary_port if browser else 9
    try:
        kinds, vectors, fields = {}, {}, {}
        for n, (kind, template) in enumerate(clean_vectors.templates()):
            kinds[n], vectors[n] = kind, clean_vectors.fill(template, n, port)
        for n, template in enumerate([*clean_vectors.FAMILIES, *clean_vectors.SCHEMES]):
            fields[n] = clean_vectors.fill(template, n, port)
        with tempfile.TemporaryDirectory(prefix="ruamkhao-clean-") as temp:
            work = pathlib.Path(temp)
            clean, images = check_content(check, binary, vectors, work)
            check_naive(check, binary, port, work)
            documents = field_documents(fields)
            items = check_fields(check, binary, documents, fields, work)
            public = check_once(check, binary, documents, work)
            print(f"{len(vectors)} vectors of markup, {len(fields)} in every text field of 3 formats")
            if browser:
                check_in_browser(check, binary, browser, vectors, kinds, clean, images, items, public, work)
    finally:
        if browser:
            browser.stop()
    if wanted and browser is None and not check.failed:
        print(f"{check.made} checks, 0 failed")
        print("skipped: the half that renders: no chromium (scripts/packages browser, or RK_CHROMIUM)")
        sys.exit(77)
    check.done()


if __name__ == "__main__":
    main()
