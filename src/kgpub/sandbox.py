"""Take from a process what a query never needs: memory without end, the network, other programs.

Query text comes from strangers and goes to an engine in the same process, so the limits are the kernel's, not ours:
whatever a query finds to make the engine do, no socket opens and no program starts (ARCHITECTURE.md, invariant 2).
"""

import errno
import resource
import sys

_REFUSED = (
    "socket", "socketpair", "connect", "bind", "listen",
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev",
    "io_uring_setup", "bpf", "kexec_load", "mount", "umount2", "pivot_root", "setns", "unshare",
)  # fmt: skip
_CLONE_THREAD = 0x00010000


def limit_memory(memory_mb: int) -> None:
    """Cap the private memory of this process, what it has included, leave no core file and write no file.

    ``RLIMIT_DATA`` counts private memory only, so the store's mapped files cost nothing; an allocation beyond it
    aborts this process and nobody else.
    """
    cap_bytes = memory_mb << 20
    resource.setrlimit(resource.RLIMIT_DATA, (cap_bytes, cap_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def deny_network_and_programs() -> bool:
    """Refuse this process new sockets, new programs and new processes, for good; tell whether that was possible.

    It is on Linux with libseccomp (no privilege needed). Sockets that are open already go on working. ``clone3``
    answers "not implemented", since a filter cannot see its flags; the C library then uses ``clone``, which is
    allowed for threads alone.
    """
    if sys.platform != "linux":
        return False
    try:
        import pyseccomp as seccomp  # noqa: PLC0415 (needs a C library that a system may lack)
    except (ImportError, OSError, RuntimeError):
        return False
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in _REFUSED:
        _refuse(rules, seccomp, name)
    try:
        rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
        rules.add_rule(seccomp.ERRNO(errno.EPERM), "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, 0))
        rules.load()
    except (OSError, RuntimeError):  # a kernel or a container that takes no filter
        return False
    return True


def _refuse(rules: "seccomp.SyscallFilter", seccomp: "seccomp", name: str) -> None:  # type: ignore[name-defined]  # noqa: F821 (imported where it exists)
    try:
        rules.add_rule(seccomp.ERRNO(errno.EPERM), name)
    except (OSError, ValueError):  # a system call that this kernel's architecture does not have
        return
