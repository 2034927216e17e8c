"""The embedded server beside nginx, on the same files in one run: scripts/bench --serve.

wrk asks for the feeds of a synthetic tree over kept connections: answers of 304, whole ones
as gzip (twins beside the files; gzip_static in nginx), and whole plain ones. The servers
run in turns, a short run each, so that what else the machine does falls on both; ratios
are of the medians of requests a second, and of CPU a request. Memory: PSS after each run.
"""
import gzip
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request

FEEDS, ENTRIES, CONNECTIONS = 300, 100, 64
WORDS = "ขอเชิญ ประชาชน ร่วมกิจกรรม ประกาศ จังหวัด สำนักงาน โครงการ รับสมัคร ผลการ จัดซื้อจัดจ้าง".split()

NGINX = """daemon off;
worker_processes 1;
pid {work}/nginx.pid;
error_log {work}/error.log;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    types {{ application/atom+xml atom; }}
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    client_body_temp_path {work}/t1; proxy_temp_path {work}/t2; fastcgi_temp_path {work}/t3;
    uwsgi_temp_path {work}/t4; scgi_temp_path {work}/t5;
    server {{
        listen 127.0.0.1:{port};
        root {tree};
        gzip_static on;
        gzip_vary on;
        add_header Cache-Control max-age=300;
        add_header Access-Control-Allow-Origin *;
    }}
}}
"""

LUA = """
local paths, tags, n, i = {}, {}, 0, 0
for line in io.lines("%s") do
    local path, tag = line:match("^(%%S+) (.*)$")
    n = n + 1
    paths[n], tags[n] = path, tag
end
local coding, conditional = %s, %s
local made = {}
function init(args)
    for k = 1, n do
        local h = {}
        if coding then h["Accept-Encoding"] = coding end
        if conditional then h["If-None-Match"] = tags[k] end
        made[k] = wrk.format("GET", paths[k], h)
    end
end
function request()
    i = i %% n + 1
    return made[i]
end
function done(summary, latency, requests)
    io.write(string.format("RESULT %%d %%d %%d %%d\\n", summary.requests, summary.duration,
        summary.bytes, summary.errors.status + summary.errors.read + summary.errors.timeout))
end
"""


def make_tree(tree):
    if os.path.exists(tree):
        return
    os.makedirs(os.path.join(tree, "province"))
    words = random.Random(7)
    for f in range(FEEDS):
        entries = "".join(
            f"<entry><id>tag:example.go.th,2026:{f}/{e}</id><title>ประชาสัมพันธ์โครงการที่ {f * 7919 + e * 104729}"
            f"</title><updated>2026-11-{e % 28 + 1:02}T08:00:00+07:00</updated><content type='html'>"
            f"{' '.join(words.choice(WORDS) + format(words.randrange(1 << 20), 'x') for _ in range(40))}"
            f"</content></entry>\n"
            for e in range(ENTRIES))
        body = ("<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns='http://www.w3.org/2005/Atom'>\n"
                + entries + "</feed>\n").encode()
        name = os.path.join(tree, "province", f"p{f}.atom")
        with open(name, "wb") as out:
            out.write(body)
        with open(name + ".gz", "wb") as out:
            out.write(gzip.compress(body, 9, mtime=0))
        times = (1795219200, 1795219200)
        os.utime(name, times)
        os.utime(name + ".gz", times)


def family(pid):
    pids = [pid]
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as f:
                    if int(f.read().rsplit(")", 1)[1].split()[1]) == pid:
                        pids.append(int(name))
            except OSError:
                pass
    return pids


def cpu_of(pids):
    total = 0
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat") as f:
                total += int(f.read().split()[0])
    return total / 1e9


def pss(pids):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup") as f:
            total += next(int(line.split()[1]) for line in f if line.startswith("Pss:"))
    return total / 1024


def paths_of(port, work, name, coding):
    out = os.path.join(work, name)
    with open(out, "w") as f:
        for i in range(FEEDS):
            path = f"/province/p{i}.atom"
            ask = urllib.request.Request(f"http://127.0.0.1:{port}{path}",
                                         headers={"Accept-Encoding": coding} if coding else {})
            with urllib.request.urlopen(ask, timeout=10) as r:
                if coding and r.headers["Content-Encoding"] != coding:
                    sys.exit(f"{path}: not {coding}")
                f.write(f"{path} {r.headers['ETag']}\n")
    return out


def load(port, script, seconds):
    out = subprocess.run(["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{int(seconds)}s", "-s", script,
                          f"http://127.0.0.1:{port}"], check=True, capture_output=True, text=True).stdout
    requests, us, received, errors = map(int, out.split("RESULT", 1)[1].split()[:4])
    if errors:
        sys.exit(f"{errors} failed requests of {requests}:\n{out}")
    return requests, us / 1e6, received


def main(binary, work, port, runs, seconds):
    if shutil.which("wrk") is None or shutil.which("nginx") is None:
        print("skipped: wrk and nginx are needed (scripts/packages bench)")
        return []
    os.makedirs(work, exist_ok=True)
    tree = os.path.join(work, "public")
    make_tree(tree)
    config = os.path.join(work, "serve.yml")
    with open(config, "w") as f:
        f.write(f"site:\n  base_url: http://127.0.0.1:{port}/\nstorage:\n  state: {work}/state\n"
                f"publish:\n  directory: {tree}\nserve:\n  listen: 127.0.0.1:{port}\ninclude: []\n")
    with open(os.path.join(work, "nginx.conf"), "w") as f:
        f.write(NGINX.format(work=work, port=port + 1, tree=tree))
    servers = {"ruamkhao": (port, subprocess.Popen([binary, "-q", "serve", "-c", config],
                                                   stdout=subprocess.DEVNULL)),
               "nginx": (port + 1, subprocess.Popen(["nginx", "-c", os.path.join(work, "nginx.conf")],
                                                    stderr=subprocess.DEVNULL))}
    results = []
    try:
        time.sleep(1)
        for kind, coding, conditional in (("304", "gzip", True), ("gzip", "gzip", False), ("plain", None, False)):
            rows = {name: [] for name in servers}
            scripts = {}
            for name, (at, _) in servers.items():
                scripts[name] = os.path.join(work, f"{name}-{kind}.lua")
                with open(scripts[name], "w") as f:
                    f.write(LUA % (paths_of(at, work, f"{name}-{kind}.txt", coding),
                                   f'"{coding}"' if coding else "nil", "true" if conditional else "false"))
                load(at, scripts[name], 1)
            for _ in range(runs):
                for name, (at, process) in servers.items():
                    pids = family(process.pid)
                    before = cpu_of(pids)
                    requests, took, received = load(at, scripts[name], seconds)
                    rows[name].append({"rps": requests / took, "us": (cpu_of(pids) - before) / requests * 1e6,
                                       "bytes": received / requests, "mib": pss(pids)})
            med = {n: {k: statistics.median(r[k] for r in rows[n]) for k in rows[n][0]} for n in rows}
            a, b = med["ruamkhao"], med["nginx"]
            r = {"kind": kind, "runs": runs, **{f"{n}_{k}": v for n, m in med.items() for k, v in m.items()},
                 "rps_ratio": a["rps"] / b["rps"], "cpu_ratio": a["us"] / b["us"],
                 "mib_first": rows["ruamkhao"][0]["mib"], "mib_last": rows["ruamkhao"][-1]["mib"]}
            results.append(r)
            print(f"{kind:>5}: {a['rps']:8.0f} requests/s, nginx {b['rps']:8.0f}, ratio {r['rps_ratio']:.2f};  "
                  f"CPU {a['us']:5.1f} us a request, nginx {b['us']:5.1f};  {a['bytes']:.0f} and {b['bytes']:.0f} bytes;  "
                  f"PSS {r['mib_first']:.1f} to {r['mib_last']:.1f} MiB, nginx {b['mib']:.1f}", flush=True)
    finally:
        for _, process in servers.values():
            process.terminate()
            process.wait()
    return results


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
