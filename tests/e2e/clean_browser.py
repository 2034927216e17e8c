"""A browser that renders markup and tells what became of it: scripts that ran, requests that were
made, the tree it built. Headless Chromium, driven by a page of ours; a canary that no vector may
reach. Standard library only."""
import http.server
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-extensions", "--disable-default-apps",
         "--autoplay-policy=no-user-gesture-required", "--disable-popup-blocking", "--mute-audio",
         "--host-resolver-rules=MAP * 127.0.0.1"]
POLICY = "default-src 'none'; img-src http: https:; media-src http: https:; base-uri 'none'; form-action 'none'; report-uri /violation"

# Takes jobs from the server, renders each in a frame, pokes at what is there, sends what it saw.
DRIVER = r"""<!DOCTYPE html><meta charset=utf-8><title>driver</title><body><script>
'use strict';
let marks = [];
window.fire = n => { marks.push(n); return true; };
const wait = ms => new Promise(r => setTimeout(r, ms));
const TYPES = ['load', 'error', 'mouseover', 'focus', 'focusin', 'toggle', 'begin', 'animationstart', 'pointerover',
	'pageshow', 'start', 'finish', 'scroll', 'wheel', 'loadstart', 'canplay', 'beforetoggle', 'auxclick', 'resize',
	'contentvisibilityautostatechange', 'slotchange', 'click'];
const harmless = u => { try { return ['http:', 'https:', 'mailto:'].includes(new URL(u, 'http://a.example/').protocol); } catch { return true; } };

function addressOf(e) {
	const h = e.href !== undefined ? e.href : e.getAttributeNS('http://www.w3.org/1999/xlink', 'href');
	return h && h.baseVal !== undefined ? h.baseVal : h;
}

/* All that a reader's hand could set off, but no visit to a link. */
function poke(doc, live) {
	const all = [doc.documentElement, ...doc.documentElement.querySelectorAll('*')];
	for (const e of all)
		for (const t of TYPES)
			e.dispatchEvent(new Event(t));
	for (const e of all) {
		const name = e.localName;
		if ((name === 'a' || name === 'area') && addressOf(e) && (!harmless(addressOf(e)) || (live && e.hasAttribute('ping'))))
			e.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true, view: doc.defaultView}));
		else if (name === 'summary' || name === 'button' || (name === 'input' && /submit|image/.test(e.type)))
			e.click();
		else if (name === 'form' && live && !e.querySelector('button, input'))
			e.requestSubmit();
	}
}

/* What is in a container that may not be: names and attributes beyond the list, odd addresses. */
function faults(root, rules) {
	const bad = [];
	for (const e of root.querySelectorAll('*')) {
		const own = rules[e.localName];
		if (e.namespaceURI !== 'http://www.w3.org/1999/xhtml' || own === undefined) {
			bad.push('<' + e.nodeName + '>');
			continue;
		}
		for (const a of e.attributes)
			if (!own.includes(a.name) || (['href', 'src', 'cite', 'poster'].includes(a.name) &&
			    !(harmless(e[a.name]) && (a.name === 'href' || !e[a.name].startsWith('mailto:')))))
				bad.push(e.nodeName + ' ' + a.name + '=' + a.value);
	}
	const w = root.ownerDocument.createTreeWalker(root, 128 | 64 | 8);
	while (w.nextNode())
		bad.push('node ' + w.currentNode.nodeType);
	return bad;
}

async function frame(url, sandbox) {
	const f = document.createElement('iframe');
	if (sandbox) /* all but to take the driver's place */
		f.sandbox = 'allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads';
	f.width = 600;
	f.height = 400;
	const loaded = new Promise(r => { f.onload = r; });
	f.src = url;
	document.body.append(f);
	await Promise.race([loaded, wait(4000)]);
	return f;
}

async function live(job) {
	const f = await frame(job.url, true);
	await wait(30);
	try { poke(f.contentDocument, true); } catch { /* gone elsewhere: the canary saw it */ }
	await wait(120);
	f.remove();
	return {};
}

async function page(job) {
	const f = await frame(job.url), doc = f.contentDocument, seen = {};
	if (job.inner) /* as a reader's script would put it there */
		for (const [n, html] of Object.entries(job.inner))
			doc.getElementById('v' + n).innerHTML = html;
	await wait(60);
	for (const n of job.numbers) { /* before details are opened */
		const e = doc.getElementById('v' + n), end = doc.getElementById('e' + n);
		seen[n] = e === null || end === null ? {bad: ['the page is not as it was written']}
			: {html: e.innerHTML, bad: faults(e, job.rules)};
		if (e !== null && (e.parentNode !== doc.body || e.nextElementSibling !== end || end.parentNode !== doc.body))
			seen[n].bad.push('what follows is drawn in');
	}
	poke(doc, false);
	await wait(120);
	const own = doc.body === null ? -1 : doc.body.children.length;
	f.remove();
	return {seen, own};
}

/* Parsed and written out again by the browser, loading nothing. */
async function again(job) {
	const d = document.implementation.createHTMLDocument('');
	return {html: job.html.map(h => { const e = d.createElement('div'); e.innerHTML = h; return e.innerHTML; })};
}

async function document_(job) {
	const f = await frame(job.url);
	await wait(100);
	const name = f.contentDocument ? f.contentDocument.documentElement.nodeName : null;
	f.remove();
	return {name};
}

(async () => {
	const kinds = {live, page, again, document: document_};
	for (;;) {
		const batch = await (await fetch('/next')).json();
		if (batch.end)
			break;
		const out = new Array(batch.jobs.length);
		let next = 0;
		marks = [];
		await Promise.all(Array.from({length: batch.parallel}, async () => {
			while (next < batch.jobs.length) {
				const i = next++;
				navigator.sendBeacon('/at', i);
				try { out[i] = await kinds[batch.jobs[i].kind](batch.jobs[i]); } catch (e) { out[i] = {error: String(e)}; }
			}
		}));
		await wait(200);
		await fetch('/done', {method: 'POST', body: JSON.stringify({out, marks})});
	}
})();
</script>"""


def find():
    """The browser's path, or None."""
    return os.environ.get("RK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # a frame that is gone ends its connections


def start(handler):
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Browser:
    """`pages` maps paths to (body, content type, policy or None) and may be changed between
    renders. `requests` holds (path, what for) of all that reached the canary."""

    def __init__(self, program):
        browser = self
        self.pages, self.requests, self.violations = {}, [], []
        self.todo, self.results, self.reached = queue.Queue(), queue.Queue(), -1

        class Canary(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                browser.requests.append((self.path, self.headers.get("Sec-Fetch-Dest", "?")))
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_HEAD = do_OPTIONS = do_PUT = do_GET

            def log_message(self, *args):
                pass

        class Pages(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if self.path == "/next":
                    self.answer(200, json.dumps(browser.todo.get()).encode(), "application/json", None)
                elif self.path in browser.pages:
                    self.answer(200, *browser.pages[self.path])
                else:
                    self.answer(404, b"", "text/plain", None)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path == "/done":
                    browser.results.put(json.loads(body))
                elif self.path == "/at":
                    browser.reached = max(browser.reached, int(body))
                elif self.path == "/violation":
                    browser.violations.append(body.decode("utf-8", "replace"))
                self.answer(200, b"", "text/plain", None)

            def answer(self, status, body, kind, policy):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                if policy is not None:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # the browser left

            def log_message(self, *args):
                pass

        self.canary, self.server = start(Canary), start(Pages)
        self.canary_port = self.canary.server_address[1]
        self.home = tempfile.mkdtemp(prefix="ruamkhao-chromium-")
        self.pages["/driver"] = (DRIVER.encode(), "text/html; charset=utf-8", None)
        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self.home}", f"http://127.0.0.1:{self.server.server_address[1]}/driver"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def render(self, jobs, parallel=4, timeout=120):
        """(what each job saw, marks, requests, violations) of one batch."""
        self.requests.clear()
        self.violations.clear()
        self.reached = -1
        self.todo.put({"jobs": jobs, "parallel": parallel})
        try:
            done = self.results.get(timeout=timeout)
        except queue.Empty:
            raise RuntimeError(f"the browser is stuck near job {self.reached} of {len(jobs)}: "
                               f"{[j.get('url') for j in jobs[max(0, self.reached - parallel):self.reached + 1]]}") from None
        return done["out"], done["marks"], list(self.requests), list(self.violations)

    def stop(self):
        self.todo.put({"end": True})
        try:
            os.killpg(self.process.pid, signal.SIGTERM)  # a session of its own: only what it started
            self.process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for server in (self.canary, self.server):
            server.shutdown()
            server.server_close()
        shutil.rmtree(self.home, ignore_errors=True)
