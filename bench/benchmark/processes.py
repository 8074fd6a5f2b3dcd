"""Servers as trees of processes: started, frozen while another one is measured, weighed, ended."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_END_SECONDS = 15
_SETTLE_SECONDS = 40
_STEP_SECONDS = 0.05
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Finished:
    """A program that has ended: how long it took, and the most memory that one of its processes took."""

    seconds: float
    peak_mb: float


def run_measured(command: Sequence[str], log: Path) -> Finished:
    """Run a program to its end; raise ``CalledProcessError`` where it fails (its output is in *log*)."""
    begun = time.monotonic()
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Finished(time.monotonic() - begun, usage.ru_maxrss * _KIB / 1e6)


class Running:
    """A server that runs, with all the processes it started."""

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str], folder: Path) -> None:
        """Start a server; what it writes goes to *log*."""
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=folder,
                env={**os.environ, **environment}, start_new_session=True,
            )  # fmt: skip

    @property
    def has_ended(self) -> bool:
        """Tell whether the server's first process is gone."""
        return self._process.poll() is not None

    @contextlib.contextmanager
    def awake(self) -> Iterator[None]:
        """Let the server run for a while, and freeze it again once it has nothing left to do."""
        self._signal(signal.SIGCONT)
        try:
            yield
            self.settle()
        finally:
            self.freeze()

    def freeze(self) -> None:
        """Take the processor away from every process."""
        self._signal(signal.SIGSTOP)

    def settle(self) -> None:
        """Wait until requests whose client has gone are over: they would be counted against the next measurement."""
        ends = time.monotonic() + _SETTLE_SECONDS
        before = self._ticks()
        while time.monotonic() < ends:
            time.sleep(_STEP_SECONDS)
            now = self._ticks()
            if now - before <= 1:
                return
            before = now

    def private_mb(self) -> dict[int, float]:
        """Return the memory of each process that is no other's and no file's."""
        return {pid: _private_kib(pid) * _KIB / 1e6 for pid in _tree(self._process.pid)}

    def stop(self) -> None:
        """End the server, gently at first."""
        self._signal(signal.SIGCONT)
        begun = {pid: _begun(pid) for pid in _tree(self._process.pid)}
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        for pid, ticks in begun.items():
            if _begun(pid) == ticks:  # still the process that had this number
                _send(pid, signal.SIGKILL)
        self._process.wait()

    def kill(self) -> None:
        """End the server at once: it may be too busy to listen."""
        pids = _tree(self._process.pid)
        for pid in pids:
            _send(pid, signal.SIGKILL)
        self._process.wait()

    def _ticks(self) -> int:
        return sum(_cpu_ticks(pid) for pid in _tree(self._process.pid))

    def _signal(self, number: signal.Signals) -> None:
        for pid in _tree(self._process.pid):
            _send(pid, number)


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _tree(root: int) -> list[int]:
    """Return a process and everything below it; /proc knows each one's parent."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat after the name, state first (proc(5))."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def _begun(pid: int) -> str:
    """Return when a process began, in the kernel's ticks."""
    fields = _stat(pid)
    return fields[19] if fields else ""


def _cpu_ticks(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _private_kib(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:")), 0)
