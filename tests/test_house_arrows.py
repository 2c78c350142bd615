"""Who may import whom: one way down, no circle, and a roof that is a short list of names."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each imports those before it, never those after.
FLOORS = ("reelballers", "mail", "wallet", "exports", "accounts", "operators")
# Django's project package joins the floors together here, and nowhere else in it.
ROOF = {
    "reelballers.urls",
    "reelballers.views",
    "reelballers.serve",
    "reelballers.gunicorn",
    "reelballers.frontend",
}
PACKAGES = (*FLOORS, "sandbox", "bench")


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


FILES = dict(modules())


def imports(path: Path) -> set[str]:
    """What a file names in its imports, lazy ones included: modules, and `module.name` where it takes a name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute here"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def ours(path: Path) -> set[str]:
    """Our modules among them."""
    named = imports(path)
    return {name if name in FILES else name.rpartition(".")[0] for name in named} & FILES.keys()


@pytest.mark.parametrize("floor", FLOORS)
def test_arrows_point_one_way(floor: str) -> None:
    above = FLOORS[FLOORS.index(floor) + 1 :]
    crossing = [
        f"{module} imports {name}"
        for module, path in FILES.items()
        if module.split(".")[0] == floor and module not in ROOF
        for name in ours(path)
        if name.split(".")[0] in above
    ]
    assert crossing == []


@pytest.mark.parametrize(
    ("room", "strangers"),
    [
        ("exports.video", ("django", "reelballers", "wallet", "operators")),
        ("wallet.stripe", ("wallet.payments",)),
        ("exports.far", ("exports.worker",)),
        ("exports.api", ("exports.worker",)),
        ("exports.clips", ("exports.worker", "exports.far", "exports.api")),
    ],
)
def test_a_room_knows_nothing_of(room: str, strangers: tuple[str, ...]) -> None:
    crossing = [
        f"{module} imports {name}"
        for module, path in FILES.items()
        if f"{module}.".startswith(f"{room}.")
        for name in imports(path)
        if f"{name}.".startswith(tuple(f"{each}." for each in strangers))
    ]
    assert crossing == []


def test_the_sandbox_is_tied_to_nothing() -> None:
    """It stands in for Stripe: what it shared with us could hide a fault from both. But one SQLite serves all."""
    tied = {name for module, path in FILES.items() if module.startswith("sandbox") for name in ours(path)}
    assert {name for name in tied if not name.startswith("sandbox")} == {"reelballers"}
    ties = [
        module
        for module, path in FILES.items()
        if not module.startswith("sandbox") and "sandbox" in ours(path)
    ]
    assert ties == []


def test_no_import_runs_in_a_circle() -> None:
    try:
        TopologicalSorter({module: ours(path) - {module} for module, path in FILES.items()}).prepare()
    except CycleError as circle:
        pytest.fail(f"a circle of imports: {' -> '.join(circle.args[1])}")
