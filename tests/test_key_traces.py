"""The traces that keys leave for other processes."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from kgpub.key_traces import KeyTraces

KEYS = [sha256(str(number).encode()).digest() for number in range(2_000)]


def test_what_was_added_may_be_there_and_little_else(tmp_path: Path) -> None:
    traces = KeyTraces(tmp_path / "traces")
    for key in KEYS[:1_000]:
        traces.add(key)
    assert all(traces.may_hold(key) for key in KEYS[:1_000])
    assert sum(traces.may_hold(key) for key in KEYS[1_000:]) < 10
    traces.close()


def test_another_process_sees_a_trace_at_once(tmp_path: Path) -> None:
    traces = KeyTraces(tmp_path / "traces")
    program = "import sys; from pathlib import Path; from kgpub.key_traces import KeyTraces\n"
    program += "KeyTraces(Path(sys.argv[1])).add(bytes.fromhex(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "traces"), KEYS[0].hex()], check=True)
    assert traces.may_hold(KEYS[0])
    assert not traces.may_hold(KEYS[1])
    traces.close()
