"""What the pinned `stripe` package says about Stripe's API, read from its source.

Read, not imported: importing it costs most of a second at every start, and its parameter types are only
annotations.
"""

import ast
import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Field:
    annotation: ast.expr
    required: bool


Shapes = dict[str, dict[str, Field]]


@cache
def package_path() -> Path:
    spec = importlib.util.find_spec("stripe")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The stripe package is not installed.")
    return Path(spec.submodule_search_locations[0])


@cache
def api_version() -> str:
    """The API version that the pinned package speaks, e.g. `2026-08-26.dahlia`."""
    found = re.search(r'CURRENT = "([^"]+)"', (package_path() / "_api_version.py").read_text())
    if found is None:
        raise RuntimeError("The stripe package no longer states its API version in _api_version.py.")
    return found.group(1)


@cache
def shapes(module: str) -> Shapes:
    """The parameter classes of one `stripe/params/…` module: class → parameter → type."""
    tree = ast.parse((package_path() / "params" / f"{module}.py").read_text())
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {node.name: _fields(node) for node in classes}


def _fields(node: ast.ClassDef) -> dict[str, Field]:
    found = {}
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            annotation, required = item.annotation, True
            if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "NotRequired":
                annotation, required = annotation.slice, False
            found[item.target.id.removesuffix("_")] = Field(annotation, required)
    return found
