"""Everything a request needs to know about the release it is served from, put together once at the start."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import Literal

from kgpub.checked_text import CheckedText, checked_text
from kgpub.documents import Documents
from kgpub.engine import Budget, Engine
from kgpub.forms import Forms
from kgpub.genids import Genids, genids_of
from kgpub.history import History
from kgpub.interface import interface_languages
from kgpub.iris import Base, Prefixes, last_segment, prefixes_of
from kgpub.languages import Languages
from kgpub.nanopublication_index import Nanopublications
from kgpub.nanopublication_names import NANOPUBLICATIONS, NANOPUBLICATIONS_FILE
from kgpub.publication import Publication, all_prefixes
from kgpub.quads import Quads
from kgpub.query_values import Names
from kgpub.recent import Recent
from kgpub.release import DATASET, SOURCES_FILE, GraphInfo, Release
from kgpub.search import Search
from kgpub.source_files import SourceFiles
from kgpub.stored_query import StoredQuery, read_queries
from kgpub.thing_index import Things
from kgpub.validation import Validation
from kgpub.view_tables import VIEWS_FILE
from kgpub.views import Views
from kgpub.vocabulary import DCAT, DCTERMS, TYPE, VOID

#: Links to terms that are kept, at most twice as many; about 1 MB.
_LINKS_KEPT = 1_024
#: Ontologies that are kept, at most twice as many; one of 650 terms takes 2 MB.
_TERMINOLOGIES_KEPT = 2


@dataclass(frozen=True)
class Site:
    """One release, ready to be served: its documents, its engine, and what a query may cost.

    *has_fixed_answers* is false where the engine asks an endpoint whose data may change under the release. *address* is
    where readers reach the home page, if the settings say so, *source_text* a file with the text that a view is of.
    """

    release: Release
    documents: Documents
    engine: Engine
    budget: Budget
    query_bytes: int = 262_144
    has_fixed_answers: bool = True
    address: str = ""
    source_text: Path | None = None

    @property
    def publication(self) -> Publication:
        """Return the settings that the release was published with."""
        return self.release.manifest.publication

    @cached_property
    def base(self) -> Base:
        """Return the base of the release's IRIs."""
        return Base(self.publication.base_iri)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Return the prefixes that names are shortened with: the project's own win over the common ones."""
        return all_prefixes(self.publication)

    @cached_property
    def things(self) -> Things:
        """Return the things of the release, to be browsed."""
        return Things(self.documents, self.publication.language)

    @cached_property
    def has_catalog(self) -> bool:
        """Tell whether the release describes itself, as that of a project does."""
        iri = self.base.resolve(DATASET)
        document = self.documents.get(iri)
        is_dataset = tuple(f"<{iri}> <{TYPE}> <{vocabulary}Dataset>" for vocabulary in (DCAT, VOID))
        return document is not None and any(line.startswith(is_dataset) for line in document.lines)

    @cached_property
    def languages(self) -> Languages:
        """Return the languages of the labels, and the order in which they stand in for each other."""
        preferred = (self.publication.language, *self.publication.fallback_languages)
        return Languages(self.documents.languages(), preferred)

    @cached_property
    def interface_languages(self) -> Languages:
        """Return the languages of the words that pages add to the data, and their order for who does not say."""
        return interface_languages(self.publication.language)

    @cached_property
    def recent_links(self) -> Recent[Any]:
        """Return the links of pages to properties, classes, datatypes and graphs, by for whom the pages are."""
        return Recent(_LINKS_KEPT)

    @cached_property
    def recent_terminologies(self) -> Recent[Any]:
        """Return ontologies with their terms, by their IRIs."""
        return Recent(_TERMINOLOGIES_KEPT)

    @cached_property
    def forms(self) -> Forms:
        """Return what the shapes tell of the things of a class."""
        return Forms(self.documents)

    @cached_property
    def imprint(self) -> tuple[str, ...]:
        """Return what every document says of itself: predicates and objects of N-Triples lines."""
        said = [f"<{DCAT}version> {Literal(self.release.manifest.id)} ."]
        if self.has_catalog:
            said.append(f"<{DCTERMS}isPartOf> <{self.base.resolve(DATASET)}> .")
        if self.publication.licence:
            said.append(f"<{DCTERMS}license> <{self.base.resolve(self.publication.licence)}> .")
        return tuple(said)

    @cached_property
    def queries(self) -> Mapping[str, StoredQuery]:
        """Return the stored queries by name."""
        return read_queries(self.release.queries)

    @cached_property
    def names(self) -> Names:
        """Return what names in the values of stored queries resolve against."""
        return Names(self.base, self.prefixes)

    @cached_property
    def search(self) -> Search:
        """Return what finds things by their labels and descriptions."""
        return Search(self.release.search, self.publication.language)

    @cached_property
    def quads(self) -> Quads:
        """Return the quads, to be read by pattern."""
        return Quads(self.release.quads)

    @cached_property
    def genids(self) -> Genids:
        """Return the IRIs of the release's blank nodes."""
        return genids_of(self.base.iri, self.release.manifest.id)

    @cached_property
    def nanopublications(self) -> Nanopublications | None:
        """Return the nanopublications, None where the release has none."""
        file = self.release.folder / NANOPUBLICATIONS_FILE
        return Nanopublications(file) if file.is_file() else None

    def nanopublication_about(self, iri: str) -> str | None:
        """Return the local name of the nanopublication about a thing, None where there is none."""
        code = self.nanopublications.code_of(iri) if self.nanopublications else None
        return f"{NANOPUBLICATIONS}{code}" if code else None

    @cached_property
    def history(self) -> History:
        """Return what the release knows of time."""
        return History(self.release.history)

    @cached_property
    def validation(self) -> Validation | None:
        """Return the outcome of the validation, None where the release was not validated."""
        file = self.release.validation
        return Validation(file) if file.is_file() else None

    @cached_property
    def views(self) -> Views:
        """Return the views that the project declares: those that the release has."""
        return Views(self.release.folder / VIEWS_FILE)

    @cached_property
    def checked_text(self) -> CheckedText | None:
        """Return the text that the view of the source is of, checked; None where the operator gives none."""
        return checked_text(self.views, self.source_text) if self.source_text is not None else None

    @cached_property
    def quoted_graphs(self) -> frozenset[str]:
        """Return the IRIs of the graphs whose content is quoted, not asserted."""
        return frozenset(graph.iri for graph in self.release.manifest.graphs if graph.quoted)

    @cached_property
    def graphs(self) -> Mapping[str, GraphInfo]:
        """Return the named graphs by their IRIs."""
        return {graph.iri: graph for graph in self.release.manifest.graphs if graph.iri}

    @cached_property
    def source_files(self) -> SourceFiles:
        """Return which source files the release was made from."""
        return SourceFiles(self.release.folder / SOURCES_FILE, self.release.manifest.sources)

    @cached_property
    def names_of_iris(self) -> Prefixes:
        """Return the same prefixes, ready to shorten names."""
        return prefixes_of(self.prefixes)

    def curie(self, iri: str) -> str | None:
        """Return an IRI as a prefixed name, or None where no prefix fits or the rest would need escapes."""
        return self.names_of_iris.curie(iri)

    def short_name(self, iri: str) -> str:
        """Return what to show for an IRI that has no label: a prefixed name, or its last segment."""
        return self.curie(iri) or last_segment(iri)
