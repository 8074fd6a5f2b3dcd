"""What an afternoon brings: Flask and pyoxigraph, no more. It has no deadline, no limits and no negotiation."""

import os
import sys
from io import BytesIO
from pathlib import Path

from flask import Flask, Response, render_template_string, request
from pyoxigraph import NamedNode, QueryResultsFormat, QueryTriples, RdfFormat, Store, Triple, serialize

SYNTAXES = {
    "application/ld+json": RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
}
PAGE = """<!doctype html><title>{{ iri }}</title><h1>{{ iri }}</h1><table>
{% for triple in triples %}<tr><td>{{ triple.predicate.value }}<td>{{ triple.object.value }}{% endfor %}</table>"""

app = Flask(__name__)


def opened() -> Store:
    """Return the store of this process, opened once."""
    if "store" not in app.extensions:
        app.extensions["store"] = Store.read_only(os.environ["TOY_STORE"])
    store: Store = app.extensions["store"]
    return store


@app.get("/sparql")
def sparql() -> Response:
    """Answer a query, once all of the answer is there."""
    results = opened().query(request.args["query"])
    body = BytesIO()
    if isinstance(results, QueryTriples):
        accepted = next(syntax for syntax in SYNTAXES if syntax in request.headers.get("Accept", syntax))
        results.serialize(body, SYNTAXES[accepted])
        return Response(body.getvalue(), content_type=accepted)
    results.serialize(body, QueryResultsFormat.JSON)
    return Response(body.getvalue(), content_type="application/sparql-results+json")


@app.get("/id/<name>")
def document(name: str) -> Response:
    """Answer with what is said of a thing."""
    iri = NamedNode(f"{os.environ['TOY_BASE']}id/{name}")
    triples = [Triple(q.subject, q.predicate, q.object) for q in opened().quads_for_pattern(iri, None, None)]
    accepted = request.headers.get("Accept", "text/html")
    if accepted in SYNTAXES:
        return Response(serialize(triples, format=SYNTAXES[accepted]), content_type=accepted)
    return Response(render_template_string(PAGE, iri=iri.value, triples=triples), content_type="text/html")


if __name__ == "__main__":  # toy.py STORE FILE…: load
    store = Store(sys.argv[1])
    for file in sys.argv[2:]:
        store.bulk_load(path=str(Path(file)), format=RdfFormat.N_TRIPLES)
    store.optimize()
    store.flush()
