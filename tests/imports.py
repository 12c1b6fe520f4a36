"""The import graph of the package, files as nodes.

``python -m tests.imports`` prints the import circles, with the lines of their imports.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

Graph = dict[str, dict[str, int]]
"""Importing module -> imported module -> line of the import."""


def graph(root: Path) -> Graph:
    """All imports between the files of the package in ``root``, those inside functions included.

    Imports under ``if TYPE_CHECKING`` do not count: they never run.
    """
    files = {_name(path, root): path for path in root.rglob("*.py")}
    return {
        name: dict(_imports(ast.parse(path.read_text()), _package(name, path), files))
        for name, path in files.items()
    }


def circles(of: Graph) -> list[list[str]]:
    """Modules that import each other, directly or through others (Tarjan's strongly connected
    components); a module that imports itself is a circle, too.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in of.get(node, {}):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            at = stack.index(node)
            circle = stack[at:]
            del stack[at:]
            if len(circle) > 1 or node in of.get(node, {}):
                found.append(sorted(circle))

    for node in of:
        if node not in index:
            visit(node)
    return found


def lines(circle: list[str], of: Graph) -> list[str]:
    """The imports of a circle, one per line."""
    return [
        f"{module}:{of[module][target]} imports {target}"
        for module in circle
        for target in of[module]
        if target in circle
    ]


def _name(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root.parent).with_suffix("").parts).removesuffix(".__init__")


def _package(name: str, path: Path) -> str:
    """What a relative import starts from."""
    return name if path.name == "__init__.py" else name.rpartition(".")[0]


def _imports(tree: ast.AST, package: str, files: dict[str, Path]) -> Iterator[tuple[str, int]]:
    for node in _that_run(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names if alias.name in files)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join(
                [*(above if node.level else []), *([node.module] if node.module else [])]
            )
            for alias in node.names:
                target = f"{base}.{alias.name}"
                target = target if target in files else base
                if target in files:
                    yield target, node.lineno


def _base(node: ast.ImportFrom, package: str) -> str:
    """The module after ``from``, in full."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, node.module] if node.module else above)


def _that_run(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those under ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield other
                yield from _that_run(other)
        else:
            yield child
            yield from _that_run(child)


if __name__ == "__main__":
    package = graph(Path(__file__).resolve().parents[1] / "qdiffgui")
    for number, circle in enumerate(circles(package), 1):
        print(f"circle {number}", *lines(circle, package), sep="\n    ")
    print(f"{len(circles(package))} circles in {len(package)} files")
