"""One source for each fault of faultorigin.py, over http and over https: a few rounds and a
short run, judged by the origin's own log and by what `status --json` says."""
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

import e2e_lib

TIMEOUT = 4
# these keep the origin, which has one thread, from answering the others in time: they have
# an origin of their own
HEAVY = {"bomb", "huge", "endless", "many", "deep", "headerflood"}
OK, FAILING, GONE = "ok", "failing", "gone"
# fault: (query, standing after the first round, what the error says, entries)
EXPECTED = {
    "ok": ("", OK, "", 10),
    "novalidators": ("", OK, "", 10),
    "etagflip": ("", OK, "", 10),
    "lastmodonly": ("", OK, "", 10),
    "liar304": ("", OK, "", 10),
    "always304": ("", FAILING, "304 Not Modified to a request without validators", 0),
    "drip": ("", FAILING, "not finished after 4 s", 0),
    "driphead": ("", FAILING, "not finished after 4 s", 0),
    "hang": ("wait=60", FAILING, "not finished after 4 s", 0),
    "hangbody": ("wait=60", FAILING, "not finished after 4 s", 0),
    "slow": ("wait=0.5", OK, "", 10),
    "close": ("", FAILING, "closed the connection without an answer", 0),
    "reset": ("", FAILING, "closed the connection without an answer|cut off|no secure connection", 0),
    "resetmid": ("", FAILING, "cut off|closed the connection without an answer", 0),
    "short": ("", FAILING, r"cut off: \d+ of \d+ bytes came", 0),
    "long": ("", OK, "", range(1, 10)),  # what is whole of half a document
    "nolength": ("", OK, "", 10),
    "badchunk": ("", FAILING, "cut off", 0),
    "cutchunk": ("", FAILING, "cut off", 0),
    "301": ("", OK, "", 10),
    "302": ("", OK, "", 10),
    "307": ("", OK, "", 10),
    "308": ("", OK, "", 10),
    "loop": ("", FAILING, "redirects", 0),
    "chain": ("n=5", OK, "", 10),
    "badredirect": ("", FAILING, "no http or https address", 0),
    "400": ("", FAILING, "400 Bad Request", 0),
    "401": ("", FAILING, "401 Unauthorized", 0),
    "403": ("", FAILING, "403 Forbidden", 0),
    "404": ("", FAILING, "404 Not Found", 0),
    "410": ("", GONE, "410 Gone for good", 0),
    "500": ("", FAILING, "500 Internal Server Error", 0),
    "502": ("", FAILING, "502 Bad Gateway", 0),
    "429s": ("ra=600", FAILING, "429 Too Many Requests", 0),
    "429d": ("ra=600", FAILING, "429 Too Many Requests", 0),
    "503s": ("ra=600", FAILING, "503 Service Unavailable", 0),
    "503d": ("ra=600", FAILING, "503 Service Unavailable", 0),
    "flap": ("", OK, "", 10),
    "recover": ("after=1", FAILING, "500 Internal Server Error", 0),
    "bomb": (f"size={16 << 20}", FAILING, "longer than 2MiB", 0),
    "huge": (f"size={6 << 20}", FAILING, "longer than 2MiB|not finished after 4 s", 0),
    "endless": ("", FAILING, "longer than 2MiB|not finished after 4 s", 0),
    "gzbad": ("", FAILING, "not compressed as its Content-Encoding says", 0),
    "gzcut": ("", FAILING, "its compressed data do not end", 0),
    "gzforced": ("", OK, "", 10),
    "html": ("", FAILING, "", 0),
    "empty": ("", FAILING, "", 0),
    "headerflood": ("", FAILING, "headers are longer", 0),
    "charset": ("", OK, "", 10),
    "noencoding": ("", OK, "", 10),
    "laughs": ("", FAILING, "", 0),
    "xxe": ("", None, "", None),  # read without the entity, or refused
    "deep": ("", FAILING, "", 0),
    "many": ("n=5100", OK, "", 5000),
    "poison": ("", OK, "", 10),
}
# over https the origin goes on writing to nobody, and answers nobody else meanwhile; a 429
# holds its whole host, so each has an address of its own, and the certificate knows one name
PLAIN_ONLY = {"endless", "huge", "429s", "429d"}
OWN = {("429s", "f"): "127.0.2.3", ("429d", "f"): "127.0.2.4", ("429s", "l"): "127.0.2.5"}
CASES = [(fault, kind) for fault in EXPECTED for kind in "fs" if kind == "f" or fault not in PLAIN_ONLY]
# asked again after its Retry-After is over, and good then
LATER = {"429s": "ra=1", "503d": "ra=1"}
HELD = {"429s", "429d", "503s", "503d", "410"}  # one request, whatever comes
GOOD = 5
CONFIG = """site: {title: test, base_url: "http://127.0.0.1/", contact: "mailto:a@b.example"}
storage: {state: state}
publish: {directory: public}
fetch:
  every: 1s
  every_unconditional: 1s
  timeout: %ds
  host_gap: 0s
  per_host: 16
  connections: 12
  max_body: 2MiB
  allow_addresses: [127.0.0.0/8]
sources:
"""


class Origin:
    def __init__(self, tool, folder, name):
        ready = os.path.join(folder, name)
        for _ in range(5):  # it wants a port more than are free for certain
            if self.start(tool, ready):
                break
        else:
            raise RuntimeError("the origin does not start")
        self.ca = os.path.join(folder, name + ".pem")
        with open(self.ca, "w", encoding="ascii") as f:
            f.write(ssl.get_server_certificate(("127.0.0.1", self.tls)))

    def start(self, tool, ready):
        self.port, self.control, self.tls = e2e_lib.free_ports(3)
        self.process = subprocess.Popen(
            [sys.executable, "-B", tool, "--port", str(self.port), "--control", str(self.control),
             "--addresses", "127.0.0.1,127.0.2.2,127.0.2.3,127.0.2.4,127.0.2.5", "--tls-port",
             str(self.tls), "--ready", ready],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            if os.path.exists(ready) and os.path.getsize(ready) > 0:
                return True
            if self.process.poll() is not None:
                return False
            time.sleep(0.05)
        self.process.kill()
        self.process.wait()
        return False

    def ask(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.control}{path}", timeout=20) as r:
            return json.load(r)


class Run:
    def __init__(self, binary, tool):
        self.binary, self.dir = os.path.abspath(binary), tempfile.mkdtemp(prefix="rk-faults-")
        self.checks, self.wrong = 0, []
        self.origins = []
        try:
            for name in ("light", "heavy"):
                self.origins.append(Origin(tool, self.dir, name))
        except BaseException:
            self.end()
            raise
        self.light, self.heavy = self.origins

    def end(self):
        for o in self.origins:
            o.process.kill()
            o.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

    def log(self):
        return self.light.ask("/log") + self.heavy.ask("/log")

    def check(self, good, text):
        self.checks += 1
        if not good:
            self.wrong.append(text)
            print("WRONG:", text, flush=True)

    def program(self, *args):
        r = subprocess.run([self.binary, *args, "-c", os.path.join(self.dir, "rk.yml")],
                           capture_output=True, text=True, timeout=120, errors="replace")
        self.check(r.returncode == 0, f"{args[0]}: exit {r.returncode}: {r.stderr[-500:]}")
        return r.stdout

    def status(self):
        return {s["id"]: s for s in json.loads(self.program("status", "--json"))["sources"]}

    def good_rows(self):
        """What was published of the good sources, but for the times."""
        rows = {}
        for line in self.program("export", "jsonl").splitlines():
            row = json.loads(line)
            if row["source"].startswith("good"):
                rows[row["id"]] = [row.get(k) for k in ("source", "guid", "url", "title", "state")]
        return rows


def good_sources(run):
    return "".join(f"- id: good{i}\n  url: http://127.0.2.2:{run.light.port}/ok/good{i}\n" for i in range(GOOD))


def fault_sources(run):
    text = ""
    for fault, (query, *_) in EXPECTED.items():
        o = run.heavy if fault in HEAVY else run.light
        text += f"- id: f-{fault}\n  url: http://{OWN.get((fault, 'f'), '127.0.0.1')}:{o.port}/{fault}/f?{query}\n"
        if fault in PLAIN_ONLY:
            continue
        text += (f"- id: s-{fault}\n  url: https://localhost:{o.tls}/{fault}/s?{query}\n"
                 f"  ca_file: {o.ca}\n")
    for fault, query in LATER.items():
        text += f"- id: l-{fault}\n  url: http://{OWN.get((fault, 'l'), '127.0.0.1')}:{run.light.port}/{fault}/l?{query}\n"
    text += f"- id: tls-unknown\n  url: https://localhost:{run.light.tls}/ok/u\n"
    text += f"- id: tls-name\n  url: https://127.0.0.1:{run.light.tls}/ok/n\n  ca_file: {run.light.ca}\n"
    text += f"- id: tls-stall\n  url: https://localhost:{run.light.tls + 1}/ok/t\n"
    return text


def configure(run, sources):
    with open(os.path.join(run.dir, "rk.yml"), "w", encoding="utf-8") as f:
        f.write(CONFIG % TIMEOUT + sources)


def first_round(run):
    rows = run.status()
    for fault, kind in CASES:
        _, state, error, entries = EXPECTED[fault]
        row, name = rows[f"{kind}-{fault}"], f"{kind}-{fault}"
        if state is not None:
            run.check(row["state"] == state, f"{name}: {row['state']}, not {state}: {row['error']}")
        run.check(re.search(error, row["error"] or "") is not None,
                  f"{name}: \"{row['error']}\" is not \"{error}\"")
        run.check((row["error"] == "") == (row["state"] == OK) or row["error"] is None,
                  f"{name}: {row['state']} with error \"{row['error']}\"")
        run.check("the parser" not in (row["error"] or ""), f"{name}: a worker died: {row['error']}")
        if entries is not None:
            allowed = entries if isinstance(entries, range) else [entries]
            run.check(row["entries"] in allowed, f"{name}: {row['entries']} entries")
    run.check("signed by itself" in rows["tls-unknown"]["error"], rows["tls-unknown"]["error"])
    run.check("not for the name" in rows["tls-name"]["error"]
              or "another name" in rows["tls-name"]["error"], rows["tls-name"]["error"])
    run.check(rows["tls-stall"]["state"] == FAILING
              and re.search("no connection|not finished", rows["tls-stall"]["error"]) is not None,
              rows["tls-stall"]["error"])
    for i in range(GOOD):
        run.check(rows[f"good{i}"]["state"] == OK, f"good{i}: {rows[f'good{i}']['error']}")


def last_round(run):
    rows = run.status()
    for name in ("f-recover", "s-recover", "l-429s", "l-503d", "f-flap", "f-ok", "s-ok"):
        run.check(rows[name]["state"] == OK, f"{name} at the end: {rows[name]['error']}")
    for name in ("f-410", "s-410"):
        run.check(rows[name]["state"] == GONE, f"{name} at the end: {rows[name]['state']}")


def judge_log(run, rounds):
    report, log = run.light.ask("/report"), run.log()
    run.check(report["retry_after_violations"] == 0, f"{report['retry_after_violations']} early polls")
    run.check(report["no_user_agent"] == 0, "requests without a User-Agent")
    run.check(all(e["method"] == "GET" for e in log), "a request that is no GET")
    run.check(all(e["aim"] is None or e["inm"] is not None for e in log), "A-IM without If-None-Match")
    for host, h in report["hosts"].items():
        # a name and an address are two hosts to us until their address is known
        run.check(h["peak_requests"] <= 2 * 16, f"{host}: {h['peak_requests']} at once")
    hits = {}
    for e in log:
        hits.setdefault(e["resource"], []).append(e)
    for fault, kind in CASES:
        n = len(hits.get(f"/{fault}/{kind}", []))
        if fault in HELD:
            run.check(n == 1, f"/{fault}/{kind} was asked {n} times")
        elif fault not in ("chain", "loop"):
            run.check(n >= rounds, f"/{fault}/{kind} was asked {n} times in {rounds} rounds")
    for e in hits["/ok/good0"][1:] + hits["/ok/good1"][1:] + hits["/lastmodonly/f"][1:]:
        run.check(bool(e["inm"] or e["ims"]), "a plain request with a validator in hand")
    for fault in ("always304", "short", "cutchunk", "gzcut", "novalidators"):
        for e in hits[f"/{fault}/f"]:
            run.check(not e["inm"] and not e["ims"], f"{fault}: a validator out of nowhere")
    return report, log


def main():
    run = Run(sys.argv[1], sys.argv[2])
    began = time.monotonic()
    try:
        faults = run.light.ask("/faults")
        run.check(set(faults) == set(EXPECTED), f"faults without a row: {set(faults) ^ set(EXPECTED)}")
        configure(run, good_sources(run))
        run.program("once")
        alone = run.good_rows()
        run.check(len(alone) == 10 * GOOD, f"{len(alone)} entries of the good sources")
        configure(run, good_sources(run) + fault_sources(run))
        run.program("once")
        first_round(run)
        run.check(run.good_rows() == alone, "good sources changed beside the faults")
        for _ in range(2):
            run.program("once")
        last_round(run)
        report, log = judge_log(run, 3)
        # a short life of the daemon over the same state
        daemon = subprocess.Popen([run.binary, "run", "-c", os.path.join(run.dir, "rk.yml")],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(3)
        run.check(daemon.poll() is None, "the daemon ended")
        daemon.send_signal(signal.SIGTERM)
        run.check(daemon.wait(20) == 0, f"the daemon: exit {daemon.returncode}")
        report, log = judge_log(run, 3)
        run.check(run.good_rows() == alone, "good sources changed beside the daemon")
        minted = [json.loads(x)["id"] for x in run.program("export", "jsonl").splitlines()]
        run.check(not any(x.startswith("https://other.example") for x in minted),
                  "an id of another site is published")
        with open("/etc/hostname", encoding="utf-8") as f:
            secret = f.read().strip()
        with open(os.path.join(run.dir, "public", "all.atom"), encoding="utf-8") as f:
            run.check(f"<title>{secret}</title>" not in f.read(), "a local file was read")
        print(f"{len(EXPECTED)} faults, {len(log)} requests, {report['retry_after_violations']} early, "
              f"{run.checks} checks, {len(run.wrong)} wrong, {time.monotonic() - began:.1f} s")
    finally:
        run.end()
    sys.exit(1 if run.wrong else 0)


main()
