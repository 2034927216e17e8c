"""How files of a published tree are served: twins by Accept-Encoding, validators of each coding, headers
of feeds, pages for people who open a feed, and replacement under load."""
import email.utils
import gzip
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from e2e_lib import Checks, fetch, free_ports

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
           "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none",
           "Accept-Encoding": "gzip, deflate, br, zstd"}
T = 1795219200


def main(binary):
    c = Checks()
    work = pathlib.Path(tempfile.mkdtemp(prefix="rk-files-"))
    public = work / "public"
    (port,) = free_ports(1)

    def put(name, data, t=T):
        path = public / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temp = path.parent / (".tmp-" + path.name)
        temp.write_bytes(data)
        os.utime(temp, (t, t))
        temp.rename(path)

    feed = b"<feed>" + b"news " * 2000 + b"</feed>"
    zipped = gzip.compress(feed, mtime=0)
    broken_br = b"stands for brotli"  # nothing here looks into it
    put("province/phuket.atom", feed)
    put("province/phuket.atom.gz", zipped)
    put("province/phuket.atom.br", broken_br, T + 5)
    put("province/phuket.html", b"<p>phuket")
    put("province/phuket.json", b"{}")
    put("all.rss", b"<rss/>")
    put("all.rss.gz", gzip.compress(b"<rss/>", mtime=0), T - 1)  # older than its file
    put("only.html", b"<p>only")
    put("status.json", b"{}")
    put("status.html", b"<p>status")
    put("archive/province/phuket/2026-10.atom", feed)
    put("style.css", b"p{}")
    put("map.svg", b"<svg/>")
    put("a.csv", b"a,b")
    put("a.xml", b"<a/>")
    put("index.opml", b"<opml/>")
    put("large.json", b"[" + b"1," * (600 << 10) + b"1]")
    config = work / "ruamkhao.yml"
    config.write_text(json.dumps({"site": {"base_url": "https://news.example.go.th/th/"}, "include": [],
                                  "storage": {"state": str(work / "state")}, "publish": {"directory": str(public)},
                                  "serve": {"listen": f"127.0.0.1:{port}"}}))
    server = subprocess.Popen([binary, "-q", "serve", "-c", str(config)], stdout=subprocess.DEVNULL)

    def ask(path, method="GET", **headers):
        conn = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        conn.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            conn.putheader(name.replace("_", "-"), value)
        conn.endheaders()
        r = conn.getresponse()
        body = r.read()
        conn.close()
        return r.status, r, body

    try:
        fetch(f"http://127.0.0.1:{port}/healthz")
        atom = "/province/phuket.atom"
        # which coding
        for wanted, coding in (
                (None, None), ("", None), ("gzip", "gzip"), ("br", "br"), ("gzip, br", "br"), ("GZIP", "gzip"),
                ("x-gzip", "gzip"), ("gzip, deflate", "gzip"), ("br;q=0.5, gzip;q=0.8", "gzip"),
                ("br;q=0, gzip", "gzip"), ("gzip;q=0", None), ("gzip;q=0.000, br;q=0.0", None), ("*", "br"),
                ("*;q=0.5, br;q=0", "gzip"), ("identity", None), ("identity;q=0.5, gzip;q=0.4", None),
                ("identity, gzip", "gzip"), ("gzip;q=0.001", "gzip"), ("identity;q=0, gzip", "gzip"),
                ("*;q=0, gzip", "gzip"), ("deflate, compress", None), ("gzip ; q=1 , br ; q=0", "gzip"),
                ("gzip;q=0.5;x=y", "gzip"), ("gzipped", None), (",,gzip,,", "gzip"), ("br;Q=0,gzip;Q=0.9", "gzip")):
            status, r, body = ask(atom, **({"Accept_Encoding": wanted} if wanted is not None else {}))
            c.equal((status, r.headers["Content-Encoding"]), (200, coding), repr(wanted))
            c.equal(body, {None: feed, "gzip": zipped, "br": broken_br}[coding], "the body of", coding)
            c.equal(r.headers["Content-Type"], "application/atom+xml", "the type of", coding)
            c.that("Accept-Encoding" in r.headers["Vary"], "Vary of", coding)
            c.equal(r.headers["Last-Modified"], email.utils.formatdate(T, usegmt=True), "the time of", coding)
        c.equal(ask("/only.html", Accept_Encoding="identity;q=0")[0], 406, "no coding that is taken")
        c.equal(ask("/only.html", Accept_Encoding="*;q=0")[0], 406, "none at all")
        c.equal(ask("/only.html", Accept_Encoding="gzip, br")[1].headers["Content-Encoding"], None, "no twins")
        c.equal(ask("/all.rss", Accept_Encoding="gzip")[1].headers["Content-Encoding"], None, "a twin of an older file")
        for name in (atom + ".gz", atom + ".br", "/all.rss.gz"):
            c.equal(ask(name)[0], 404, name)

        # validators: one of each coding
        tags = {coding: ask(atom, Accept_Encoding=coding)[1].headers["ETag"] for coding in ("identity", "gzip", "br")}
        c.equal(len(set(tags.values())), 3, "ETags of", tags)
        c.that(all(t.startswith('"') for t in tags.values()), "strong ETags")
        for coding, tag in tags.items():
            for method in ("GET", "HEAD"):
                status, r, body = ask(atom, method, Accept_Encoding=coding, If_None_Match=f'"x", W/{tag}')
                c.equal((status, body), (304, b""), "conditional", coding)
                c.equal(r.headers["ETag"], tag, "ETag of a 304")
                c.that("Accept-Encoding" in r.headers["Vary"], "Vary of a 304")
                c.that(r.headers["Cache-Control"] == "max-age=300", "Cache-Control of a 304")
                c.equal(r.headers["Content-Encoding"], None, "no coding of a 304")
            other = next(t for t in tags.values() if t != tag)
            c.equal(ask(atom, Accept_Encoding=coding, If_None_Match=other)[0], 200, "another coding's ETag")
            c.equal(ask(atom, Accept_Encoding=coding, If_None_Match=other,
                        If_Modified_Since=email.utils.formatdate(T, usegmt=True))[0], 200, "and a time beside it")
            c.equal(ask(atom, Accept_Encoding=coding,
                        If_Modified_Since=email.utils.formatdate(T, usegmt=True))[0], 304, "the time alone")
            status, r, body = ask(atom, "HEAD", Accept_Encoding=coding)
            c.equal((status, body, r.headers["Content-Length"]),
                    (200, b"", str(len({"identity": feed, "gzip": zipped, "br": broken_br}[coding]))), "HEAD", coding)
        status, r, body = ask(atom, Range="bytes=0-3")
        c.equal((status, body, r.headers["Accept-Ranges"]), (200, feed, "none"), "a range")

        # what goes with files
        for path, kind, cache in (
                (atom, "application/atom+xml", 300), ("/all.rss", "application/rss+xml", 300),
                ("/status.json", "application/json", 300), ("/only.html", "text/html; charset=utf-8", 300),
                ("/archive/province/phuket/2026-10.atom", "application/atom+xml", 3600),
                ("/style.css", "text/css; charset=utf-8", 86400), ("/map.svg", "image/svg+xml", 86400),
                ("/a.csv", "text/csv; charset=utf-8", 300), ("/a.xml", "application/xml", 300),
                ("/index.opml", "text/x-opml", 300)):
            status, r, _ = ask(path)
            c.equal((status, r.headers["Content-Type"], r.headers["Cache-Control"]), (200, kind, f"max-age={cache}"), path)
            c.equal(r.headers["Access-Control-Allow-Origin"], "*", "CORS of", path)
        self_link = '<https://news.example.go.th/th/province/phuket.%s>; rel="self"'
        for suffix in ("atom", "json"):
            c.equal(ask(f"/province/phuket.{suffix}")[1].headers.get_all("Link"), [self_link % suffix], suffix)
        for path in ("/status.json", "/only.html", "/archive/province/phuket/2026-10.atom"):
            c.equal(ask(path)[1].headers.get_all("Link"), None, "Link of", path)

        # people, and those who are none
        def lead(path, **change):
            headers = {k.replace("-", "_"): v for k, v in {**BROWSER, **change}.items() if v is not None}
            status, r, _ = ask(path, **headers)
            return status, r.headers["Location"]

        c.equal(lead(atom), (303, "phuket.html"), "a browser")
        r = ask(atom, **{k.replace("-", "_"): v for k, v in BROWSER.items()})[1]
        c.equal(r.headers["Cache-Control"], "no-store", "the redirect is not kept")
        c.that("Sec-Fetch-Dest" in r.headers["Vary"] and "Sec-Fetch-Dest" in ask(atom)[1].headers["Vary"], "Vary")
        for what, path, change in (
                ("a script's fetch", atom, {"Sec-Fetch-Dest": "empty", "Accept": "*/*"}),
                ("a script that says it wants HTML", atom, {"Sec-Fetch-Dest": "empty"}),
                ("a reader with a browser's name", atom, {"Sec-Fetch-Dest": None, "User-Agent": "Mozilla/5.0"}),
                ("a document that is rather Atom", atom, {"Accept": "application/atom+xml, text/html;q=0.5"}),
                ("all alike", atom, {"Accept": "*/*"}), ("no HTML", atom, {"Accept": "text/html;q=0, */*"}),
                ("a frame", atom, {"Sec-Fetch-Dest": "iframe"}), ("?raw", atom + "?raw", {}),
                ("no page beside it", "/all.rss", {}), ("JSON", "/province/phuket.json", {}),
                ("a page", "/only.html", {}), ("an archive without page", "/archive/province/phuket/2026-10.atom", {})):
            c.equal(lead(path, **change), (200, None), what)

        # a file that is replaced, and its twin after it
        fresh = feed + b"<!-- more -->"
        put("province/phuket.atom", fresh, T + 10)
        status, r, body = ask(atom, Accept_Encoding="gzip")
        c.equal((body, r.headers["Content-Encoding"]), (fresh, None), "an old twin of a new file")
        put("province/phuket.atom.gz", gzip.compress(fresh, mtime=0), T + 10)
        status, r, body = ask(atom, Accept_Encoding="gzip", If_None_Match=tags["gzip"])
        c.equal((status, gzip.decompress(body)), (200, fresh), "and the new twin")
        c.equal(r.headers["Last-Modified"], email.utils.formatdate(T + 10, usegmt=True), "its time")
        os.unlink(public / "province/phuket.atom")
        c.equal(ask(atom, Accept_Encoding="gzip")[0], 404, "a twin without its file")
        put("province/phuket.atom", feed)
        os.unlink(public / "province/phuket.atom.gz")
        os.unlink(public / "province/phuket.atom.br")
        c.equal(ask(atom, Accept_Encoding="gzip, br")[2], feed, "a file without its twins")
        status, r, body = ask("/large.json")
        c.equal((len(body), r.headers["ETag"] is not None), ((600 << 11) + 3, True), "a large file")
        c.equal(ask("/large.json", If_None_Match=r.headers["ETag"])[0], 304, "a large file again")

        # replaced all the time, read all the time: always one of the bodies that were put, with its ETag
        bodies = [bytes([65 + i]) * (1000 + i * 40000) for i in range(8)]
        put("busy.atom", bodies[0])
        stop, wrong, seen = threading.Event(), [], {}

        def reader():
            conn = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            while not stop.is_set():
                conn.request("GET", "/busy.atom")
                r = conn.getresponse()
                body = r.read()
                if body not in bodies or seen.setdefault(r.headers["ETag"], body) != body:
                    wrong.append((r.status, len(body)))
            conn.close()

        readers = [threading.Thread(target=reader) for _ in range(4)]
        for t in readers:
            t.start()
        end = time.monotonic() + 1
        i = 0
        while time.monotonic() < end:
            i += 1
            put("busy.atom", bodies[i % 8])
        stop.set()
        for t in readers:
            t.join()
        c.equal(wrong, [], "while it was replaced", i, "times")
        c.that(len(seen) > 1, "readers saw", len(seen), "states")

        # more than is kept in memory
        def rss():
            with open(f"/proc/{server.pid}/status") as f:
                return next(int(line.split()[1]) for line in f if line.startswith("VmRSS")) / 1024

        for i in range(160):
            put(f"many/{i}.json", bytes([48 + i % 10]) * (400 << 10))
        for i in range(80):
            c.equal(len(ask(f"/many/{i}.json")[2]), 400 << 10, "one of many")
        first = rss()
        for i in range(80, 160):
            ask(f"/many/{i}.json")
        # a sanitizer keeps what was freed
        c.that(rss() - first < 16 or b"__asan_init" in pathlib.Path(binary).read_bytes(), f"memory grows from {first:.0f} to {rss():.0f} MiB")
    finally:
        server.terminate()
        c.equal(server.wait(20), 0, "the server's end")
    if not c.failed:
        shutil.rmtree(work)
    c.done()


main(sys.argv[1])
