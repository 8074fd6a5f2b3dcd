"""The processes of a server, as /proc shows them (proc(5))."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PAGE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Census:
    """What a server has taken of the machine."""

    processes: int
    threads: int
    descriptors: int
    resident_mb: float


def tree(root: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield root
    with suppress(OSError):
        for task in Path(f"/proc/{root}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from tree(int(child))


def census(root: int) -> Census:
    """Count what a server's processes have; one that ends meanwhile is left out."""
    rows = []
    for pid in tree(root):
        with suppress(OSError):
            place = Path(f"/proc/{pid}")
            resident = int((place / "statm").read_text().split()[1]) * _PAGE_BYTES / 1e6
            rows.append((len(list((place / "task").iterdir())), len(list((place / "fd").iterdir())), resident))
    return Census(len(rows), sum(row[0] for row in rows), sum(row[1] for row in rows), sum(row[2] for row in rows))


def descriptors(root: int) -> Counter[str]:
    """Count what a server's descriptors lead to; numbers of sockets and pipes are left out."""
    found: Counter[str] = Counter()
    for pid in tree(root):
        with suppress(OSError):
            found.update(re.sub(r"\[\d+\]", "", str(link.readlink())) for link in Path(f"/proc/{pid}/fd").iterdir())
    return found


def resident_mb(root: int) -> float:
    """Return the memory of a server's processes; pages that they share count in each."""
    pages = 0
    for pid in tree(root):
        with suppress(OSError):
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * _PAGE_BYTES / 1e6


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Tell whether a condition comes true in time."""
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.05)
    return condition()
