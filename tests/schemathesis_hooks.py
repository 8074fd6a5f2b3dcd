"""Let schemathesis send SPARQL queries and lists of IRIs as they are: it does not know their media types."""

import schemathesis

schemathesis.serializer.alias("application/sparql-query", "text/plain")
schemathesis.serializer.alias("text/uri-list", "text/plain")
