"""What is known of a release when it is described, and how its description is written down."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from kgpub.figures import Figures
from kgpub.iris import Base, last_segment, prefixes_of
from kgpub.publication import all_prefixes
from kgpub.release import DATASET, DERIVED, Download, FileInfo, Manifest
from kgpub.vocabulary import DCTERMS, RDFS, XSD

#: The local names of the services.
ENDPOINT = "sparql"
FRAGMENTS = "fragments"
QUAD_FRAGMENTS = "fragments/quads"

Triple = tuple[str, str, NamedNode | Literal]

_PATH_SAFE = "/!$&'()*+,;=:@-._~"


@dataclass(frozen=True, slots=True)
class Edition:
    """A release whose content is complete: all that its catalog is made from.

    *labelled* are the graphs that the data names itself, and the base where it does, *rules* the files of the rules
    that filled ``graph/inferred``, *findings* the numbers of what the shapes found, by severity, None where nothing was
    validated.
    """

    manifest: Manifest
    figures: Figures
    labelled: frozenset[str] = frozenset()
    rules: tuple[FileInfo, ...] = ()
    findings: Mapping[str, int] | None = None

    @property
    def base(self) -> Base:
        """Return the base of the release's IRIs."""
        return Base(self.manifest.publication.base_iri)

    @property
    def dataset(self) -> str:
        """Return the IRI of the data set."""
        return self.base.resolve(DATASET)

    @property
    def day(self) -> Literal:
        """Return the day on which the release was made."""
        return date(self.manifest.created[:10])

    def below_dataset(self, *steps: str) -> str:
        """Return an IRI below that of the data set."""
        return "/".join((self.dataset, *steps))

    def derived(self, download: Download) -> str:
        """Return the IRI of the data set that a download which is not the whole is a distribution of."""
        return self.below_dataset(DERIVED, download.name.partition(".")[0])

    def names(self, iris: Iterable[str]) -> dict[str, str]:
        """Return a readable name for each IRI, ``cn-claim`` or ``other-org-c``.

        A number tells those apart that differ only in what a name leaves out.
        """
        prefixes = prefixes_of(all_prefixes(self.manifest.publication))
        names: dict[str, str] = {}
        taken: Counter[str] = Counter()
        for iri in sorted(iris):
            text = prefixes.curie(iri) or iri.split("://", 1)[-1]
            name = "".join(c if c.isascii() and c.isalnum() else "-" for c in text).strip("-").lower()
            taken[name] += 1
            names[iri] = name if taken[name] == 1 else f"{name}_{taken[name]}"
        return names

    def file(self, file: FileInfo) -> str:
        """Return the IRI of a file that the release was made from."""
        return self.base.resolve(f"source/{quote(file.path, safe=_PATH_SAFE)}")


def date(day: str) -> Literal:
    """Return a day, ``YYYY-MM-DD``, as an ``xsd:date``."""
    return Literal(day, datatype=NamedNode(XSD + "date"))


def labelled(iri: str, english: str, french: str, property_: str = RDFS + "label") -> Iterator[Triple]:
    """Yield a name, or another text, in the two languages in which a release describes itself."""
    yield from texts(iri, property_, {"en": english, "fr": french})


def texts(iri: str, property_: str, by_language: Mapping[str, str]) -> Iterator[Triple]:
    """Yield a text in several languages."""
    for language, text in by_language.items():
        yield iri, property_, Literal(text, language=language)


def links(iri: str, property_: str, targets: Iterable[str]) -> Iterator[Triple]:
    """Yield one triple for each target that is not empty."""
    for target in targets:
        if target:
            yield iri, property_, NamedNode(target)


def rights(iri: str, edition: Edition) -> Iterator[Triple]:
    """Yield under which licence something of a release is, and who may have it."""
    publication = edition.manifest.publication
    yield from links(iri, DCTERMS + "license", [_resolved(edition, publication.licence)])
    yield from links(iri, DCTERMS + "accessRights", [_resolved(edition, publication.catalog.access_rights)])


def _resolved(edition: Edition, iri: str) -> str:
    return edition.base.resolve(iri) if iri else ""


def short(iri: str) -> str:
    """Return what a label calls an IRI."""
    return last_segment(iri)
