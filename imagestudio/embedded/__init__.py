"""The studio's own PostgreSQL server: from the binaries of a wheel, reached by nobody else.

Knows no Django. The server lives in `<data>/postgres`; it listens on no network, only on a socket
in a folder that is closed to others, and asks for a password. It runs for as long as somebody
uses it: every user of it (the supervisor with its parts, a `manage.py` command) holds a shared
lock, and its keeper stops it when the last one is gone, however it went.
"""

from imagestudio.embedded.errors import EmbeddedError
from imagestudio.embedded.folders import data_folder, database_url
from imagestudio.embedded.server import Server, ensure, running, start

__all__ = ["EmbeddedError", "Server", "data_folder", "database_url", "ensure", "running", "start"]
