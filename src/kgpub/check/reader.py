"""Read what a site sent with real parsers, in a process that may be lost (``check.parsing``)."""

import json
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from kgpub.check.addresses import joined
from kgpub.check.failures import NotReadable
from kgpub.check.graph import Graph
from kgpub.check.link_header import Link

_SECONDS = 20
_LONGEST_ANSWER = 400_000_000


@dataclass(frozen=True)
class HtmlPage:
    """What a page tells machines; addresses are absolute."""

    links: tuple[Link, ...]
    scripts: tuple[str, ...]
    anchors: tuple[str, ...]
    language: str
    charset: str

    def related(self, relation: str) -> list[Link]:
        """Return the links of a relation type."""
        return [link for link in self.links if relation in link.relations]


class Reader:
    """Reads documents one after the other; the process behind it is started when it is needed, and again when lost."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def rdf(self, body: bytes, media_type: str, base: str) -> Graph:
        """Return the statements of an RDF document; raise ``NotReadable`` with the reason."""
        parsed = self._read("rdf", body, media_type, base)
        return Graph(frozenset((s, p, o, g) for s, p, o, g in parsed["statements"]))

    def html(self, body: bytes, charset: str, base: str) -> HtmlPage:
        """Return what a page tells machines."""
        parsed = self._read("html", body, charset, base)
        base = joined(base, parsed["base"])
        return HtmlPage(
            tuple(_link(base, attributes) for attributes in parsed["links"]),
            tuple(parsed["scripts"]),
            tuple(dict.fromkeys(joined(base, href) for href in parsed["anchors"])),
            parsed["language"],
            parsed["charset"],
        )

    def results(self, body: bytes, media_type: str) -> Mapping[str, Any]:
        """Return what SPARQL results hold: ``boolean``, or ``variables`` and the number of ``rows``."""
        return self._read("results", body, media_type, "")

    def sitemap(self, body: bytes) -> Mapping[str, Any]:
        """Return the ``root`` element of a sitemap and its ``entries``."""
        return self._read("sitemap", body, "", "")

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _read(self, kind: str, body: bytes, media_type: str, base: str) -> dict[str, Any]:
        process = self._process = self._process or _start()
        request = {"kind": kind, "type": media_type, "base": base, "bytes": len(body)}
        try:
            assert process.stdin is not None  # noqa: S101 (it was started with a pipe)
            process.stdin.write(json.dumps(request).encode() + b"\n" + body)
            process.stdin.flush()
            text = _Answer(process, time.monotonic() + self._seconds).text()
        except (OSError, EOFError) as error:
            self.close()
            raise NotReadable("the parser crashed on it, or ran out of memory.") from error
        except TimeoutError as error:
            self.close()
            raise NotReadable(f"the parser did not come to an end within {self._seconds:g} s.") from error
        parsed: dict[str, Any] = json.loads(text)
        if "error" in parsed:
            raise NotReadable(parsed["error"])
        return parsed


class _Answer:
    """What the process writes, until a deadline."""

    def __init__(self, process: "subprocess.Popen[bytes]", deadline: float) -> None:
        assert process.stdout is not None  # noqa: S101 (it was started with a pipe)
        self._pipe: IO[bytes] = process.stdout
        self._deadline = deadline
        self._read = bytearray()

    def text(self) -> bytes:
        """Return the text whose length the first line tells."""
        while b"\n" not in self._read:
            self._more()
        length, _, rest = bytes(self._read).partition(b"\n")
        if not length.isdigit() or int(length) > _LONGEST_ANSWER:
            raise EOFError
        self._read = bytearray(rest)
        while len(self._read) < int(length):
            self._more()
        return bytes(self._read)

    def _more(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0 or not select.select((self._pipe,), (), (), left)[0]:
            raise TimeoutError
        piece = self._pipe.read1(1 << 20)  # type: ignore[attr-defined]  # a pipe of Popen is a BufferedReader
        if not piece:
            raise EOFError
        self._read += piece


def _start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "kgpub.check.parsing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _link(base: str, attributes: Mapping[str, str]) -> Link:
    parameters = tuple((name, value) for name, value in attributes.items() if name not in ("rel", "href"))
    return Link(joined(base, attributes["href"]), tuple(attributes["rel"].lower().split()), base, parameters)
