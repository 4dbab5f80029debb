"""Where a data folder may lie."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from imagestudio import embedded
from imagestudio.embedded.folders import folders_in
from tests.integration.embedded.conftest import clear_sockets, copy_data


def works(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("select 1").fetchone() == (1,)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Give a data folder of this name; the short places of sockets are cleared away."""
    places = []

    def give(name: str) -> Path:
        places.append(tmp_path / name)
        return places[-1]

    yield give
    for folder in places:
        clear_sockets(folder)


@pytest.fixture
def deep(place: Callable[[str], Path]) -> Path:
    return place("/".join(["deep" * 20, "deeper" * 10]))


@pytest.mark.parametrize("name", ['with space, comma, % and "quote"', "ünïcödé"])
def test_any_name_will_do(made: Path, place: Callable[[str], Path], name: str):
    data = place(name)
    copy_data(made, data)

    with embedded.ensure(data, durable=False) as url:
        assert works(url)


def test_a_path_too_long_for_a_socket_keeps_its_address(made: Path, deep: Path):
    copy_data(made, deep)
    with embedded.ensure(deep, durable=False) as first:
        assert len(str(folders_in(deep).socket)) < 107
        assert works(first)
    with embedded.ensure(deep, durable=False) as second:
        assert works(second)

    assert first == second


def test_a_short_place_that_was_cleared_away_is_made_again(made: Path, deep: Path):
    copy_data(made, deep)
    with embedded.ensure(deep, durable=False):
        pass
    shutil.rmtree(folders_in(deep).sockets)

    with embedded.ensure(deep, durable=False) as url:
        assert works(url)


def test_a_place_that_others_can_enter_is_not_used(data: Path):
    with embedded.ensure(data, durable=False):
        before = folders_in(data).sockets
    before.chmod(0o777)

    with embedded.ensure(data, durable=False) as url:
        assert works(url)
        assert folders_in(data).sockets != before


def test_a_data_folder_can_be_moved(data: Path, deep: Path):
    with embedded.ensure(data, durable=False):
        pass
    deep.parent.mkdir(parents=True)
    data.rename(deep)

    with embedded.ensure(deep, durable=False) as url:
        assert works(url)
