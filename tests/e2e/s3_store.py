"""An object store on loopback for tests: PUT, DELETE and GET of keys of one bucket, every request
checked against AWS Signature Version 4 as the store of Amazon does it (path-style, header
authorization). Refuses what is signed wrongly, not at all, too late, or for other bytes.
Standard library only; `check_vectors` holds it against examples that AWS published."""
import datetime
import hashlib
import hmac
import http.server
import re
import threading
import urllib.parse


class Refused(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signing_key(secret, day, region, service):
    return mac(mac(mac(mac(b"AWS4" + secret.encode(), day), region), service), "aws4_request")


def canonical(method, target, headers, signed, payload_hash):
    """headers: {lower-case name: value}; target as it was sent."""
    path, _, query = target.partition("?")
    path = urllib.parse.quote(urllib.parse.unquote(path), safe="/-_.~")
    pairs = sorted((urllib.parse.quote(urllib.parse.unquote(k), safe="-_.~"),
                    urllib.parse.quote(urllib.parse.unquote(v), safe="-_.~"))
                   for k, _, v in (p.partition("=") for p in query.split("&") if p))
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in signed)
    return "\n".join([method, path, "&".join(f"{k}={v}" for k, v in pairs), lines, ";".join(signed), payload_hash])


def signature(secret, when, scope, request):
    day, region, service, _ = scope.split("/")
    text = "\n".join(["AWS4-HMAC-SHA256", when, scope, sha256(request.encode())])
    return hmac.new(signing_key(secret, day, region, service), text.encode(), hashlib.sha256).hexdigest()


FORM = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/,]+)/(\d{8}/[^/,]+/[^/,]+/aws4_request), ?"
                  r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$")


def verify(method, target, headers, body, keys, region, now):
    """keys: {access: secret}. Raises Refused."""
    given = FORM.match(headers.get("authorization", ""))
    if not given:
        raise Refused(403, "AccessDenied", "no signature")
    access, scope, signed, theirs = given.groups()
    signed = signed.split(";")
    if access not in keys:
        raise Refused(403, "InvalidAccessKeyId", "no such key")
    if signed != sorted(set(signed)) or "host" not in signed:
        raise Refused(403, "AccessDenied", "the signed headers are no sorted list with host")
    for name in headers:
        if name.startswith("x-amz-") and name not in signed:
            raise Refused(403, "AccessDenied", f"{name} is not signed")
    if any(name not in headers for name in signed):
        raise Refused(403, "SignatureDoesNotMatch", "a signed header is not there")
    when = headers.get("x-amz-date", "")
    try:
        at = datetime.datetime.strptime(when, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise Refused(403, "AccessDenied", "no date") from None
    if abs((now - at).total_seconds()) > 900:
        raise Refused(403, "RequestTimeTooSkewed", "the date is not now")
    if scope != f"{when[:8]}/{region}/s3/aws4_request":
        raise Refused(400, "AuthorizationHeaderMalformed", f"the scope is {scope}")
    payload = headers.get("x-amz-content-sha256", "")
    if payload != sha256(body):
        raise Refused(400, "XAmzContentSHA256Mismatch", "the body is not what was signed")
    ours = signature(keys[access], when, scope, canonical(method, target, headers, signed, payload))
    if not hmac.compare_digest(ours, theirs):
        raise Refused(403, "SignatureDoesNotMatch", "the signature is another")


def check_vectors(check):
    """Examples of AWS's documentation: the key of its general reference, the first case of its
    test suite, and four requests of the store's own manual."""
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    check(signing_key(secret, "20150830", "us-east-1", "iam").hex() ==
          "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9", "the derived key of AWS's example")
    empty = sha256(b"")
    request = canonical("GET", "/", {"host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"},
                        ["host", "x-amz-date"], empty)
    check(signature(secret, "20150830T123600Z", "20150830/us-east-1/service/aws4_request", request) ==
          "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", "get-vanilla of AWS's suite")
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    host = {"host": "examplebucket.s3.amazonaws.com", "x-amz-date": "20130524T000000Z"}
    body = sha256(b"Welcome to Amazon S3.")
    for method, target, more, payload, wanted in (
            ("GET", "/test.txt", {"range": "bytes=0-9"}, empty,
             "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
            ("PUT", "/test%24file.text", {"date": "Fri, 24 May 2013 00:00:00 GMT",
                                          "x-amz-storage-class": "REDUCED_REDUNDANCY"}, body,
             "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
            ("GET", "/?lifecycle", {}, empty,
             "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            ("GET", "/?max-keys=2&prefix=J", {}, empty,
             "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")):
        headers = {**host, **more, "x-amz-content-sha256": payload}
        request = canonical(method, target, headers, sorted(headers), payload)
        check(signature(secret, "20130524T000000Z", "20130524/us-east-1/s3/aws4_request", request) == wanted,
              f"{method} {target} of the store's manual")


class Store:
    """`objects`: {key: (bytes, headers)}; `log`: (method, key, status); `down`: a status that everything is
    answered with, or None; `faults`: {key: status} of some."""

    def __init__(self, bucket, keys, region, port=0):
        store = self
        self.bucket, self.keys, self.region = bucket, keys, region
        self.objects, self.log, self.refused, self.down = {}, [], [], None
        self.faults = {}
        self.lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {k.lower(): v for k, v in self.headers.items()}
                status, answer = store.answer(self.command, self.path, headers, body)
                self.send_response(status)
                if status != 204:
                    self.send_header("Content-Length", str(len(answer)))
                if status == 503:
                    self.send_header("Retry-After", "1")
                if status == 301:
                    self.send_header("Location", f"http://127.0.0.1:{store.port}/elsewhere/x")
                self.end_headers()
                if status != 204:
                    self.wfile.write(answer)

            do_GET = do_PUT = do_DELETE = do_POST = do_HEAD = handle_any

            def log_message(self, *args):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, method, target, headers, body):
        with self.lock:
            start = f"/{self.bucket}/"
            key = urllib.parse.unquote(target[len(start):]) if target.startswith(start) else None
            try:
                if self.down is not None:
                    raise Refused(self.down, "SlowDown", "please reduce your request rate")
                verify(method, target, headers, body, self.keys, self.region,
                       datetime.datetime.now(datetime.timezone.utc))
                if key is None:
                    raise Refused(404, "NoSuchBucket", "no such bucket")
                if key in self.faults:
                    raise Refused(self.faults[key], "AccessDenied", "not this one")
                if method == "PUT":
                    self.objects[key] = (body, headers)
                    status, out = 200, b""
                elif method == "DELETE":
                    self.objects.pop(key, None)
                    status, out = 204, b""
                else:
                    raise Refused(405, "MethodNotAllowed", method)
            except Refused as e:
                status = e.status
                self.refused.append((e.code, str(e)))
                out = f"<?xml version=\"1.0\"?><Error><Code>{e.code}</Code><Message>{e}</Message></Error>".encode()
            self.log.append((method, key, status))
            return status, out

    def take_log(self):
        with self.lock:
            out, self.log = self.log, []
            self.refused = []
            return out

    def close(self):
        self.server.shutdown()
        self.server.server_close()
