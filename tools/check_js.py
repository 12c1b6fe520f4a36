"""Check the page's JavaScript: prettier's format, and types with tsc (``// @ts-check``).

    python tools/check_js.py          fail on a difference or an error
    python tools/check_js.py --write  format the files

Both tools are pinned in ``tools/js/package.json`` and installed there by npm on first use. Without
node, one line says that the check was skipped. The page joins its files into one module per widget
(``widgets.source.javascript``), so the joined modules are what tsc reads.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "tools" / "js"
STATIC = ROOT / "qdiffgui" / "ui" / "static"
JOINED = HERE / "node_modules" / ".joined"
_MODULE = re.compile(r"javascript\(([^)]*)\)")
_ERROR = re.compile(r"^(?P<file>[^(\s]+)\((?P<line>\d+),(?P<column>\d+)\): (?P<text>.*)$")


def main() -> int:
    if shutil.which("node") is None or shutil.which("npm") is None:
        print("JavaScript check skipped: node and npm are not installed.")
        return 0
    if not install():
        return 1
    files = sorted(str(path) for path in STATIC.glob("*.js"))
    how = "--write" if "--write" in sys.argv[1:] else "--check"
    options = ["--config", str(HERE / ".prettierrc.json"), "--log-level", "warn", how]
    formatted = subprocess.run([tool("prettier"), *options, *files], cwd=ROOT, check=False)
    return formatted.returncode or check_types()


def install() -> bool:
    """Install the pinned tools unless they are there; False if npm failed."""
    lock, stamp = HERE / "package-lock.json", HERE / "node_modules" / ".lock-installed"
    if stamp.is_file() and stamp.read_bytes() == lock.read_bytes():
        return True
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    if subprocess.run(command, cwd=HERE, check=False).returncode:
        print("JavaScript check failed: npm could not install prettier and typescript.")
        return False
    stamp.write_bytes(lock.read_bytes())
    return True


def tool(name: str) -> str:
    return str(HERE / "node_modules" / ".bin" / name)


def modules() -> list[tuple[str, ...]]:
    """The files of each module that a widget joins, in order."""
    found = []
    for path in sorted((ROOT / "qdiffgui" / "ui" / "widgets").glob("*.py")):
        for call in _MODULE.findall(path.read_text(encoding="utf-8")):
            names = tuple(re.findall(r'"([^"]+\.js)"', call))
            if names:
                found.append(names)
    return found


def check_types() -> int:
    """Type-check the joined modules; errors are reported at the lines of the files."""
    shutil.rmtree(JOINED, ignore_errors=True)
    JOINED.mkdir(parents=True)
    places: dict[str, list[tuple[str, int]]] = {}
    for names in modules():
        lines, origin = ["// @ts-check"], [("", 0)]
        for name in names:
            text = (STATIC / name).read_text(encoding="utf-8").splitlines()
            lines += text
            origin += [(name, i) for i in range(1, len(text) + 1)]
        target = JOINED / "+".join(names)
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
        places[target.name] = origin
    command = [tool("tsc"), "--project", str(HERE / "tsconfig.json"), "--pretty", "false"]
    answer = subprocess.run(command, cwd=JOINED, check=False, capture_output=True, text=True)
    shown = [located(line, places) for line in (answer.stdout + answer.stderr).splitlines()]
    print(*dict.fromkeys(shown), sep="\n", end="\n" if shown else "")
    return answer.returncode


def located(line: str, places: dict[str, list[tuple[str, int]]]) -> str:
    """A message of tsc with the file and line that it comes from."""
    match = _ERROR.match(line)
    origin = places.get(Path(match["file"]).name) if match else None
    if match is None or origin is None:
        return line
    name, number = origin[int(match["line"]) - 1]
    return f"qdiffgui/ui/static/{name}:{number}:{match['column']}: {match['text']}"


if __name__ == "__main__":
    sys.exit(main())
