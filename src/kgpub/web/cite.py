"""How to cite a thing and how to lead to it: ``/cite?iri=``, as a page of texts to copy, and as BibTeX."""

from urllib.parse import quote

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.citation import Citation, cite
from kgpub.errors import BadRequest
from kgpub.formats import BIBTEX, CITATION_FORMATS, Format
from kgpub.iris import is_iri, uri_of
from kgpub.negotiation import choose_or_refuse
from kgpub.parameters import Pairs, format_by_parameter, parameters, single
from kgpub.site import Site
from kgpub.snippets import bibtex, snippets
from kgpub.values import Linker
from kgpub.web.headers import is_fresh
from kgpub.web.missing import not_described
from kgpub.web.rendering import Renderer

_PATH = "cite"


def routes(site: Site, renderer: Renderer) -> Blueprint:
    """Return the route of citations."""
    blueprint = Blueprint("cite", __name__)
    blueprint.add_url_rule(f"/{_PATH}", "cite", _Citations(site, renderer).show)
    return blueprint


class _Citations:
    """The view, with what it needs."""

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self._site = site
        self._renderer = renderer

    def show(self) -> Response:
        """Answer how an IRI that the data describes is cited; raise ``NotDescribed`` or ``Gone`` for any other."""
        pairs = parameters(request.query_string)
        iri = self._described(pairs)
        fixed = format_by_parameter(pairs, CITATION_FORMATS)
        fmt = fixed or choose_or_refuse(request.headers.get("Accept"), CITATION_FORMATS)
        response = self._renderer.response(fmt, is_negotiated=fixed is None)
        response.headers["Content-Location"] = self._renderer.located(fmt, f"{self._address(iri)}&format={fmt.suffix}")
        response.headers["Link"] = f'<{uri_of(iri)}>; rel="about"'
        response.set_etag(self._renderer.etag(fmt))
        if not is_fresh(response):
            response.set_data(self._body(cite(self._site, iri, self._renderer.reader), fmt))
        return response

    def _described(self, pairs: Pairs) -> str:
        iri = single(pairs, "iri")
        if iri is None or not is_iri(iri):
            raise BadRequest("The parameter 'iri' must be an absolute IRI.")
        if self._site.documents.first_described([iri]) is None:
            raise not_described(self._site, iri)
        return iri

    def _address(self, iri: str) -> str:
        return f"{self._renderer.root}/{_PATH}?iri={quote(iri, safe='')}"

    def _body(self, cited: Citation, fmt: Format) -> str:
        if fmt is BIBTEX:
            return f"{bibtex(cited)}\n"
        reader, iri = self._renderer.reader, cited.iri
        return self._renderer.page(
            "cite.html",
            address=self._address(iri),
            thing=Linker(self._site, self._site.documents.labels([iri]), reader).link(iri),
            cited=cited,
            snippets=snippets(cited),
            bibtex_href=reader.keep(f"{self._address(iri)}&format={BIBTEX.suffix}"),
        )
