"""Where the parts of an embedded server lie."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from imagestudio.embedded.errors import EmbeddedError

_CHECKOUT = Path(__file__).resolve().parent.parent.parent
ROLE = DATABASE = "imagestudio"
PORT = 5432  # only a part of the socket's name
_MAKER = "made-for"  # beside a socket in a short place: whose it is
_SOCKET_PATH_BYTES = 107  # what the system's `sun_path` holds, without its closing zero


@dataclass(frozen=True)
class Folders:
    """The paths of one embedded server; `root` is `<data>/postgres`, for its owner only."""

    root: Path

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory; elsewhere, by a link, where root must run as `nobody`."""
        return (self.root / "cluster").resolve()

    @property
    def password(self) -> Path:
        """The application's password, readable by its owner only."""
        return self.root / "password"

    @property
    def superuser_password(self) -> Path:
        """The password of role `postgres`, for maintenance by hand; the studio does not use it."""
        return self.root / "superuser-password"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.root / "log"

    @property
    def users_lock(self) -> Path:
        """Held, shared, by everybody who uses the server."""
        return self.root / "users.lock"

    @property
    def start_lock(self) -> Path:
        """Held by the one who is just starting the server."""
        return self.root / "start.lock"

    @property
    def keeper_lock(self) -> Path:
        """Held by the keeper of the server for as long as it lives."""
        return self.root / "keeper.lock"

    @property
    def sockets(self) -> Path:
        """The folder of the server's socket."""
        return (self.root / "sockets").resolve()

    @property
    def socket(self) -> Path:
        """The server's socket, there while it runs."""
        return self.sockets / f".s.PGSQL.{PORT}"


def data_folder() -> Path:
    """Give the studio's data folder: IMAGESTUDIO_DATA, or `var` in the checkout."""
    return Path(os.environ.get("IMAGESTUDIO_DATA") or _CHECKOUT / "var").resolve()


def folders_in(data: Path) -> Folders:
    """Give the paths below the data folder `data`, whether or not anything is there."""
    return Folders(root=data.resolve() / "postgres")


def make_root(folders: Folders) -> None:
    """Make the server's folder, closed to others; raise EmbeddedError where it is not ours."""
    try:
        folders.root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folders.root.mkdir(mode=0o700, exist_ok=True)
    except PermissionError as error:
        raise EmbeddedError(
            f"The data folder cannot be written: {error.filename}. "
            "Set IMAGESTUDIO_DATA to a folder of your own."
        ) from error
    if folders.root.stat().st_uid != os.geteuid():
        raise EmbeddedError(
            f"{folders.root} belongs to another user. Run the studio as that user, "
            "or set IMAGESTUDIO_DATA to a folder of your own."
        )


def make_sockets(folders: Folders, *, user: int | None) -> None:
    """Make the folder of the socket for `user` (None: ourselves), closed to others.

    A path too long for a socket gets a short place and a link to it, so that the address of the
    database stays the same. A short place that was cleared away, or taken, is replaced; so is one
    that another data folder, of which this is a copy, has made for itself.
    """
    owner = os.geteuid() if user is None else user
    short = len(os.fsencode(folders.socket)) <= _SOCKET_PATH_BYTES
    place = folders.sockets
    if short and place.is_dir() and _closed(place, owner=owner) and _is_of(place, folders.root):
        return
    if short and not place.exists():
        place.mkdir(mode=0o700)
    else:
        # Not gettempdir(): TMPDIR may be long as well. mkdtemp: 0700, a name nobody can guess.
        place = Path(tempfile.mkdtemp(prefix="imagestudio-", dir="/tmp"))
        (place / _MAKER).write_text(str(folders.root))
        _link(folders.root / "sockets", to=place)
    os.chown(place, owner, -1)


def _is_of(place: Path, root: Path) -> bool:
    """Whether the folder of the socket was made for the data folder with this `root`."""
    maker = place / _MAKER
    return place.parent == root or (maker.is_file() and maker.read_text() == str(root))


def _closed(folder: Path, *, owner: int) -> bool:
    status = folder.stat()
    return status.st_uid == owner and not status.st_mode & 0o077


def _link(link: Path, *, to: Path) -> None:
    if link.is_dir() and not link.is_symlink():  # from before the data folder was moved
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.symlink_to(to)


def database_url(data: Path) -> str:
    """Give the address of the database in `data`, for DATABASE_URL.

    It holds the password. Raises EmbeddedError where no database has been made yet.
    """
    folders = folders_in(data)
    try:
        password = folders.password.read_text()
    except FileNotFoundError as error:
        raise EmbeddedError(f"There is no database in {folders.root} yet.") from error
    host = quote(str(folders.sockets), safe="/")
    return f"postgres://{ROLE}:{password}@/{DATABASE}?host={host}"
