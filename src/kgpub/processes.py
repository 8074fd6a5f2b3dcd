"""What the processes of a server take, read from Linux's ``/proc`` when somebody asks."""

import os
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from kgpub.child_processes import IDLE_MODULE

_PROC = Path("/proc")
_MAIN, _WEB, _POOL, _IDLE = "main", "web", "pool", "idle"
_POOL_MODULE = b"kgpub.pool"
#: A process that Python starts beside those that it spawns.
_TRACKER_MODULE = b"resource_tracker"


@dataclass(frozen=True, slots=True)
class Usage:
    """What the processes of one kind take together."""

    processes: int = 0
    resident_bytes: int = 0
    open_files: int = 0
    cpu_seconds: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.processes + other.processes,
            self.resident_bytes + other.resident_bytes,
            self.open_files + other.open_files,
            self.cpu_seconds + other.cpu_seconds,
        )


@dataclass(frozen=True, slots=True)
class _Process:
    pid: int
    parent: int
    cpu_ticks: int
    ended_children_ticks: int
    pages: int


def usage_of(main_pid: int) -> Mapping[str, Usage]:
    """Return what the processes of the server with this main process take, by kind; nothing where there is no /proc.

    The time of query workers that were replaced is in that of the pool's master, so no time is lost.
    """
    processes = {process.pid: process for process in _processes()}
    pools = {process.pid for process in processes.values() if _is_pool(process, main_pid)}
    used: dict[str, Usage] = {}
    for process in processes.values():
        kind = _kind(process, main_pid, pools)
        if kind is not None:
            used[kind] = used.get(kind, Usage()) + _usage(process, kind)
    return used


def _is_pool(process: _Process, main_pid: int) -> bool:
    return process.parent == main_pid and _POOL_MODULE in _command(process.pid)


def _kind(process: _Process, main_pid: int, pools: AbstractSet[int]) -> str | None:
    if process.pid in pools or process.parent in pools:
        return _POOL
    if process.pid == main_pid:
        return _MAIN
    if process.parent == main_pid:
        command = _command(process.pid)
        return _MAIN if _TRACKER_MODULE in command else _IDLE if IDLE_MODULE.encode() in command else _WEB
    return None


def _usage(process: _Process, kind: str) -> Usage:
    ticks = process.cpu_ticks + (process.ended_children_ticks if kind == _POOL else 0)
    return Usage(
        1,
        process.pages * os.sysconf("SC_PAGE_SIZE"),
        _open_files(process.pid),
        ticks / os.sysconf("SC_CLK_TCK"),
    )


def _processes() -> Iterator[_Process]:
    for folder in _PROC.glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        user, system, ended_user, ended_system = (int(field) for field in fields[11:15])  # proc(5), fields 14 to 17
        yield _Process(int(folder.name), int(fields[1]), user + system, ended_user + ended_system, int(fields[21]))


def _command(pid: int) -> bytes:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def _open_files(pid: int) -> int:
    try:
        return sum(1 for _ in (_PROC / str(pid) / "fd").iterdir())
    except OSError:
        return 0
