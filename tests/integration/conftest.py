"""One emulator for all integration tests of a process; each starts without faults."""

from collections.abc import Iterator

import pytest

from tests.integration.emulator_process import EmulatorProcess, start_emulator


@pytest.fixture(scope="session")
def emulator_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorProcess]:
    process = start_emulator(tmp_path_factory.mktemp("emulator"))
    yield process
    process.stop()


@pytest.fixture
def emulator(emulator_process: EmulatorProcess) -> Iterator[EmulatorProcess]:
    yield emulator_process
    emulator_process.clear_faults()
