"""The demonstration of feeds/demo, polled twice: what is merged, what is kept apart, what
dates and letters come out, where entries stand, and that an unchanged round writes nothing.
Usage: e2e_demo.py BINARY SOURCE-ROOT. Standard library only."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET

from e2e_lib import Checks, demonstration, fetch, run

ATOM = "{http://www.w3.org/2005/Atom}"
FLOOD_URLS = {  # one release, three publishers; whose copy leads is not laid down
    "https://disaster.example/warn/2569-118",
    "https://phuket.example/news/100",
    "https://ranong.example/index.php?id=88",
}
# Nodes and how many entries stand in each, counted by hand in feeds/demo/www.
NODES = {
    "all": 31,
    "national": 5,
    "province/phuket": 5,
    "province/krabi": 2,
    "province/phangnga": 2,
    "province/ranong": 2,
    "province/chiang-mai": 2,
    "province/lamphun": 1,
    "province/phrae": 3,
    "province/phra-nakhon-si-ayutthaya": 1,
    "province/khon-kaen": 2,
    "province/songkhla": 2,
    "province/chumphon": 2,
    "province/nan": 2,
    "province/bangkok": 1,
    "cluster/01": 1,
    "cluster/05": 4,
    "cluster/06": 10,
    "cluster/12": 2,
    "cluster/15": 3,
    "cluster/16": 5,
    "inspection/01": 1,
    "inspection/05": 4,
    "inspection/06": 10,
    "inspection/12": 2,
    "inspection/15": 3,
    "inspection/16": 5,
    "agency/phrae-pr": 3,
    "agency/weather": 2,
}
# Part of a title -> the stated date, in UTC, however the source wrote it.
DATES = {
    "ซ้อมแผนอพยพคลื่นสึนามิ": "2026-11-17T03:00:00Z",  # RFC 822, year 2569
    "กระบี่เตรียมงานเบิกฟ้าอันดามัน": "2026-11-15T06:30:00Z",  # 15 พฤศจิกายน 2569 เวลา 13.30 น.
    "แจ้งปิดเกาะ": "2026-11-08T17:00:00Z",  # ๙ พ.ย. ๖๙
    "พังงาประชุมแผน": "2026-11-19T04:20:00Z",  # as a database prints it, local
    "ประตูระบายน้ำแห่งใหม่": "2026-11-17T02:44:00Z",  # วันอังคารที่ ๑๗ ...
    "เส้นทางรถโดยสารสายใหม่": "2026-11-13T02:00:00Z",  # dc:date of 2569
    "เปิดใช้ทางเลี่ยงเมือง": "2026-11-18T02:00:00Z",  # ๑๘/๑๑/๒๕๖๙ ๐๙:๐๐
    "ลำพูนจัดตลาดนัดลำไย": "2026-11-17T02:30:00Z",  # Atom 0.3 issued
    "สงขลาขุดลอกร่องน้ำ": "2026-11-20T01:00:00Z",  # JSON Feed
    "กทม. เปิดสวน": "2026-11-19T00:00:00Z",  # RSS 0.91
    "ชุมพรเปิดจุดบริการ": "2026-11-20T03:45:00Z",  # on the page that the list links to
    "น่านเปิดเส้นทาง": "2026-11-19T08:20:00Z",  # date_gmt of WordPress
}


def entries_of(path):
    """The entries of an Atom file: dicts with title, url, published, updated, related, terms."""
    out = []
    for e in ET.parse(path).getroot().findall(ATOM + "entry"):
        links = e.findall(ATOM + "link")
        first = [x.get("href") for x in links if x.get("rel", "alternate") == "alternate"]
        out.append({
            "id": e.findtext(ATOM + "id"),
            "title": e.findtext(ATOM + "title"),
            "url": first[0] if first else None,
            "published": e.findtext(ATOM + "published"),
            "updated": e.findtext(ATOM + "updated"),
            "related": {x.get("href"): x.get("title") for x in links if x.get("rel") == "related"},
            "terms": {c.get("term") for c in e.findall(ATOM + "category")},
            "content": e.findtext(ATOM + "content") or "",
        })
    return out


def snapshot(root):
    return {p.relative_to(root): (p.stat().st_ino, p.stat().st_mtime_ns, p.stat().st_size)
            for p in sorted(root.rglob("*")) if p.is_file()}


def check_published(check, public, origin_port):
    entries = entries_of(public / "all.atom")
    for node, count in NODES.items():
        file = public / (node + ".atom")
        if check.that(file.exists(), node, "is not published"):
            check.equal(len(entries_of(file)), count, f"number of entries in {node}")
    published = {str(p.relative_to(public))[:-5] for p in public.rglob("*.atom")}
    check.equal({n for n in published if n.startswith(("province/", "cluster/", "inspection/"))},
                {n for n in NODES if n.startswith(("province/", "cluster/", "inspection/"))},
                "set of published place nodes")
    check.equal(len({e["id"] for e in entries}), len(entries), "number of distinct ids")

    # one release, three publishers, typed differently
    flood = [e for e in entries if e["url"] in FLOOD_URLS]
    if check.equal(len(flood), 1, "number of flood releases"):
        e = flood[0]
        check.equal({e["url"], *e["related"]}, FLOOD_URLS, "addresses of the flood release")
        check.equal(len(e["related"]), 2, "other publishers of the flood release")
        check.that(all(e["related"].values()), "the other publishers are not named", e["related"])
        check.that(e["title"].endswith(("พฤศจิกายน 2569", "พฤศจิกายน ๒๕๖๙")) and "น้ำท่วม" in e["title"], "title:", e["title"])
    for node in ("province/phuket", "province/ranong", "cluster/06"):
        urls = [e["url"] for e in entries_of(public / (node + ".atom"))]
        check.equal(sum(u in FLOOD_URLS for u in urls), 1, f"flood releases in {node}")

    # numbered announcements are not the same story
    storms = sorted(e["title"] for e in entries if "พายุโซนร้อนตัวอย่าง" in e["title"])
    check.equal([t[-1] for t in storms], ["1", "2"], "storm announcements")
    check.that(all(not e["related"] for e in entries if "พายุโซนร้อนตัวอย่าง" in e["title"]),
               "storm announcements were merged")

    for part, when in DATES.items():
        found = [e["published"] for e in entries if part in e["title"]]
        check.equal(found, [when], f"date of {part!r}")
    check.that(not re.search(r"<(?:updated|published)>2[45]\d\d-",
                             (public / "all.atom").read_text(encoding="utf-8")),
               "a Buddhist year was published")
    # Atom with `updated` only stands where its date belongs, not where it was first seen
    order = [e["published"] or e["updated"] for e in entries]
    check.equal(order, sorted(order, reverse=True), "order of all.atom")

    # letters: mislabelled documents are proper Thai, markup in titles is gone
    phangnga = {e["title"] for e in entries_of(public / "province/phangnga.atom")}
    check.equal(phangnga, {"พังงาประชุมแผนรับมือน้ำท่วม", "รับสมัครอาสาสมัครกู้ภัยทางน้ำ 30 ตำแหน่ง"}, "titles of Phangnga")
    check.that(any(e["title"] == "อยุธยาเปิดใช้ประตูระบายน้ำแห่งใหม่" for e in entries), "the UTF-8 one that says windows-874 is wrong")
    check.that(any(e["title"] == "กำหนดการงาน ยี่เป็ง และมาตรการความปลอดภัย" for e in entries), "markup in a title is wrong")
    check.that(not any("�" in e["title"] + e["content"] for e in entries), "replacement characters")
    # the guid that all items share keeps none of them away
    check.equal({e["url"] for e in entries_of(public / "agency/phrae-pr.atom")},
                {f"http://phrae.example/news.php?nid={n}" for n in (29, 30, 31)}, "entries of Phrae")
    # a relative link means the publisher's site, not where the document was fetched
    check.that(any(e["url"] == "https://highways.example/news/41.html" for e in entries), "relative link of an item:",
               [e["url"] for e in entries if e["url"].endswith("41.html")])
    # a page: its entries are at the addresses that it links to, with the words from there
    site = f"http://127.0.0.1:{origin_port}/chumphon/"
    check.that(not any(f"127.0.0.1:{origin_port}" in e["url"] + e["content"] for e in entries
                       if not e["url"].startswith(site)), "entries link to the origin")
    chumphon = {e["url"]: e for e in entries_of(public / "province/chumphon.atom")}
    check.equal(set(chumphon), {site + "read.html", site + "read-2.html"}, "addresses of Chumphon")
    check.that(all("(ข่าวตัวอย่าง)" in e["content"] and "57 ครั้ง" not in e["content"] for e in chumphon.values()),
               "contents of Chumphon:", [e["content"] for e in chumphon.values()])
    check.that(any(e["title"] == "น่านเปิดเส้นทางศึกษาธรรมชาติ “ป่าต้นน้ำ”" for e in entries), "title from WordPress")


def check_rounds(check, binary, work, config, origin_port):
    c, public = ("-c", config), work / "out/public"
    status, out, err = run(binary, *c, "config", "check")
    check.equal(status, 0, "config check", out, err)
    status, out, err = run(binary, *c, "once")
    check.equal(status, 0, "once", out, err)
    state = json.loads(run(binary, *c, "status", "--json")[1])
    check.equal(len(state["sources"]), 17, "number of sources")
    check.equal({s["state"] for s in state["sources"]}, {"ok"}, "states of the sources")
    check_published(check, public, origin_port)
    rows = [json.loads(line) for line in run(binary, *c, "export", "jsonl")[1].decode("utf-8").splitlines()]
    check.equal(len(rows), 33, "number of stored entries")
    check.equal(sum(r["lead"] for r in rows), 31, "number of stories")

    before = snapshot(public)
    time.sleep(0.02)
    status, out, err = run(binary, *c, "once")
    check.equal(status, 0, "second once", out, err)
    check.equal(snapshot(public), before, "published files after an unchanged round")
    for s in json.loads(run(binary, *c, "status", "--json")[1])["sources"]:
        check.equal((s["polls"], s["not_modified"]), (2, 1), f"polls and 304 answers of {s['id']}")

    # one document changes: its entry is new, its nodes are written, the others not
    feed = work / "feeds/demo/www/krabi-office.xml"
    feed.write_text(feed.read_text(encoding="utf-8").replace(
        "<item>", "<item><title>กระบี่เปิดท่าเรือใหม่</title><link>https://krabi.example/n/13</link>"
        "<pubDate>20 พ.ย. 2569</pubDate></item><item>", 1), encoding="utf-8")
    status, out, err = run(binary, *c, "once")
    check.equal(status, 0, "third once", out, err)
    after = snapshot(public)
    check.equal(len(entries_of(public / "province/krabi.atom")), 3, "entries of Krabi after the change")
    changed = {str(p) for p in after if after[p] != before.get(p) and p.suffix == ".atom"}
    check.equal(changed, {"all.atom", "province/krabi.atom", "cluster/06.atom", "inspection/06.atom",
                          "region/south.atom", "agency/krabi-office.atom"}, "files that changed")


def main():
    binary, root = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    check = Checks()
    with tempfile.TemporaryDirectory(prefix="ruamkhao-demo-") as temp:
        work = pathlib.Path(temp)
        with demonstration(binary, root, work) as (config, origin_port, site_port):
            check_rounds(check, binary, work, config, origin_port)
            serve = subprocess.Popen([binary, "serve", "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                site = f"http://127.0.0.1:{site_port}/"
                check.equal(fetch(site + "all.atom"), (work / "out/public/all.atom").read_bytes(), "all.atom over HTTP")
                check.that(b"<html" in fetch(site), "index over HTTP")
            finally:
                serve.terminate()
                check.equal(serve.wait(10), 0, "end of serve")
    check.done()


if __name__ == "__main__":
    main()
