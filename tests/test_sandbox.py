"""What a process can no longer do once it is in the sandbox, and what it still can."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="seccomp and RLIMIT_DATA are Linux's")

DENIED = "from kgpub.sandbox import deny_network_and_programs\nassert deny_network_and_programs()\n"
LIMITED = "from kgpub.sandbox import limit_memory\nlimit_memory(128)\n"
TRIED = """
try:
    {call}
except BaseException as error:
    print(type(error).__name__)
else:
    print("nothing")
"""


def run(script: str) -> str:
    """Run a script in a process of its own and return what it printed; imports come before the sandbox."""
    imports = "import ctypes, os, signal, socket, subprocess, sys, threading\nfrom concurrent import futures\n"
    done = subprocess.run(
        [sys.executable, "-c", imports + script], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def outcome_of(call: str, sandbox: str) -> str:
    """Return the name of what a call raises in the sandbox, or "nothing"."""
    return run(f"{sandbox}\n{TRIED.format(call=call)}")


@pytest.mark.parametrize(
    "call",
    [
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_UNIX)",
        "socket.socketpair()",
        "socket.create_connection(('127.0.0.1', 9))",
        "os.fork()",
        "os.execv('/bin/true', ['/bin/true'])",
        "os.posix_spawn('/bin/true', ['/bin/true'], {})",
        "subprocess.run(['/bin/true'])",
    ],
)
def test_network_and_programs_are_denied(call: str) -> None:
    assert outcome_of(call, DENIED) == "PermissionError"


def test_the_same_calls_work_outside() -> None:
    assert outcome_of("socket.socketpair(); subprocess.run(['/bin/true'])", "") == "nothing"


def test_a_socket_that_is_open_cannot_be_connected_elsewhere() -> None:
    opened = f"opened = socket.socket()\n{DENIED}"
    assert outcome_of("opened.connect(('127.0.0.1', 9))", opened) == "PermissionError"


def test_sockets_that_are_connected_go_on_working() -> None:
    script = f"one, other = socket.socketpair()\n{DENIED}one.sendall(b'still here')\nprint(other.recv(20).decode())"
    assert run(script) == "still here"


def test_threads_go_on_working() -> None:
    script = f"{DENIED}with futures.ThreadPoolExecutor(2) as pool:\n    print(list(pool.map(abs, [-1, -2])))"
    assert run(script) == "[1, 2]"


def test_files_can_still_be_read() -> None:
    assert outcome_of("open('/proc/self/status').read()", DENIED + LIMITED) == "nothing"


def test_memory_beyond_the_cap_cannot_be_had() -> None:
    assert outcome_of("bytearray(256 << 20)", LIMITED) == "MemoryError"


def test_memory_below_the_cap_can_be_had() -> None:
    assert outcome_of("bytearray(64 << 20)", LIMITED) == "nothing"


def test_the_caps_cannot_be_raised_again_by_this_process() -> None:
    call = "resource.setrlimit(resource.RLIMIT_DATA, (1 << 40, 1 << 40))"
    dropped = f"import resource\n{LIMITED}if os.getuid() == 0:\n    os.setresuid(65534, 65534, 65534)"
    assert outcome_of(call, dropped) == "ValueError"


def test_no_file_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "written"
    assert outcome_of(f"os.write(os.open({str(path)!r}, os.O_CREAT | os.O_WRONLY), b'x')", LIMITED) == "OSError"
    assert path.stat().st_size == 0


def test_a_system_without_libseccomp_is_told_so() -> None:
    assert (
        run("sys.modules['pyseccomp'] = None\nfrom kgpub.sandbox import *\nprint(deny_network_and_programs())")
        == "False"
    )
