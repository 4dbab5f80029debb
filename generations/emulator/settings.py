"""What an emulator is told when it starts."""

from dataclasses import dataclass
from pathlib import Path

ACCOUNT_ID = "0123456789abcdef0123456789abcdef"  # 32 hexadecimal digits, as Cloudflare's are
API_TOKEN = "emulated-token"  # noqa: S105 -- opens nothing but this emulator
WEAK_TOKEN = "emulated-token-without-workers-ai"  # noqa: S105 -- known, but may not run models


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Seconds for times; `data` is a folder that the emulator may fill."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    account_id: str = ACCOUNT_ID
    api_token: str = API_TOKEN
    weak_token: str = WEAK_TOKEN
    delay: float = 3.0  # an ordinary call at medium quality
    log_delay: float = 0.5  # until a log entry can be read
    result_lifetime: float = 600.0  # until a result's address expires
