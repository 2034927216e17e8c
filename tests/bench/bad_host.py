"""Does one bad host among a thousand hold the others up?

usage: bad_host.py BINARY [--sources 1000] [--rounds 5] [--delay 50] [FAULT...]

An nginx answers at as many loopback addresses as there are sources, one host each, after a
delay like that of the net (ms; 0: at once, then a round is nothing but computing). One more
host is bad, in every way of the fault origin (RK_SHARED) and some more; it is another source
each time, so that it is asked in every round. Rounds with each of them, one without, and one
with a good host more, in turn. A round lasts from the first to the last request that nginx
saw, so that the wait for the bad host's own limit does not count. Prints the median of each,
and what it is above that of the rounds without, and the same of the best."""
import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.environ.get("RK_SHARED", os.path.join(ROOT, "..", "shared"))
BAD = "127.250.0.1"
HEAD = """site: {title: t, base_url: "http://127.0.0.1/"}
storage: {state: %s}
publish: {directory: %s}
fetch: {timeout: 5s, host_gap: 0s, allow_addresses: [127.0.0.0/8]}
sources:
"""
# An access that is refused is answered late (auth_delay), and then with the feed all the same.
NGINX = """daemon off; pid %(dir)s/pid; error_log %(dir)s/error crit; worker_processes 1;
events { worker_connections 4096; }
http { log_format t '$msec'; 
  client_body_temp_path %(dir)s/b; proxy_temp_path %(dir)s/p; fastcgi_temp_path %(dir)s/f;
  uwsgi_temp_path %(dir)s/u; scgi_temp_path %(dir)s/s; keepalive_requests 1000000;
  server { listen 0.0.0.0:%(port)d; root %(dir)s; access_log %(dir)s/access t;
    location / { %(late)s }
    location = /late { try_files /feed =404; } } }
"""
LATE = "auth_basic x; auth_basic_user_file %(dir)s/nobody; auth_delay %(delay)dms; error_page 401 =200 /late;"
FEED = ('<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><guid>http://a/1</guid>'
        "<title>x</title></item></channel></rss>")


def free_port(address="127.0.0.1"):
    with socket.create_server((address, 0)) as s:
        return s.getsockname()[1]


def wait_for(address, port):
    for _ in range(100):
        try:
            socket.create_connection((address, port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nobody listens at {address}:{port}")


def handshakes_slowly(server):
    """A byte of a TLS server's greeting a second."""
    def greet(s):
        try:
            for byte in b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03" + b"a" * 64:
                s.send(bytes([byte]))
                time.sleep(1)
        except OSError:
            pass
        s.close()

    while True:
        try:
            s, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=greet, args=(s,), daemon=True).start()


class Bad:
    """The bad host, and its addresses by the name of what is wrong with it."""

    def __init__(self):
        tool = os.path.join(SHARED, "tools", "faultorigin.py")
        port, tls, slow = free_port(BAD), free_port(BAD), socket.create_server((BAD, 0))
        self.silent = socket.create_server((BAD, 0), backlog=64)
        self.slow = slow
        threading.Thread(target=handshakes_slowly, args=(slow,), daemon=True).start()
        self.urls = {"never answers": f"http://{BAD}:{self.silent.getsockname()[1]}/%s",
                     "TLS never begins": f"https://{BAD}:{self.silent.getsockname()[1]}/%s",
                     "TLS drips": f"https://{BAD}:{slow.getsockname()[1]}/%s",
                     "refuses": f"http://{BAD}:{free_port(BAD)}/%s",
                     "self-signed": f"https://{BAD}:{tls}/ok/%s",
                     "no such name": "http://nowhere.invalid/%s"}
        self.origin = None
        if not os.path.exists(tool):
            print(f"no fault origin below {SHARED} (RK_SHARED)", file=sys.stderr)
            del self.urls["self-signed"]
            return
        self.origin = subprocess.Popen([sys.executable, tool, "--port", str(port), "--addresses", BAD, "--tls-port",
                                        str(tls), "--control", str(free_port())], stdout=subprocess.DEVNULL)
        wait_for(BAD, port)
        for line in subprocess.run([sys.executable, tool, "--list"], capture_output=True, text=True,
                                   check=True).stdout.splitlines():
            fault = line.split()[0]
            self.urls[fault] = f"http://{BAD}:{port}/{fault}/%s"

    def close(self):
        self.silent.close()
        self.slow.close()
        if self.origin is not None:
            self.origin.terminate()
            self.origin.wait()


def round_of(binary, work, good, bad, n, k=""):
    """How long it lasted, ms."""
    config = os.path.join(work, "c.yml")
    with open(config, "w", encoding="utf-8") as f:
        f.write(HEAD % (os.path.join(work, "state"), os.path.join(work, "out"))
                + (f"- id: bad-{k}\n  url: {bad}\n" if bad else "") + good)
    open(os.path.join(work, "access"), "w", encoding="ascii").close()
    r = subprocess.run([binary, "-q", "once", "-c", config], capture_output=True, text=True, check=False)
    if r.returncode != 0:
        sys.exit(r.stderr)
    with open(os.path.join(work, "access"), encoding="ascii") as f:
        times = [float(x) for x in f.read().replace("\0", "").split()]
    if len(times) != n:
        sys.exit(f"{len(times)} requests instead of {n}")
    return (max(times) - min(times)) * 1000


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("binary")
    a.add_argument("faults", nargs="*", metavar="FAULT")
    a.add_argument("--sources", type=int, default=1000)
    a.add_argument("--rounds", type=int, default=5)
    a.add_argument("--delay", type=int, default=50)
    a = a.parse_intermixed_args()
    binary, n = os.path.abspath(a.binary), a.sources
    work = tempfile.mkdtemp(prefix="rk-bad-host-")
    os.chmod(work, 0o755)
    port = free_port()
    for name, text in (("feed", FEED), ("nobody", "")):
        with open(os.path.join(work, name), "w", encoding="ascii") as f:
            f.write(text)
    conf = os.path.join(work, "nginx.conf")
    with open(conf, "w", encoding="ascii") as f:
        f.write(NGINX % {"dir": work, "port": port,
                         "late": LATE % {"dir": work, "delay": a.delay} if a.delay > 0 else ""})
    nginx = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", conf, "-p", work],
                             stderr=subprocess.DEVNULL)
    wait_for("127.0.0.1", port)
    good = "".join(f"- id: s{i}\n  url: http://127.{i // 62500}.{i // 250 % 250}.{i % 250 + 1}:{port}/feed\n"
                   for i in range(n))
    bad = Bad()
    kinds = [k for k in bad.urls if not a.faults or k in a.faults]
    spans = {k: [] for k in ["without", *kinds]}
    try:
        for _ in range(2):  # the first ones import
            round_of(binary, work, good, None, n)
        for k in range(a.rounds):
            for i, (kind, list_) in enumerate(spans.items()):
                url = bad.urls[kind] % k if kind != "without" else None
                list_.append(round_of(binary, work, good, url, n, f"{k}-{i}"))
            print(f"\r{k + 1} of {a.rounds} ", end="", file=sys.stderr, flush=True)
        print("\r\033[K", end="", file=sys.stderr)
        mid, best = statistics.median(spans["without"]), min(spans["without"])
        print(f"{n} hosts, {a.rounds} warm rounds each, answers after {a.delay} ms: without {mid:.0f} ms, best {best:.0f} ms "
              f"({min(spans['without']):.0f}-{max(spans['without']):.0f})")
        for kind in kinds:
            m, b = statistics.median(spans[kind]), min(spans[kind])
            print(f"{kind:<18} {m:6.0f} ms {(m / mid - 1) * 100:+6.1f} %   best {b:6.0f} ms {(b / best - 1) * 100:+6.1f} %")
    finally:
        nginx.terminate()
        nginx.wait()
        bad.close()
        shutil.rmtree(work, ignore_errors=True)


main()
