"""How long a process may run at a stretch, which Python's library cannot tell the kernel (sched_setattr(2)).

Linux from 6.12 lets a process that wakes up interrupt at once one whose slice is longer. A process may choose its own
slice and those of its user's others freely: slices decide who waits for whom, not who gets how much.
"""

import ctypes
import os
import platform
import struct
import sys

#: The number of the system call: C libraries have no function for it before glibc 2.41.
_NUMBERS = {"x86_64": 314, "aarch64": 274, "riscv64": 274, "ppc64le": 355, "s390x": 345}
_NUMBER = _NUMBERS.get(platform.machine()) if sys.platform == "linux" else None
#: size, policy, flags, nice, priority, runtime, deadline, period (struct sched_attr)
_ATTRIBUTES = struct.Struct("=IIQiIQQQ")
_NANOSECONDS = 1_000_000


def set_slice(pid: int, milliseconds: int) -> None:
    """Choose the slice of an ordinary process, 1 to 100 ms, or 0 for what the system chooses itself.

    Where a system knows no such thing or forbids it, nothing happens. Raises ``ProcessLookupError``.
    """
    if _NUMBER is None:
        return
    nice = os.getpriority(os.PRIO_PROCESS, pid)
    wanted = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, 0, nice, 0, milliseconds * _NANOSECONDS, 0, 0)
    ctypes.CDLL(None).syscall(_NUMBER, pid, wanted, 0)
