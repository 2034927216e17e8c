#!/bin/sh
# An accessibility checker and a small screen over the pages for people, in a real browser.
# Usage: pages_a11y.sh BINARY [FOLDER-FOR-SCREENSHOTS]. Needs Chromium, node, and axe-core and
# puppeteer-core below NODE_PATH or out/npm (npm install --prefix out/npm axe-core puppeteer-core);
# not part of what a fresh clone needs.
here=$(dirname "$0")
NODE_PATH=${NODE_PATH:-$here/../../out/npm/node_modules}
export NODE_PATH
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
command -v node >/dev/null || { echo "skipped: no node"; exit 77; }
RK_CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome) \
	|| { echo "skipped: no chromium (scripts/packages browser)"; exit 77; }
export RK_CHROMIUM
node -e 'require("axe-core"); require("puppeteer-core")' 2>/dev/null \
	|| { echo "skipped: no axe-core and puppeteer-core below $NODE_PATH"; exit 77; }
exec python3 -B "$here/pages_a11y.py" "$1" "$here/../.." ${2:+"$2"}
