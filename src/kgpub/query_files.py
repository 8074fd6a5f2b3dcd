"""Put a project's stored queries into a release: read, checked, each with the base that its IRIs resolve against."""

from pathlib import Path

from pyoxigraph import Store

from kgpub.errors import SettingsInvalid, StoredQueryInvalid
from kgpub.plan import Plan
from kgpub.settings import FILE_NAME, QuerySettings
from kgpub.sparql_tokens import tokens_of
from kgpub.stored_query import StoredQuery, header_length, read_queries


def copy_queries(plan: Plan, folder: Path) -> None:
    """Write the stored queries of a plan into a folder, which is made where there are any.

    Raises ``StoredQueryInvalid`` for a file that is none or that the engine cannot parse, ``SettingsInvalid`` where the
    settings name one that there is not.
    """
    queries = read_queries(plan.queries) if plan.queries else {}
    for query in queries.values():
        _check(query, _path(plan, query), plan.base.iri)
    for name in plan.publication.coverage:
        if name not in queries:
            raise SettingsInvalid(f"{FILE_NAME}: 'coverage' names '{name}', but there is no stored query of that name.")
    if queries:
        folder.mkdir()
    for query in queries.values():
        (folder / f"{query.name}.rq").write_bytes(with_base(query.text, plan.base.iri).encode())


def with_base(text: str, base_iri: str) -> str:
    """Return a query with a BASE of its own behind the comments that it begins with, so that it runs anywhere."""
    lines = text.split("\n")
    at = header_length(text)
    while at < len(lines) and not lines[at].strip():
        at += 1
    return "\n".join([*lines[:at], f"BASE <{base_iri}>", *lines[at:]])


def _path(plan: Plan, query: StoredQuery) -> Path:
    return (plan.queries or Path()) / f"{query.name}.rq"


def _check(query: StoredQuery, path: Path, base_iri: str) -> None:
    """Raise ``StoredQueryInvalid`` where the engine cannot parse a query or a server would find it too long."""
    limit_kb = QuerySettings().query_kb
    if len(query.text.encode()) > limit_kb * 1024:
        raise StoredQueryInvalid(path, None, f"the query is longer than the {limit_kb} KiB that a server reads")
    try:
        Store().query(_without_services(query.text), base_iri=base_iri)
    except SyntaxError as error:
        reason = error.msg.split("\n")[0].removeprefix("error at ")
        raise StoredQueryInvalid(path, None, f"this is not valid SPARQL: {reason}") from error


def _without_services(text: str) -> str:
    """Return a query that asks no other endpoint but parses as the given one does, each token where it was.

    ``SERVICE`` and ``GRAPH`` take the same (SPARQL 1.1, rules 58 and 59), apart from ``SILENT``. Parsing with the
    engine means evaluating over an empty store, which must not reach for the network.
    """
    for token in tokens_of(text):
        if token.is_word("SERVICE", "SILENT"):
            other = "GRAPH" if token.is_word("SERVICE") else ""
            text = text[: token.start] + other.ljust(len(token.text)) + text[token.end :]
    return text
