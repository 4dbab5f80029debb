"""When the studio is prepared anew."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import imagestudio
from imagestudio.supervisor.preparation import Preparation, preparation, settings_in


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    migrations = tmp_path / "checkout" / "imagestudio" / "money" / "migrations"
    migrations.mkdir(parents=True)
    migrations.joinpath("0001_initial.py").write_text("")
    return tmp_path / "checkout"


@pytest.fixture
def now(tmp_path: Path, checkout: Path) -> Callable[..., Preparation]:
    def ask(facts: str = "postgres://one") -> Preparation:
        return preparation(tmp_path, checkout=checkout, facts=facts)

    ask().note()
    return ask


def test_nothing_is_needed_while_all_is_as_it_was(now):
    assert not now().is_needed()


def test_a_new_data_folder_needs_it(now):
    now().path.unlink()
    assert now().is_needed()


def test_every_setting_but_where_it_listens_counts():
    source = Path(imagestudio.__file__).with_name("settings.py").read_text()
    named = set(re.findall(r"(?:env\.\w+|secret)\(\s*\"([A-Z_]+)\"", source))
    assert {"SIGNUP", "SEND_LIMIT", "SECRET_KEY"} <= named
    told = dict.fromkeys(named, "x") | {"TERM": "xterm", "CLOUDFLARE_API_TOKEN_FILE": "y"}
    counted = {name for name, _ in settings_in(told)}
    assert named - counted == {"HOST", "PORT", "IMAGESTUDIO_DATA"}
    assert counted - named == {"CLOUDFLARE_API_TOKEN_FILE"}


def test_another_database_needs_it(now):
    assert now("postgres://two").is_needed()


@pytest.mark.parametrize(
    "name",
    [
        "imagestudio/money/migrations/0002_more.py",
        "generations/migrations/0001_initial.py",
        "imagestudio/static/studio.css",
        "requirements/run.txt",
    ],
)
def test_a_new_or_changed_file_needs_it(now, checkout, name):
    path = checkout / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("new")
    assert now().is_needed()
    now().note()

    path.write_text("changed")
    assert now().is_needed()
