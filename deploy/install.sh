#!/bin/sh
# Install qdiffgui from its source folder into a virtual environment, with pinned versions and the
# CPU build of torch where there is no GPU: sh deploy/install.sh SOURCE TARGET
# The Dockerfile runs it, and so does a test where Docker is absent. It needs Python 3.11 or newer
# (set PYTHON to choose one) and no rights but to write TARGET.
set -eu
if [ $# -ne 2 ]; then
    echo "usage: sh deploy/install.sh SOURCE TARGET" >&2
    exit 2
fi
source=$(cd "$1" && pwd)
"${PYTHON:-python3}" "$source/tools/setup_venv.py" "$2" --copy --extra app --extra sweeps
"$2/bin/qdiffgui" --version
