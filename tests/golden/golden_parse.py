"""What `parse` makes of the documents in tests/golden/parse, one folder a case: in.* the document,
args its options (one a line, may be absent), want.json the output, or want.txt the one line that
refuses it. With --bless the wants are written anew: read the difference before it is committed.
Usage: golden_parse.py BINARY [--bless] [CASE...]. Standard library only."""
import concurrent.futures
import difflib
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent / "parse"


def shown(value):
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def parse(binary, case):
    """(file name of the want, its text) of a case."""
    documents = [p for p in case.iterdir() if p.name.startswith("in.")]
    assert len(documents) == 1, f"{case.name}: one document is wanted"
    args = (case / "args").read_text("utf-8").splitlines() if (case / "args").exists() else []
    # by standard input: the refusal must not hold the path of this folder
    p = subprocess.run([binary, "parse", "-", *args], input=documents[0].read_bytes(), capture_output=True, timeout=20)
    if p.returncode == 0:
        return "want.json", shown(json.loads(p.stdout.decode("utf-8")))
    assert p.returncode == 1 and not p.stdout, f"{case.name}: exit {p.returncode}, {p.stderr!r}"
    return "want.txt", p.stderr.decode("utf-8")


def main():
    words = sys.argv[1:]
    bless = "--bless" in words
    binary, *only = [w for w in words if w != "--bless"]
    cases = [c for c in sorted(HERE.iterdir()) if c.is_dir() and (not only or c.name in only)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        parsed = list(pool.map(lambda case: parse(binary, case), cases))
    for case, (name, got) in zip(cases, parsed):
        other = case / ("want.txt" if name == "want.json" else "want.json")
        if bless:
            other.unlink(missing_ok=True)
            (case / name).write_text(got, "utf-8")
            continue
        want = (case / name).read_text("utf-8") if (case / name).exists() else ""
        if want != got or other.exists():
            failed += 1
            print(f"FAILED: {case.name}")
            sys.stdout.writelines(difflib.unified_diff(want.splitlines(True), got.splitlines(True), "want", "got"))
    print(f"{len(cases) - failed} of {len(cases)} as wanted")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
