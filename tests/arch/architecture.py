"""Hold every #include against the layers and the owners of third-party headers."""
import os
import re
import sys

LAYERS = [["base"], ["text"], ["model"],
          ["config", "parse", "normalise", "cluster", "sched", "publish"],
          ["fetch", "store", "worker", "serve"], ["doctor"], ["daemon"], ["cli"]]
LEVEL = {m: i for i, layer in enumerate(LAYERS) for m in layer}

# which module a public header belongs to
HEADERS = {
    "base": "arena buf clock eight err fsatom hash limits log manners map pack sandbox sign str units",
    "text": "charset date diff excerpt form html noise pattern print query thai url utf8",
    "model": "board doc entry evidence health hijack look page region source story timeline",
    "config": "config", "parse": "discover opml parse", "normalise": "normalise", "cluster": "cluster",
    "sched": "sched", "publish": "media publish", "fetch": "fetch robots", "store": "search store storeq",
    "worker": "worker", "doctor": "doctor", "serve": "serve", "daemon": "daemon probe", "cli": "cli",
}
OWNER = {h: m for m, names in HEADERS.items() for h in names.split()}

# a module sees base, text and model, and what stands here
KNOWS = {
    "base": set(), "text": {"base"}, "model": {"base", "text"},
    "config": {"base", "text", "model"}, "parse": {"base", "text", "model"},
    "normalise": {"base", "text", "model"}, "cluster": {"base", "text", "model"},
    "sched": {"base", "text", "model"},
    "publish": {"base", "text", "model", "normalise"},
    "fetch": {"base", "text", "model", "config"},
    "store": {"base", "model", "text"},
    "worker": {"base", "text", "model", "parse", "normalise"},
    "doctor": {"base", "text", "model", "parse", "normalise", "fetch"},
    "serve": {"base", "text", "model", "publish"},
    "daemon": set(LEVEL) - {"cli"}, "cli": set(LEVEL),
}

# third party: pattern of the header -> files that may include it
THIRD = [
    (r"curl/", r"src/fetch/.*|src/text/url\.c"),
    (r"sqlite3\.h", r"src/store/.*"),
    (r"libxml/", r"src/parse/.*|src/text/html\.c"),
    (r"unicode/", r"src/text/(charset|thai|pattern)\.c"),
    (r"yaml\.h", r"src/config/.*"),
    (r"jansson\.h", r"src/parse/(jsonfeed|wpjson)\.c"),
    (r"microhttpd\.h", r"src/serve/.*"),
    (r"uv\.h", r"src/fetch/.*|src/serve/.*|src/daemon/.*|src/store/storeq\.c"
               r"|src/worker/(pool(_worker|_int)?|once)\.[ch]"),
    (r"xxhash\.h", r"src/base/hash\.c"),
    (r"linux/landlock\.h|seccomp\.h", r"src/base/sandbox\.c"),
    (r"openssl/", r"src/base/sign\.c"),
    (r"zlib\.h", r"src/base/pack\.c"),
    (r"brotli/|libdeflate\.h", r"src/base/twin\.c"),
    (r"systemd/", r"$^"),
]
# calls that only a few places may make
CALLS = [
    (r"\bcurl_easy_init\s*\(", r"src/fetch/.*", 1),
    (r"\b(time|clock_gettime|gettimeofday)\s*\(", r"src/(daemon|cli)/.*|src/base/(log|sandbox)\.c", None),
    (r"\bgetenv\s*\(", r"src/(daemon|cli)/.*|src/base/log\.c", None),
    (r"\b(rand|random|srand)\s*\(", r"$^", None),
    (r"\b(system|popen|execl|execlp|execv|execvp)\s*\(", r"$^", None),
    (r"\b(xmlReadMemory|xmlReadFile|xmlParseFile|xmlParseDoc|htmlReadFile|htmlParseFile)\s*\(",
     r"$^", None),
    (r"\bxmlCtxtUseOptions\s*\(", r"src/parse/xml\.c", 1),
    (r"\bstrcpy\s*\(|\bstrcat\s*\(|\bsprintf\s*\(|\bgets\s*\(", r"$^", None),
]


def strip(text):
    """Comments and string literals out, so that words in them do not count."""
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    text = re.sub(r"//[^\n]*", "", text)
    return re.sub(r'"(\\.|[^"\\\n])*"', '""', text)


def main(root):
    wrong, files, calls = [], 0, {}
    paths = []
    for top in ("src", "include"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            paths += [os.path.join(folder, n) for n in names if n.endswith((".c", ".h"))]
    for path in sorted(paths):
        rel = os.path.relpath(path, root)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        files += 1
        public = rel.startswith("include/")
        name = os.path.basename(rel)[:-2]
        module = OWNER.get(name) if public else rel.split("/")[1]
        if rel == "src/main.c":
            module = "cli"
        if module not in LEVEL:
            wrong.append(f"{rel}: belongs to no module")
            continue
        includes = re.findall(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', text, flags=re.M)
        for kind, target in includes:
            if target.startswith("ruamkhao/"):
                owner = OWNER.get(target[9:-2])
                if owner is None:
                    wrong.append(f"{rel}: {target} belongs to no module")
                elif owner != module and owner not in KNOWS[module]:
                    wrong.append(f"{rel}: {module} must not know {owner} ({target})")
                continue
            if kind == '"' and (public or not os.path.exists(
                    os.path.join(root, "src", module, target))):
                wrong.append(f'{rel}: "{target}" is not a header of this module')
            for pattern, allowed in THIRD:
                if re.match(pattern, target) and (public or not re.fullmatch(allowed, rel)):
                    wrong.append(f"{rel}: <{target}> is not for this file")
        body = strip(text)
        for pattern, allowed, most in CALLS:
            n = len(re.findall(pattern, body))
            if n and not re.fullmatch(allowed, rel):
                wrong.append(f"{rel}: calls {pattern}")
            calls[pattern] = calls.get(pattern, 0) + n
    for pattern, _, most in CALLS:
        if most is not None and calls.get(pattern, 0) > most:
            wrong.append(f"{pattern}: {calls[pattern]} call sites, {most} allowed")
    for line in wrong:
        print(line)
    print(f"{files} files, {len(wrong)} broken rules")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
