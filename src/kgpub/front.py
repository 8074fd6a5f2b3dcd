"""What the home page shows."""

from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import quote

from kgpub.description import document_path, with_parameter
from kgpub.pages import Download, Link, Linker
from kgpub.release import GraphInfo
from kgpub.site import Site
from kgpub.vocabulary import TYPE

#: Classes that the home page lists, those with most instances first.
_CLASSES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Group:
    """A titled group of links."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class, its number of instances, and the address of their list."""

    link: Link
    instances: int
    href: str


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The home page."""

    groups: tuple[Group, ...]
    classes: tuple[ClassCount, ...]
    graphs: tuple[tuple[Link, GraphInfo], ...]
    quoted_graphs: int
    licence: Link | None
    downloads: tuple[Download, ...]
    example_query: str


def front_page(site: Site, root: str) -> FrontPage:
    """Return the home page of a release."""
    publication = site.publication
    featured = [(f.title, [site.base.resolve(name) for name in f.resources]) for f in publication.featured]
    classes = site.documents.classes(_CLASSES_SHOWN)
    shown = [iri for _, iris in featured for iri in iris] + [iri for iri, _ in classes]
    linker = Linker(site, site.documents.labels(shown), root)
    asserted = [graph for graph in site.release.manifest.graphs if not graph.quoted]
    return FrontPage(
        groups=tuple(Group(title, tuple(linker.link(iri) for iri in iris)) for title, iris in featured),
        classes=tuple(
            ClassCount(linker.link(iri), instances, _instances(iri, site, root)) for iri, instances in classes
        ),
        graphs=tuple((linker.link(graph.iri), graph) for graph in asserted),
        quoted_graphs=len(site.release.manifest.graphs) - len(asserted),
        licence=linker.link(site.base.resolve(publication.licence)) if publication.licence else None,
        downloads=tuple(
            Download(dump.path.rsplit("/", 1)[1], f"{dump.bytes:,} bytes", f"{root}/{dump.path}")
            for dump in site.release.manifest.dumps
        ),
        example_query=files("kgpub").joinpath("queries/classes.rq").read_text("utf-8"),
    )


def _instances(iri: str, site: Site, root: str) -> str:
    """Return the address of the list of a class's instances: what points at it with rdf:type."""
    return f"{root}/" + with_parameter(document_path(site, iri), "incoming=" + quote(TYPE, safe=""))
