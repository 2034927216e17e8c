"""Does one bad host among a thousand hold the others up? Usage: bad_host.py BINARY [SOURCES]

An nginx answers at as many loopback addresses as there are sources, one host each; one more
host takes connections and never answers. Rounds with and without it, in turn; a round lasts
from the first to the last request that nginx saw, so that the wait for the bad host's own
limit does not count. Prints medians and the best. By hand, on a machine that does nothing else."""
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 7
HEAD = """site: {title: t, base_url: "http://127.0.0.1/"}
storage: {state: %s}
publish: {directory: %s}
fetch: {timeout: 5s, host_gap: 0s, allow_addresses: [127.0.0.0/8]}
sources:
"""
NGINX = """daemon off; pid %(dir)s/pid; error_log %(dir)s/error crit; worker_processes 1;
events { worker_connections 4096; }
http { log_format t '$msec'; access_log %(dir)s/access t;
  client_body_temp_path %(dir)s/b; proxy_temp_path %(dir)s/p; fastcgi_temp_path %(dir)s/f;
  uwsgi_temp_path %(dir)s/u; scgi_temp_path %(dir)s/s;
  server { listen 127.0.0.1:%(port)d; listen 0.0.0.0:%(port)d; root %(dir)s; } }
"""
FEED = ('<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><guid>http://a/1</guid>'
        "<title>x</title></item></channel></rss>")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def main():
    binary, n = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    work = tempfile.mkdtemp(prefix="rk-bad-host-")
    os.chmod(work, 0o755)
    port, bad_port = free_port(), free_port()
    bad = socket.create_server(("127.250.0.1", bad_port), backlog=64)
    with open(os.path.join(work, "feed"), "w", encoding="ascii") as f:
        f.write(FEED)
    conf = os.path.join(work, "nginx.conf")
    with open(conf, "w", encoding="ascii") as f:
        f.write((NGINX % {"dir": work, "port": port}).replace(f"listen 127.0.0.1:{port}; ", ""))
    nginx = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", conf, "-p", work])
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    good = "".join(f"- id: s{i}\n  url: http://127.{i // 62500}.{i // 250 % 250}.{i % 250 + 1}:{port}/feed\n"
                   for i in range(n))
    worse = f"- id: bad\n  url: http://127.250.0.1:{bad_port}/feed\n"
    spans = {"without": [], "with": []}
    try:
        for kind, sources in (("without", good), ("with", worse + good)):
            path = os.path.join(work, kind + ".yml")
            with open(path, "w", encoding="utf-8") as f:
                f.write(HEAD % (os.path.join(work, kind), os.path.join(work, kind + "-out")) + sources)
        for k in range(ROUNDS + 1):
            for kind, list_ in spans.items():
                open(os.path.join(work, "access"), "w", encoding="ascii").close()
                r = subprocess.run([binary, "-q", "once", "-c", os.path.join(work, kind + ".yml")],
                                   capture_output=True, text=True, check=False)
                if r.returncode != 0:
                    sys.exit(r.stderr)
                with open(os.path.join(work, "access"), encoding="ascii") as f:
                    times = [float(x) for x in f.read().replace("\0", "").split()]
                if len(times) != n:
                    sys.exit(f"{len(times)} requests instead of {n}")
                if k > 0:  # the first one imports
                    list_.append(max(times) - min(times))
        a, b = (statistics.median(spans[k]) for k in ("without", "with"))
        print(f"{n} hosts, {ROUNDS} warm rounds each: {a * 1000:.0f} ms without, {b * 1000:.0f} ms with a bad "
              f"host: {(b / a - 1) * 100:+.1f} %")
        a, b = (min(spans[k]) for k in ("without", "with"))
        print(f"the best of each: {a * 1000:.0f} and {b * 1000:.0f} ms: {(b / a - 1) * 100:+.1f} %")
    finally:
        nginx.terminate()
        nginx.wait()
        bad.close()
        shutil.rmtree(work, ignore_errors=True)


main()
