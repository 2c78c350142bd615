"""What code around user files must not do, each with the fault it prevents."""

import ast
from collections.abc import Iterator

from tests.test_house_rules import calls, modules

BLOCKS = {"user_db", "user_transaction", "look", "look_at"}


def _generators() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef) or path.startswith("reelballers/user_db/"):
                continue
            # A context manager's block is the user's on purpose.
            if "contextmanager" not in (ast.unparse(each) for each in node.decorator_list):
                yield path, node


def test_nothing_is_yielded_inside_a_users_block() -> None:
    """What runs between two steps of such a generator would run in that user's context."""
    found = [
        f"{path}:{inner.lineno}"
        for path, function in _generators()
        for block in ast.walk(function)
        if isinstance(block, ast.With) and any(_opens(item.context_expr) for item in block.items)
        for inner in ast.walk(block)
        if isinstance(inner, ast.Yield | ast.YieldFrom)
    ]
    assert found == []


def _opens(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Call) and getattr(expression.func, "id", "") in BLOCKS


def test_only_user_db_connects_to_files() -> None:
    """A second way in would know neither the fence nor the pool's bound."""
    at_home = ("reelballers/user_db/", "sandbox/", "operators/user_files/offline_verifier.py")
    others = [
        f"{path}:{call.lineno}"
        for path, tree in modules()
        if not path.startswith(at_home)
        for call in calls(tree, "connect")
        if isinstance(call.func, ast.Attribute)
        and getattr(call.func.value, "id", "") in {"sqlite3", "pysqlite3"}
    ]
    assert others == []
