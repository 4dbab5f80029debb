"""What the child may still do once it has locked itself, and how large a picture may be."""

import contextlib
import os
import resource
import signal

from .refusals import Refused

MAX_PIXELS = 40_000_000
MAX_SIDE = 8192  # pixels
MEMORY = 1 << 30  # bytes of address space
CPU_SECONDS = 20  # for one picture
NOBODY = 65534


def lock() -> None:
    """Give up files, sockets, processes, core dumps and all memory above the limit, for good."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)  # from here on it has nobody to speak to
    os.close(silence)
    if os.geteuid() == 0:
        _stop_being_root()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when its child ends
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))


def _stop_being_root() -> None:
    """Become nobody, because root may raise its own limits again."""
    with contextlib.suppress(OSError):  # a container may not know that user
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def allow_one_picture() -> None:
    """Move the processor limit, which counts from the start of the process, for one picture."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + CPU_SECONDS, resource.RLIM_INFINITY))


def check_size(width: int, height: int) -> None:
    """Refuse a picture whose header declares more pixels than are worth decoding."""
    if width < 1 or height < 1:
        raise Refused("unreadable")
    if width * height > MAX_PIXELS:
        raise Refused("too_many_pixels")
    if max(width, height) > MAX_SIDE:
        raise Refused("side_too_long")
