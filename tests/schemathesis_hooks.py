"""Let schemathesis send a SPARQL query as it is: it knows no media type of SPARQL."""

import schemathesis

schemathesis.serializer.alias("application/sparql-query", "text/plain")
