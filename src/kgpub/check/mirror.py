"""A site that is served elsewhere than its IRIs say: a deployment that is tried out, or a copy."""

from dataclasses import dataclass, field

from kgpub.check.addresses import host_of


@dataclass(frozen=True, slots=True)
class Mirror:
    """What stands in for the beginning of the IRIs: ``https://ex.org/`` is served at ``http://127.0.0.1:8000/``.

    *depth* is the number of segments that the two addresses have in common which showed it.
    """

    canonical: str
    served: str
    depth: int = field(default=0, compare=False)

    def canonical_of(self, address: str) -> str:
        """Return the IRI that an address of this site stands for."""
        return self._swapped(address, self.served, self.canonical)

    def served_at(self, iri: str) -> str:
        """Return the address at which an IRI is served here."""
        return self._swapped(iri, self.canonical, self.served)

    @staticmethod
    def _swapped(address: str, old: str, new: str) -> str:
        return new + address.removeprefix(old) if old and address.startswith(old) else address


#: A site that is served where its IRIs say.
NO_MIRROR = Mirror("", "")


def mirror_between(asked: str, canonical: str) -> Mirror | None:
    """Return what two addresses of one thing have in common in the end, taken off: None where that is nothing.

    Only another host makes a mirror, and what differs must end in a slash on both sides.
    """
    if not host_of(canonical) or host_of(asked) == host_of(canonical):
        return None
    ours, theirs = asked.split("/"), canonical.split("/")
    depth = 0
    while depth < min(len(ours), len(theirs)) - 3 and ours[-1 - depth] == theirs[-1 - depth]:
        depth += 1
    if depth == 0:
        return None
    return Mirror("/".join(theirs[:-depth]) + "/", "/".join(ours[:-depth]) + "/", depth)
