"""The test documents of two other feed parsers (RK_SHARED/corpus, not ours to keep) through `parse`:
how many of their expectations are met. Prints each miss; docs/corpus.md says of each why it stays.
Usage: e2e_corpus.py BINARY SHARED-FOLDER [PART-OF-A-PATH]. Standard library only."""
import concurrent.futures
import json
import os
import pathlib
import sys

import corpus_reading as reading
from e2e_lib import run
from e2e_samples import faults_of

GOALS = {"feedparser": 97.0, "gofeed": 95.0}


def parse(binary, path, content_type=None, base=None):
    """(feed or None, fault or None) of one document: what the contract of parse allows."""
    options = (["--content-type", content_type] if content_type else []) + (["--base-url", base] if base else [])
    status, out, err = run(binary, "parse", str(path), *options, timeout=20)
    if status == 1:
        lines = err.decode("utf-8", "replace").splitlines()
        return None, None if len(lines) == 1 and not out else f"refused in {len(lines)} lines: {err!r}"
    if status != 0:
        return None, f"exit {status}: {err!r}"
    feed = json.loads(out.decode("utf-8"))
    faults = list(faults_of(feed))
    return feed, "; ".join(faults) or None


def feedparser(binary, folder, path):
    """(name, misses) of a document, None when it expects nothing."""
    name = path.relative_to(folder).as_posix()
    source, headers = reading.comment_of(path.read_bytes())
    if source is None:
        return None
    content_type = next((v for k, v in headers if k.lower() == "content-type"), None)
    feed, fault = parse(binary, path, content_type, reading.base_of(name, headers))
    if fault:
        return name, [fault]
    expectation = reading.Expectation(source)
    if feed is not None and path.name.startswith(("acceptable_", "style_")) and path.parent.name == "sanitize":
        return name, reading.stricter(expectation, feed)
    return name, expectation.misses(feed)


def gofeed(binary, folder, path):
    name = path.relative_to(folder).as_posix()
    expected = path.with_suffix(".json") if path.suffix == ".xml" else path.with_name(path.stem + "_expected.json")
    if not expected.exists():
        return None
    feed, fault = parse(binary, path)
    return name, [fault] if fault else reading.pair_misses(json.loads(expected.read_text("utf-8")), feed, path.read_text("utf-8", "replace"))


def selftest():
    """The reading must tell right from wrong, else a figure means nothing."""
    feed = {"title": "T", "items": [{"id": "1", "title": "a b", "content_html": '<div>x <a href="http://e/">y</a></div>',
                                     "date_published": "2004-01-01T00:00:00Z", "tags": ["t"], "authors": [{"name": "N"}]}]}
    right = ["not bozo and feed['title'] == 'T'", "entries[0].title == '<b>a</b> b'", "entries[0]['summary'] == 'x <a href=\"http://e\">y</a>'",
             "entries[0]['published_parsed'] == (2004, 1, 1, 0, 0, 0, 3, 1, 0)", "entries[0]['author'] == 'N (n@e.com)'",
             "len(entries) == 1", "entries[0].tags[0].term == 't'", "bozo", "feed['rights'] == 'r'"]
    wrong = ["feed['title'] == 'U'", "entries[0].title == 'ab'", "entries[0]['summary'] == 'x <a href=\"http://f\">y</a>'",
             "entries[0]['summary'] == 'x y'", "entries[0]['published'] == 'Thu, 01 Jan 2004 19:48:21 GMT'", "entries[0]['author'] == 'M'",
             "len(entries) == 2", "entries[1].title == 'a b'", "entries[0].enclosures[0].href == 'http://e/'", "entries[0]['language'] == 'en'"]
    for source in right:
        assert reading.Expectation(source).misses(feed) == [], source
    for source in wrong:
        assert reading.Expectation(source).misses(feed) != [], source
    assert reading.Expectation("bozo").misses(None) == [] and reading.Expectation("not bozo").misses(None) != []
    assert reading.same_markup("<p>a</p><p>b</p>", "<p>a</p>\n<p>b</p>") and not reading.same_markup("<p>a b</p>", "<p>ab</p>")
    assert reading.pair_misses({"title": "T", "items": [{"title": "a  b"}]}, feed) == [] and reading.pair_misses({"title": "x"}, feed) != []


def main():
    binary, shared = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    part = sys.argv[3] if len(sys.argv) > 3 else ""
    corpus, failed = shared / "corpus", False
    selftest()
    for project, read, top in (("feedparser", feedparser, corpus / "feedparser"), ("gofeed", gofeed, corpus / "gofeed")):
        paths = [p for p in sorted(top.rglob("*")) if p.is_file() and p.suffix in (".xml", ".json") and part in p.as_posix()]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = [r for r in pool.map(lambda p: read(binary, top, p), paths) if r is not None]
        missed = [(name, misses) for name, misses in results if misses]
        for name, misses in missed:
            print(f"MISS {project} {name}: {' | '.join(misses)}")
        share = 100.0 * (len(results) - len(missed)) / max(len(results), 1)
        print(f"{project}: {len(results) - len(missed)} of {len(results)} met, {share:.1f} %")
        failed |= share < GOALS[project] and not part
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
