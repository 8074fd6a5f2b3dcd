"""What is published: the part of the settings that a reader of a release can see, and that travels inside it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kgpub.iris import Base, is_base, is_iri
from kgpub.page_kinds import PageKind, kind_faults
from kgpub.toml_tables import Place, TableReader, Texts
from kgpub.vocabulary import COMMON_PREFIXES

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_PREFIX = re.compile(r"([A-Za-z]([\w.-]*[\w-])?)?")
_SCHEMA_CLASS = re.compile(r"[A-Z0-9][A-Za-z0-9]*")
_SCHEMA_PROPERTY = re.compile(r"[a-z][A-Za-z0-9]*")


@dataclass(frozen=True, slots=True)
class Section:
    """One table on the pages of a class: the resources at the end of a path, a column for each fact about them.

    A path is names of properties, relative to the base, with ``>`` between them and ``^`` in front of one that is
    followed backwards: ``ontology/utteredIn > ^ontology/yields``. An empty path is the thing itself. *only* names a
    class that the things at the end of the path must have. *column_titles* are the headings by language, in the order
    of the columns.
    """

    classes: tuple[str, ...]
    title: Texts
    path: str = ""
    only: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    column_titles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Featured:
    """One group of links on the home page."""

    title: Texts
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exports:
    """Downloads beside the whole graph; one whose key is empty is not made.

    *nanopublications* names the class of which each instance is published as a nanopublication, *created* the date
    that these bear. *reifies* is the property that leads from a thing to the quoted graph that it is about: the RDF 1.2
    download reifies that graph's triples. *argument_map* is a folder below that of the queries.
    """

    nanopublications: str = ""
    created: str = ""
    reifies: str = ""
    argument_map: str = ""


@dataclass(frozen=True, slots=True)
class ViewFolders:
    """Folders below that of the queries, each with the queries of one view (``view_tables``); none, no such view."""

    source: str = ""
    debate: str = ""
    timeline: str = ""
    places: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to about the data set; without a name there is none."""

    name: str = ""
    url: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class SchemaOrg:
    """What classes and properties are in schema.org: IRIs, relative to the base or absolute, and its terms' names.

    What published vocabularies and the ontology itself say of that is known without it (``kgpub.schema_org``).
    """

    classes: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Authority:
    """What an authority that the data links to is called: the *prefix* of its identifiers, its *titles* by language."""

    prefix: str
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What a catalog says of the data set that cannot be computed from it; what is empty is left out.

    *titles* and *descriptions* are those in further languages. *languages*, *themes* and the like are IRIs: of the
    lists that DCAT-AP names, where it names one. *issued* is the day of the first release, ``YYYY-MM-DD``. *roots* are
    the resources from which a reader of the data can reach the rest. *authorities* names those that the data links to.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    keywords: tuple[Mapping[str, str], ...] = ()
    themes: tuple[str, ...] = ()
    theme_taxonomies: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    spatial: tuple[str, ...] = ()
    access_rights: str = ""
    issued: str = ""
    version_notes: Mapping[str, str] = field(default_factory=dict)
    roots: tuple[str, ...] = ()
    contact: Contact = Contact()
    authorities: tuple[Authority, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchedProperties:
    """Properties whose values are searched, in front of the usual ones: IRIs, relative to the base or absolute."""

    labels: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published: everything a reader of a release can see. It travels inside the release.

    *language* is that of texts without a tag and of pages whose reader does not say; *fallback_languages* stand in for
    it, in their order. *example* is a thing that the home page shows. *coverage* names the stored queries that tell how
    complete the data is.
    """

    base_iri: str
    title: str = "Knowledge graph"
    description: str = ""
    licence: str = ""
    creator: str = ""
    publisher: str = ""
    language: str = "en"
    fallback_languages: tuple[str, ...] = ("en",)
    quoted_graphs: tuple[str, ...] = ()
    described_elsewhere: tuple[str, ...] = ()
    union_default_graph: bool = False
    prefixes: Mapping[str, str] = field(default_factory=dict)
    featured: tuple[Featured, ...] = ()
    example: str = ""
    section: tuple[Section, ...] = ()
    page: tuple[PageKind, ...] = ()
    coverage: tuple[str, ...] = ()
    exports: Exports = Exports()
    views: ViewFolders = ViewFolders()
    catalog: CatalogEntry = CatalogEntry()
    search: SearchedProperties = SearchedProperties()
    schema_org: SchemaOrg = SchemaOrg()


def is_language_tag(text: str) -> bool:
    """Tell whether a text has the form of a language tag (RFC 5646, section 2.1, without its finer rules)."""
    return _LANGUAGE.fullmatch(text) is not None


def is_prefix(text: str) -> bool:
    """Tell whether a text can be a prefix in Turtle."""
    return _PREFIX.fullmatch(text) is not None


def all_prefixes(publication: Publication) -> dict[str, str]:
    """Return the prefixes that names are shortened with: the project's own win over the common ones."""
    base = Base(publication.base_iri)
    own = {name: base.resolve(iri) for name, iri in publication.prefixes.items()}
    taken = set(own.values())
    return {name: iri for name, iri in COMMON_PREFIXES.items() if iri not in taken} | own


def publication_from_json(document: Mapping[str, Any]) -> Publication:
    """Rebuild the publication that a release's manifest holds."""
    publication: Publication = TableReader(Path("manifest.json"), "").table(Publication, document)
    return publication


def publication_to_json(publication: Publication) -> dict[str, Any]:
    """Return a publication as plain JSON values."""
    return asdict(publication)


def faults(publication: Publication) -> Iterator[tuple[Place, str]]:
    """Yield what is wrong with a publication's values: the place of each below ``[publication]``, and a sentence."""
    if not is_base(publication.base_iri):
        yield ("base_iri",), f"the base IRI '{publication.base_iri}' must be an http(s) IRI that ends in '/'"
        return
    yield from _language_faults(publication)
    yield from _catalog_faults(publication.catalog)
    yield from _column_faults(publication)
    base = Base(publication.base_iri)
    for place, iri in _iris(publication):
        if iri and not is_iri(base.resolve(iri)):
            yield place, f"'{iri}' is neither an IRI nor the end of one below the base"
    exports = publication.exports
    if exports.nanopublications and not _DAY.fullmatch(exports.created):
        yield ("exports", "created"), f"nanopublications need the date 'created' as YYYY-MM-DD, not '{exports.created}'"
    yield from kind_faults(publication.page, base)
    known = all_prefixes(publication)
    for at, authority in enumerate(publication.catalog.authorities):
        if authority.prefix not in known:
            yield ("catalog", "authorities", at, "prefix"), f"the authority '{authority.prefix}' is no prefix there is"
    yield from _schema_faults(publication.schema_org)
    for name in publication.prefixes:
        if not is_prefix(name):
            yield ("prefixes", name), f"'{name}' cannot be a prefix in Turtle"


def _catalog_faults(entry: CatalogEntry) -> Iterator[tuple[Place, str]]:
    if entry.issued and not _DAY.fullmatch(entry.issued):
        yield ("catalog", "issued"), f"'{entry.issued}' is no day, such as '2026-11-22'"


def _schema_faults(schema_org: SchemaOrg) -> Iterator[tuple[Place, str]]:
    for name, pattern, example in (("classes", _SCHEMA_CLASS, "Event"), ("properties", _SCHEMA_PROPERTY, "author")):
        for iri, term in getattr(schema_org, name).items():
            if not pattern.fullmatch(term):
                yield ("schema_org", name, iri), f"'{term}' is no name of a term of schema.org, such as '{example}'"


def _language_faults(publication: Publication) -> Iterator[tuple[Place, str]]:
    in_catalog = ((("catalog", *place), tag) for place, tag in _languages_of(publication.catalog))
    fallback = ((("fallback_languages", at), tag) for at, tag in enumerate(publication.fallback_languages))
    for place, tag in (
        (("language",), publication.language),
        *fallback,
        *in_catalog,
        *_languages_of_titles(publication),
    ):
        if not is_language_tag(tag):
            yield place, f"'{tag}' is no language tag, such as 'en'"


def _languages_of_titles(publication: Publication) -> Iterator[tuple[Place, str]]:
    """Yield the language tags of the titles of groups and tables, and of columns, each with its place."""
    for at, featured in enumerate(publication.featured):
        yield from ((("featured", at, "title"), tag) for tag in featured.title if tag)
    for at, section in enumerate(publication.section):
        yield from ((("section", at, "title"), tag) for tag in section.title if tag)
        yield from ((("section", at, "column_titles"), tag) for tag in section.column_titles)


def _column_faults(publication: Publication) -> Iterator[tuple[Place, str]]:
    for at, section in enumerate(publication.section):
        for tag, titles in section.column_titles.items():
            if len(titles) != len(section.columns):
                told = f"'{tag}' has {len(titles)} titles for {len(section.columns)} columns"
                yield ("section", at, "column_titles"), told


def _languages_of(entry: CatalogEntry) -> Iterator[tuple[Place, str]]:
    """Yield the language tags that a catalog entry uses, each with its place in it."""
    for name in ("titles", "descriptions", "version_notes"):
        yield from (((name,), language) for language in getattr(entry, name))
    yield from ((("keywords",), language) for keyword in entry.keywords for language in keyword)
    named = (authority.titles for authority in entry.authorities)
    yield from ((("authorities",), language) for titles in named for language in titles)


def _iris(publication: Publication) -> Iterator[tuple[Place, str]]:
    """Yield the IRIs that a publication names, each with its place."""
    for name in ("licence", "creator", "publisher", "example"):
        yield (name,), getattr(publication, name)
    for name in ("nanopublications", "reifies"):
        yield ("exports", name), getattr(publication.exports, name)
    for name in ("themes", "theme_taxonomies", "languages", "spatial", "roots"):
        yield from ((("catalog", name), iri) for iri in getattr(publication.catalog, name))
    yield ("catalog", "access_rights"), publication.catalog.access_rights
    for name in ("labels", "alternatives", "descriptions"):
        yield from ((("search", name), iri) for iri in getattr(publication.search, name))
    for prefix, iri in publication.prefixes.items():
        yield ("prefixes", prefix), iri
    for name in ("classes", "properties"):
        yield from ((("schema_org", name, iri), iri) for iri in getattr(publication.schema_org, name))
    for at, featured in enumerate(publication.featured):
        yield from ((("featured", at, "resources"), iri) for iri in featured.resources)
    for at, section in enumerate(publication.section):
        yield from ((("section", at, "classes"), iri) for iri in section.classes)
