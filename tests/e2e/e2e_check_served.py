"""`check` over a served copy of each demonstration source, each page template and, where they are,
each sample: nothing crashes, each gives what a careful person would say. The tables were made by
reading the documents. Usage: e2e_check_served.py BINARY ROOT SHARED. Standard library only."""
import concurrent.futures
import json
import os
import pathlib
import sys
import tempfile

import page_templates
from e2e_lib import Checks, Origin, run

CONFIG = """site:
  title: ทดสอบ
  base_url: http://news.example/
  contact: mailto:t@example.org
storage:
  state: state
publish:
  directory: public
fetch:
  host_gap: 0s
  allow_addresses: [127.0.0.0/8]
"""
# Findings that must be named, and settings that must be proposed, of the demonstration.
DEMO = {
    "ayutthaya.rss": [],
    "bangkok.xml": [],
    "chiang-mai.atom": [],
    "khon-kaen.rdf": [],
    "lamphun.xml": [],
    "songkhla.json": [],
    "weather.atom": [],
}
# The same of the samples; a file that is not here must only be told of without a crash.
SAMPLES = {
    "atom-relative-base.xml": [],
    "empty-file.xml": ["empty-document"],
    "enc-iso88591-undeclared.xml": ["charset-undeclared", "dates-all-equal", "titles-missing"],
    "enc-utf8-wrong-prolog.xml": ["charset-mislabelled"],
    "ill-doctype.xml": ["feed-empty"],
    "ill-eucjp-undeclared.xml": ["charset-undeclared"],
    "ill-incomplete-cdata.xml": ["truncated"],
    "ill-koi8r-undeclared.xml": ["charset-undeclared", "dates-missing"],
    "ill-truncated.xml": ["truncated"],
    "ill-whitespace-before-declaration.xml": ["xml-repaired", "feed-empty"],
    "rss-items-without-titles.xml": ["ids-shared", "titles-missing"],
    "rss091-missing-id.xml": ["ids-missing", "dates-missing"],
    "th-ewt-group1-empty.xml": ["feed-empty"],
    "th-ewt-group159-gistda.xml": ["ids-shared", "dates-no-zone", "links-numeric-host"],
    "th-ewt-group195.xml": ["ids-shared", "dates-no-zone"],
    "th-ewt-group196.xml": ["ids-shared", "dates-no-zone"],
    "th-ewt-group198.xml": ["ids-shared", "dates-no-zone"],
    "th-ewt-template-broken-prolog.xml": ["xml-repaired", "charset-mislabelled", "ids-missing",
                                          "dates-missing-some", "titles-repeated"],
    "th-onab-spb-truncated.xml": ["truncated", "ids-not-iri"],
    "th-prd-samutsakhon-truncated.xml": ["truncated", "ids-not-iri"],
    "th-tis620-undeclared.xml": ["charset-undeclared"],
    "synthetic/be-dates.xml": ["dates-buddhist", "dates-unreadable", "dates-missing-some"],
    "synthetic/declared-iso88591-bytes-tis620.xml": ["charset-mislabelled"],
    "synthetic/declared-tis620-bytes-utf8.xml": ["charset-mislabelled"],
    "synthetic/declared-utf8-bytes-tis620.xml": ["charset-mislabelled"],
    "synthetic/egp-shape-windows874.xml": ["ids-missing", "dates-day-only"],
    "synthetic/rd-shape-relative-and-future.xml": ["dates-future", "links-relative"],
    "synthetic/sql-dates-unescaped.xml": ["xml-repaired", "dates-no-zone"],
}
SETTINGS = {
    "th-ewt-group159-gistda.xml": ["distrust: [id]"],
    "th-tis620-undeclared.xml": ["charset: windows-874"],
    "synthetic/declared-iso88591-bytes-tis620.xml": ["charset: windows-874"],
    "synthetic/declared-utf8-bytes-tis620.xml": ["charset: windows-874"],
}
UNUSABLE = {"empty-file.xml", "ill-incomplete-cdata.xml", "ill-truncated.xml"}
STORY = {"title": "จังหวัดตัวอย่างเปิดงานประจำปี", "date": "20 พฤศจิกายน 2569", "section": "ข่าวกิจกรรม",
         "iso": "2026-11-20T10:00:00+07:00", "author": "งานข่าว", "lines": ["บรรทัดหนึ่ง", "บรรทัดสอง"]}
LINKS = {"ewt": "ewt_news.php?nid=77", "prd": "/th/content/category/detail/id/9/iid/77"}


def one(binary, config, url):
    status, out, err = run(binary, "check", "--json", "-c", config, url)
    return status, out, err


def judge(check, name, result, wanted, settings=(), usable=True):
    status, out, err = result
    if not check.that(status == (0 if usable else 1), name, "exit", status, err[-300:]):
        return None
    said = json.loads(out)
    ids = [f["id"] for f in said["findings"]]
    for i in wanted:
        check.that(i in ids, name, "does not name", i, "but", ids)
    proposed = [f["setting"] for f in said["findings"]]
    for s in settings:
        check.that(s in proposed and s in said["stanza"], name, "does not propose", s, proposed)
    check.equal(err.count(b"\n"), 0 if usable else 1, name, "lines on stderr")
    check.equal(bool(said["stanza"]), usable, name, "has a stanza")
    for f in said["findings"]:
        check.that(f["text"] and f["text_th"] and "\n" not in f["text"], name, f["id"])
    return said


def loads(check, binary, folder, stanzas):
    """All stanzas together are a configuration, once their ids differ."""
    for n, stanza in enumerate(stanzas):
        text = stanza.replace("- id: ", f"- id: n{n}-", 1)
        (folder / f"s{n}.yml").write_text(text, encoding="utf-8")
    (folder / "all.yml").write_text(CONFIG + "include: [s*.yml]\n", encoding="utf-8")
    status, out, err = run(binary, "config", "check", "-c", str(folder / "all.yml"))
    check.equal(status, 0, "config check of all stanzas", err)
    check.that(f"{len(stanzas)} sources".encode() in out, "all stanzas are there", out)


def pages(check, binary, config):
    """A list page in the markup of each system, on a site without any feed."""
    stanzas = []
    for preset, made in page_templates.VARIANTS:
        name = made.__name__
        listing, _ = made(dict(STORY, url=LINKS.get(preset, "/2569/11/77/")))
        origin = Origin({"/news/list.php": (listing.encode(), "text/html; charset=utf-8")})
        said = judge(check, name, one(binary, config, origin.url("/news/list.php")),
                     ["page-preset"])
        if said:
            f = [f for f in said["findings"] if f["id"] == "page-preset"]
            check.equal(f[0]["setting"], f"kind: page, preset: {preset}", name)
            check.that(f[0]["text"].split("they give ")[1][0] in "123456789", name, f[0]["text"])
            stanzas.append(said["stanza"])
        origin.stop()
    return stanzas


def main():
    binary, root = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    samples = pathlib.Path(sys.argv[3]) / "samples"
    check, documents, expected = Checks(), {}, {}
    demo = root / "feeds/demo/www"
    for path in sorted(p for p in demo.rglob("*") if p.is_file()):
        name = str(path.relative_to(demo))
        documents["/demo/" + name] = (path.read_bytes(), None)
        expected["/demo/" + name] = (DEMO.get(name, []), [], path.suffix != ".html")
    if samples.is_dir():
        for path in sorted(samples.rglob("*")):
            name = str(path.relative_to(samples))
            if path.suffix in (".xml", ".rss", ".json"):
                documents["/samples/" + name] = (path.read_bytes(), None)
                expected["/samples/" + name] = (SAMPLES.get(name, []), SETTINGS.get(name, []),
                                                name not in UNUSABLE)
    else:
        print(f"no samples below {sys.argv[3]} (RK_SHARED): only the demonstration is looked at")
    with tempfile.TemporaryDirectory(prefix="ruamkhao-check-") as temp:
        folder = pathlib.Path(temp)
        config = folder / "rk.yml"
        config.write_text(CONFIG, encoding="utf-8")
        origin = Origin(documents)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda p: one(binary, str(config), origin.url(p)), documents))
        stanzas = []
        for path, result in zip(documents, results):
            wanted, settings, usable = expected[path]
            said = judge(check, path, result, wanted, settings, usable)
            if said and usable:
                stanzas.append(said["stanza"])
        check.that(all(n <= 13 for n in [len(json.loads(r[1])["asked"]) for r in results]), "polite")
        origin.stop()
        stanzas += pages(check, binary, str(config))
        loads(check, binary, folder, stanzas)
    check.done()


if __name__ == "__main__":
    main()
