"""Rules of the house that a linter does not know, each with the fault it prevents."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("reelballers", "mail", "wallet", "exports", "accounts", "operators", "sandbox")


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "tests" not in path.parts and "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def calls(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == name:
                yield node


def test_every_transaction_names_its_database() -> None:
    """A bare atomic() opens on `default`: two 100-cent spends of a 100-cent balance both passed."""
    bare = [
        f"{path}:{call.lineno}"
        for path, tree in modules()
        if "sandbox" not in path
        for call in calls(tree, "atomic")
        if not any(keyword.arg == "using" for keyword in call.keywords)
    ]
    assert bare == []


def test_atomic_is_never_a_bare_decorator() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Attribute | ast.Name)
        and getattr(decorator, "attr", getattr(decorator, "id", "")) == "atomic"
    ]
    assert found == []


def test_only_the_user_db_package_opens_transactions_on_user_files() -> None:
    """user_transaction() also refuses to hold a lock on `default` at the same time."""
    others = [
        f"{path}:{call.lineno}"
        for path, tree in modules()
        if not path.startswith(("reelballers/user_db/", "sandbox/"))
        for call in calls(tree, "atomic")
        for keyword in call.keywords
        if keyword.arg == "using"
        and not (isinstance(keyword.value, ast.Constant) and keyword.value.value == "default")
    ]
    assert others == []


def test_money_moves_in_one_file_only() -> None:
    writers = [
        path
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "INSERT INTO ledger" in node.value
    ]
    assert [path for path in writers if path not in {"wallet/lines.py", "wallet/adoption.py"}] == []


def test_only_the_ledgers_doors_append_a_line() -> None:
    callers = {
        path
        for path, tree in modules()
        if "from wallet import lines" in ast.unparse(tree) or path == "wallet/lines.py"
        for call in calls(tree, "append")
        if ast.unparse(call.func) in {"lines.append", "append"}
    }
    assert callers == {"wallet/ledger.py"}


def imports(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("mail/", ("wallet", "exports", "accounts", "operators")),
        ("wallet/", ("exports", "accounts", "operators")),
        ("exports/", ("accounts", "operators")),
        ("accounts/", ("operators",)),
        ("reelballers/user_db/", ("wallet", "exports")),
        ("exports/video/", ("django", "wallet", "reelballers")),
        ("sandbox/", ("wallet", "exports", "reelballers.settings", "reelballers.models")),
    ],
)
def test_arrows_point_one_way(package: str, forbidden: tuple[str, ...]) -> None:
    crossing = [
        f"{path} imports {name}"
        for path, tree in modules()
        if path.startswith(package)
        for name in imports(tree)
        if name.startswith(tuple(f"{each}." for each in forbidden)) or name in forbidden
    ]
    assert crossing == []


def test_file_names_need_no_explanation_of_size() -> None:
    """A file past 250 lines usually holds two ideas."""
    long = [path for path, _ in modules() if len((ROOT / path).read_text().splitlines()) > 250]
    long = [path for path in long if path != "reelballers/settings.py"]  # one file in sections, on purpose
    assert long == []


def test_a_function_fits_a_screen() -> None:
    long = [
        f"{path}:{node.name}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 40
    ]
    assert long == []


def test_the_tests_that_the_docs_name_are_there() -> None:
    """`test_file: test_name`, or a name that begins a test of the file named before it in the same cell."""
    tests: dict[str, list[str]] = {}
    for package in (*PACKAGES, "tests"):
        for path in (ROOT / package).rglob("test_*.py"):
            tests.setdefault(path.stem, []).extend(re.findall(r"def test_(\w+)", path.read_text()))
    missing = []
    for doc in (ROOT / "docs").glob("*.md"):
        file = ""
        for word in re.findall(r"\btest_[a-z]\w+|(?<=`)[a-z]+(?:_[a-z0-9]+){3,}(?=`)|[|\n]", doc.read_text()):
            if word in tests or word in "|\n":
                file = word if word in tests else ""
            elif (file or "test_" in word) and not any(
                name.startswith(word.removeprefix("test_")) for name in tests.get(file, [])
            ):
                missing.append(f"{doc.name}: {file}: {word}")
    assert missing == []
