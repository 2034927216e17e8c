"""The pages for people, of the demonstration: HTML without an error (html5lib, where it is there),
links that lead somewhere, languages that are named, sizes; stories' own pages by the server.
Usage: pages_people.py BINARY SOURCE-ROOT."""
import contextlib
import html.parser
import os
import pathlib
import posixpath
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from e2e_lib import Checks, demonstration, fetch, run

try:
    import html5lib
except ImportError:
    html5lib = None

LARGEST = 100_000
EDIT = ("ให้บริการ 3 ภาษา", "ให้บริการ 4 ภาษา")
THAI = re.compile("[\u0e01-\u0e5b]")


class Page(html.parser.HTMLParser):
    """Links, ids, headings; whether Thai letters stand where English was said and seen."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.headings, self.thai_in_english = [], set(), [], []
        self.langs, self.tags, self.labels = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.tags.append(tag)
        self.ids.add(a.get("id"))
        if "href" in a and tag in ("a", "link"):
            self.links.append(a["href"])
        if tag == "form":
            self.links.append(a["action"])
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append(int(tag[1]))
        if tag == "label":
            self.labels.add(a.get("for"))
        if tag not in ("meta", "link", "input", "br", "hr", "base"):
            self.langs.append(a.get("lang", self.langs[-1] if self.langs else ""))

    def handle_endtag(self, tag):
        self.langs.pop()

    def handle_data(self, data):
        if self.langs and self.langs[-1] == "en" and THAI.search(data):
            self.thai_in_english.append(data)


@contextlib.contextmanager
def served(binary, work, edit=True):
    """The demonstration published and served: (folder of the tree, address of the site). One of
    its stories was edited."""
    with demonstration(binary, pathlib.Path(sys.argv[2]), work) as (config, _, port):
        text = pathlib.Path(config).read_text(encoding="utf-8")
        pathlib.Path(config).write_text(
            text.replace("publish:\n", "publish:\n  formats: [atom, rss, json, html, embed]\n"), encoding="utf-8")
        status, _, err = run(binary, "once", "-c", config)
        if status != 0:
            sys.exit(f"FAILED: once: {err.decode()}")
        if edit:
            source = work / "feeds/demo/www/phuket-office.rss"
            text = source.read_text(encoding="utf-8")
            if EDIT[0] not in text:
                sys.exit(f"FAILED: {source} has no {EDIT[0]}")
            source.write_text(text.replace(*EDIT), encoding="utf-8")
            status, _, err = run(binary, "once", "-c", config)
            if status != 0:
                sys.exit(f"FAILED: once: {err.decode()}")
        with open(work / "site.log", "wb") as log:
            site = subprocess.Popen([binary, "serve", "-c", config], stdout=log, stderr=log)
        try:
            base = f"http://127.0.0.1:{port}/"
            fetch(base + "healthz")
            yield work / "out/public", base, config
        finally:
            site.terminate()
            if site.wait(10) != 0:
                sys.exit("FAILED: the server did not end cleanly")


def story_links(tree, node):
    text = (tree / f"{node}.html").read_text(encoding="utf-8")
    return list(dict.fromkeys(re.findall(r'"(?:\.\./)?(story\?id=[^"]+)"', text)))


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as r:
            return r.status, r.headers, r.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.headers, e.read().decode()


def check_page(check, tree, path, text):
    """path: where it stands below the root, story?id=... included."""
    name = path.partition("?")[0]
    page = Page(text)
    if html5lib is not None:
        try:
            html5lib.HTMLParser(strict=True).parse(text)
            fault = None
        except Exception as e:  # html5lib raises one class for all of them
            fault = f"{type(e).__name__} {e}"
        check.that(fault is None, path, fault)
    check.that(len(text.encode()) < LARGEST, path, "has", len(text.encode()), "bytes")
    check.equal(page.headings.count(1), 1, path, "h1")
    check.that(all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:])), path, "headings", page.headings)
    check.that("script" not in page.tags and "img" not in page.tags, path, "loads or runs something")
    check.equal(page.tags.count("main"), 1, path, "main")
    check.equal(page.thai_in_english, [], path, "Thai in what is called English")
    check.that("style=" not in text.split("</style>")[1].split("<code>")[0], path, "inline style")
    for link in page.links:
        target = urllib.parse.urlsplit(link)
        if target.scheme or target.path in ("", ):
            if not target.scheme and target.fragment:
                check.that(target.fragment in page.ids, path, "has no", target.fragment)
            continue
        to = posixpath.normpath(posixpath.join(posixpath.dirname(name), target.path))
        check.that(to in ("story", "search") or (tree / to).is_file(), path, "links to", to)
        check.that(not target.fragment or target.fragment == "en", path, "links to", link)


def check_stories(check, tree, base):
    links = [x for node in ("all", "province/phuket") for x in story_links(tree, node)]
    check.that(len(links) >= 31, "stories", len(links))
    edited = 0
    for link in links:
        status, headers, text = get(base + link)
        check.equal(status, 200, link)
        check.that("default-src 'none'" in headers["Content-Security-Policy"], link)
        check_page(check, tree, link, text)
        if "<del>3</del><ins>4</ins>" in text:
            edited += 1
    check.equal(edited, 2, "stories that show their edit")  # in all and in phuket
    flood = [t for t in (get(base + x)[2] for x in story_links(tree, "province/phuket")) if "เฝ้าระวังน้ำท่วมฉับพลัน" in t]
    check.equal(len(flood), 1, "the release of three publishers")
    check.equal(flood[0].count("<li><a href=\"https://"), 2, "its other publishers")
    status, _, text = get(base + "story?id=tag:nowhere")
    check.equal(status, 404, "no such story")
    check_page(check, tree, "story", text)
    check.equal(get(base + "story")[0], 404, "no id")


def check_withdrawn(check, binary, tree, base, config):
    link = story_links(tree, "province/krabi")[0]
    id = urllib.parse.unquote(link.partition("=")[2])
    status, out, err = run(binary, "withdraw", "-c", config, id)
    check.equal(status, 0, "withdraw", err)
    status, _, text = get(base + link)
    check.equal(status, 410, "a withdrawn story")
    check_page(check, tree, "story", text)
    check.that("กระบี่เตรียม" not in text and "แจ้งปิดเกาะ" not in text, "it is still told")


def main():
    binary = os.path.abspath(sys.argv[1])
    check = Checks()
    if html5lib is None:
        print("no html5lib (python3-html5lib): its checks are left out")
    with tempfile.TemporaryDirectory() as folder, served(binary, pathlib.Path(folder)) as (tree, base, config):
        pages = sorted(tree.rglob("*.html"))
        check.that(len(pages) > 80, len(pages), "pages")
        for path in pages:
            name = str(path.relative_to(tree))
            check_page(check, tree, name, path.read_text(encoding="utf-8"))
        check.equal(get(base + "province/phuket.embed.html")[1]["X-Frame-Options"], None, "a frame")
        check.that("frame-ancestors *" in get(base + "province/phuket.embed.html")[1]["Content-Security-Policy"],
                   "others may frame it")
        check.that("frame-ancestors 'self'" in get(base + "province/phuket.html")[1]["Content-Security-Policy"],
                   "others may not frame this")
        check_stories(check, tree, base)
        check_withdrawn(check, binary, tree, base, config)
    check.done()


if __name__ == "__main__":
    main()
