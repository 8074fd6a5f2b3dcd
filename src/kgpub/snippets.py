"""Texts to copy that cite a thing or lead to it, each in a language of its own and escaped as that language wants.

``tests/test_snippets.py`` runs or parses every one. What a text may hold is anything: titles come from the data.
"""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from pyoxigraph import Literal

from kgpub.citation import Citation, Use
from kgpub.iris import uri_of
from kgpub.vocabulary import DCTERMS, PROV, RDFS

#: Where a reader puts a thing of their own; the domain is kept for examples (RFC 2606, section 3).
_YOURS = "https://example.org/your-thing"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: What TeX takes for something else. Braces are written by name: BibTeX counts even those behind a backslash.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    '"': r"\textquotedbl{}",
}
_LINKS = {
    Use.CONCEPT: ("dcterms", DCTERMS, "subject"),
    Use.DATASET: ("prov", PROV, "wasDerivedFrom"),
    Use.THING: ("rdfs", RDFS, "seeAlso"),
}
_AS_TERM = {
    Use.CLASS: "a {}",
    Use.PROPERTY: "{} <https://example.org/another-thing>",
    Use.ATTRIBUTE: '{} "a value"',
}


@dataclass(frozen=True, slots=True)
class Snippet:
    """One text to copy: its short name, which tells the template what it is for, its title, the text."""

    name: str
    title: str
    text: str


def snippets(cited: Citation) -> tuple[Snippet, ...]:
    """Return all snippets about a thing."""
    return tuple(Snippet(name, title, write(cited)) for name, title, write in _SNIPPETS)


def bibtex(cited: Citation) -> str:
    """Return a BibTeX entry; the double braces keep the case of titles, and a name in one piece."""
    fields = {
        "author": f"{{{_tex(cited.creator)}}}" if cited.creator else "",
        "title": f"{{{_tex(cited.title)}}}",
        "howpublished": "" if cited.is_dataset else f"In: {{{_tex(cited.dataset)}}}",
        "year": cited.created[:4],
        "month": _MONTHS[int(cited.created[5:7]) - 1],
        "note": f"Release {_tex(cited.release)}" + (f", {_tex(cited.licence)}" if cited.licence else ""),
        "url": uri_of(cited.iri),
    }
    bare = {"year", "month"}
    lines = [f"  {name} = {text if name in bare else f'{{{text}}}'}," for name, text in fields.items() if text]
    return "\n".join([f"@misc{{{cited.key},", *lines, "}"])


def turtle(cited: Citation) -> str:
    """Return a statement that speaks of a thing as its kind is spoken of, and what it is called."""
    iri, prefixes = f"<{cited.iri}>", {"rdfs": RDFS}
    if cited.use in _LINKS:
        prefix, namespace, name = _LINKS[cited.use]
        prefixes[prefix] = namespace
        said = f"{prefix}:{name} {iri}"
    else:
        said = _AS_TERM[cited.use].format(iri)
    lines = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in sorted(prefixes.items())]
    label = Literal(cited.title, language=cited.language or None)
    return "\n".join([*lines, "", f"<{_YOURS}> {said} .", f"{iri} rdfs:label {label} ."])


def html(cited: Citation) -> str:
    """Return a citation as HTML."""
    language = f' lang="{escape(cited.language)}"' if cited.language else ""
    link = f'<a href="{escape(cited.address)}"{language}>{escape(cited.title)}</a>'
    if cited.is_dataset:
        return f"<cite>{link}</cite>, release {escape(cited.release)}"
    whole = f'<cite><a href="{escape(uri_of(cited.dataset_iri))}">{escape(cited.dataset)}</a></cite>'
    return f"{link}, in {whole}, release {escape(cited.release)}"


def curl(cited: Citation) -> str:
    """Return a command for a POSIX shell that fetches what is said of a thing."""
    return f"curl --location --header 'Accept: text/turtle' {shlex.quote(cited.address)}"


def python(cited: Citation) -> str:
    """Return a program for rdflib that prints what is said of a thing."""
    return "\n".join([
        "from rdflib import Graph, URIRef",
        "",
        f"thing = URIRef({_string(cited.iri)})",
        f"graph = Graph().parse({_string(cited.address)})",
        "for predicate, value in graph.predicate_objects(thing):",
        "    print(predicate, value)",
    ])  # fmt: skip


def r(cited: Citation) -> str:
    """Return a program for R, as it comes, that shows what is said of a thing as a table."""
    return "\n".join([
        f'statements <- read.csv({_string(cited.table)}, encoding = "UTF-8")',
        'statements[, c("property_label", "value", "value_label", "language")]',
    ])  # fmt: skip


def javascript(cited: Citation) -> str:
    """Return a module for a browser or Node that fetches what is said of a thing."""
    return "\n".join([
        f"const response = await fetch({_string(cited.address)}, {{",
        '  headers: { Accept: "application/ld+json" },',
        "});",
        "const data = await response.json();",
        "console.log(data);",
    ])  # fmt: skip


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)


def _string(iri: str) -> str:
    """Return an IRI as a string of Python, R or JavaScript: it holds nothing that would end one (RFC 3987)."""
    return f'"{iri}"'


_SNIPPETS: tuple[tuple[str, str, Callable[[Citation], str]], ...] = (
    ("html", "HTML", html),
    ("bibtex", "BibTeX", bibtex),
    ("turtle", "Turtle", turtle),
    ("curl", "curl", curl),
    ("python", "Python", python),
    ("r", "R", r),
    ("javascript", "JavaScript", javascript),
)
