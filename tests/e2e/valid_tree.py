"""What a published tree must be, file by file: Atom (RFC 4287 by tests/valid/atom.rng and what no
grammar says, RFC 5005, RFC 6721), RSS 2.0, JSON Feed 1.1, OPML 2.0, HTML, CSV, compressed twins.
`problems(root, base)` yields (file, what is wrong). Standard library; xmllint; html5lib when there."""
import csv
import datetime
import email.utils
import gzip
import html.parser
import json
import pathlib
import re
import subprocess
import xml.etree.ElementTree as ET

try:
    import html5lib
except ImportError:  # Debian's python3 has it, another may not
    html5lib = None

A, FH = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/history/1.0}"
AT = "{http://purl.org/atompub/tombstones/1.0}"
GRAMMAR = pathlib.Path(__file__).parent.parent / "valid/atom.rng"
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")
WEB = re.compile(r"https?://[^\s<>\"]+\Z")
LANG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*\Z")
MEDIA = re.compile(r"[\w.+-]+/[\w.+-]+(;.*)?\Z")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def rfc3339(text):
    """Seconds since 1970, or None: it is no such date."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text or ""):
        return None
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return None


def rfc822(text):
    """The same for RSS: with the right day of the week and four digits of the year."""
    m = re.fullmatch(r"(\w{3}), (\d\d \w{3} \d{4} \d\d:\d\d:\d\d) (GMT|[+-]\d{4})", text or "")
    try:
        when = email.utils.parsedate_to_datetime(text) if m else None
    except ValueError:
        return None
    return when.timestamp() if when and when.strftime("%a") == m.group(1) else None


def grammar(paths):
    """(file, message) for each that the grammar refuses."""
    for i in range(0, len(paths), 200):
        p = subprocess.run(["xmllint", "--nonet", "--noout", "--huge", "--relaxng", str(GRAMMAR), *map(str, paths[i:i + 200])],
                           capture_output=True, text=True)
        if p.returncode != 0:
            bad = [line for line in p.stderr.splitlines() if not line.endswith(" validates")]
            yield paths[i], "grammar: " + " | ".join(bad[:4])


class Markup(html.parser.HTMLParser):
    """Relative addresses and unbalanced tags in a piece of markup."""

    def __init__(self, relative_allowed=False):
        super().__init__(convert_charrefs=True)
        self.allowed, self.open, self.wrong, self.ids, self.loads = relative_allowed, [], [], [], []
        self.seen, self.headings = set(), []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in attrs:
            self.ids.append(attrs["id"])
        for name in ("href", "src", "action"):
            if not self.allowed and name in attrs and not re.match(r"(https?:|mailto:|tel:|#)", attrs[name] or ""):
                self.wrong.append(f"{tag} {name}={attrs[name]!r} is relative")
            if name in attrs and (name == "src" or (tag == "link" and attrs.get("rel") == "stylesheet")):
                self.loads.append(attrs.get(name))
        self.wrong += [f"{tag} has {name}" for name in attrs if name.startswith("on")]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing or another")


def markup(text, relative_allowed=False):
    m = Markup(relative_allowed)
    m.feed(text)
    m.close()
    if m.open:
        m.wrong.append(f"not closed: {m.open[-3:]}")
    return m


class Tree:
    def __init__(self, root, base):
        self.root, self.base = pathlib.Path(root), base
        self.files = {str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file()}

    def file_of(self, url):
        """The name of a file of ours by its address, None: not ours or not there."""
        name = (url or "").removeprefix(self.base)
        return name if (url or "").startswith(self.base) and name in self.files else None

    # ---- Atom

    def entry(self, e):
        ident = e.findtext(A + "id")
        links = e.findall(A + "link")
        alternates = [x for x in links if x.get("rel", "alternate") == "alternate"]
        content, summary = e.find(A + "content"), e.find(A + "summary")
        if rfc3339(e.findtext(A + "updated")) is None:
            yield f"{ident}: updated {e.findtext(A + 'updated')!r}"
        if e.find(A + "published") is not None and rfc3339(e.findtext(A + "published")) is None:
            yield f"{ident}: published {e.findtext(A + 'published')!r}"
        if content is None and not alternates:
            yield f"{ident}: neither content nor an alternate link (4.1.2)"
        kinds = [(x.get("type"), x.get("hreflang")) for x in alternates]
        if len(kinds) != len(set(kinds)):
            yield f"{ident}: two alternate links of one type (4.1.2)"
        for x in links:
            if not ABSOLUTE.match(x.get("href")):
                yield f"{ident}: the link {x.get('href')!r} is relative, and there is no xml:base"
        for part in (content, summary):
            if part is not None and part.get("type") == "html":
                for wrong in markup(part.text or "").wrong:
                    yield f"{ident}: in its {part.tag[len(A):]}: {wrong}"
        if e.find(A + "source") is None or e[-1].tag != A + "source":
            yield f"{ident}: its source is not the last of it"
        for c in e.findall(A + "category"):
            if not c.get("term"):
                yield f"{ident}: a category without a term"

    def atom(self, name):
        feed = ET.parse(self.root / name).getroot()
        links = {x.get("rel", "alternate"): x.get("href") for x in feed.findall(A + "link")}
        entries = feed.findall(A + "entry")
        ids = [e.findtext(A + "id") for e in entries]
        gone = [d.get("ref") for d in feed.findall(AT + "deleted-entry")]
        when = rfc3339(feed.findtext(A + "updated"))
        if links.get("self") != self.base + name:
            yield f"self is {links.get('self')!r}"
        if len(ids) != len(set(ids)):
            yield "an id twice (4.1.1)"
        if set(ids) & set(gone):
            yield "an entry is there and deleted"
        if not feed.findtext(A + "title"):
            yield "no title"
        if when is None or any((rfc3339(e.findtext(A + "updated")) or 0) > when for e in entries):
            yield "updated is no date, or older than an entry's"
        if feed.find(A + "author") is None and any(e.find(A + "author") is None for e in entries):
            yield "an entry without an author (4.1.2)"
        if not LANG.match(feed.get("{http://www.w3.org/XML/1998/namespace}lang", "")):
            yield "no xml:lang"
        for rel in ("alternate", "current", "prev-archive", "next-archive"):
            if rel in links and links[rel] != self.base and self.file_of(links[rel]) is None:
                yield f"{rel} leads to {links[rel]!r}, which is not there"
        if (feed.find(FH + "archive") is not None) != name.startswith("archive/"):
            yield "fh:archive where it does not belong, or not where it does (RFC 5005, 4)"
        if name.startswith("archive/") and "current" not in links:
            yield "an archive without its current feed"
        for d in feed.findall(AT + "deleted-entry"):
            if rfc3339(d.get("when")) is None:
                yield f"deleted {d.get('ref')}: when {d.get('when')!r}"
        for e in entries:
            yield from self.entry(e)

    def chain(self, name):
        """From a live feed through its archives: no loop, every archive of the node met."""
        node, met = name.removesuffix(".atom"), []
        while name is not None and name not in met:
            met.append(name)
            feed = ET.parse(self.root / name).getroot()
            links = {x.get("rel"): x.get("href") for x in feed.findall(A + "link")}
            name = self.file_of(links.get("prev-archive"))
        if name is not None:
            yield f"its archives lead in a circle at {name}"
        lost = {f for f in self.files if re.fullmatch(f"archive/{re.escape(node)}/[0-9.-]+\\.atom", f)} - set(met)
        if lost:
            yield f"no way leads to its archives {sorted(lost)[:3]}"

    # ---- RSS

    def rss(self, name):
        rss = ET.parse(self.root / name).getroot()
        channel = rss.find("channel")
        if rss.tag != "rss" or rss.get("version") != "2.0" or channel is None or len(rss) != 1:
            yield "not rss 2.0 with one channel"
            return
        for part in ("title", "link", "description"):
            if len(channel.findall(part)) != 1 or not channel.findtext(part):
                yield f"channel: not one {part}"
        known = {"title", "link", "description", "language", "copyright", "lastBuildDate", "generator", "docs", "item", "category", "ttl", "image"}
        yield from (f"channel: <{x.tag}> is none of RSS" for x in channel if x.tag[0] != "{" and x.tag not in known)
        if channel.find("lastBuildDate") is not None and rfc822(channel.findtext("lastBuildDate")) is None:
            yield f"lastBuildDate {channel.findtext('lastBuildDate')!r}"
        if [x.get("href") for x in channel.findall(A + "link") if x.get("rel") == "self"] != [self.base + name]:
            yield "atom:link self is not its address"
        if not WEB.match(channel.findtext("link") or ""):
            yield f"channel link {channel.findtext('link')!r}"
        if not LANG.match(channel.findtext("language") or "x_"):
            yield f"language {channel.findtext('language')!r}"
        guids = [i.findtext("guid") for i in channel.findall("item")]
        if len(guids) != len(set(guids)):
            yield "a guid twice"
        for i in channel.findall("item"):
            yield from self.item(i)

    def item(self, i):
        guid = i.findtext("guid")
        known = {"title", "link", "description", "author", "category", "comments", "enclosure", "guid", "pubDate", "source"}
        yield from (f"{guid}: <{x.tag}> is none of RSS" for x in i if x.tag[0] != "{" and x.tag not in known)
        for part in ("title", "link", "description", "enclosure", "guid", "pubDate", "source"):
            if len(i.findall(part)) > 1:
                yield f"{guid}: {part} more than once"
        if not guid or i.find("guid").get("isPermaLink") not in ("true", "false"):
            yield f"guid {guid!r}"
        if not i.findtext("title") and not i.findtext("description"):
            yield f"{guid}: neither title nor description"
        if i.find("link") is not None and not WEB.match(i.findtext("link") or ""):
            yield f"{guid}: link {i.findtext('link')!r}"
        if rfc822(i.findtext("pubDate")) is None:
            yield f"{guid}: pubDate {i.findtext('pubDate')!r}"
        for x in i.findall("enclosure"):
            if not (WEB.match(x.get("url", "")) and (x.get("length") or "").isdigit() and MEDIA.match(x.get("type", ""))):
                yield f"{guid}: enclosure {x.attrib}"
        for x in i.findall("source"):
            if not WEB.match(x.get("url", "")) or not x.text:
                yield f"{guid}: source {x.attrib}"
        for wrong in markup(i.findtext("description") or "").wrong:
            yield f"{guid}: in its description: {wrong}"

    # ---- JSON

    def json(self, name):
        text = (self.root / name).read_text(encoding="utf-8")
        feed = json.loads(text)
        if "items" not in feed:  # a status, not a feed
            return
        if feed.get("version") != "https://jsonfeed.org/version/1.1" or not feed.get("title"):
            yield "version or title"
        if feed.get("feed_url") != self.base + name:
            yield f"feed_url {feed.get('feed_url')!r}"
        if not WEB.match(feed.get("home_page_url", "")) or not LANG.match(feed.get("language", "")):
            yield "home_page_url or language"
        ids = [i.get("id") for i in feed["items"]]
        if len(ids) != len(set(ids)):
            yield "an id twice"
        top = {"version", "title", "home_page_url", "feed_url", "description", "icon", "authors", "language", "hubs", "items", "user_comment"}
        yield from (f"the key {k}" for k in feed if k not in top and not k.startswith("_"))
        yield from (w for i in feed["items"] for w in self.json_item(i))

    @staticmethod
    def json_item(i):
        ident = i.get("id")
        known = {"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image", "date_published",
                 "date_modified", "authors", "tags", "language", "attachments"}
        yield from (f"{ident}: the key {k}" for k in i if k not in known and not k.startswith("_"))
        if not isinstance(ident, str) or not ident or not ("content_html" in i or "content_text" in i):
            yield f"{ident}: no id or no content"
        yield from (f"{ident}: {k} {i[k]!r}" for k in ("date_published", "date_modified") if k in i and rfc3339(i[k]) is None)
        yield from (f"{ident}: {k} {i[k]!r}" for k in ("url", "image") if k in i and not WEB.match(i[k]))
        for a in i.get("attachments", []):
            if not WEB.match(a.get("url", "")) or not MEDIA.match(a.get("mime_type", "")):
                yield f"{ident}: attachment {a}"
        if not all(isinstance(t, str) and t for t in i.get("tags", [])) or not all(a.get("name") or a.get("url") for a in i.get("authors", [])):
            yield f"{ident}: tags or authors"
        yield from (f"{ident}: {w}" for w in markup(i.get("content_html", "")).wrong)

    # ---- OPML

    def opml(self, name):
        root = ET.parse(self.root / name).getroot()
        if root.tag != "opml" or root.get("version") != "2.0" or [x.tag for x in root] != ["head", "body"]:
            yield "not opml 2.0 with head and body"
            return
        if not root.findtext("head/title") or root.find("body/outline") is None:
            yield "no title or no outline"
        for o in root.find("body").iter("outline"):
            if not o.get("text"):
                yield f"an outline without text: {o.attrib}"
            if o.get("type") == "rss" and not WEB.match(o.get("xmlUrl", "")):
                yield f"{o.get('text')}: xmlUrl {o.get('xmlUrl')!r}"
            if name == "index.opml" and o.get("xmlUrl") and self.file_of(o.get("xmlUrl")) is None:
                yield f"{o.get('xmlUrl')} is not there"
            if o.get("htmlUrl") is not None and not WEB.match(o.get("htmlUrl")):
                yield f"{o.get('text')}: htmlUrl {o.get('htmlUrl')!r}"

    # ---- pages

    def html(self, name):
        text = (self.root / name).read_text(encoding="utf-8")
        m = markup(text, relative_allowed=True)
        yield from m.wrong[:3]
        if html5lib is not None:
            parser = html5lib.HTMLParser()
            parser.parse(text)
            yield from (f"html5lib, {place}: {code}" for place, code, _ in parser.errors[:3])
        if not re.match(r"<!doctype html>\s*<html lang=\"[a-z]", text, re.I) or "title" not in m.seen:
            yield "no doctype, lang or title"
        if "script" in m.seen or any(not (x or "").startswith("data:") for x in m.loads):
            yield f"script, or something is loaded: {m.loads[:2]}"
        if len(m.ids) != len(set(m.ids)):
            yield "an id twice"
        if m.headings[:1] != [1] or m.headings.count(1) != 1 or any(b - a > 1 for a, b in zip(m.headings, m.headings[1:])):
            yield f"its headings go {m.headings[:8]}"
        if len(text.encode()) > 100_000:
            yield f"{len(text.encode())} bytes, more than 100 KB"

    def csv(self, name):
        text = (self.root / name).read_text(encoding="utf-8-sig")
        rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
        if not rows or any(len(r) != len(rows[0]) for r in rows):
            yield "rows of different lengths"
        if any(c[:1] in ("=", "+", "-", "@", "\t") for r in rows for c in r):
            yield "a cell that a spreadsheet computes"

    def twin(self, name):
        if name.endswith(".gz"):
            if gzip.decompress((self.root / name).read_bytes()) != (self.root / name[:-3]).read_bytes():
                yield "does not unpack to its file"
        elif name[:-3] not in self.files:
            yield "its file is not there"


def problems(root, base):
    """Yields (file, what is wrong) of every file below root, which is served at base."""
    tree = Tree(root, base)
    kinds = {".atom": tree.atom, ".rss": tree.rss, ".json": tree.json, ".opml": tree.opml, ".html": tree.html,
             ".csv": tree.csv, ".gz": tree.twin, ".br": tree.twin}
    feeds = sorted(tree.root / f for f in tree.files if f.endswith(".atom"))
    yield from ((str(p.relative_to(tree.root)), w) for p, w in grammar(feeds))
    for name in sorted(tree.files):
        check = kinds.get(pathlib.PurePath(name).suffix)
        if check is None:
            if pathlib.PurePath(name).suffix not in (".xml", ".css", ".svg", ".txt"):
                yield name, "nobody knows what it is"
            continue
        try:
            yield from ((name, w) for w in check(name))
            if name.endswith(".atom") and not name.startswith("archive/"):
                yield from ((name, w) for w in tree.chain(name))
        except (ET.ParseError, ValueError, KeyError, OSError, csv.Error) as e:
            yield name, f"cannot be read: {e}"
