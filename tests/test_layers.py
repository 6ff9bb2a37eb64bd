"""House rules that a linter does not know. Each names the room where the forbidden thing is allowed."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("market", "search", "matching", "api", "seed")
FORBIDDEN_NAMES = {"utils", "helpers", "misc", "common"}


@cache
def _modules() -> list[tuple[str, ast.Module]]:
    return [
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
    ]


def _calls(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield f"{ast.unparse(node.func.value)}.{node.func.attr}", node.lineno
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node.lineno


def _found(matches, allowed) -> list[str]:
    return [
        f"{path}:{line} {call}"
        for path, tree in _modules()
        if not allowed(path)
        for call, line in _calls(tree)
        if matches(call)
    ]


def test_only_the_edge_commits() -> None:
    def allowed(path: str) -> bool:
        return path in {"api/unit_of_work.py", "market/kernel/db.py"} or path.startswith(
            ("seed/", "market/migrations/")
        )

    assert _found(lambda call: call.endswith(".commit") and "session" in call.lower(), allowed) == []


def test_time_and_chance_are_handed_in() -> None:
    forbidden = (
        "datetime.now",
        "date.today",
        "datetime.today",
        "datetime.utcnow",
        "time.time",
        "uuid4",
        "uuid.uuid4",
        "random.random",
    )

    def allowed(path: str) -> bool:
        return path in {"market/kernel/clock.py", "market/kernel/ids.py", "api/rates.py"} or path.startswith(
            "seed/demo/"
        )

    assert _found(lambda call: call in forbidden, allowed) == []


def test_selects_stand_in_queries() -> None:
    def allowed(path: str) -> bool:
        name = Path(path).name
        return (
            name.startswith(("queries", "sql_"))
            or "_queries" in name
            or path.startswith(("market/kernel/", "market/migrations/"))
        )

    assert _found(lambda call: call in {"select", "sa.select", "sqlmodel.select"}, allowed) == []


def test_money_is_never_a_float() -> None:
    found = []
    for path, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
                argument = ast.unparse(node.args[0]) if node.args else ""
                if argument.endswith("_cny") and not path.startswith(("api/pages/", "matching/", "seed/demo/")):
                    found.append(f"{path}:{node.lineno} float({argument})")
    assert found == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_is_named_for_nothing(room: str) -> None:
    assert [p for p in (ROOT / room).rglob("*.py") if p.stem in FORBIDDEN_NAMES] == []


def test_statuses_are_assigned_by_rules_only() -> None:
    found = []
    for path, tree in _modules():
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            targets = [target for node in ast.walk(function) if isinstance(node, ast.Assign) for target in node.targets]
            assigns = [t for t in targets if isinstance(t, ast.Attribute) and t.attr == "status"]
            if path.startswith("market/") and assigns and "next_" not in ast.unparse(function):
                found.append(f"{path}:{function.name}")
    assert found == []
