"""K14: PostgreSQL has crashed when the answer of a paid call arrives, and comes back."""

import signal

import psycopg

from tests.crash.forge import wait_until
from tests.crash.server import own_server

STATES = """
SELECT g.state, a.state, h.state, p.held, p.settled = a.cost, g.image_id IS NOT NULL
FROM generations_generation g JOIN generations_attempt a ON a.generation_id = g.id
JOIN money_hold h ON h.id = a.hold_id JOIN money_budgetperiod p ON p.id = h.period_id
"""


def test_k14_the_answer_waits_for_the_database(studio, tmp_path):
    generation, gate = studio.ask(), tmp_path / "gate"
    with own_server(tmp_path / "data") as server:
        server.load(studio.forge.environment["DATABASE_URL"])
        worker = studio.worker(database=server.url, gate=str(gate))
        wait_until(gate.with_suffix(".reached").exists, words=worker.said)

        server.stop(signal.SIGKILL)
        gate.touch()
        wait_until(lambda: "A paid result waits" in worker.said())
        server.start()

        done = [("completed", "succeeded", "settled", 0, True, True)]
        wait_until(lambda: rows_of(server.url) == done, words=worker.said)
        worker.signal(signal.SIGTERM)
        worker.wait()  # it may have ended by itself: the supervisor starts it again
    assert len(studio.calls(generation)) == 1


def rows_of(url: str) -> list[tuple[object, ...]]:
    """Return the states of the one generation, its attempt and its hold, and its money."""
    with psycopg.connect(url) as connection:
        return connection.execute(STATES).fetchall()
