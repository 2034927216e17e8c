"""Readers of other people read every published feed: newsboat, sfeed and feedparser, and two parsers
for Node (feedsmith, rss-parser) where RK_READERS_NODE names a node_modules that holds them. Each must
find the entries that stand in the file, with the same ids, addresses, titles and dates, in the same
order. What is not installed is left out; 77: nothing is.
Usage: readers.py BINARY SOURCE-ROOT. RK_READERS_DIR names a folder of feeds to be read instead of the
demonstration's. Standard library only."""
import calendar
import collections
import datetime
import email.utils
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET

from e2e_lib import Checks, demonstration, run

ATOM = "{http://www.w3.org/2005/Atom}"
Entry = collections.namedtuple("Entry", "id url title date")  # date: UTC seconds

FEEDPARSER = """
import feedparser, json, sys
for path in sys.stdin.read().split("\\n"):
    feed = feedparser.parse(path)
    print(json.dumps([bool(feed.bozo), repr(feed.get("bozo_exception")),
                      [[e.get("id", ""), e.get("link", ""), e.get("title", ""),
                        list(e.get("published_parsed") or e.get("updated_parsed") or [])] for e in feed.entries]]))
"""
FEEDSMITH = """
import { parseFeed } from "feedsmith"; import fs from "node:fs"
for (const path of fs.readFileSync(0, "utf8").split("\\n")) {
  const { format, feed } = parseFeed(fs.readFileSync(path, "utf8"))
  const link = e => (e.links ?? []).find(l => (l.rel ?? "alternate") === "alternate")?.href ?? ""
  console.log(JSON.stringify((format === "atom" ? feed.entries ?? [] : feed.items ?? []).map(e =>
    format === "atom" ? [e.id, link(e), e.title?.value ?? e.title, e.published ?? e.updated] :
    format === "rss" ? [e.guid?.value, e.link, e.title, e.pubDate] : [e.id, e.url, e.title, e.date_published ?? e.date_modified])))
}
"""
RSS_PARSER = """
import Parser from "rss-parser"; import fs from "node:fs"
for (const path of fs.readFileSync(0, "utf8").split("\\n")) {
  const feed = await new Parser().parseString(fs.readFileSync(path, "utf8"))
  console.log(JSON.stringify(feed.items.map(e => [e.id ?? e.guid, e.link, e.title, e.isoDate])))
}
"""


def seconds(text):
    if not text:
        return None
    try:
        return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())
    except ValueError:
        return int(email.utils.parsedate_to_datetime(text).timestamp())


def entry(ident, url, title, date):
    """Spaces aside: what is between two lines of a title is one space to some."""
    return Entry(ident or "", url or "", " ".join((title or "").split()), date if isinstance(date, (int, type(None))) else seconds(date))


def written(path):
    """What stands in the file, in order."""
    if path.suffix == ".json":
        return [entry(i["id"], i.get("url"), i.get("title"), i.get("date_published") or i["date_modified"])
                for i in json.loads(path.read_text(encoding="utf-8"))["items"]]
    root = ET.parse(path).getroot()
    if path.suffix == ".rss":
        return [entry(i.findtext("guid"), i.findtext("link"), i.findtext("title"), i.findtext("pubDate")) for i in root.iter("item")]
    out = []
    for e in root.findall(ATOM + "entry"):
        links = [x.get("href") for x in e.findall(ATOM + "link") if x.get("rel", "alternate") == "alternate"]
        out.append(entry(e.findtext(ATOM + "id"), links[0] if links else "", e.findtext(ATOM + "title"),
                         e.findtext(ATOM + "published") or e.findtext(ATOM + "updated")))
    return out


def agree(check, reader, path, got, want):
    if not check.equal(len(got), len(want), f"entries that {reader} finds in {path}"):
        return
    for field in Entry._fields:
        pairs = [(getattr(g, field), getattr(w, field)) for g, w in zip(got, want)]
        wrong = [(g, w) for g, w in pairs if g != w]
        check.that(not wrong, f"{reader}, {path}: {len(wrong)} times another {field}, such as", wrong[:1])


def check_libxml2(check, files, want):
    """The count that the other readers are held against is libxml2's, not ours."""
    for path in (p for p in files if p.suffix != ".json"):
        p = subprocess.run(["xmllint", "--nonet", "--huge", "--xpath", 'count(//*[local-name()="entry" or local-name()="item"])',
                            str(path)], capture_output=True, text=True)
        check.equal((p.returncode, p.stdout.strip()), (0, str(len(want[path]))), f"xmllint on {path}", p.stderr)


def check_sfeed(check, files, want):
    if shutil.which("sfeed") is None:
        return False
    for path in (p for p in files if p.suffix != ".json"):
        with open(path, "rb") as f:
            p = subprocess.run(["sfeed"], stdin=f, capture_output=True)
        check.equal(p.returncode, 0, f"sfeed on {path}")
        rows = [line.split("\t") for line in p.stdout.decode("utf-8").split("\n")[:-1]]
        agree(check, "sfeed", path, [entry(r[5], r[2], r[1], int(r[0]) if r[0] else None) for r in rows], want[path])
    return True


def ask(check, name, command, files):
    """The answers, a line of JSON a file; None: it is not installed."""
    p = subprocess.run(command, input="\n".join(map(str, files)), capture_output=True, text=True)
    lines = p.stdout.splitlines()
    if check.equal((p.returncode, len(lines)), (0, len(files)), f"{name}'s end and answers", p.stderr[-500:]):
        yield from zip(files, map(json.loads, lines))


def check_feedparser(check, files, want):
    python = next((x for x in ("/usr/bin/python3", sys.executable)
                   if subprocess.run([x, "-c", "import feedparser"], capture_output=True).returncode == 0), None)
    if python is None:
        return False
    for path, (bozo, why, rows) in ask(check, "feedparser", [python, "-c", FEEDPARSER], [p for p in files if p.suffix != ".json"]):
        check.that(not bozo, f"feedparser calls {path} ill-formed:", why)
        agree(check, "feedparser", path,
              [entry(i, u, t, calendar.timegm(time.struct_time(d)) if d else None) for i, u, t, d in rows], want[path])
    return True


def check_node(check, files, want, work, name, program, suffixes):
    modules = pathlib.Path(os.environ.get("RK_READERS_NODE", "/nonexistent"))
    if shutil.which("node") is None or not (modules / name).is_dir():
        return False
    (work / "node_modules").unlink(missing_ok=True)
    (work / "node_modules").symlink_to(modules.resolve())
    (work / f"{name}.mjs").write_text(program, encoding="utf-8")
    for path, rows in ask(check, name, ["node", str(work / f"{name}.mjs")], [p for p in files if p.suffix in suffixes]):
        agree(check, name, path, [entry(*row) for row in rows], want[path])
    return True


def check_newsboat(check, files, want, work):
    if shutil.which("newsboat") is None:
        return False
    (work / "config").write_text("", encoding="utf-8")
    for path in (p for p in files if p.suffix != ".json"):  # each with its own cache: newsboat keeps an id once, whatever the feed
        url, cache = f"file://{path}", work / "cache.db"
        (work / "urls").write_text(url + "\n", encoding="utf-8")
        cache.unlink(missing_ok=True)
        p = subprocess.run(["newsboat", "-q", "-u", str(work / "urls"), "-c", str(cache), "-C", str(work / "config"),
                            "-x", "reload"], capture_output=True, text=True, env={**os.environ, "HOME": str(work), "LC_ALL": "C.UTF-8"})
        check.equal(p.returncode, 0, f"newsboat on {path}", p.stdout, p.stderr)
        db = sqlite3.connect(cache)
        rows = db.execute("SELECT guid, url, title, pubDate FROM rss_item WHERE feedurl = ?", (url,)).fetchall()
        db.close()
        agree(check, "newsboat", path, sorted(entry(*r) for r in rows), sorted(want[path]))
    return True


def check_folder(check, folder, work):
    files = sorted(p.resolve() for kind in ("atom", "rss", "json") for p in folder.rglob("*." + kind)
                   if kind != "json" or "items" in json.loads(p.read_text(encoding="utf-8")))
    check.that(files, "no feeds below", folder)
    want = {path: written(path) for path in files}
    check_libxml2(check, files, want)
    used = [name for name, ran in (
        ("sfeed", check_sfeed(check, files, want)),
        ("feedparser", check_feedparser(check, files, want)),
        ("feedsmith", check_node(check, files, want, work, "feedsmith", FEEDSMITH, (".atom", ".rss", ".json"))),
        ("rss-parser", check_node(check, files, want, work, "rss-parser", RSS_PARSER, (".atom", ".rss"))),
        ("newsboat", check_newsboat(check, files, want, work))) if ran]
    print(f"{len(files)} files, {sum(map(len, want.values()))} entries, readers: {', '.join(used) or 'none'}")
    return used


def main():
    binary, root = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    check = Checks()
    folder = os.environ.get("RK_READERS_DIR")
    with tempfile.TemporaryDirectory(prefix="ruamkhao-readers-") as temp:
        work = pathlib.Path(temp)
        (work / "home").mkdir()
        if folder:
            used = check_folder(check, pathlib.Path(folder), work / "home")
        else:
            with demonstration(binary, root, work) as (config, _, _):
                status, out, err = run(binary, "-c", config, "once")
                check.equal(status, 0, "once", out, err)
                used = check_folder(check, work / "out/public", work / "home")
    if not used:
        print("skipped: neither newsboat nor sfeed nor feedparser is installed")
        sys.exit(77)
    check.done()


if __name__ == "__main__":
    main()
