"""The description of the search for browsers and aggregators (OpenSearch 1.1, draft 6)."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from kgpub.formats import HTML, JSON, OPENSEARCH, SUGGESTIONS, TURTLE
from kgpub.publication import Publication
from kgpub.search_request import DESCRIPTION, SEARCH, SUGGEST

#: The longest names and descriptions there may be (sections on ShortName, LongName, Description).
SHORT_NAME_CHARACTERS, LONG_NAME_CHARACTERS, DESCRIPTION_CHARACTERS = 16, 48, 1_024


def opensearch_description(publication: Publication, address: str) -> str:
    """Return the document; *address* is that of the home page, without its last slash."""
    title = " ".join(publication.title.split()) or "Knowledge graph"
    description = " ".join(publication.description.split()) or f"Search {title}"
    elements = [
        _element("ShortName", shortened(title, SHORT_NAME_CHARACTERS)),
        _element("Description", shortened(description, DESCRIPTION_CHARACTERS)),
        *_urls(address),
        _element("LongName", shortened(title, LONG_NAME_CHARACTERS)),
        f'  <Image height="16" width="16" type="image/svg+xml">{escape(address)}/static/icon.svg</Image>',
        f'  <Query role="example" searchTerms={quoteattr(title.split()[-1])}/>',
        _element("SyndicationRight", "open"),
        _element("AdultContent", "false"),
        _element("Language", "*"),
        _element("InputEncoding", "UTF-8"),
        _element("OutputEncoding", "UTF-8"),
    ]
    return "\n".join((
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        *elements,
        "</OpenSearchDescription>\n",
    ))  # fmt: skip


def shortened(text: str, characters: int) -> str:
    """Return a text of so many characters at most: what stands before a colon, or whole words."""
    if len(text) <= characters:
        return text
    head = text.partition(":")[0].strip()
    if 0 < len(head) <= characters:
        return head
    return text[: characters + 1].rpartition(" ")[0].rstrip(" ,;:-") or text[:characters]


def _element(name: str, text: str) -> str:
    return f"  <{name}>{escape(text)}</{name}>"


def _urls(address: str) -> Iterator[str]:
    for fmt in (HTML, JSON, TURTLE):
        template = f"{address}/{SEARCH}?q={{searchTerms}}&page={{startPage?}}&format={fmt.suffix}"
        yield f'  <Url type="{fmt.media_type}" template={quoteattr(template)}/>'
    template = f"{address}/{SUGGEST}?q={{searchTerms}}&format={SUGGESTIONS.suffix}"
    yield f'  <Url type="{SUGGESTIONS.media_type}" rel="suggestions" template={quoteattr(template)}/>'
    yield f'  <Url type="{OPENSEARCH.media_type}" rel="self" template={quoteattr(f"{address}/{DESCRIPTION}")}/>'
