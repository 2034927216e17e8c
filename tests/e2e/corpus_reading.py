"""How the documents of RK_SHARED/corpus are read against what `parse` prints: the rules of its
README, nothing else. Expectations of feedparser are Python expressions; they are parsed, never
run. Standard library only."""
import ast
import datetime
import email.utils
import html
import html.parser
import re
import unicodedata
import urllib.parse

# ---- markup as a tree

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
BLOCKS = {"address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "figure", "footer", "form", "h1", "h2",
          "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th",
          "thead", "tr", "ul", "br", "caption"}
MEDIA = {"audio", "video", "source", "iframe", "track"}
ADDED = {"rel", "target", "loading", "referrerpolicy", "decoding", "crossorigin", "preload", "controls", "dir", "lang"}


class Node:
    def __init__(self, tag, attrs=()):
        self.tag, self.attrs, self.children = tag, dict(attrs), []


def squeeze(text):
    """White space collapsed; a no-break space is none."""
    return re.sub("[ \t\r\n\f\v]+", " ", text)


class Tree(html.parser.HTMLParser):
    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self.open = [self.root]
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {k: v or "" for k, v in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        for i in range(len(self.open) - 1, 0, -1):
            if self.open[i].tag == tag:
                del self.open[i:]
                return

    def handle_data(self, data):
        last = self.open[-1].children
        if last and isinstance(last[-1], str):
            last[-1] += data
        else:
            last.append(data)


def tidy(node):
    """Text collapsed; white space that no browser shows is gone."""
    out = []
    for child in node.children:
        if isinstance(child, str):
            child = squeeze(child)
            if not out or (isinstance(out[-1], Node) and out[-1].tag in BLOCKS):
                child = child.lstrip(" ") if node.tag in BLOCKS or node.tag == "" or out else child
            if child:
                out.append(child)
            continue
        tidy(child)
        if child.tag in BLOCKS and out and isinstance(out[-1], str):
            out[-1] = out[-1].rstrip(" ")
            if not out[-1]:
                out.pop()
        out.append(child)
    if (node.tag in BLOCKS or node.tag == "") and out and isinstance(out[-1], str):
        out[-1] = out[-1].rstrip(" ")
        if not out[-1]:
            out.pop()
    node.children = out
    return node


def tree(markup):
    root = tidy(Tree(markup).root)
    if len(root.children) == 1 and isinstance(root.children[0], Node) and root.children[0].tag == "div" and not root.children[0].attrs:
        root.children = root.children[0].children
    return root


def text_of(markup):
    def walk(node):
        return "".join(c if isinstance(c, str) else ("" if c.tag in ("script", "style") else walk(c)) for c in node.children)
    return squeeze(walk(Tree(markup).root)).strip(" ")


def same_address(a, b):
    def form(u):
        u = urllib.parse.urlsplit(u.strip())
        # RFC 3986 6.2: case of scheme and host, an empty path is "/", escapes of what needs none
        return (u.scheme.lower(), u.netloc.lower(), urllib.parse.unquote(u.path) or ("/" if u.netloc else ""), u.query, u.fragment)
    return a == b or form(a) == form(b)


def must_stay(tag, name):
    return (tag, name) in (("a", "href"), ("img", "src"), ("img", "alt")) or (tag in MEDIA and name == "src")


def same_tree(want, got):
    if want.tag != got.tag or len(want.children) != len(got.children):
        return False
    for name, value in want.attrs.items():
        if name not in got.attrs:
            # an address that would run or load nothing harmless cannot stay
            if must_stay(want.tag, name) and not (name == "alt" and value == ""):
                return False
        elif name in ("href", "src"):
            if not same_address(value, got.attrs[name]):
                return False
        elif squeeze(value) != squeeze(got.attrs[name]) and name not in ADDED:
            return False
    for name, value in got.attrs.items():
        if name not in want.attrs and name not in ADDED and not (name == "alt" and value == ""):
            return False
    return all(w == g if isinstance(w, str) or isinstance(g, str) else same_tree(w, g)
               for w, g in zip(want.children, got.children))


def same_markup(want, got):
    return same_tree(tree(want), tree(got))


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# ---- single fields

PLAIN = object()  # in place of a value: only that the document parses
MISSING = object()


def plain(want, got):
    return isinstance(got, str) and text_of(want) == squeeze(got).strip(" ")


def body_is(want, item, keys):
    """HTML in content_html, or its text in content_text or summary."""
    if want in (None, ""):
        return not any(item.get(k) for k in keys if k != "summary")
    for key in keys:
        got = item.get(key)
        if not isinstance(got, str) or (key == "content_text" and not got):
            continue
        if key == "content_html" and same_markup(want, got):
            return True
        if key != "content_html" and (plain(want, got) or same_markup(want, got)):
            return True
    return False


def instant(value):
    """Seconds since 1970 of a date as text or as feedparser's tuple; None when it is not to be read."""
    if isinstance(value, tuple) and len(value) >= 6:
        when = datetime.datetime(*value[:6], tzinfo=datetime.timezone.utc)
        return when.timestamp()
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        when = datetime.datetime.fromisoformat(re.sub(r"(\.\d+)?Z$", "+00:00", text))
    except ValueError:
        try:
            when = email.utils.parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=datetime.timezone.utc)
    return when.timestamp()


def same_instant(want, got):
    want = instant(want)
    if want is None:  # a date that only feedparser reads as it is printed
        return True
    got = instant(got)
    return got is not None and abs(want - got) < 1


def without_email(name):
    """The name in "Name (a@b)", "a@b (Name)", "Name <a@b>"; empty for an address alone."""
    name = squeeze(name).strip(" ")
    m = re.fullmatch(r"(.*?)\s*[(<]([^()<>\s]+@[^()<>\s]+)[)>]", name)
    if m:
        return m.group(1)
    m = re.fullmatch(r"([^()<>\s]+@[^()<>\s]+)\s*(?:\((.*)\))?", name)
    if m:
        return (m.group(2) or "").strip(" ")
    return name


def get(container, index):
    return container[index] if isinstance(container, list) and -len(container) <= index < len(container) else {}


def person_is(want, owner, k, key):
    got = get(owner.get("authors", []), k).get(key)
    if want is None:
        return got is None
    if key == "url":
        return got is not None and same_address(want, got)
    want = without_email(want)
    return want == "" or (got is not None and text_of(escaped(want)) == squeeze(got).strip(" ")) or plain(want, got)


def language_is(want, item, feed):
    got = item.get("language") or feed.get("language")
    if want in (None, ""):
        return not got
    return isinstance(got, str) and want.replace("_", "-").lower() == got.replace("_", "-").lower()


def size_is(want, got):
    return str(want) == str(got) if want not in (None, "") else True


# ---- feedparser

SPEC_ENTRY = {
    "summary": ("content_html", "content_text", "summary"),
    "content": ("content_html", "content_text"),
}


class Cannot(Exception):
    """An expression that is not one of the forms that are read."""


def path_of(node):
    """entries[0]['title_detail'].value -> ("entries", 0, "title_detail", "value")."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        return path_of(node.value) + (node.attr,)
    if isinstance(node, ast.Subscript):
        index = node.slice
        if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub) and isinstance(index.operand, ast.Constant):
            return path_of(node.value) + (-index.operand.value,)
        if not isinstance(index, ast.Constant):
            raise Cannot(ast.dump(node))
        return path_of(node.value) + (index.value,)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args and isinstance(node.args[0], ast.Constant):
        return path_of(node.func.value) + (node.args[0].value,)
    raise Cannot(ast.dump(node))


class Expectation:
    """One expression, read against one result. result: a dict, or None for a refusal."""

    def __init__(self, source):
        self.tree = ast.parse(source.strip(), mode="eval").body
        self.clauses = self.tree.values if isinstance(self.tree, ast.BoolOp) and isinstance(self.tree.op, ast.And) else [self.tree]
        self.may_refuse = len(self.clauses) == 1 and isinstance(self.tree, ast.Name) and self.tree.id == "bozo"

    def misses(self, result):
        if result is None:
            return [] if self.may_refuse else ["refused"]
        return [text for clause in self.clauses for text in [ast.unparse(clause)] if not self.holds(clause, result)]

    def holds(self, node, result):
        if isinstance(node, ast.BoolOp):
            how = all if isinstance(node.op, ast.And) else any
            return how(self.holds(n, result) for n in node.values)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return True  # "not bozo": it is a result; a field that is absent elsewhere cannot be carried
        if isinstance(node, (ast.Constant, ast.Name, ast.Subscript, ast.Attribute, ast.Call)):
            return True
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            raise Cannot(ast.dump(node))
        left, right, op = node.left, node.comparators[0], node.ops[0]
        if isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "len" and isinstance(right, ast.Constant):
            return self.length(path_of(left.args[0]), right.value, op, result)
        if isinstance(left, ast.Constant) and isinstance(op, (ast.Eq, ast.Is)):
            left, right = right, left
        if not isinstance(op, (ast.Eq, ast.Is)):
            return True  # in, not in, !=: about what JSON Feed does not carry
        try:
            path, value = path_of(left), ast.literal_eval(right)
        except (Cannot, ValueError):
            return True
        return self.field(path, value, result)

    def length(self, path, want, op, result):
        if path == ("entries",) and isinstance(op, ast.Eq):
            return len(result["items"]) == want
        return True

    def field(self, path, want, feed):
        if path[0] == "entries" and len(path) >= 3:
            return self.entry_field(path[2:], want, get(feed["items"], path[1]), feed)
        if path[0] in ("feed", "channel"):
            return self.feed_field(path[1:], want, feed)
        return True

    def entry_field(self, path, want, item, feed):
        path = tuple(p[:-7] if isinstance(p, str) and p.endswith("_detail") else p for p in path)
        name, rest = path[0], path[1:]
        if path[-1] == "language" and name in ("language", "title", "summary", "description", "content"):
            return language_is(want, item, feed)
        if name == "title" and rest in ((), ("value",)):
            return plain(want, item.get("title", "")) if isinstance(want, str) else True
        if name in ("summary", "description") and rest in ((), ("value",)):
            return body_is(want, item, SPEC_ENTRY["summary"])
        if name == "content" and rest == (0, "value"):
            return body_is(want, item, SPEC_ENTRY["content"])
        if name == "link" and rest == ():
            return isinstance(item.get("url"), str) and same_address(want, item["url"])
        if name in ("id", "guid") and rest == ():
            return item.get("id") == want
        if name in ("published", "published_parsed") and rest == ():
            return same_instant(want, item.get("date_published"))
        if name in ("updated", "updated_parsed") and rest == ():
            return same_instant(want, item.get("date_modified", item.get("date_published")))
        if name == "author" or (name == "authors" and len(rest) == 2):
            k = rest[0] if name == "authors" else 0
            key = rest[-1] if rest else "name"
            if key in ("url", "href"):
                return person_is(want, item, k, "url")
            return person_is(want, item, k, "name") if key == "name" else True
        if (name == "tags" and len(rest) == 2 and rest[1] == "term") or (name == "category" and rest == ()):
            k = rest[0] if rest else 0
            got = item.get("tags", [])
            return k < len(got) and self.same_tag(want, got[k])
        if name == "enclosures" and len(rest) == 2 and isinstance(rest[0], int):
            got = get(item.get("attachments", []), rest[0])
            if rest[1] in ("href", "url"):
                return "url" in got and same_address(want, got["url"])
            if rest[1] == "type":
                return got.get("mime_type") == want
            return size_is(want, got.get("size_in_bytes")) if rest[1] == "length" else True
        if (name == "image" and rest == ("href",)) or (name == "media_thumbnail" and rest == (0, "url")):
            return "image" in item and same_address(want, item["image"])
        return True

    def same_tag(self, want, got):
        return want is None or plain(want, got) or text_of(escaped(want)) == squeeze(got).strip(" ")

    def feed_field(self, path, want, feed):
        path = tuple(p[:-7] if isinstance(p, str) and p.endswith("_detail") else p for p in path)
        if not path:
            return True
        name, rest = path[0], path[1:]
        if path[-1] == "language" and name in ("language", "title", "subtitle", "tagline", "description"):
            return language_is(want, {}, feed)
        if name == "title" and rest in ((), ("value",)):
            return plain(want, feed.get("title", ""))
        if name in ("subtitle", "tagline", "description") and rest in ((), ("value",)):
            got = feed.get("description", "")
            return plain(want, got) or same_markup(want, got)
        if name == "link" and rest == ():
            return "home_page_url" in feed and same_address(want, feed["home_page_url"])
        if name == "links" and len(rest) == 2 and rest[1] == "href" and self.is_self(rest[0]):
            return "feed_url" in feed and same_address(want, feed["feed_url"])
        if name == "author" or (name == "authors" and len(rest) == 2):
            k = rest[0] if name == "authors" else 0
            key = rest[-1] if rest else "name"
            if key in ("url", "href"):
                return person_is(want, feed, k, "url")
            return person_is(want, feed, k, "name") if key == "name" else True
        return True

    def is_self(self, k):
        for clause in self.clauses:
            if isinstance(clause, ast.Compare) and isinstance(clause.comparators[0], ast.Constant):
                try:
                    path = path_of(clause.left)
                except Cannot:
                    continue
                if path == ("feed", "links", k, "rel") and clause.comparators[0].value == "self":
                    return True
        return False


def stricter(expression, feed):
    """White lists of others (sanitize/acceptable_*, style_*): the text has to be there, no more markup."""
    for clause in expression.clauses:
        if not isinstance(clause, ast.Compare):
            continue
        want = text_of(ast.literal_eval(clause.comparators[0]))
        item = get(feed["items"], 0)
        got = [text_of(item[k]) for k in ("content_html", "content_text", "summary") if k in item]
        if want not in got and want != "":
            return [ast.unparse(clause)]
    return []


ENCODINGS = [(b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\xfe\xff", "utf-16"), (b"\xff\xfe", "utf-16"),
             (b"\x00\x00\x00<", "utf-32-be"), (b"<\x00\x00\x00", "utf-32-le"), (b"\x00<", "utf-16-be"), (b"<\x00", "utf-16-le"),
             (b"\x4c\x6f\xa7\x94", "cp037"), (b"\xef\xbb\xbf", "utf-8-sig")]


def comment_of(data):
    """The first comment: (expression or None, [(header, value)])."""
    encoding = next((e for start, e in ENCODINGS if data.startswith(start)), "utf-8")
    text = data.decode(encoding, "replace")
    headers = re.findall(r"^[ \t]*Header:[ \t]*([A-Za-z-]+):[ \t]*(.*?)[ \t\r]*$", text, re.M)
    m = re.search(r"Expect:(.*?)-->", text, re.S)
    return (m.group(1).strip() if m else None), headers


def base_of(path, headers):
    """--base-url of a document of feedparser, path below tests/; None when it has none."""
    location = next((v for k, v in headers if k.lower() == "content-location"), None)
    if "http" not in path:
        return None
    own = "http://127.0.0.1:8097/tests/" + path
    joined = urllib.parse.urljoin(own, location) if location else own
    return joined if re.match("https?://", joined) else own


# ---- gofeed


def text_is(want, got):
    """It cleans nothing and keeps markup in titles: the plain reading of both is compared."""
    def key(s):
        return re.sub(r"\s+", "", unicodedata.normalize("NFC", s))
    return isinstance(got, str) and key(text_of(want)) in (key(text_of(got)), key(text_of(escaped(got))))


def labels_of(document):
    """{label: term} of the Atom categories of a document: one is as good as the other."""
    labels = {}
    for tag in re.findall(r"<(?:\w+:)?category\b[^>]*>", document):
        attrs = {k: html.unescape(v) for k, _, v in re.findall(r"""(\w+)\s*=\s*(["'])(.*?)\2""", tag)}
        if "term" in attrs and "label" in attrs:
            labels[attrs["label"]] = attrs["term"]
    return labels


def pair_item(k, want, got, feed, labels):
    miss = []

    def check(name, holds):
        if name in want and not holds(want[name]):
            miss.append(f"items[{k}].{name}: {want[name]!r}")

    texts = [got[x] for x in ("content_html", "content_text", "summary") if x in got]
    check("title", lambda w: text_is(w, got.get("title", "")))
    check("description", lambda w: any(text_is(w, t) for t in texts) or w == "")
    check("content", lambda w: any(text_is(w, t) for t in texts) or w == "")
    check("link", lambda w: same_address(w, got.get("url", "")))
    check("guid", lambda w: got.get("id") == w)
    check("publishedParsed", lambda w: same_instant(w, got.get("date_published")))
    check("updatedParsed", lambda w: same_instant(w, got.get("date_modified", got.get("date_published"))))
    check("published", lambda w: "publishedParsed" in want or same_instant(w, got.get("date_published")))
    check("updated", lambda w: "updatedParsed" in want or same_instant(w, got.get("date_modified", got.get("date_published"))))
    check("authors", lambda w: people_are(w, got))
    check("categories", lambda w: len(w) == len(got.get("tags", [])) and all(text_is(a, b) or text_is(labels.get(a, a), b) for a, b in zip(w, got["tags"])))
    check("enclosures", lambda w: enclosures_are(w, got.get("attachments", [])))
    check("image", lambda w: same_address(w.get("url", ""), got.get("image", "")))
    check("language", lambda w: language_is(w, got, feed))
    return miss


def people_are(want, owner):
    got = owner.get("authors", [])
    named = [w for w in want if w.get("name") or w.get("url")]
    if len(named) > len(got):
        return False
    return all(("name" not in w or text_is(w["name"], g.get("name", ""))) and ("url" not in w or same_address(w["url"], g.get("url", "")))
               for w, g in zip(named, got))


def enclosures_are(want, got):
    return len(got) >= len(want) and all(
        same_address(w.get("url", ""), g["url"]) and w.get("type", g["mime_type"]) == g["mime_type"] and
        ("length" not in w or size_is(w["length"], g.get("size_in_bytes"))) for w, g in zip(want, got))


def pair_misses(want, got, document=""):
    if got is None:
        return ["refused"]
    miss = []

    def check(name, holds):
        if name in want and not holds(want[name]):
            miss.append(f"{name}: {want[name]!r}")

    check("title", lambda w: text_is(w, got.get("title", "")))
    check("description", lambda w: text_is(w, got.get("description", "")))
    check("link", lambda w: same_address(w, got.get("home_page_url", "")))
    check("feedLink", lambda w: same_address(w, got.get("feed_url", "")))
    check("authors", lambda w: people_are(w, got))
    check("language", lambda w: language_is(w, {}, got))
    items, labels = want.get("items", []), labels_of(document)
    for k, item in enumerate(items):
        # an item that says nothing of what is compared is no entry
        if k < len(got["items"]):
            miss += pair_item(k, item, got["items"][k], got, labels)
        elif pair_item(k, item, {}, got, labels):
            miss.append(f"items[{k}] is not there")
    return miss
