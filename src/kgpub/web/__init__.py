"""The HTTP side of a release: routes, negotiation, errors."""
