"""The demonstration for pages_a11y.js: published, served, one story edited, some pages of each
kind. Usage: pages_a11y.py BINARY SOURCE-ROOT [FOLDER-FOR-SCREENSHOTS]."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from pages_people import EDIT, get, served, story_links


def edited(tree, base):
    for link in story_links(tree, "province/phuket"):
        if EDIT[1] in get(base + link)[2]:
            return link
    sys.exit("FAILED: no story was edited")


def main():
    binary = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, served(binary, pathlib.Path(folder)) as (tree, base, _):
        pages = {"index": "", "province": "province/phuket.html", "story": edited(tree, base),
                 "none": "story?id=x", "embed": "province/phuket.embed.html"}
        for name in ("status", "search"):  # by others of the program's parts, where they are built
            if (tree / f"{name}.html").is_file():
                pages[name] = f"{name}.html"
        if get(base + "search?q=x")[0] == 200:
            pages["search"] = "search?q=" + "%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7"
        job = {"chromium": os.environ["RK_CHROMIUM"], "profile": folder + "/profile",
               "pages": {k: base + v for k, v in pages.items()}, "shots": sys.argv[3] if len(sys.argv) > 3 else None}
        done = subprocess.run(["node", str(pathlib.Path(__file__).with_suffix(".js"))],
                              input=json.dumps(job).encode(), timeout=240)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
