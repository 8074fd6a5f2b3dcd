"""Evaluate a query over a store: what it is asked instead, the order of its columns, what its failure means."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store

from kgpub.column_order import in_order
from kgpub.count_rewriting import CountRewriting
from kgpub.errors import EngineUnavailable, KgpubError, QueryMalformed
from kgpub.lexical_functions import AGGREGATES, FUNCTIONS
from kgpub.lexical_rewriting import LexicalRewriting
from kgpub.query_form import foreign_function, is_update, refusal_of, service_refused, update_refused
from kgpub.refused_queries import spelled_otherwise
from kgpub.standard_rewriting import StandardRewriting, first_taken, with_data_set
from kgpub.syntax_error import malformed
from kgpub.triple_order import TripleOrder

Results = QuerySolutions | QueryBoolean | QueryTriples

#: The engine tells one at a time, and reads the query anew for the next one.
_MOST_FOREIGN_FUNCTIONS = 16


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What queries over a release are rewritten by."""

    base_iri: str
    counts: CountRewriting
    lexical: LexicalRewriting
    order: TripleOrder


class Evaluation:
    """Evaluates queries over one store."""

    def __init__(self, store: Store, rewriting: Rewriting) -> None:
        self._rewriting = rewriting
        self._standard = StandardRewriting(store, rewriting.lexical)

    def results(self, request: dict[str, Any]) -> Results:
        """Return the results of a query, of which the engine has read none yet.

        Raises ``QueryMalformed``, ``QueryRefused`` or ``EngineUnavailable``.
        """
        text = request["text"]
        try:
            return self._asked(text, self._options(request))
        except SyntaxError as error:
            raise (update_refused() if is_update(text) else malformed(error.msg, text)) from error
        except UnicodeEncodeError as error:
            raise QueryMalformed("The query holds half a surrogate pair, which is no character.") from error
        except ValueError as error:
            raise QueryMalformed(f"A graph's IRI is not valid: {error}.") from error
        except (OSError, RuntimeError) as error:
            raise failed(error, text) from error

    def _options(self, request: dict[str, Any]) -> dict[str, Any]:
        chosen = {"default_graph": request["default_graphs"], "named_graphs": request["named_graphs"]}
        graphs = {
            name: [NamedNode(iri) for iri in dict.fromkeys(iris)] for name, iris in chosen.items() if iris is not None
        }
        return {"base_iri": self._rewriting.base_iri, **graphs}

    def _asked(self, text: str, options: dict[str, Any]) -> Results:
        """Ask a query; one that is refused may be SPARQL all the same."""
        try:
            return self._asked_once(text, options)
        except SyntaxError:
            for other in spelled_otherwise(text):
                with suppress(SyntaxError):
                    return self._asked_once(other, options)
            raise

    def _asked_once(self, text: str, options: dict[str, Any]) -> Results:
        """Ask a query as it is rewritten; with less of that where the engine refuses it."""
        options = with_data_set(text, options)
        store, chosen = self._standard.store_for(options)
        alternatives = self._alternatives(text, options)
        return first_taken(alternatives, text, lambda asked: _in_order(asked, store, chosen, sent=text))

    def _alternatives(self, text: str, options: dict[str, Any]) -> Iterator[str]:
        """Yield what to ask in place of a query; counts are known of the whole data set alone."""
        is_whole = options.keys() == {"base_iri"}
        for asked in self._standard.alternatives(text, options):
            counted = self._rewriting.counts.rewritten(asked) if is_whole else None
            yield counted or self._rewriting.order.ordered(asked)


def failed(error: Exception, text: str) -> KgpubError:
    """Translate a failed evaluation. A read-only store only fails on its disk; what else can fail is SERVICE."""
    if isinstance(error, ConnectionError):
        raise error
    if (refusal := refusal_of(str(error))) is not None:
        return refusal
    if "service" in text.lower():
        return service_refused()
    return EngineUnavailable("The query could not be evaluated.")


def _in_order(text: str, store: Store, options: dict[str, Any], sent: str) -> Results:
    """Ask the store, and once more where the columns of ``SELECT *`` are not in order: nothing is evaluated before."""
    results = _queried(store, text, **options)
    if not isinstance(results, QuerySolutions):
        return results
    ordered = in_order(text, [variable.value for variable in results.variables], sent)
    return results if ordered is None else _queried(store, ordered, **options)


def _queried(store: Store, text: str, **options: Any) -> Results:
    """Ask the store; functions that it does not know have no value, as an expression in error has none."""
    functions = dict(FUNCTIONS)
    while True:
        try:
            return store.query(text, custom_functions=functions, custom_aggregate_functions=dict(AGGREGATES), **options)
        except RuntimeError as error:
            function = foreign_function(str(error))
            if function is None or len(functions) - len(FUNCTIONS) == _MOST_FOREIGN_FUNCTIONS:
                raise
            functions[NamedNode(function)] = _no_value


def _no_value(*_arguments: object) -> None:
    return None
