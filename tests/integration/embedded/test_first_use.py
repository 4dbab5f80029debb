"""What the first use of a data folder makes."""

import os
import stat
from pathlib import Path

import psycopg
import pytest

from imagestudio import embedded
from imagestudio.embedded.folders import folders_in
from tests.integration.embedded.conftest import clear_sockets


def test_the_application_is_no_superuser_but_may_create_databases(data: Path):
    with embedded.ensure(data, durable=False) as url, psycopg.connect(url) as connection:
        role = connection.execute(
            "select current_user, rolsuper, rolcreatedb, rolcreaterole"
            " from pg_roles where rolname = current_user"
        ).fetchone()

    assert role == ("imagestudio", False, True, False)


def test_words_are_compared_alike_everywhere(data: Path):
    with embedded.ensure(data, durable=False) as url, psycopg.connect(url) as connection:
        assert connection.execute("select lower('Ä') = 'ä'").fetchone() == (True,)
        assert connection.execute("show server_encoding").fetchone() == ("UTF8",)


def test_it_listens_on_no_network_and_asks_for_the_password(data: Path):
    with embedded.ensure(data, durable=False) as url:
        with psycopg.connect(url) as connection:
            assert connection.execute("show listen_addresses").fetchone() == ("",)
        password = folders_in(data).password.read_text()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url.replace(password, "guessed"))


def test_nobody_else_can_read_anything(data: Path):
    data.chmod(0o755)
    above = stat.S_IMODE(data.parent.stat().st_mode)
    with embedded.ensure(data, durable=False):
        folders = folders_in(data)
        for folder in (folders.root, folders.cluster, folders.sockets):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for secret in (folders.password, folders.superuser_password):
            assert stat.S_IMODE(secret.stat().st_mode) == 0o600
            assert secret.stat().st_uid == os.geteuid()

    assert stat.S_IMODE(data.stat().st_mode) == 0o755
    assert stat.S_IMODE(data.parent.stat().st_mode) == above


def test_what_is_stored_and_the_password_stay(data: Path):
    with embedded.ensure(data, durable=False) as first, psycopg.connect(first) as connection:
        connection.execute("create table kept as select 42 as number")
    with embedded.ensure(data, durable=False) as second, psycopg.connect(second) as connection:
        assert connection.execute("select number from kept").fetchone() == (42,)

    assert first == second == embedded.database_url(data)


def test_a_making_that_was_interrupted_is_done_again(tmp_path: Path):
    half_made = tmp_path / "postgres" / "cluster.new"
    half_made.mkdir(parents=True)
    half_made.joinpath("PG_VERSION").write_text("18")
    tmp_path.joinpath("postgres").chmod(0o700)

    with embedded.ensure(tmp_path, durable=False) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert not half_made.exists()
    clear_sockets(tmp_path)


def test_a_database_of_another_release_is_not_touched(data: Path):
    folders_in(data).cluster.joinpath("PG_VERSION").write_text("17\n")

    with pytest.raises(embedded.EmbeddedError, match="made by PostgreSQL 17"):
        embedded.start(data, durable=False)


def test_there_is_no_address_before_there_is_a_database(tmp_path: Path):
    assert not embedded.running(tmp_path)
    with pytest.raises(embedded.EmbeddedError, match="no database"):
        embedded.database_url(tmp_path)
