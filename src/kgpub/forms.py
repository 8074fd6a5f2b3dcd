"""What the shapes of a release tell of the things of a class: which properties, called what, grouped in which order.

Read from the document index when a thing of a class is first shown, and kept: a page costs no look-up more for it. The
terms are those of SHACL (W3C Recommendation of 2017-07-20), section 2.3 and, for names, groups and orders, 2.3.2.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from math import inf

from kgpub.documents import Documents
from kgpub.nodes import Nodes, Said, number_in
from kgpub.recent import Recent
from kgpub.rows import is_iri_token, literal_parts
from kgpub.vocabulary import RDFS, SH

#: Combinations of classes whose forms are kept, at most twice as many.
_FORMS_KEPT = 256
#: Superclasses of a class that are asked for shapes, shapes of one form, shapes inside shapes.
_CLASSES_READ, _SHAPES_READ, _NESTING_READ = 32, 200, 4

#: The rank of a name by a shape that says nothing of where the property stands.
_NO_PLACE = 2
_TRUE = frozenset({"true", "1"})


@dataclass(frozen=True, slots=True)
class Field:
    """A property as shapes describe it: its *names* with their languages, its *group* (empty: none), its place there.

    *is_expected* tells that a shape asks for at least one value, *is_required* that its absence is a violation.
    """

    property: str
    names: tuple[tuple[str, str], ...]
    group: str
    order: float
    is_expected: bool
    is_required: bool


@dataclass(frozen=True, slots=True)
class Form:
    """The properties that shapes describe for things of some classes, and the order of the groups."""

    fields: Mapping[str, Field]
    groups: tuple[str, ...]


NO_FORM = Form({}, ())


@dataclass(slots=True)
class _Draft:
    """What has been read of a property so far."""

    names: list[tuple[int, Mapping[str, str]]] = dataclass_field(default_factory=list)
    group: str = ""
    order: float = inf
    is_expected: bool = False
    is_required: bool = False
    is_forbidden: bool = False

    def field(self, property_: str) -> Field:
        """Return the property as it was described.

        A name is taken from a shape that puts the property into a group, or else into an order: others tell of a
        constraint, and where they are several none of them names the property.
        """
        rank, names = min(self.names, key=lambda named: named[0], default=(_NO_PLACE, {}))
        if rank == _NO_PLACE and len(self.names) > 1:
            names = {}
        return Field(property_, tuple(names.items()), self.group, self.order, self.is_expected, self.is_required)


class Forms:
    """The forms of one release."""

    def __init__(self, documents: Documents) -> None:
        """Take the document index, in which the shapes are described as all things are."""
        self._documents = documents
        self._kept = Recent[Form](_FORMS_KEPT)

    def of(self, classes: Sequence[str]) -> Form:
        """Return the form of things that have some classes, those that come first winning where shapes differ."""
        key = tuple(classes)
        form = self._kept.get(key)
        if form is None:
            form = _Reader(self._documents).form(key)
            self._kept.keep(key, form)
        return form


class _Reader:
    """Reads one form."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._nodes = Nodes(documents)
        self._drafts: dict[str, _Draft] = {}
        self._seen: set[str] = set()

    def form(self, classes: Iterable[str]) -> Form:
        for cls in self._with_superclasses(classes):
            for shape in self._shapes_for(cls):
                self._take_shape(shape, 0)
        by_order = sorted(self._drafts.items(), key=lambda item: (item[1].order, item[0]))
        fields = {property_: draft.field(property_) for property_, draft in by_order if not draft.is_forbidden}
        groups = sorted({field.group for field in fields.values()} - {""}, key=self._group_order)
        return Form(fields, tuple(groups)) if fields else NO_FORM

    def _with_superclasses(self, classes: Iterable[str]) -> list[str]:
        found = dict.fromkeys(classes)
        waiting = list(found)
        while waiting and len(found) < _CLASSES_READ:
            above = self._nodes.about(f"<{waiting.pop(0)}>").get(RDFS + "subClassOf", ())
            new = [token[1:-1] for token in above if is_iri_token(token) and token[1:-1] not in found]
            found.update(dict.fromkeys(new))
            waiting += new
        return list(found)[:_CLASSES_READ]

    def _shapes_for(self, cls: str) -> Iterator[str]:
        """Yield the shapes that target a class, and the class itself, which may be a shape (section 2.1.3.3)."""
        targeting = self._documents.incoming_page(cls, SH + "targetClass", 1)
        yield from (f"<{iri}>" for iri in (*(targeting.subjects if targeting else ()), cls))

    def _take_shape(self, token: str, depth: int) -> None:
        if token in self._seen or len(self._seen) >= _SHAPES_READ or depth > _NESTING_READ:
            return
        self._seen.add(token)
        said = self._nodes.about(token)
        if _is_true(said.get(SH + "deactivated", ())):
            return
        for property_shape in said.get(SH + "property", ()):
            self._take_property(self._nodes.about(property_shape))
        for inner in (*said.get(SH + "node", ()), *self._nodes.items(said.get(SH + "and", ()))):
            self._take_shape(inner, depth + 1)

    def _take_property(self, said: Said) -> None:
        path = said.get(SH + "path", [""])[0]
        if not path or not is_iri_token(path) or _is_true(said.get(SH + "deactivated", ())):
            return
        property_ = path[1:-1]
        if SH + "qualifiedValueShape" in said:  # it is about some of the values
            return
        draft = self._drafts.setdefault(property_, _Draft())
        self._take_names(draft, said)
        draft.group = draft.group or next((g[1:-1] for g in said.get(SH + "group", ()) if is_iri_token(g)), "")
        draft.order = min(draft.order, number_in(said.get(SH + "order", ()), inf))
        draft.is_forbidden |= number_in(said.get(SH + "maxCount", ()), inf) == 0
        if number_in(said.get(SH + "minCount", ()), 0) >= 1:
            severity = said.get(SH + "severity", ())
            draft.is_expected = True
            draft.is_required |= not severity or severity == [f"<{SH}Violation>"]

    def _take_names(self, draft: _Draft, said: Said) -> None:
        parts = (literal_parts(token) for token in said.get(SH + "name", ()) if token[0] == '"')
        names = {language: text for text, language, _ in parts}
        if names:
            places = (SH + "group" in said, SH + "order" in said, True)
            draft.names.append((places.index(True), names))

    def _group_order(self, group: str) -> tuple[float, str]:
        return number_in(self._nodes.about(f"<{group}>").get(SH + "order", ()), inf), group


def _is_true(tokens: Iterable[str]) -> bool:
    return any(token[0] == '"' and literal_parts(token)[0] in _TRUE for token in tokens)
