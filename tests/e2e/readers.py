"""newsboat, sfeed and feedparser read every published Atom file; each must find the entries, with
the addresses, that libxml2 finds in it. What is not installed is left out; 77: nothing is.
Usage: readers.py BINARY SOURCE-ROOT. Standard library only."""
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

from e2e_lib import Checks, demonstration, run

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDPARSER = """
import feedparser, json, sys
for path in sys.stdin.read().split("\\n"):
    feed = feedparser.parse(path)
    print(json.dumps([bool(feed.bozo), repr(feed.get("bozo_exception")), [e.get("link", "") for e in feed.entries]]))
"""


def addresses(path):
    """What the file holds, in order: the first alternate link of each entry."""
    out = []
    for entry in ET.parse(path).getroot().findall(ATOM + "entry"):
        links = [x.get("href") for x in entry.findall(ATOM + "link") if x.get("rel", "alternate") == "alternate"]
        out.append(links[0] if links else "")
    return out


def check_libxml2(check, files, want):
    """The count that the other readers are held against is libxml2's, not ours."""
    for path in files:
        p = subprocess.run(["xmllint", "--nonet", "--xpath", 'count(/*[local-name()="feed"]/*[local-name()="entry"])',
                            str(path)], capture_output=True, text=True)
        check.equal((p.returncode, p.stdout.strip()), (0, str(len(want[path]))), f"xmllint on {path}", p.stderr)


def check_sfeed(check, files, want):
    if shutil.which("sfeed") is None:
        return False
    for path in files:
        with open(path, "rb") as f:
            p = subprocess.run(["sfeed"], stdin=f, capture_output=True)
        lines = p.stdout.decode("utf-8").split("\n")[:-1]
        check.equal(p.returncode, 0, f"sfeed on {path}")
        if check.equal(len(lines), len(want[path]), f"entries that sfeed finds in {path}"):
            check.equal([line.split("\t")[2] for line in lines], want[path], f"addresses that sfeed finds in {path}")
    return True


def check_feedparser(check, files, want):
    python = next((x for x in ("/usr/bin/python3", sys.executable)
                   if subprocess.run([x, "-c", "import feedparser"], capture_output=True).returncode == 0), None)
    if python is None:
        return False
    p = subprocess.run([python, "-c", FEEDPARSER], input="\n".join(map(str, files)), capture_output=True, text=True)
    lines = p.stdout.splitlines()
    if check.equal((p.returncode, len(lines)), (0, len(files)), "feedparser's end and answers", p.stderr):
        for path, line in zip(files, lines):
            bozo, why, links = json.loads(line)
            check.that(not bozo, f"feedparser calls {path} ill-formed:", why)
            check.equal(len(links), len(want[path]), f"entries that feedparser finds in {path}")
            check.equal(links, want[path], f"addresses that feedparser finds in {path}")
    return True


def check_newsboat(check, files, want, work):
    if shutil.which("newsboat") is None:
        return False
    (work / "config").write_text("", encoding="utf-8")
    for path in files:  # each with its own cache: newsboat keeps an id once, whatever the feed
        url, cache = f"file://{path}", work / "cache.db"
        (work / "urls").write_text(url + "\n", encoding="utf-8")
        cache.unlink(missing_ok=True)
        p = subprocess.run(["newsboat", "-q", "-u", str(work / "urls"), "-c", str(cache), "-C", str(work / "config"),
                            "-x", "reload"], capture_output=True, text=True, env={**os.environ, "HOME": str(work), "LC_ALL": "C.UTF-8"})
        check.equal(p.returncode, 0, f"newsboat on {path}", p.stdout, p.stderr)
        db = sqlite3.connect(cache)
        urls = [row[0] for row in db.execute("SELECT url FROM rss_item WHERE feedurl = ?", (url,))]
        db.close()
        check.equal(len(urls), len(want[path]), f"entries that newsboat finds in {path}")
        check.equal(sorted(urls), sorted(want[path]), f"addresses that newsboat finds in {path}")
    return True


def check_folder(check, folder, work):
    files = sorted(p.resolve() for p in folder.rglob("*.atom"))
    check.that(files, "no Atom files below", folder)
    want = {path: addresses(path) for path in files}
    check_libxml2(check, files, want)
    used = [name for name, ran in (("sfeed", check_sfeed(check, files, want)),
                                   ("feedparser", check_feedparser(check, files, want)),
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
