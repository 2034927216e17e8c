"""docs/hosting.md: nginx with the example that stands there, over a small tree, and what is passed on."""
import gzip
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from e2e_lib import Checks, fetch, free_ports


def main(binary, page):
    c = Checks()
    work = pathlib.Path(tempfile.mkdtemp(prefix="rk-hosting-"))
    public = work / "public"
    (public / "province").mkdir(parents=True)
    (public / "archive").mkdir()
    port, behind = free_ports(2)
    feed = b"<feed>" + b"news " * 500 + b"</feed>"
    (public / "province/phuket.atom").write_bytes(feed)
    (public / "province/phuket.atom.gz").write_bytes(gzip.compress(feed))
    for name, text in (("province/phuket.html", "<p>"), ("index.html", "<p>index"), ("all.rss", "<rss/>"),
                       ("status.json", "{}"), ("index.opml", "<opml/>"), ("a.csv", "a"), ("archive/x.atom", "<feed/>")):
        (public / name).write_text(text)
    text = pathlib.Path(page).read_text(encoding="utf-8")
    example = re.search(r"```nginx\n(.*?)```", text, re.S).group(1)
    for old, new in (("listen 80;", f"listen 127.0.0.1:{port};"), ("/srv/ruamkhao/public", str(public)),
                     ("127.0.0.1:8080", f"127.0.0.1:{behind}")):
        c.equal(example.count(old), 1, old, "in the example")
        example = example.replace(old, new)
    temps = "".join(f"{kind}_temp_path {work}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (work / "nginx.conf").write_text(f"daemon off;\nmaster_process off;\npid {work}/pid;\nerror_log {work}/error.log;\n"
                                     f"events {{}}\nhttp {{\naccess_log off;\n{temps}{example}}}\n")
    (work / "ruamkhao.yml").write_text(json.dumps(
        {"site": {"base_url": "https://news.example.go.th/"}, "include": [], "storage": {"state": str(work / "state")},
         "publish": {"directory": str(public)}, "serve": {"listen": f"127.0.0.1:{behind}"}}))
    os.chmod(work, 0o755)
    servers = [subprocess.Popen([binary, "-q", "serve", "-c", str(work / "ruamkhao.yml")], stdout=subprocess.DEVNULL),
               subprocess.Popen(["nginx", "-c", str(work / "nginx.conf")], stderr=subprocess.DEVNULL)]

    def ask(path, at=port, **headers):
        conn = http.client.HTTPConnection("127.0.0.1", at, timeout=20)
        conn.putrequest("GET", path, skip_accept_encoding=True)
        for name, value in headers.items():
            conn.putheader(name.replace("_", "-"), value)
        conn.endheaders()
        r = conn.getresponse()
        body = r.read()
        conn.close()
        return r.status, r.headers, body

    try:
        for at in (port, behind):
            fetch(f"http://127.0.0.1:{at}/index.html")
        # what both say alike
        for path in ("/province/phuket.atom", "/all.rss", "/status.json", "/index.opml", "/a.csv", "/archive/x.atom", "/"):
            for coding in (None, "gzip"):
                ours, theirs = (ask(path, at, **({"Accept_Encoding": coding} if coding else {})) for at in (behind, port))
                c.equal(theirs[0], ours[0], path, "status")
                c.equal(theirs[2], ours[2], path, "body")
                for name in ("Content-Type", "Content-Encoding", "Cache-Control", "Access-Control-Allow-Origin",
                             "Last-Modified", "X-Content-Type-Options"):
                    c.equal(theirs[1][name], ours[1][name], path, name)
                c.that("Accept-Encoding" in ", ".join(theirs[1].get_all("Vary")), path, "Vary")
                link = theirs[1].get_all("Link") or []
                c.equal([v for v in link if "self" in v], ours[1].get_all("Link") or [], path, "Link")
        c.that('<https://hub.example.org/>; rel="hub"' in ask("/all.rss")[1].get_all("Link"), "the hub")
        for name in ("ETag", "Last-Modified"):
            for coding in ("identity", "gzip"):
                value = ask("/province/phuket.atom", Accept_Encoding=coding)[1][name]
                asked = {"If_None_Match" if name == "ETag" else "If_Modified_Since": value, "Accept_Encoding": coding}
                c.equal(ask("/province/phuket.atom", **asked)[0], 304, name, coding)
        for path in ("/province/phuket.atom.gz", "/.hidden", "/none.atom"):
            c.equal(ask(path)[0], 404, path)
        person = {"Sec_Fetch_Dest": "document", "Accept": "text/html,*/*;q=0.8"}
        for at in (port, behind):
            status, headers, _ = ask("/province/phuket.atom", at, **person)
            c.equal((status, headers["Location"].rsplit("/", 1)[-1]), (303, "phuket.html"), "a browser")
            for path in ("/province/phuket.atom?raw", "/all.rss", "/index.html", "/province/phuket.html"):
                c.equal(ask(path, at, **person)[0], 200, path)
            c.equal(ask("/province/phuket.atom", at, Sec_Fetch_Dest="empty")[0], 200, "a script")
        c.equal(ask("/websub/none")[2], ask("/websub/none", behind)[2], "what is passed on")
    finally:
        for s in servers:
            s.terminate()
            s.wait(20)
    if not c.failed:
        shutil.rmtree(work)
    else:
        print("kept:", work)
    c.done()


main(*sys.argv[1:])
