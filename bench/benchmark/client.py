"""The clients: wrk for rates and latencies, curl for large answers, Python where only the content counts."""

import http.client
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LUA = Path(__file__).parents[1] / "lua" / "requests.lua"
_TIMEOUT_SECONDS = 60
_STARTED_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement; *rate* counts answers that are right by their status, *failures* all others."""

    rate: float
    p50_ms: float
    p99_ms: float
    failures: int

    @property
    def as_json(self) -> dict[str, float]:
        """Return the figures with what a JSON reader needs of them."""
        return {
            "rate": round(self.rate, 2), "p50_ms": round(self.p50_ms, 3), "p99_ms": round(self.p99_ms, 3),
            "failures": self.failures,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Requests:
    """What wrk sends: the file with addresses, one a line, and headers."""

    addresses: Path
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transfer:
    """One large answer."""

    seconds: float
    first_byte_ms: float
    body_bytes: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Wrk:
    """The compiled client, with one thread of its own."""

    program: Path

    def command(self, port: int, requests: Requests, connections: int, seconds: int, turn: int) -> list[str]:
        """Return the command for one measurement; *turn* must be new for each."""
        options = ["--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"]
        options += ["--timeout", f"{_TIMEOUT_SECONDS}s", "--script", str(_LUA), f"http://127.0.0.1:{port}"]
        return [str(self.program), *options, "--", str(requests.addresses), str(turn), *requests.headers]

    def measure(self, port: int, requests: Requests, connections: int, seconds: int, turn: int) -> Sample:
        """Send requests for some seconds and return what came of them."""
        command = self.command(port, requests, connections, seconds, turn)
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
        return sample_of(ended.stdout)


def sample_of(output: str) -> Sample:
    """Read the line that the Lua script writes at the end."""
    found: dict[str, Any] = json.loads(output.rpartition("RESULT ")[2])
    failures = sum(found["failures"].values())
    good = found["requests"] - found["failures"]["status"]
    return Sample(good / found["seconds"], found["p50_ms"], found["p99_ms"], failures)


def transfer(port: int, path: str, accept: str) -> Transfer:
    """Take one large answer and drop it."""
    form = '{"s": %{time_total}, "f": %{time_starttransfer}, "b": %{size_download}, "c": "%{http_code}"}'
    command = ["curl", "--silent", "--output", "/dev/null", "--max-time", "300", "--write-out", form]
    ended = subprocess.run(
        [*command, "--header", f"Accept: {accept}", f"http://127.0.0.1:{port}{path}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = json.loads(ended.stdout)
    is_complete = ended.returncode == 0 and found["c"] == "200"
    return Transfer(found["s"], found["f"] * 1000, int(found["b"]), is_complete)


class Reader:
    """A connection that is kept, for the content of answers."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_STARTED_SECONDS)

    def get(self, path: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers (names in lower case) and body; a status of 0 where there is no answer."""
        try:
            self._connection.request("GET", path, headers=dict(headers))
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return 0, {}, b""
        return response.status, {name.lower(): value for name, value in response.getheaders()}, body

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def write_addresses(file: Path, paths: Sequence[str]) -> Path:
    """Write a list of addresses for the Lua script."""
    file.write_text("".join(f"{path}\n" for path in paths), "utf-8")
    return file
