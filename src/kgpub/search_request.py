"""What a request to search asks for, and the addresses of its answers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from kgpub.errors import BadRequest
from kgpub.iris import is_iri, spellings
from kgpub.languages import check_tag
from kgpub.parameters import Pairs, page_number, single, whole_number
from kgpub.query_values import Names, resolved
from kgpub.search_query import QUERY_CHARACTERS
from kgpub.site import Site

SEARCH, SUGGEST, DESCRIPTION = "search", "suggest", "opensearch.xml"
TYPES_AT_MOST = 10
HITS_A_PAGE = 20
_SUGGESTIONS, _SUGGESTIONS_AT_MOST = 10, 50


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A text to search for; *types* are classes of which a thing must have one, *language* is wanted for labels."""

    text: str
    types: tuple[str, ...] = ()
    page: int = 1
    language: str = ""

    def address(self, **more: str) -> str:
        """Return the address of the answer, below the root of the server."""
        return f"{SEARCH}?{self.query(**more)}"

    def query(self, **more: str) -> str:
        """Return the request as the query of an address, with more parameters."""
        pairs = [("q", self.text), *(("type", type_) for type_ in self.types)]
        pairs += [("lang", self.language)] if self.language else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return urlencode([*pairs, *more.items()], quote_via=quote, safe="")

    def at_page(self, page: int) -> "SearchRequest":
        """Return the request for another page."""
        return replace(self, page=page)

    def of_types(self, types: Iterable[str]) -> "SearchRequest":
        """Return the request for things of other classes, from the first page."""
        return replace(self, types=tuple(types), page=1)


def read_request(pairs: Pairs, names: Names) -> SearchRequest:
    """Read the parameters of a search; raise ``BadRequest`` for what is none of theirs."""
    text = (single(pairs, "q") or "").strip()
    if len(text) > QUERY_CHARACTERS:
        raise BadRequest(f"The parameter 'q' has {len(text)} characters; {QUERY_CHARACTERS} is the limit.")
    tag = single(pairs, "lang")
    language = "" if tag is None else check_tag(tag).lower()
    return SearchRequest(text, _types(pairs, names), page_number(pairs), language)


def suggestions_wanted(pairs: Pairs) -> int:
    """Return how many suggestions a request wants."""
    return whole_number(pairs, "limit", _SUGGESTIONS, _SUGGESTIONS_AT_MOST) or _SUGGESTIONS


def named_thing(site: Site, text: str) -> str | None:
    """Return the described thing whose IRI a text is: in full, by a prefix, or with a slash below the base."""
    name = text.removeprefix("<").removesuffix(">")
    if not (":" in name or "/" in name) or len(name) > QUERY_CHARACTERS:
        return None
    iri = resolved(name, site.names)
    return site.documents.first_described(spellings(iri)) if is_iri(iri) else None


def _types(pairs: Pairs, names: Names) -> tuple[str, ...]:
    types = tuple(dict.fromkeys(resolved(value.strip(), names) for name, value in pairs if name == "type" and value))
    if len(types) > TYPES_AT_MOST:
        raise BadRequest(f"There are {len(types)} classes; {TYPES_AT_MOST} is the limit.")
    for type_ in types:
        if not is_iri(type_):
            raise BadRequest("The parameter 'type' must be the IRI of a class, or a name with a known prefix.")
    return types
