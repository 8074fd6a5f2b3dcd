"""Which terms of SHACL the gate takes up: those of SHACL Core and SHACL-SPARQL (W3C Recommendation of 2017-07-20)."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from kgpub.plan import SHAPES_GRAPH, Plan
from kgpub.sources import Source, named_sources, parsed
from kgpub.vocabulary import SH

#: The properties of the recommendation, those of results and of forms too.
_TAKEN_UP = frozenset(
    re.findall(
        r"\w+",
        """
        path inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath
        targetClass targetNode targetObjectsOf targetSubjectsOf property node deactivated severity message
        class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength
        maxLength pattern flags languageIn uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone
        qualifiedValueShape qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint closed ignoredProperties
        hasValue in name description order group defaultValue
        sparql select ask prefixes declare prefix namespace parameter optional labelTemplate
        validator nodeValidator propertyValidator
        conforms result detail focusNode resultMessage resultPath resultSeverity sourceConstraint
        sourceConstraintComponent sourceShape value shapesGraphWellFormed
        shapesGraph suggestedShapesGraph entailment
        """,
    )
)
#: Parts of what is not taken up; to name that is enough.
_PARTS = frozenset(("subject", "predicate", "object", "condition", "construct", "jsLibrary", "jsLibraryURL"))


def note_on_project(plan: Plan) -> str:
    """Return a sentence about what the shapes of a project say that is not taken up; '' where that is nothing."""
    shapes = plan.base.resolve(SHAPES_GRAPH)
    return _note([source for source in plan.sources if source.graph == shapes], plan.base.iri)


def note_on_files(shapes: Sequence[Path], base_iri: str | None) -> str:
    """Return the same about shapes in files."""
    return _note(named_sources(shapes), base_iri)


def _note(shapes: Iterable[Source], base_iri: str | None) -> str:
    terms = [f"sh:{name} ({count:,})" for name, count in sorted(_left_aside(shapes, base_iri).items())]
    if not terms:
        return ""
    return f"Not looked at, being neither SHACL Core nor SHACL-SPARQL: {', '.join(terms)}."


def _left_aside(shapes: Iterable[Source], base_iri: str | None) -> Counter[str]:
    """Count what belongs to the advanced features, to JavaScript or to a later SHACL, or is misspelt."""
    used = (quad.predicate.value for source in shapes for quad in parsed(source, base_iri))
    names = (iri.removeprefix(SH) for iri in used if iri.startswith(SH))
    return Counter(name for name in names if name not in _TAKEN_UP and name not in _PARTS)
