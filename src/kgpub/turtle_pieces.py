"""Write Turtle and TriG piece by piece, the same bytes every time, so that no large file is held in memory."""

from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Quad, RdfFormat, Triple, serialize


def prefix_lines(prefixes: Mapping[str, str]) -> bytes:
    """Return the declarations of prefixes, in the order of their names."""
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(prefixes.items())).encode()


def piece(statements: Sequence[Triple] | Sequence[Quad], syntax: RdfFormat, prefixes: Mapping[str, str]) -> bytes:
    """Return statements in Turtle or TriG without the declarations of the prefixes they are shortened with.

    Blank nodes keep their names, so pieces of one file may share them.
    """
    data = serialize(statements, format=syntax, prefixes=dict(prefixes)) or b""
    return b"\n".join(_without_prefixes(data.split(b"\n")))


def _without_prefixes(lines: Iterable[bytes]) -> Iterable[bytes]:
    is_header = True
    for line in lines:
        is_header = is_header and line.startswith(b"@prefix ")
        if not is_header:
            yield line
