"""What the end-to-end tests in Python share: running the binary, an origin on loopback that
keeps a log of requests, and checks that count. Standard library only."""
import contextlib
import http.server
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request


class Origin:
    """Serves {path: (body, content type or None)} on a free loopback port with an ETag;
    answers If-None-Match. `log` holds (path, status, was it conditional)."""

    def __init__(self, documents):
        origin = self
        self.documents, self.log = documents, []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = self.path.partition("?")[0]
                conditional = "If-None-Match" in self.headers
                if path not in origin.documents:
                    return self.answer(path, 404, b"", None, None, conditional)
                body, kind = origin.documents[path]
                etag = '"%x"' % (hash(body) & 0xFFFFFFFF)
                same = self.headers.get("If-None-Match") == etag
                self.answer(path, 304 if same else 200, b"" if same else body, kind, etag, conditional)

            def answer(self, path, status, body, kind, etag, conditional):
                origin.log.append((path, status, conditional))
                self.send_response(status)
                if kind is not None:
                    self.send_header("Content-Type", kind)
                if etag is not None:
                    self.send_header("ETag", etag)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Checks:
    """Counts checks; done() ends the program with 0 only when all held and some were made."""

    def __init__(self):
        self.made = self.failed = 0

    def that(self, holds, *what):
        self.made += 1
        if not holds:
            self.failed += 1
            print("FAILED:", *what, flush=True)
        return bool(holds)

    def equal(self, got, want, *what):
        return self.that(got == want, *what, f"is {got!r}, not {want!r}")

    def done(self):
        print(f"{self.made} checks, {self.failed} failed")
        sys.exit(1 if self.failed or not self.made else 0)


def run(binary, *arguments, stdin=subprocess.DEVNULL, timeout=120):
    """(exit status, stdout, stderr) as (int, bytes, bytes); negative status: killed."""
    p = subprocess.run([binary, *arguments], stdin=stdin, capture_output=True, timeout=timeout)
    return p.returncode, p.stdout, p.stderr


def fetch(url, wait=10):
    """The body; asked again for `wait` seconds while nobody listens."""
    end = time.monotonic() + wait
    while True:
        try:
            return urllib.request.urlopen(url, timeout=5).read()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def free_ports(n):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


@contextlib.contextmanager
def demonstration(binary, root, work):
    """feeds/ copied into `work` on free ports, its origin running: (configuration, port of
    the origin, port of the site). What is published comes to work/out/public."""
    origin_port, site_port = free_ports(2)
    shutil.copytree(root / "feeds", work / "feeds")
    config = work / "feeds/demo/ruamkhao.yml"
    text = config.read_text(encoding="utf-8")
    if text.count("127.0.0.1:8090") < 15 or "127.0.0.1:8080" not in text:
        sys.exit("FAILED: the ports of feeds/demo/ruamkhao.yml are not those that this test replaces")
    config.write_text(text.replace(":8090", f":{origin_port}").replace(":8080", f":{site_port}"), encoding="utf-8")
    with open(work / "origin.log", "wb") as log:
        origin = subprocess.Popen(
            [binary, "serve", "-c", str(work / "feeds/demo/origin.yml"), "--listen", f"127.0.0.1:{origin_port}"],
            stdout=log, stderr=log)
    try:
        fetch(f"http://127.0.0.1:{origin_port}/weather.atom")
        yield str(config), origin_port, site_port
    finally:
        origin.terminate()
        if origin.wait(10) != 0:
            sys.exit("FAILED: the origin did not end cleanly")
