"""An emulator, a forge of processes, and somebody who asks for pictures."""

from collections.abc import Iterator

import pytest

from imagestudio.accounts.services.access import personal_membership_of
from tests.crash.forge import Forge
from tests.crash.studio import Studio
from tests.factories import make_user
from tests.integration.emulator_process import EmulatorProcess, start_emulator
from tests.integration.generations.conftest import Maker
from tests.integration.web_process import own_settings


@pytest.fixture(scope="session")
def emulator_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorProcess]:
    process = start_emulator(tmp_path_factory.mktemp("emulator"))
    yield process
    process.stop()


@pytest.fixture
def emulator(emulator_process: EmulatorProcess) -> Iterator[EmulatorProcess]:
    emulator_process.set_fault("sketch")  # nobody looks at these pictures
    yield emulator_process
    emulator_process.clear_faults()


@pytest.fixture(scope="session")
def warm_forge(
    django_db_setup: None,
    emulator_process: EmulatorProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Forge]:
    forge = Forge(
        logs=tmp_path_factory.mktemp("processes"),
        environment=own_settings("http://127.0.0.1") | emulator_process.environment,
    )
    yield forge
    forge.stop()


@pytest.fixture
def forge(warm_forge: Forge) -> Iterator[Forge]:
    yield warm_forge
    warm_forge.end_all()


@pytest.fixture
def studio(rows: None, emulator: EmulatorProcess, forge: Forge) -> Studio:
    """Return a studio with one person in it, whose processes can be made to die."""
    maker = Maker(personal_membership_of(user=make_user("alice")), emulator)
    return Studio(forge=forge, emulator=emulator, alice=maker)
