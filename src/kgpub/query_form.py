"""Tell the form of a SPARQL text by its verb, without parsing it: SELECT, CONSTRUCT, ASK, DESCRIBE, or an update."""

import re
from itertools import pairwise

from kgpub.errors import KgpubError, NotAcceptable, QueryMalformed, QueryRefused
from kgpub.formats import GRAPH_FORMATS, HTML, JSON_LD, SOLUTION_FORMATS
from kgpub.query_layout import may_mislead
from kgpub.query_prologue import prologue_end
from kgpub.sparql_tokens import tokens_of

#: Functions of the clock and of chance (SPARQL 1.1 Query, sections 17.4.2.9, 17.4.2.12 and 17.4.5.1).
_CHANGING = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE)\b", re.IGNORECASE)
_CHANGING_STEMS = ("NOW", "RAND", "UUID", "BNODE")
_SERVICE = re.compile(r"\bSERVICE\b", re.IGNORECASE)
_VERB = re.compile(r"[A-Za-z]*")
_UNKNOWN_FUNCTION = re.compile(r"custom function <([^<>\s]*)> is not supported")
#: Whose functions are known here: another name among these is a slip of the pen.
_KNOWN_NAMESPACES = ("http://www.w3.org/2001/XMLSchema#", "http://www.opengis.net/def/function/geosparql/")
_GRAPH_VERBS = ("CONSTRUCT", "DESCRIBE")
_SOLUTION_VERBS = ("SELECT", "ASK")
_UPDATE_VERBS = ("INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY")


def is_changing(text: str) -> bool:
    """Tell whether a query's answer may differ from one time to the next; taking a name for a function does no harm."""
    upper = text.upper()  # looking for words is quicker than for a pattern, by nine tenths
    return any(word in upper for word in _CHANGING_STEMS) and _CHANGING.search(text) is not None


def asks_elsewhere(text: str) -> bool:
    """Tell whether a query asks another endpoint and wants to know if that fails.

    The sandbox refuses the connection in any case; but pyoxigraph (0.5.13) takes a failure inside EXISTS for true.
    Where the tokens may be others than they seem, the word alone counts.
    """
    if "service" not in text.lower():
        return False
    tokens = tokens_of(text)
    if any(one.is_word("SERVICE") and not two.is_word("SILENT") for one, two in pairwise(tokens)):
        return True
    iris = (token.text for token in tokens if token.kind == "iri")
    return may_mislead(iris, text) and _SERVICE.search(text) is not None


def service_refused() -> QueryRefused:
    """Return the error that refuses SERVICE."""
    return QueryRefused("SERVICE is not allowed here: this endpoint asks no other one.")


def is_update(text: str) -> bool:
    """Tell whether a text is a SPARQL Update."""
    return _verb(text, prologue_end(text)) in _UPDATE_VERBS


def gives_graph(text: str) -> bool:
    """Tell whether a query's result is a graph rather than a table or a truth value.

    Raises ``QueryRefused`` for an update, ``QueryMalformed`` for a text without a query's verb.
    """
    start = prologue_end(text)
    verb = _verb(text, start)
    if verb in _UPDATE_VERBS:
        raise update_refused()
    if verb not in (*_GRAPH_VERBS, *_SOLUTION_VERBS):
        line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
        reason = f"line {line}, column {column}: expected SELECT, CONSTRUCT, DESCRIBE or ASK"
        raise QueryMalformed(f"The query is not valid SPARQL: {reason}.", line, column)
    return verb in _GRAPH_VERBS


def form_of(text: str) -> bool | None:
    """Tell whether a query's result is a graph, as ``gives_graph`` does, and None of a text that is no query."""
    verb = _verb(text, prologue_end(text))
    return verb in _GRAPH_VERBS if verb in (*_GRAPH_VERBS, *_SOLUTION_VERBS) else None


def update_refused() -> QueryRefused:
    """Return the error that answers an update."""
    return QueryRefused("This endpoint answers queries only; it takes no SPARQL Update.")


def format_refused(*, is_graph: bool) -> NotAcceptable:
    """Return the error that answers a query whose kind of result the client accepts in no format."""
    kind = "a graph" if is_graph else "a table or a truth value"
    types = tuple(fmt.media_type for fmt in (*(GRAPH_FORMATS if is_graph else SOLUTION_FORMATS), HTML))
    return NotAcceptable(f"The result is {kind}; it can be had as {', '.join(types)}.", types)


def foreign_function(message: str) -> str | None:
    """Return the function that made the engine (pyoxigraph 0.5.13) refuse a query, if it is one of another engine's.

    What an operator does that is not known is an error of its expression and no more (SPARQL 1.1, section 17.3.1).
    """
    found = _UNKNOWN_FUNCTION.search(message)
    return None if found is None or found[1].startswith(_KNOWN_NAMESPACES) else found[1]


def refusal_of(message: str) -> KgpubError | None:
    """Return the error for a query that the engine (pyoxigraph 0.5.13) cannot answer, None of any other failure.

    A triple term that JSON-LD cannot hold is found when it is written.
    """
    function = _UNKNOWN_FUNCTION.search(message)
    if function is not None:
        return QueryMalformed(
            f"The function <{function[1]}> is not known here; the service description lists those that are."
        )
    if "JSON-LD does not support RDF 1.2" in message:
        types = tuple(fmt.media_type for fmt in GRAPH_FORMATS if fmt is not JSON_LD)
        return NotAcceptable(f"JSON-LD cannot write triple terms; the result can be had as {', '.join(types)}.", types)
    return None


def _verb(text: str, at: int) -> str:
    found = _VERB.match(text, at)
    return found[0].upper() if found else ""
