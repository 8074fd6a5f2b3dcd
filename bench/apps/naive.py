"""What a first attempt looks like: Flask and rdflib, the graph in memory, Flask's own server."""

import sys

from flask import Flask, Response, request
from rdflib import Graph, URIRef

BASE = "https://bench.example/"
RESULTS_JSON = "application/sparql-results+json"

app = Flask(__name__)
graph = Graph()


@app.get("/sparql")
def sparql() -> Response:
    """Answer a query."""
    results = graph.query(request.args["query"])
    if results.type in ("CONSTRUCT", "DESCRIBE"):
        return Response(results.serialize(format="nt") or b"", content_type="application/n-triples")
    return Response(results.serialize(format="json") or b"", content_type=RESULTS_JSON)


@app.get("/id/<name>")
def document(name: str) -> Response:
    """Answer with what is said of a thing."""
    found = Graph()
    for triple in graph.triples((URIRef(f"{BASE}id/{name}"), None, None)):
        found.add(triple)
    accepted = request.headers.get("Accept", "text/turtle")
    syntax = {"text/turtle": "turtle", "application/ld+json": "json-ld"}[accepted]
    return Response(found.serialize(format=syntax), content_type=accepted)


if __name__ == "__main__":  # naive.py PORT FILE…
    for file in sys.argv[2:]:
        graph.parse(file, format="nt")
    app.run("127.0.0.1", int(sys.argv[1]), threaded=True)
