"""Migrations stand on their own: in step with the models, named, reversible, without our code."""

import ast
import re
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations import RunPython, RunSQL

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = sorted(
    [*ROOT.glob("*/migrations/0*.py"), *ROOT.glob("imagestudio/*/migrations/0*.py")]
)
NAMED_BY_DJANGO = re.compile(r"^\d+_(auto_\d|(alter|remove|rename|delete)_\w+_and_more)|_and_more$")
FOREIGN = {"datetime", "django", "uuid_utils"}  # what stays as it is


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.django_db
def test_models_and_migrations_are_in_step() -> None:
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


@pytest.mark.parametrize("path", MIGRATIONS, ids=module_name)
def test_a_person_gave_it_its_name(path: Path) -> None:
    assert not NAMED_BY_DJANGO.search(path.stem)


@pytest.mark.parametrize("path", MIGRATIONS, ids=module_name)
def test_it_imports_none_of_our_code(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported <= FOREIGN


@pytest.mark.parametrize("path", MIGRATIONS, ids=module_name)
def test_it_can_be_taken_back(path: Path) -> None:
    operations = import_module(module_name(path)).Migration.operations
    assert all(one.reversible for one in operations if isinstance(one, RunPython | RunSQL))
