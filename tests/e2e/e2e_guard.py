"""The address guard: whatever a source, a redirect or a name server says, nothing connects to
an address that is not public. Runs inside of a network namespace where every address answers
(guard_net.py): a connection that should not be is accepted and counted, and seen by strace.
Usage: e2e_guard.py BINARY"""
import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile

import guard_net
from guard_net import DEAD, LEGAL4, LEGAL4B, LEGAL6, PUBLIC

# Hosts that mean no public address, or none at all.
SPELLINGS = """127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0X7F.0.0.1 0177.0.0.1 017700000001
0x7f.0x0.0x0.0x1 127.0.0.1. 0 0.0.0.0 0x0 00000000 10.1 012.0.0.1 167772161 192.168.257 0xc0a80101 3232235777
169.254.169.254 0xa9fea9fe 2852039166 0251.0376.0251.0376 172.16.1 100.64.1 192.31.196.1 192.0.0.8 198.18.0.1
224.0.0.1 240.0.0.1 255.255.255.255 [::] [::1] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1]
[::ffff:0:127.0.0.1] [::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::1] [2002:7f00:1::] [2001:0:7f00:1::]
[2001:db8::1] [fe80::1] [fe80::5efe:7f00:1] [fc00::1] [fd00:ec2::254] [ff02::1] [fec0::1] [::ffff:a9fe:a9fe]
[fe80::1%25lo] [fe80::1%lo] [::1%25lo] 127.0.0.1%00.example 127.0.0.1\\@legal.test legal.test@127.0.0.1 a:b@127.0.0.1
127.0.0.1%2f@legal.test %31%32%37.0.0.1 127%2e0%2e0%2e1 ①②⑦.⓪.⓪.① 127。0。0。1 localhost LOCALHOST localhost.
x.localhost""".split()
STATUSES = (301, 302, 303, 307, 308)

LONG = ".".join(["a" * 49] * 5) + ".test"  # 254 octets
NAMES = {
    "legal.test.": [[LEGAL4]], "legal6.test.": [[LEGAL6]], "both.test.": [[LEGAL4, LEGAL6]],
    "alias.test.": [["legal.test."]], "second.test.": [[LEGAL4B]], "dead.test.": [[DEAD]],
    "xn--12c1fe0br.test.": [[LEGAL4]],
    # denied
    "a.bad.test.": [["127.0.0.1"]], "ten.bad.test.": [["10.0.0.1"]], "meta.bad.test.": [["169.254.169.254"]],
    "aaaa.bad.test.": [["::1"]], "local6.bad.test.": [["fd00::1"]], "mapped.bad.test.": [["::ffff:127.0.0.1"]],
    "nat64.bad.test.": [["64:ff9b::7f00:1"]], "cname.bad.test.": [["a.bad.test."]],
    "chain.bad.test.": [["cname.bad.test."]], "all.bad.test.": [["127.0.0.1", "10.0.0.1", "::1", "fd00::1"]],
    "zero.bad.test.": [["0.0.0.0"]],
    # a public address at which nobody is, and one inside: there it must end
    "mixed.bad.test.": [[DEAD, "127.0.0.1"]], "mixed6.bad.test.": [[DEAD, "::1"]],
    "swapped.bad.test.": [["10.0.0.1", DEAD]],
    LONG + ".": [["127.0.0.1"]],
    # good for the first question, inside from then on
    "rebind.test.": [[LEGAL4], ["127.0.0.1"]], "rebind6.test.": [[LEGAL6], ["::1"]],
    "rebind-hop.test.": [[LEGAL4], ["127.0.0.1"]],
    "mixed.test.": [["127.0.0.1", LEGAL4, "::1"]],
}
BAD_NAMES = [name[:-1] for name in NAMES if ".bad.test" in name] + [LONG]

# Whole addresses to which a redirect must lead nobody.
TARGETS = ["file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "ftp://127.0.0.1/", "dict://127.0.0.1:6379/info",
           "ldap://127.0.0.1/", "javascript:alert(1)", "data:text/xml,<rss/>", "//127.0.0.1/", "///127.0.0.1/",
           "http:127.0.0.1", "http:/127.0.0.1/", "http:///127.0.0.1/", "https://127.0.0.1/", "\\\\127.0.0.1\\",
           "http://legal.test:22/", "http://legal.test:25/", "http://legal.test:6379/", "http://legal.test:8080/",
           "http://legal.test:3128/", "https://10.0.0.1:443/", "http://legal.test:99999/", "http://legal.test:0/",
           "http://[::1/", "http://:80/", "http://"]

LEGAL = [f"http://legal.test/ok/{n}" for n in range(1, 4)] + [
    "http://LEGAL.Test/ok/4", "http://legal.test./ok/5", "http://alias.test/ok/6", "http://both.test/ok/7",
    "http://legal6.test/ok/8", f"http://{LEGAL4}/ok/9", f"http://[{LEGAL6}]/ok/10", "http://0x5db8d822/ok/11",
    "http://1572395042/ok/12", f"http://[::ffff:{LEGAL4}]/ok/13", "http://legal.test:8080/ok/14",
    "http://mixed.test/ok/15", "http://xn--12c1fe0br.test/ok/16", "http://second.test/ok/17"]
LED = ["http://second.test/ok/18", "/ok/19", f"http://[{LEGAL6}]/ok/20", "//alias.test/ok/21", "http://0x5db8d822/ok/22"]


class Run:
    """`once` over these sources; what connected meanwhile."""

    def __init__(self, folder, binary, web, urls, fetch=""):
        self.folder, self.binary, self.web, self.urls, self.fetch = folder, binary, web, dict(urls), fetch
        self.config = os.path.join(folder, "rk.yml")
        self.refused = self.drop_refused()

    def write(self, urls):
        with open(self.config, "w", encoding="utf-8") as f:
            f.write("site: {title: t, base_url: http://n.example/, contact: mailto:t@example.org}\n"
                    "storage: {state: state}\npublish: {directory: public}\n"
                    "fetch:\n  host_gap: 0s\n  per_host: 32\n  timeout: 10s\n" + self.fetch + "sources:\n")
            for name, url in urls.items():
                f.write(f"- id: {name}\n  url: {json.dumps(url, ensure_ascii=False)}\n")

    def accepts(self, urls):
        self.write(urls)
        return subprocess.run([self.binary, "-c", self.config, "config", "check"], capture_output=True).returncode == 0

    def drop_refused(self):
        """The addresses that the configuration itself refuses; one bad source refuses all, so
        halves are tried."""
        bad = {}

        def sift(names):
            if not names or self.accepts({name: self.urls[name] for name in names}):
                return
            if len(names) == 1:
                bad[names[0]] = self.urls[names[0]]
                return
            sift(names[:len(names) // 2])
            sift(names[len(names) // 2:])

        sift(list(self.urls))
        for name in bad:
            del self.urls[name]
        return bad

    def once(self):
        command = [self.binary, "-c", self.config, "once"]
        trace = os.path.join(self.folder, "trace")
        accepted, asked = len(self.web.accepted), len(self.web.asked)
        environment = dict(os.environ, TMPDIR=self.folder)
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            environment[name] = "http://127.0.0.1:3128"
        traced = shutil.which("strace") is not None
        if traced:
            command = ["strace", "-f", "-yy", "-qq", "-e", "trace=connect", "-e", "signal=none", "-o", trace] + command
        self.write(self.urls)
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=240)
        if done.returncode != 0:
            raise SystemExit(f"once ended with {done.returncode}:\n{done.stderr}")
        self.said = done.stdout
        self.connects = guard_net.tcp_connects(trace) if traced else []
        self.accepted = self.web.accepted[accepted:]
        self.asked = [path for _, _, _, path in self.web.asked[asked:]]


def main():
    binary = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="rk-guard-")
    failures = []

    def check(holds, text):
        if not holds:
            failures.append(text)

    try:
        with open(os.path.join(folder, "resolv.conf"), "w") as f:
            f.write(f"nameserver {guard_net.NAME_SERVER}\noptions timeout:2 attempts:2\n")
        subprocess.run(["mount", "--bind", os.path.join(folder, "resolv.conf"), "/etc/resolv.conf"], check=True)
        guard_net.everything_is_here()
        hosts = [(f"http://{host}/in", "spelling") for host in SPELLINGS]
        hosts += [(f"http://{host}/in", "name") for host in BAD_NAMES]
        targets = [url for url, _ in hosts] + TARGETS + LED + ["http://rebind-hop.test/ok/23"]
        web = guard_net.Web(targets)
        guard_net.Names(NAMES)

        # what must not be connected to: written directly, and led to by every kind of redirect
        urls, hops = {}, set()
        for n, (url, _) in enumerate(hosts):
            urls[f"direct-{n}"] = url
        for n in range(len(hosts)):
            for status in STATUSES:
                urls[f"led-{status}-{n}"] = f"http://legal.test/r/{status}/{n}"
        for n in range(len(hosts), len(hosts) + len(TARGETS)):
            urls[f"target-{n}"] = f"http://legal.test/r/302/{n}"
        hops = {url[len("http://legal.test"):] for url in urls.values() if url.startswith("http://legal.test/r/")}
        urls["rebind"] = "http://rebind.test/close/rebind"
        urls["rebind6"] = "http://rebind6.test/close/rebind6"
        denied = Run(folder, binary, web, urls)
        denied.once()
        rounds = [denied.accepted + denied.connects]
        asked = collections.Counter(denied.asked)
        check(all(asked[path] == 1 for path in hops), f"redirects not asked for once: "
              f"{sorted(path for path in hops if asked[path] != 1)[:5]}")
        check(asked["/close/rebind"] == 1 and asked["/close/rebind6"] == 1, "the good answers of names that change")
        # "x@legal.test": what a redirect writes before the @ is thrown away, legal.test is left
        strange = {seen[:3] for seen in web.asked if seen[3] == "/in" and seen[2] != "legal.test"}
        check(not strange, f"requests came in where none may: {strange}")
        # the second round asks the name server anew: now those names lead inside
        denied.urls = {name: url for name, url in denied.urls.items() if name.startswith("rebind")}
        denied.once()
        rounds.append(denied.accepted + denied.connects)
        check(not denied.asked, f"asked after the name led inside: {denied.asked}")
        for seen in rounds:
            for address, port in sorted(set(seen)):
                check(address in PUBLIC and port == 80, f"a connection to {address} port {port}")

        # what must be reached
        urls = {f"legal-{n}": url for n, url in enumerate(LEGAL)}
        for n in range(len(LED)):
            urls[f"led-{n}"] = f"http://legal.test/r/{STATUSES[n % 5]}/{len(hosts) + len(TARGETS) + n}"
        # by a connection that is there already, whatever its name has become
        urls["reused"] = f"http://rebind-hop.test/r/302/{len(targets) - 1}"
        legal = Run(folder, binary, web, urls)
        legal.once()
        check(not legal.refused, f"legal, but refused: {legal.refused}")
        for n in range(1, len(LEGAL) + len(LED) + 2):
            check(legal.asked.count(f"/ok/{n}") == 1, f"legal, but not reached: /ok/{n}")
        for address, port in sorted(set(legal.accepted + legal.connects)):
            check(address in PUBLIC and port in (80, 8080), f"a connection to {address} port {port}")

        # the detectors see something where everything is let through
        loose = Run(folder, binary, web, {f"loose-{n}": hosts[n][0] for n in range(0, len(hosts), 8)},
                    fetch='  allow_addresses: [0.0.0.0/0, "::/0"]\n')
        loose.once()
        check(any(address not in PUBLIC for address, _ in loose.accepted), "the canaries see nothing")
        traced = shutil.which("strace") is not None
        check(not traced or any(address not in PUBLIC for address, _ in loose.connects), "strace sees nothing")

        cases = len(hosts) * (1 + len(STATUSES)) + len(TARGETS) + 2
        print(f"{cases} cases: {len(SPELLINGS)} spellings and {len(BAD_NAMES)} names directly and by "
              f"{len(STATUSES)} redirects, {len(TARGETS)} other targets, 2 names that change; "
              f"{len(denied.refused)} addresses refused by the configuration")
        print(f"{len(LEGAL) + len(LED) + 1} legal ones; strace: {'yes' if traced else 'not there, canaries only'}")
        check(cases >= 200, "too few cases")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for text in failures:
        print("FAILED:", text)
    print("ok" if not failures else f"{len(failures)} failures")
    return 1 if failures else 0


sys.exit(main())
