"""kgpub: turn a folder of RDF into an immutable, validated release, and publish it as linked data."""
