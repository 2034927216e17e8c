"""Uploads to a bucket: only what changed, through failures and restarts, and no key in any output.
The store checks every signature (s3_store.py), and is itself held against AWS's examples."""
import datetime
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from e2e_lib import Checks, Origin, free_ports, run
from s3_store import Refused, Store, check_vectors, verify

SECRET = "wJalrXUtnFEMI/K7MDENG+TESTKEY"
ACCESS = "AKIDTESTONLY"


def feed(*titles):
    items = "".join(f"<entry><id>tag:example.go.th,2026:{i}</id><title>{t}</title><link href='http://127.0.0.1/n/{i}'/>"
                    f"<updated>2026-11-2{i}T08:00:00+07:00</updated><summary>{t} รายละเอียด</summary></entry>"
                    for i, t in enumerate(titles))
    return ("<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'><id>tag:example.go.th,2026:f"
            "</id><title>ข่าว</title><updated>2026-11-20T08:00:00+07:00</updated>" + items + "</feed>").encode()


def tree(root):
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*")
            if p.is_file() and not p.name.startswith(".") and p.suffix not in (".gz", ".br")}


def metric(port, name):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as r:
        for line in r.read().decode().splitlines():
            if line.startswith(name + " "):
                return int(line.split()[1])
    return None


def wait_for(what, seconds=12):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if what():
                return True
        except OSError:
            pass
        time.sleep(0.05)
    return False


def refusals(c, store):
    """The store is worth something: it refuses what differs from what was signed."""
    key, (body, headers) = next(iter(store.objects.items()))
    target = f"/{store.bucket}/{key}"
    now = datetime.datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    good = ("PUT", target, headers, body, store.keys, store.region, now)
    verify(*good)
    last = headers["authorization"][-1]
    for what, change in {
        "another body": {3: body + b" "}, "another address": {1: target + "x"}, "another method": {0: "DELETE"},
        "a later hour": {6: now + datetime.timedelta(hours=1)}, "another region": {5: "eu-west-1"},
        "another secret": {4: {ACCESS: SECRET[:-1]}}, "an unknown key": {4: {}},
        "another type": {2: {**headers, "content-type": "text/html"}},
        "another date": {2: {**headers, "x-amz-date": now.strftime("%Y%m%dT%H%M") + "99Z"}},
        "no signature": {2: {k: v for k, v in headers.items() if k != "authorization"}},
        "one digit more": {2: {**headers, "authorization": headers["authorization"][:-1] + ("0" if last != "0" else "1")}},
        "an unsigned header": {2: {**headers, "x-amz-acl": "public-read"}},
    }.items():
        try:
            verify(*(change.get(i, value) for i, value in enumerate(good)))
            c.that(False, "accepted:", what)
        except Refused:
            c.made += 1


class Hub:
    """A hub elsewhere; `told`: what `look()` gave whenever it was told something."""

    def __init__(self, look):
        told = self.told = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                told.append(look())
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def main(binary):
    c = Checks()
    check_vectors(lambda holds, what: c.that(holds, what))
    os.environ.pop("AWS_ACCESS_KEY_ID", None)
    work = pathlib.Path(tempfile.mkdtemp(prefix="rk-bucket-"))
    public, state = work / "public", work / "state"
    origin = Origin({"/f.atom": (feed("ข่าวแรก"), "application/atom+xml")})
    store = Store("khao", {ACCESS: SECRET}, "ap-southeast-1")
    (port,) = free_ports(1)
    (work / "access").write_text(ACCESS + "\n")
    (work / "secret").write_text(SECRET + "\n")

    def configure(hub=None, **more):
        s3 = {"endpoint": f"http://127.0.0.1:{store.port}", "bucket": "khao", "region": "ap-southeast-1",
              "prefix": "news", "access_key_file": "access", "secret_key_file": "secret", **more}
        config = {"site": {"base_url": "https://news.example.go.th/"}, "storage": {"state": str(state)},
                  "publish": {"directory": str(public), "s3": {k: v for k, v in s3.items() if v is not None}},
                  "fetch": {"allow_addresses": ["127.0.0.0/8"], "every": "1s", "every_unconditional": "1s",
                            "host_gap": "0s"},
                  "serve": {"listen": f"127.0.0.1:{port}"}, "include": [],
                  "sources": [{"id": "one", "url": origin.url("/f.atom"), "province": "TH-83", "every": "1s"}]}
        if hub is not None:
            config["publish"]["hub"] = f"http://127.0.0.1:{hub}/"
            config["fetch"]["allow_ports"] = [hub]
        (work / "ruamkhao.yml").write_text(json.dumps(config, ensure_ascii=False))  # JSON is YAML

    said = []

    def ours(*arguments, want=0):
        status, out, err = run(binary, *arguments, "-c", str(work / "ruamkhao.yml"))
        said.append(out + err)
        c.equal(status, want, arguments, err.decode()[-300:], "exit status")
        return (out + err).decode()

    def put(log):
        return sorted(key for method, key, status in log if method == "PUT" and status == 200)

    def same(what):
        c.equal({k: v[0] for k, v in store.objects.items()}, {"news/" + k: v for k, v in tree(public).items()}, what)

    # everything once, as it is served
    configure()
    ours("once")
    c.that(len(store.objects) >= 6, "only", sorted(store.objects))
    same("the first upload")
    c.equal(store.refused, [], "what the store refused")
    kind = {key.rsplit(".", 1)[1]: (v[1]["content-type"], v[1]["cache-control"]) for key, v in store.objects.items()}
    c.equal(kind["atom"], ("application/atom+xml", "max-age=300"), "of .atom")
    c.equal(kind["html"], ("text/html; charset=utf-8", "max-age=300"), "of .html")
    refusals(c, store)

    # a restart, and publishing everything anew: nothing
    store.take_log()
    ours("once")
    ours("publish")
    c.equal(store.take_log(), [], "what a restart uploads")

    # news: what changed in the tree, no more
    before = tree(public)
    origin.documents["/f.atom"] = (feed("ข่าวแรก", "ข่าวที่สอง"), "application/atom+xml")
    time.sleep(1.1)
    ours("once")
    now = tree(public)
    c.equal(put(store.take_log()), sorted("news/" + k for k in now if before.get(k) != now[k]), "changed files")
    same("after news")

    # a file that is gone from the tree; names that are not published never get there
    (public / "old.html").write_text("<p>เก่า")
    (public / ".dot.html").write_text("x")
    (public / "old.html.gz").write_text("x")
    ours("publish")
    c.equal(put(store.take_log()), ["news/old.html"], "a file that was added")
    (public / "old.html").unlink()
    ours("publish")
    c.equal(store.take_log(), [("DELETE", "news/old.html", 204)], "a file that went")

    # a withdrawal
    status, out, _ = run(binary, "export", "jsonl", "-c", str(work / "ruamkhao.yml"))
    entry = next(e for e in map(json.loads, out.decode().splitlines()) if "ข่าวแรก" in e.get("title", ""))
    ours("withdraw", entry["id"])
    same("after a withdrawal")
    c.that(not any("ข่าวแรก".encode() in v[0] for v in store.objects.values()), "the withdrawn entry is in the bucket")

    # a store that is down: publishing goes on, `once` ends, the daemon tries until it is up
    store.take_log()
    store.down = 503
    origin.documents["/f.atom"] = (feed("ข่าวแรก", "ข่าวที่สอง", "ข่าวที่สาม"), "application/atom+xml")
    time.sleep(1.1)
    text = ours("once")
    c.that("ข่าวที่สาม".encode() in tree(public)["all.atom"], "publishing waited for the bucket")
    c.that("503" in text and "SlowDown" in text, "not told:", text)
    c.that(len(store.take_log()) <= 8, "a store that is down was asked often")
    uploads = json.loads(ours("status", "--json"))["uploads"]
    c.that(0 < uploads["waiting"] <= uploads["held"], "the backlog in status:", uploads)
    c.that("waiting to be uploaded" in ours("status"), "and for people")
    errors = open(work / "log", "wb")
    daemon = subprocess.Popen([binary, "run", "-c", str(work / "ruamkhao.yml")], stderr=errors, stdout=errors)
    try:
        c.that(wait_for(lambda: store.log), "the daemon does not try")
        c.that(wait_for(lambda: metric(port, "ruamkhao_uploads_waiting") > 0), "nothing waits in /metrics")
        store.down = None
        c.that(wait_for(lambda: metric(port, "ruamkhao_uploads_waiting") == 0), "the backlog stays")
        same("after the store came back")
        store.take_log()
        origin.documents["/f.atom"] = (feed("ข่าวแรก", "ข่าวที่สอง", "ข่าวที่สาม", "ข่าวที่สี่"), "application/atom+xml")
        c.that(wait_for(lambda: "ข่าวที่สี่".encode() in store.objects["news/all.atom"][0]), "news of the daemon")
    finally:
        daemon.send_signal(signal.SIGTERM)
        c.equal(daemon.wait(20), 0, "the daemon's end")
    said.append((work / "log").read_bytes())
    ours("publish")  # what the daemon's end cut off
    same("after the daemon")
    store.take_log()
    ours("publish")
    c.equal(store.take_log(), [], "a restart after all that")
    c.equal(json.loads(ours("status", "--json"))["uploads"], {"held": len(tree(public)), "waiting": 0}, "in status")

    # one that the store refuses, or fails at, keeps no other waiting
    names = [f"one{i:03}.html" for i in range(300)]
    for status in (403, 500):
        (public / "all.new.html").write_text(f"<p>{status}")
        for name in names[:12]:
            (public / name).write_text(f"<p>{status}")
        store.faults = {"news/all.new.html": status, "news/one004.html": status}
        store.take_log()
        c.that(str(status) in ours("publish"), status, "is not told")
        log = store.take_log()
        c.equal(put(log), [f"news/{n}" for n in names[:12] if n != "one004.html"], f"beside {status}")
        c.that(2 <= len([s for _, _, s in log if s == status]) <= 6, f"{status} asked again:", log)
        store.faults = {}
        ours("publish")
        c.equal(put(store.take_log()), ["news/all.new.html", "news/one004.html"], f"after {status}")
    same("after refusals")

    # what counts no more in the record of uploads does not stay for long
    for name in names:
        (public / name).write_text("<p>many")
    ours("publish")
    for name in names:
        (public / name).unlink()
    (public / "all.new.html").unlink()
    ours("publish")
    same("after many")
    c.that(len((state / "uploads").read_bytes().splitlines()) < 200, "the record grows and grows")
    store.take_log()
    ours("publish")
    c.equal(store.take_log(), [], "by the record")

    # no redirect is followed
    store.down = 301
    (public / "new.html").write_text("<p>ใหม่")
    c.that("redirects are not followed" in ours("publish"), "a redirect is not told")
    c.equal({key for _, key, _ in store.take_log()}, {"news/new.html"}, "what a redirect led to")
    store.down = None

    # a wrong key is told, and publishing works; keys of the environment
    (work / "secret").write_text("wrong" + SECRET)
    c.that("SignatureDoesNotMatch" in ours("publish"), "a wrong key is not told")
    configure(access_key_file=None, secret_key_file=None)
    c.that("AWS_ACCESS_KEY_ID" in ours("publish", want=2), "a missing key is not told")
    os.environ.update(AWS_ACCESS_KEY_ID=ACCESS, AWS_SECRET_ACCESS_KEY=SECRET, AWS_SESSION_TOKEN="tokenoftest")
    store.take_log()
    ours("publish")
    c.equal(put(store.take_log()), ["news/new.html"], "with keys of the environment")
    c.equal(store.objects["news/new.html"][1].get("x-amz-security-token"), "tokenoftest", "the token")

    # another prefix is another place: everything
    configure(prefix="")
    (work / "secret").write_text(SECRET)
    store.take_log()
    ours("publish")
    c.equal(put(store.take_log()), sorted(tree(public)), "another prefix")

    # a hub elsewhere is told when what it comes for is there
    fifth = "ข่าวที่ห้า".encode()
    hub = Hub(lambda: fifth in store.objects["all.atom"][0])
    configure(hub=hub.port, prefix="")
    origin.documents["/f.atom"] = (feed("ข่าวแรก", "ข่าวที่สอง", "ข่าวที่สาม", "ข่าวที่สี่", fifth.decode()),
                                   "application/atom+xml")
    store.down = 503
    errors = open(work / "log", "wb")
    daemon = subprocess.Popen([binary, "run", "-c", str(work / "ruamkhao.yml")], stderr=errors, stdout=errors)
    try:
        c.that(wait_for(lambda: fifth in tree(public)["all.atom"]), "it is not published")
        c.that(wait_for(lambda: metric(port, "ruamkhao_hub_pings_waiting") > 0), "nothing is to be told")
        time.sleep(1.5)
        c.equal(hub.told, [], "told before the bucket has it")
        store.down = None
        c.that(wait_for(lambda: hub.told), "the hub is not told")
        c.that(all(hub.told), "told too early")
    finally:
        daemon.send_signal(signal.SIGTERM)
        c.equal(daemon.wait(20), 0, "the daemon's end")
    hub.close()
    said.append((work / "log").read_bytes())
    said.append(run(binary, "config", "show", "-c", str(work / "ruamkhao.yml"))[1])
    said.append((state / "uploads").read_bytes())
    c.that(not any(SECRET.encode() in s or b"tokenoftest" in s for s in said), "a secret was printed")
    store.close()
    origin.stop()
    if not c.failed:
        subprocess.run(["rm", "-rf", str(work)], check=True)
    else:
        print("kept:", work)
    c.done()


main(sys.argv[1])
