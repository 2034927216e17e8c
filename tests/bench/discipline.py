#!/usr/bin/env python3
"""What readers cost who poll for years: newsboat over the embedded server, ten rounds in each of which
1 % of the sources have news, edits and deletions.

usage: tests/bench/discipline.py [--feeds 300] [--rounds 10] [--share 0.01]

Prints, for each round, the answers by status and the bytes that were sent, and judges from the
files and from `export jsonl` that exactly the nodes with changes were written again: no other
file has a new time, and every changed entry that a file shows is in it as it is now. Ends with 1
otherwise. Needs the farm generator (RK_SHARED, default ../shared), nginx, newsboat and
build/release/ruamkhao (scripts/build).
"""
import argparse
import collections
import http.client
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("RK_SHARED", ROOT / "../shared")).resolve()
BIN = os.environ.get("RK_BIN", str(ROOT / "build/release/ruamkhao"))
WORK = ROOT / "build/bench/discipline"
ATOM = "{http://www.w3.org/2005/Atom}"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class Counter(http.server.ThreadingHTTPServer):
    """Stands between the reader and the server, passes everything on, counts."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, server_port):
        counter = self
        self.status, self.bytes, self.requests = collections.Counter(), 0, []
        self.lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                c = http.client.HTTPConnection("127.0.0.1", server_port, timeout=30)
                c.putrequest("GET", self.path, skip_host=True, skip_accept_encoding=True)
                for k, v in self.headers.items():
                    c.putheader(k, v)
                c.endheaders()
                r = c.getresponse()
                body = r.read()
                head = f"HTTP/1.1 {r.status} {r.reason}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in r.getheaders()) + "\r\n"
                with counter.lock:
                    counter.status[r.status] += 1
                    counter.bytes += len(head) + len(body)
                    counter.requests.append((self.path, r.status))
                self.wfile.write(head.encode("latin-1") + body)
                c.close()

            def log_message(self, *args):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def take(self):
        with self.lock:
            out = self.status, self.bytes, self.requests
            self.status, self.bytes, self.requests = collections.Counter(), 0, []
        return out


def farm_tool(*args):
    return subprocess.run([sys.executable, str(SHARED / "tools/feedfarm.py"), *map(str, args)], check=True,
                          capture_output=True, text=True).stdout


def entries(config):
    out = subprocess.run([BIN, "-q", "-c", config, "export", "jsonl"], check=True, capture_output=True).stdout
    return {e["id"]: e for e in map(json.loads, out.splitlines())}


def stamps(public):
    return {str(p.relative_to(public)): p.stat().st_mtime_ns for p in public.rglob("*.atom")}


def touched(before, after):
    """The ids of entries that are other than they were, with all of their stories."""
    ids = {i for i in before.keys() | after.keys() if before.get(i) != after.get(i)}
    stories = {e[i]["story"] for e in (before, after) for i in ids if i in e}
    return ids, {i for e in (before, after) for i in e if e[i]["story"] in stories}


def nodes_of(ids, *states):
    out = {"all"}
    for e in (s[i] for s in states for i in ids if i in s):
        out |= set(e["regions"])
    return out


def names_one(path, urls):
    """Does a story in the file name one of them, as another account of the same event?"""
    return any(x.get("rel") == "related" and x.get("href") in urls for x in ET.parse(path).getroot().iter(ATOM + "link"))


def judge(public, old, new, before, after):
    """(files written again, faults): only nodes of touched stories; what they show is as it is."""
    ids, family = touched(before, after)
    written = {f for f in new if old.get(f) != new[f]}
    faults = []
    urls = {s[i]["url"] for s in (before, after) for i in ids if i in s}
    places = nodes_of(family, before, after)
    agencies = {f for f in written if f.startswith("agency/")}
    for f in written - agencies:
        node = f.removesuffix(".atom")
        if node.startswith("archive/"):
            node = "/".join(node.split("/")[1:-1])
        if node not in places and not names_one(public / f, urls) and not node.startswith(("agency/", "topic/")) and node not in ("national", "operator"):
            faults.append(f"{f} was written again for nothing")
    for f in new:
        if f.startswith("archive/"):  # what was said when it last took entries up
            continue
        feed = ET.parse(public / f).getroot()
        shown = {e.findtext(ATOM + "id"): e.findtext(ATOM + "updated") for e in feed.findall(ATOM + "entry")}
        if f in agencies and len(shown) < 100 and not set(shown) & family:
            faults.append(f"{f} was written again and shows nothing that changed")
        for i in ids & set(shown):
            if i in after and after[i]["lead"] and shown[i] != after[i]["updated"]:
                faults.append(f"{f} shows {i} as of {shown[i]}, not {after[i]['updated']}")
        if f not in written and (ids & set(shown)):
            same = all(i in before and before[i]["updated"] == after.get(i, {}).get("updated") for i in ids & set(shown))
            if not same:
                faults.append(f"{f} shows a changed entry and was not written")
    return written, faults


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--feeds", type=int, default=300)
    ap.add_argument("--rounds", type=int, default=10)
    ap.add_argument("--share", type=float, default=0.01)
    a = ap.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "tmp").mkdir(parents=True)
    farm_port, port = free_port(), free_port()
    farm_tool("gen", WORK, "-n", a.feeds, "--seed", 2024)
    conf = WORK / "nginx.conf"
    conf.write_text(farm_tool("nginx", WORK, "--port", farm_port, "--log", "none"))
    # its sources are asked as often as the rounds need
    text = farm_tool("urls", WORK, "--style", "ruamkhao", "--port", farm_port, "--regions", ROOT / "feeds/regions.yml")
    config = WORK / "farm.yml"
    config.write_text(text)
    subprocess.run(["nginx", "-p", str(WORK), "-c", str(conf)], check=True, stderr=subprocess.DEVNULL)
    server = None
    try:
        subprocess.run([BIN, "-q", "-c", str(config), "once"], check=False)
        subprocess.run([BIN, "-q", "-c", str(config), "publish"], check=True)  # all archives too
        public = next(p.parent for p in WORK.rglob("all.atom"))
        server = subprocess.Popen([BIN, "-q", "-c", str(config), "serve", "--listen", f"127.0.0.1:{port}"])
        counter = Counter(port)
        base = f"http://127.0.0.1:{counter.server_address[1]}/"
        home = WORK / "home"
        home.mkdir()
        (home / "urls").write_text("".join(f"{base}{f}\n" for f in sorted(stamps(public)) if not f.startswith("archive/")))
        (home / "config").write_text("reload-threads 4\n")
        reload = ["newsboat", "-q", "-u", str(home / "urls"), "-c", str(home / "cache.db"), "-C", str(home / "config"), "-x", "reload"]
        env = {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"}
        time.sleep(1)
        bad = reader(a, config, public, counter, reload, env)
    finally:
        if server is not None:
            server.terminate()
            server.wait(10)
        os.kill(int(next(WORK.rglob("nginx.pid")).read_text()), signal.SIGTERM)
    sys.exit(1 if bad else 0)


def reader(a, config, public, counter, reload, env):
    bad, total, answers = 0, 0, collections.Counter()
    # newsboat keeps no validator of a feed that it had not heard of before
    subprocess.run(reload, check=True, env=env, capture_output=True)
    for k in range(a.rounds + 1):
        before, old = entries(str(config)), stamps(public)
        if k > 0:
            farm_tool("mutate", WORK, "--share", a.share, "--seed", k)
            subprocess.run([BIN, "-q", "-c", str(config), "once"], check=False)
        after, new = entries(str(config)), stamps(public)
        subprocess.run(reload, check=True, env=env, capture_output=True)
        status, sent, requests = counter.take()
        written, faults = judge(public, old, new, before, after) if k > 0 else (set(), [])
        due = {f for f in written if not f.startswith("archive/")}
        wrong = [(p, s) for p, s in requests if k > 0 and (s == 200) != (p.lstrip("/") in due)]
        faults += [f"{p} answered {s}" for p, s in wrong]
        bad += len(faults)
        for f in faults[:5]:
            print("FAILED:", f)
        print(f"round {k}: {len(touched(before, after)[0])} entries changed, {len(written)} of {len(new)} Atom files written, "
              f"{sum(status.values())} requests: " + ", ".join(f"{n} x {s}" for s, n in sorted(status.items())) + f", {sent} bytes sent", flush=True)
        if k > 0:
            total += sent
            answers += status
    n = sum(answers.values())
    print(f"{a.rounds} rounds: {n} requests, {100 * answers[304] / max(n, 1):.1f} % answered 304, {total} bytes sent; {bad} faults")
    return bad


if __name__ == "__main__":
    main()
