"""Every file of the published tree is what it says it is, and the checker that says so is not
blind: each of many small damages must be found. Usage: e2e_valid.py BINARY SOURCE-ROOT.
RK_VALID_DIR and RK_VALID_BASE name a tree and its address instead of the demonstration's."""
import collections
import os
import pathlib
import re
import shutil
import sys
import tempfile

import valid_tree
from e2e_lib import Checks, demonstration, run

# (suffix of a file, what is replaced in it, with what): each makes it invalid.
DAMAGES = [
    (".atom", r"<updated>\d{4}-(\d\d)-", r"<updated>2569-99-"),
    (".atom", r"<updated>([\d-]+)T", r"<updated>\1 "),
    (".atom", r"<id>tag:", "<id>"),
    (".atom", r"<feed [^>]*>\s*<id>.*?</id>", '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="th">'),
    (".atom", r"(<entry>\s*<id>)(.*?)(</id>.*?<entry>\s*<id>)(.*?)</id>", r"\1\2\3\2</id>"),
    (".atom", r"(?s)(<source>.*?</source>)\s*</entry>", r"</entry>"),
    (".atom", r"(?s)(<entry>)(.*?)(<source>.*?</source>)", r"\1\3\2"),
    (".atom", r'rel="self"', 'rel="via"'),
    (".atom", r'<category term="[^"]*"', "<category"),
    (".atom", r"</title>", "</title><subtitle/><subtitle/>"),
    (".atom", r"<entry>", "<entry><summery/>"),
    (".atom", r'<content type="html">', '<content type="html">&lt;p&gt;'),
    (".atom", r'<content type="html">', '<content type="html">&lt;a href="/x"&gt;x&lt;/a&gt;'),
    (".rss", r"<pubDate>(\w{3})", "<pubDate>Xxx"),
    (".rss", r"(\d{4}) (\d\d:\d\d:\d\d GMT</pubDate>)", r"69 \2"),
    (".rss", r'isPermaLink="false"', ""),
    (".rss", r"(<guid[^>]*>)[^<]*", r"\1"),
    (".rss", r"</item>", "<updated/></item>"),
    (".rss", r"<item>\s*<title>", "<item><title>x</title><title>"),
    (".rss", r"<link>https?:", "<link>"),
    (".json", r'"id": ?"', '"id":"" ,"was": "'),
    (".json", r'"date_published": ?"\d{4}', '"date_published": "569'),
    (".json", r"jsonfeed.org/version/1.1", "jsonfeed.org/version/3"),
    (".json", r'"feed_url": ?"', '"feed_url": "x'),
    ("index.opml", r'xmlUrl="http', 'xmlUrl="'),
    ("index.opml", r"\.(atom|rss|json)\"", '.none"'),
    ("index.opml", r' text="[^"]*"', ""),
    (".html", r"</p>", "</b>"),
    (".html", r"<h1>", "<h3>"),
    (".html", r"</main>", '<img src="https://elsewhere.example/x.png" alt=""></main>'),
    (".html", r"<!doctype html>", ""),
]


def main():
    binary, root = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    check = Checks()
    if os.environ.get("RK_VALID_DIR"):
        return judge(check, pathlib.Path(os.environ["RK_VALID_DIR"]), os.environ["RK_VALID_BASE"])
    with tempfile.TemporaryDirectory(prefix="ruamkhao-valid-") as temp:
        work = pathlib.Path(temp)
        with demonstration(binary, root, work) as (config, _, port):
            status, out, err = run(binary, "-c", config, "once")
            check.equal(status, 0, "once", out, err)
        judge(check, work / "out/public", f"http://127.0.0.1:{port}/", done=False)
        damage(check, work / "out/public", f"http://127.0.0.1:{port}/", work)
    check.done()


def judge(check, tree, base, done=True):
    files = [p for p in tree.rglob("*") if p.is_file()]
    kinds = collections.Counter(p.suffix for p in files)
    found = list(valid_tree.problems(tree, base))
    for name, wrong in found[:40]:
        check.that(False, f"{name}: {wrong}")
    check.made += len(files) - len({name for name, _ in found})
    check.that(kinds[".atom"] > 0 and kinds[".html"] > 0, "there is nothing to check in", tree)
    print(", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())), "" if valid_tree.html5lib else "(HTML without html5lib)")
    if done:
        check.done()


def damage(check, tree, base, work):
    """The files of one node and the index, damaged one by one."""
    for k, (suffix, what, to) in enumerate(DAMAGES):
        copy = work / f"damaged{k}"
        copy.mkdir()
        for p in [*tree.glob("all.*"), *tree.glob("index.*")]:
            if p.suffix not in (".gz", ".br"):
                shutil.copy(p, copy)
        name = suffix if suffix.startswith("index") else "all" + suffix
        text = (copy / name).read_text(encoding="utf-8")
        new = re.sub(what, to, text, count=1, flags=re.S | re.I)
        if check.that(new != text, f"damage {k} of {name} ({what}) finds nothing to damage"):
            before = set(valid_tree.problems(copy, base))  # what the index names is not in the copy
            (copy / name).write_text(new, encoding="utf-8")
            check.that(set(valid_tree.problems(copy, base)) - before, f"damage {k} of {name} ({what} -> {to}) is not found")
        shutil.rmtree(copy)


if __name__ == "__main__":
    main()
