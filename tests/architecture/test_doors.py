"""Doors check, call inwards once and show: they never write rows and reach none but their own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The only ways from a door to rows of an account, and to what one person was told or said.
GATES = {"owned_by", "visible_to", "open_to", "to", "made_by"}
WRITES = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITES_OF_ROWS = {"create", "update", "delete"}  # other things have these methods too

# What stands before the services: doors, and what they take and show.
BEFORE_SERVICES = {
    *("views", "api", "tasks", "management", "admin", "templatetags", "context", "adapter"),
    *(
        "pages",
        "forms",
        "schemas",
        "composer",
        "tiles",
        "pictures",
        "work",
        "downloads",
        "spending",
    ),
}
# Operators by themselves, and the clock, act for no account.
FOR_NO_ACCOUNT = {"management", "admin", "tasks"}
# These take rows that a door has reached already, and read what hangs on them.
BEHIND_A_ROW = {"pictures", "spending"}


def modules(names: set[str]) -> list[Path]:
    """Return the modules of these layers in every app."""
    apps = [ROOT / "generations", *(ROOT / "imagestudio").iterdir()]
    found = [
        path
        for app in apps
        for path in app.rglob("*.py")
        if path.relative_to(app).parts[0].removesuffix(".py") in names
    ]
    return sorted(found)


def chains(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each chain of names of a module (`Image.objects.owned_by`), with its line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            names, part = [], node
            while isinstance(part, ast.Attribute | ast.Call):
                if isinstance(part, ast.Attribute):
                    names.insert(0, part.attr)
                    part = part.value
                else:
                    part = part.func
            yield node.lineno, names


READERS = modules(BEFORE_SERVICES - FOR_NO_ACCOUNT - BEHIND_A_ROW)


def module_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", modules(BEFORE_SERVICES), ids=module_name)
def test_no_door_writes_rows(path: Path) -> None:
    written = [
        f"line {line}: {'.'.join(names)}"
        for line, names in chains(path)
        if names[-1] in WRITES or (names[-1] in WRITES_OF_ROWS and "objects" in names)
    ]
    assert not written


@pytest.mark.parametrize("path", READERS, ids=module_name)
def test_doors_reach_only_rows_of_their_account(path: Path) -> None:
    unguarded = [
        f"line {line}: {'.'.join(names)}"
        for line, names in chains(path)
        if "objects" in names[:-1] and names[names.index("objects") + 1] not in GATES
    ]
    assert not unguarded
