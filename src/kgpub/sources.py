"""The RDF files of a project: which there are, which named graph each fills, and the quads in them."""

import codecs
import gzip
import io
import os
import re
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from xml.parsers import expat

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from kgpub.errors import RdfSyntaxError, SourceNotUtf8, SourceUnreadable
from kgpub.file_kinds import START_BYTES, resemblance
from kgpub.iris import escaped

RDF_FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
}
#: In a folder, these suffixes are as often something else; such a file is read only when it is named itself.
_AMBIGUOUS_SUFFIXES = {".xml", ".json"}
#: Others that RDF comes with, which is not read.
_FOREIGN_SUFFIXES = {".n3", ".turtle", ".ntriples", ".nquads", ".trix", ".rdfxml", ".hdt", ".rj", ".ttls", ".nts"}
_FOREIGN_PACKING = {".bz2", ".xz", ".zst", ".zip", ".7z"}
#: How much larger RDF is when gzip is taken off it, about.
_UNPACKED = 10
_UTF8_BOM = b"\xef\xbb\xbf"
_CHUNK_BYTES = 1 << 16
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_NOT_UTF8 = re.compile(r"invalid utf-8|only utf-8|using utf-8", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """One RDF file, and the graph that its triples outside a graph go to (None: the default graph)."""

    path: Path
    name: str
    graph: str | None


def project_sources(folder: Path, kind: str, graph_base: str) -> tuple[Source, ...]:
    """Return the RDF files below *folder*, in stable order, each with the named graph its place gives it.

    ``data/claims/0-lead.ttl`` fills ``graph/claims``, ``data/meta.ttl`` fills ``graph/meta``; all files of
    another folder fill one graph with the folder's name: ``ontology/codes/side.ttl`` fills ``graph/ontology``. What
    an IRI may not hold is percent-encoded: ``data/old claims.ttl`` fills ``graph/old%20claims``.

    Raises ``SourceUnreadable`` where *folder* is none; only the folders that are there by default may be missing.
    """
    if not folder.is_dir():
        if folder.name == kind and not folder.exists():
            return ()
        raise SourceUnreadable(f"{folder} is no folder; under [folders], the settings name it for '{kind}'.")
    sources = []
    for path in rdf_files(folder):
        relative = path.relative_to(folder)
        first = relative.parts[0] if len(relative.parts) > 1 else _stem(path)
        graph = first if kind == "data" else kind
        sources.append(Source(path, f"{kind}/{relative.as_posix()}", f"{graph_base}{escaped(graph)}"))
    return tuple(sources)


def named_sources(paths: Iterable[Path]) -> tuple[Source, ...]:
    """Return the files that a user named, and those in the folders named; their quads stay as they are."""
    sources = []
    for path in paths:
        if not path.exists():
            raise SourceUnreadable(f"{path} cannot be read: No such file or directory.")
        if path.is_dir():
            files = rdf_files(path)
            if not files:
                raise SourceUnreadable(f"{path} holds no RDF file; the suffixes read are {_suffixes()}.")
            sources += [Source(file, file.relative_to(path).as_posix(), None) for file in files]
        else:
            syntax_of(path)
            sources.append(Source(path, path.name, None))
    return tuple(sources)


def rdf_files(folder: Path) -> list[Path]:
    """Return the RDF files below a folder in stable order, links that lead nowhere too, hidden ones not.

    A folder that links lead to again is read once. Raises ``SourceUnreadable`` for one that may not be listed, and for
    a name that is not UTF-8.
    """
    suffixes = RDF_FORMATS.keys() - _AMBIGUOUS_SUFFIXES
    rdf = [path for path in _files(folder) if _suffix(path) in suffixes and (path.is_file() or not path.exists())]
    for path in rdf:
        _check_name(path)
    return sorted(rdf, key=lambda path: path.relative_to(folder).as_posix())


def files_passed_over(folder: Path) -> list[Path]:
    """Return the files below a folder, if it is one, that may be RDF by their names and are not read."""
    foreign = _FOREIGN_SUFFIXES | _AMBIGUOUS_SUFFIXES
    known = foreign | RDF_FORMATS.keys()
    return sorted(
        path
        for path in (_files(folder) if folder.is_dir() else ())
        if _suffix(path) in foreign or (path.suffix in _FOREIGN_PACKING and Path(path.stem).suffix in known)
    )


def _files(folder: Path) -> list[Path]:
    found: list[Path] = []
    seen: set[str] = set()
    for parent, folders, names in os.walk(folder, onerror=_refuse_folder, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if (real := os.path.realpath(parent)) in seen:
            folders.clear()
            continue
        seen.add(real)
        found += [Path(parent, name) for name in names if not name.startswith(".")]
    return found


def _check_name(path: Path) -> None:
    """Raise ``SourceUnreadable`` for a file whose name is no text: releases write names down."""
    readable = os.fsencode(path).decode("utf-8", "backslashreplace")
    if readable != str(path):
        raise SourceUnreadable(f"{readable} has a name that is not UTF-8; rename it.")


def _refuse_folder(error: OSError) -> None:
    raise SourceUnreadable(f"{error.filename} cannot be read: {error.strerror}.") from error


def size_of(path: Path) -> int:
    """Return about how many bytes a file holds when unpacked; a file that cannot be read has none."""
    try:
        size = path.stat().st_size
    except OSError:
        return 0
    return size * _UNPACKED if path.suffix == ".gz" else size


def syntax_of(path: Path) -> RdfFormat:
    """Return the RDF syntax that a file's suffix names; raise ``SourceUnreadable`` where it names none."""
    syntax = RDF_FORMATS.get(_suffix(path))
    if syntax is None:
        raise SourceUnreadable(f"{path}: no RDF syntax has this suffix; the suffixes read are {_suffixes()}.")
    return syntax


def read_quads(source: Source, base_iri: str | None) -> Iterator[Quad]:
    """Parse a file and yield its quads as they come, blank nodes renamed apart from those of other files.

    Raises what ``parsed`` raises.
    """
    quads = parsed(source, base_iri)
    if source.graph is None:
        yield from quads
        return
    graph = NamedNode(source.graph)
    for quad in quads:
        if isinstance(quad.graph_name, DefaultGraph):
            yield Quad(quad.subject, quad.predicate, quad.object, graph)
        else:
            yield quad


def declared_prefixes(source: Source, base_iri: str) -> Mapping[str, str]:
    """Return the prefixes that a file declares before its first statement; raise what ``parsed`` raises."""
    prefixes: dict[str, str] = {}
    with closing(parsed(source, base_iri, prefixes)) as quads:
        next(quads, None)
    return prefixes


def parsed(source: Source, base_iri: str | None, prefixes: dict[str, str] | None = None) -> Generator[Quad, None, None]:
    """Parse a file and yield its quads as they are written there, the graph that its place gives it left out.

    Relative IRIs resolve against *base_iri*, or the file's own ``file:`` IRI. Literals keep their lexical form
    (ARCHITECTURE.md, invariant 5). An empty file holds no quad, in any syntax. *prefixes* is given those that are
    declared before the first statement. Raises ``SourceUnreadable``, ``SourceNotUtf8`` or ``RdfSyntaxError`` with line
    and column.
    """
    syntax = syntax_of(source.path)
    xml = None
    try:
        with _open(source.path) as file:
            _skip_byte_order_mark(source.path, file)
            if _is_empty(file):
                return
            if syntax == RdfFormat.RDF_XML:
                xml = _XmlFile(source.path, file)
            content = cast("IO[bytes]", xml or file)
            own_iri = source.path.resolve().as_uri()
            quads = parse(content, syntax, base_iri=base_iri or own_iri, rename_blank_nodes=True)
            first = next(quads, None)
            if prefixes is not None:
                prefixes.update(quads.prefixes)
            if first is not None:
                yield cast("Quad", first)
                yield from cast("Iterator[Quad]", quads)
    except SyntaxError as error:
        raise _syntax_error(source.path, error, syntax, error.lineno or (xml.line if xml else None)) from error
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceUnreadable(f"{source.path} cannot be read: {reason}.") from error


def _open(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _skip_byte_order_mark(path: Path, file: IO[bytes]) -> None:
    start = file.read(len(_UTF8_BOM))
    if start.startswith(_UTF16_BOMS):
        raise SourceNotUtf8(path, 1, 1)
    if start != _UTF8_BOM:
        file.seek(0)


def _is_empty(file: IO[bytes]) -> bool:
    """Tell whether a file holds blanks at most; JSON and XML would have to hold more."""
    start = file.tell()
    while chunk := file.read(_CHUNK_BYTES):
        if not chunk.isspace():
            break
    file.seek(start)
    return not chunk


class _XmlFile(io.RawIOBase):
    """Hands an XML file over line by line, so that whoever meets an error knows where it is.

    Oxigraph's reader of RDF/XML tells no position and takes a file that breaks off for a complete one (0.5.13).
    """

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._file = file
        self._characters = codecs.getincrementaldecoder("utf-8")()
        self._xml = expat.ParserCreate()
        self.line = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        line = self._file.readline(size)
        self.line += bool(line)
        try:
            self._characters.decode(line, not line)
            self._xml.Parse(line, not line)
        except UnicodeDecodeError as error:
            raise SourceNotUtf8(self._path, self.line, error.start + 1) from error
        except expat.ExpatError as error:
            reason = f"the XML is broken: {expat.ErrorString(error.code)}{_kind(self._path, RdfFormat.RDF_XML)}"
            raise RdfSyntaxError(self._path, error.lineno, error.offset + 1, reason) from error
        return line


def _syntax_error(
    path: Path, error: SyntaxError, syntax: RdfFormat, line: int | None
) -> RdfSyntaxError | SourceNotUtf8:
    reason = re.sub(r"^(Parser|Syntax) error (at|between) [^:]*: ", "", error.msg).rstrip(".")
    if _NOT_UTF8.search(reason):
        return SourceNotUtf8(path, line or 1, error.offset or 1, is_declared=syntax == RdfFormat.RDF_XML)
    if "LoadDocumentCallback" in reason:
        reason = "the JSON-LD names a context outside the file, and a build fetches nothing; write it into the file"
    return RdfSyntaxError(path, line, error.offset, reason + _kind(path, syntax))


def _kind(path: Path, syntax: RdfFormat) -> str:
    """Return as the end of a sentence what a file that is not in the syntax of its suffix looks like."""
    with _open(path) as file:
        found = resemblance(file.read(START_BYTES), syntax)
    return f"; {found}" if found else ""


def _suffix(path: Path) -> str:
    return (path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix).lower()


def _stem(path: Path) -> str:
    return (path.with_suffix("") if path.suffix == ".gz" else path).stem


def _suffixes() -> str:
    return ", ".join(RDF_FORMATS)
