"""The gateway emulator as tests use it: a real process, real HTTP, its charge book at hand."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
READY = "The gateway emulator listens on "


@dataclass(frozen=True, kw_only=True)
class EmulatorProcess:
    """A running emulator.

    `base_url` is what CLOUDFLARE_API_BASE takes, `address` the root for the emulator's own
    addresses, `result_host` the entry for RESULT_HOSTS. The control client keeps its connection
    open, so that faults of new connections meet the studio and not the test.
    """

    process: subprocess.Popen[str]
    address: str
    data: Path
    account_id: str
    token: str
    weak_token: str
    control: httpx.Client = field(repr=False)

    @property
    def base_url(self) -> str:
        return f"{self.address}/client/v4"

    @property
    def run_url(self) -> str:
        return f"{self.base_url}/accounts/{self.account_id}/ai/run"

    @property
    def result_host(self) -> str:
        return self.address.removeprefix("http://")

    @property
    def environment(self) -> dict[str, str]:
        """The studio's settings that point it at this emulator."""
        return {
            "CLOUDFLARE_ACCOUNT_ID": self.account_id,
            "CLOUDFLARE_API_TOKEN": self.token,
            "CLOUDFLARE_API_BASE": self.base_url,
            "RESULT_HOSTS": self.result_host,
        }

    def charges(self, **facts: Any) -> list[dict[str, Any]]:
        """The charge book's rows, oldest first, all of them or those with these facts."""
        rows = self.control.get("/emulator/charges").raise_for_status().json()["calls"]
        return [row for row in rows if all(row.get(key) == facts[key] for key in facts)]

    def charged_microdollars(self) -> int:
        book = self.control.get("/emulator/charges").raise_for_status().json()
        return int(book["charged_microdollars"])

    def set_fault(
        self,
        mode: str,
        *,
        times: int | None = None,
        match: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> str:
        """Switch a fault on and give the id of its rule; without `times` it meets every call.

        A fault of new connections (`reset_at_accept`) without `times` meets one.
        """
        rule: dict[str, Any] = {"mode": mode, "match": match or {}, "options": options}
        if times is not None:
            rule["times"] = times
        answer = self.control.post("/emulator/faults", json=rule).raise_for_status()
        return str(answer.json()["active"][0]["id"])

    def clear_faults(self) -> None:
        self.control.delete("/emulator/faults").raise_for_status()

    def stop(self) -> None:
        """End it by closing its stdin; wait for its end."""
        self.control.close()
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(timeout=60)
        if self.process.stdout:
            self.process.stdout.close()

    def kill(self) -> None:
        """End it without a warning; the charge book in `data` stays."""
        self.process.kill()
        self.stop()


def start_emulator(
    data: Path,
    *,
    delay: float = 0,
    log_delay: float = 0,
    result_lifetime: float = 600,
    faults: Mapping[str, Any] | list[Mapping[str, Any]] | None = None,
    port: int = 0,
) -> EmulatorProcess:
    """Start an emulator with its files in `data`, and come back when it listens.

    Times are seconds. The process ends with the test run, also when that is killed.
    """
    account_id, token, weak_token = "f" * 32, "test-token", "test-token-without-workers-ai"
    arguments = {
        "--host": "127.0.0.1",
        "--port": port,
        "--data": data,
        "--delay": delay,
        "--log-delay": log_delay,
        "--result-lifetime": result_lifetime,
        "--faults": json.dumps(faults or []),
    }
    words = [str(word) for pair in arguments.items() for word in pair]
    process = subprocess.Popen(
        [sys.executable, "-m", "generations.emulator", "--stop-with-stdin", *words],
        cwd=ROOT,
        env={
            **os.environ,
            "EMULATOR_ACCOUNT_ID": account_id,
            "EMULATOR_API_TOKEN": token,
            "EMULATOR_WEAK_TOKEN": weak_token,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith(READY), f"the emulator did not start: {line!r}"
    address = line.removeprefix(READY).strip()
    return EmulatorProcess(
        process=process,
        address=address,
        data=data,
        account_id=account_id,
        token=token,
        weak_token=weak_token,
        control=httpx.Client(base_url=address, timeout=30, trust_env=False, verify=False),
    )
