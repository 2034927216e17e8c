"""Pages of public systems through `ruamkhao parse --page`: an invented story in every
template, and, where RK_SHARED has them, the seed pages with what is expected of them.
Usage: e2e_pages.py BINARY"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from html.parser import HTMLParser

import page_templates as t

BIN = sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.environ.get("RK_SHARED", os.path.join(HERE, "../../../shared"))
BASE = "https://www.example.go.th/news/"
failures = []
checks = 0


def check(what, good, got=None):
    global checks
    checks += 1
    if not good:
        failures.append(what)
        print("FAILED:", what, "" if got is None else "got %r" % (got,))


class Lines(HTMLParser):
    """The lines of cleaned markup."""
    BLOCKS = {"p", "div", "br", "li", "ul", "ol", "table", "tr", "td", "th", "h1", "h2", "h3", "h4",
              "blockquote", "section", "article", "hr", "tbody"}

    def __init__(self, html):
        super().__init__()
        self.text, self.links = "", []
        self.feed(html)
        self.close()
        self.lines = [l.replace("\u00a0", " ").strip() for l in self.text.split("\n")]
        self.lines = [l for l in self.lines if l]

    def handle_starttag(self, tag, attrs):
        if tag in self.BLOCKS:
            self.text += "\n"
        if tag == "a":
            self.links.append(dict(attrs).get("href"))

    def handle_endtag(self, tag):
        if tag in self.BLOCKS:
            self.text += "\n"

    def handle_data(self, data):
        self.text += data


def parse(name, page, rules, base, status=0):
    with tempfile.TemporaryDirectory() as folder:
        file, rule_file = os.path.join(folder, "page.html"), os.path.join(folder, "rules.yml")
        with open(file, "wb") as f:
            f.write(page if isinstance(page, bytes) else page.encode())
        with open(rule_file, "w", encoding="utf-8") as f:
            f.write(rules)
        r = subprocess.run([BIN, "parse", "--page", rule_file, "--base-url", base, file],
                           capture_output=True, timeout=60)
        if r.returncode != status:
            check(name + ": parse exits %d" % status, False, (r.returncode, r.stderr.decode()))
            return None
        return json.loads(r.stdout) if status == 0 else r.stderr.decode()


def read(name, story, preset, build, base=BASE):
    """The first item of the list and the one of the article, or None."""
    rules = t.home_made_rules() if preset is None else "preset: %s\n" % preset
    listing, article = build(story)
    feed = parse(name, listing, rules, base)
    if feed is None:
        return None
    items = feed["items"]
    check(name + ": the list has its items", len(items) >= 2, [i.get("title") for i in items])
    if items:
        check(name + ": list title", items[0].get("title") == story["title"], items[0].get("title"))
        check(name + ": list link", items[0].get("url") == story["absolute"], items[0].get("url"))
    feed = parse(name, article, rules, story["absolute"])
    if feed is None:
        return None
    check(name + ": one article", len(feed["items"]) == 1, [i.get("title") for i in feed["items"]])
    return items[0] if items else {}, feed["items"][0]


TEXT = [
    "เมื่อวันที่ 14 กุมภาพันธ์ 2565 เวลา 09.00 น. นายสมมติ ใจดี นายอำเภอตัวอย่าง เปิดโครงการปลูกต้นไม้ริมคลองหลังที่ว่าการอำเภอ มีประชาชนร่วมงานจำนวนมาก",
    "ผู้ร่วมงานช่วยกันปลูกต้นจามจุรีและต้นประดู่ จำนวน 200 ต้น อ่านรายละเอียดที่ https://www.example.go.th/tree?id=5 ได้ทุกวัน",
    "สอบถามเพิ่มเติมได้ที่ที่ทำการปกครองอำเภอตัวอย่าง โทร. 0 2345 6789 ในวันและเวลาราชการ ทั้งนี้โครงการจะมีต่อเนื่องทุกเดือนตลอดปี",
]
NOISE = ["Related Posts", "ร่วมแสดงความคิดเห็น",
         "This site uses Akismet to reduce spam. Learn how your comment data is processed."]


def invented():
    for preset, build in t.VARIANTS:
        name = build.__name__
        urls = {"ewt": ("ewt_news.php?nid=77&filename=index", BASE + "ewt_news.php?nid=77&filename=index"),
                "prd": ("/th/content/category/detail/id/9/iid/77",
                        "https://www.example.go.th/th/content/category/detail/id/9/iid/77")}
        url, absolute = urls.get(preset, ("/2565/02/trees/", "https://www.example.go.th/2565/02/trees/"))
        dates = {"wp_divi": "กุมภาพันธ์ 15, 2565"}
        date = dates.get(name, "วันที่ 15 ก.พ. 2565" if preset == "ewt" else "15 กุมภาพันธ์ 2565")
        tail = NOISE if preset == "wordpress" else []
        story = {"title": "อำเภอตัวอย่างชวนประชาชนปลูกต้นไม้ 200 ต้น ริมคลองหลังที่ว่าการอำเภอ", "date": date,
                 "iso": "2022-02-15T08:30:00+07:00", "author": "งานข่าวอำเภอตัวอย่าง", "section": "ข่าวกิจกรรม",
                 "lines": TEXT + tail, "url": url, "absolute": absolute}
        got = read(name, story, preset, build)
        if got is None:
            continue
        item = got[1]
        body = Lines(item.get("content_html", ""))
        check(name + ": title", item.get("title") == story["title"], item.get("title"))
        check(name + ": url", item.get("url") == absolute, item.get("url"))
        check(name + ": text", body.lines == TEXT, body.lines)
        check(name + ": links", body.links == ["https://www.example.go.th/tree?id=5"], body.links)
        check(name + ": day", item.get("date_published") in ("2022-02-15T01:30:00Z", "2022-02-14T17:00:00Z"),
              item.get("date_published"))
        check(name + ": day on the list", got[0].get("date_published") == item.get("date_published"),
              got[0].get("date_published"))
        if name not in ("wp_kubrick", "wp_divi", "ewt", "ewt_plain", "ewt_table", "prd"):
            check(name + ": author", [a["name"] for a in item.get("authors", [])] == [story["author"]],
                  item.get("authors"))


def golden():
    """Kept pages and what they give, byte for byte. RK_UPDATE=1 writes what they give now."""
    folder = os.path.join(HERE, "../golden/pages")
    names = sorted(n[:-5] for n in os.listdir(folder) if n.endswith(".html"))
    check("golden pages are there", len(names) >= 20, names)
    for name in names:
        base = os.path.join(folder, name)
        rules = os.path.join(folder, name.split("-")[0] + ".yml")
        r = subprocess.run([BIN, "parse", "--page", rules, "--base-url", BASE + "page", base + ".html"],
                           capture_output=True, timeout=60)
        check("golden " + name + " is read", r.returncode == 0, r.stderr.decode())
        if os.environ.get("RK_UPDATE"):
            with open(base + ".json", "wb") as f:
                f.write(r.stdout)
        with open(base + ".json", "rb") as f:
            check("golden " + name, f.read() == r.stdout, r.stdout.decode()[:400])


def command():
    """What `parse --page` says of rules that are wrong, and of pages that are none."""
    with tempfile.TemporaryDirectory() as folder:
        page, rules = os.path.join(folder, "page.html"), os.path.join(folder, "rules.yml")

        def run(text, html, *more):
            with open(rules, "w", encoding="utf-8") as f:
                f.write(text)
            with open(page, "w", encoding="utf-8") as f:
                f.write(html)
            r = subprocess.run([BIN, "parse", "--page", rules, *more, page], capture_output=True, timeout=60)
            return r.returncode, r.stdout.decode(), r.stderr.decode()

        for text, place, words in [
                ("items: //li[\n", "1:8", "items: no XPath 1.0"),
                ("preset: ewt\narticle:\n  body: foo(.)\n", "3:9", "article.body: XPath 1.0 has no function foo()"),
                ("items: //li\ndrop: [//nav, '///']\n", "2:15", "drop[1]: no XPath 1.0"),
                ("preset: drupol\n", "1:9", "preset: \"drupol\" is no preset"),
                ("title: .//a\n", "1:1", "items: is missing"),
                ("itms: //li\n", "1:1", "unknown key \"itms\" in page"),
                ("items: //li\nitems: //p\n", "2:1", "is there twice"),
                ("items: [//li]\n", "1:8", "expected a text, found a list"),
                ("items: //li\nmin_items: few\n", "2:12", "expected a number from 0 to 5000"),
                ("items: a || b || c || d || e || f || g || h || i\n", "1:8", "more than 8 alternatives")]:
            status, out, err = run(text, "<p>")
            check("wrong rules: " + text.strip(), status == 2 and out == "" and err.count("\n") == 1 and
                  "%s:%s: " % (rules, place) in err and words in err, (status, out, err))
        status, out, err = run("items: //li\n", "<html><body><p>x</p></body></html>")
        check("no items", status == 1 and out == "" and err.startswith("only 0 of at least 1 items"), (status, err))
        status, out, err = run("items: //li\n", "<rss version='2.0'><channel><title>x</title></channel></rss>")
        check("a feed", status == 1 and out == "" and "a feed where a page was expected" in err, (status, err))
        status, out, err = run("items: //p\ntitle: .\n", "<p>หนึ่ง</p>")
        check("no base-url", status == 0 and json.loads(out)["items"][0]["title"] == "หนึ่ง", (status, err))
        r = subprocess.run([BIN, "parse", "--page", folder + "/none.yml", page], capture_output=True)
        check("no rules file", r.returncode == 2 and r.stderr.decode().count("\n") == 1, r)
        r = subprocess.run([BIN, "parse", "--page", rules, "-"], input="<p>สอง</p>".encode(), capture_output=True)
        check("standard input", r.returncode == 0 and "สอง".encode() in r.stdout, r)
        # the operation limit ends a rule, in the worker too
        status, out, err = run("items: //*[count(//*) > 3][count(//*) > 4]\n", "<p>a</p>" * 3000)
        check("a bomb", status == 1 and out == "" and "takes more than 5000000 steps" in err, (status, err))


def seed_story(lines, expected):
    """The seed's own lines as a story: what stands where is told by the expectation."""
    body = set(expected["body_lines"])
    first, last = min(body), max(body)
    return {"title": expected["title"], "date": "", "iso": None, "author": None, "section": "ข่าว",
            "lines": [l for l in lines[first - 1:] if l.strip()],
            "url": "7", "absolute": BASE + "7", "first": first, "last": last}


def seeds():
    path = os.path.join(SHARED, "seeds_expected.json")
    if not os.path.exists(path):
        print("RK_SHARED has no seeds: only the invented pages are tried")
        return
    with open(path, encoding="utf-8") as f:
        expected = {i["seed"][:3]: i for i in json.load(f)["items"]}
    # each in the template it is nearest to, and in others of its system
    builds = {"000": (None, t.home_made), "001": ("wordpress", t.wp_twentytwelve),
              "002": ("wordpress", t.wp_newspaper), "003": ("ewt", t.ewt), "004": ("wordpress", t.wp_divi)}
    good = 0
    more = [("001", t.wp_kubrick), ("001", t.wp_block), ("002", t.wp_twentytwelve), ("002", t.wp_elementor),
            ("003", t.ewt_plain), ("003", t.ewt_table), ("004", t.wp_newspaper), ("004", t.wp_kubrick)]
    runs = [(n, builds[n][1]) for n in sorted(expected)] + more
    for number, build in runs:
        e = expected[number]
        with open(os.path.join(SHARED, "seeds", e["seed"]), encoding="utf-8") as f:
            lines = f.read().split("\n")
        story = seed_story(lines, e)
        preset = builds[number][0]
        if number == "000":
            story["by"] = lines[5].split(":", 1)[1].strip()
            story["date"] = lines[6].split("เมื่อ", 1)[1]
        if number == "003": # the headline once more, and the drawn rule, stand above the text
            story["section"], story["date"] = lines[0], "วันที่ 17 มิ.ย. 2563"
            story["lines"] = [l for l in lines[5:] if l.strip()]
            story["url"], story["absolute"] = "ewt_news.php?nid=7", BASE + "ewt_news.php?nid=7"
        if number == "004":
            story["date"], story["section"] = [p.strip() for p in lines[6].split("|")]
            story["iso"] = "2023-05-16T00:00:00+07:00"
            story["lines"] = [l for l in lines[8:] if l.strip()]
        before = len(failures)
        name = "seed %s in %s" % (number, build.__name__)
        got = read(name, story, preset, build)
        if got is None:
            continue
        seed_check(name, got[1], e)
        good += len(failures) == before
    print("seeds: %d of %d, each in templates of its system" % (good, len(runs)))


def seed_check(name, item, e):
    body = Lines(item.get("content_html", ""))
    text = "\n".join(body.lines)
    author = (e["author"] or {}).get("name") or (e["author"] or {}).get("unit")
    check(name + ": title", item.get("title") == e["title"], item.get("title"))
    check(name + ": author", [a["name"] for a in item.get("authors", [])] == ([author] if author else []),
          item.get("authors"))
    check(name + ": published", item.get("date_published") == e["published"]["utc"], item.get("date_published"))
    check(name + ": text", hashlib.sha256(text.encode()).hexdigest() == e["body_sha256"],
          [l[:50] for l in body.lines])
    check(name + ": links", body.links == e["links"], body.links)
    for noise in e["noise"]:
        check(name + ": without " + noise[:30], noise not in body.lines)


invented()
golden()
command()
seeds()
print("%d checks, %d failed" % (checks, len(failures)))
sys.exit(1 if failures else 0)
