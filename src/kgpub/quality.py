"""Describe how good a data set was found to be (W3C Data Quality Vocabulary, Note of 2016-12-15): what SHACL found."""

from collections.abc import Iterator

from pyoxigraph import NamedNode

from kgpub.edition import Edition, Triple, labelled
from kgpub.plan import SHAPES_GRAPH
from kgpub.release import REPORT
from kgpub.report import SEVERITIES
from kgpub.vocabulary import DCTERMS, DQV, PROV, RDF, SKOS, XSD, integer

_CONSISTENCY = "http://www.w3.org/2016/05/ldqd#consistency"
#: What the results of a severity are called, in the two languages in which a release describes itself.
_NAMES = {
    "Violation": ("violations", "violations"),
    "Warning": ("warnings", "avertissements"),
    "Info": ("notes", "notes"),
}


def quality_triples(edition: Edition) -> Iterator[Triple]:
    """Yield to which shapes the data set conforms, and a measurement for each of SHACL's severities."""
    if edition.findings is None:
        return
    yield edition.dataset, DCTERMS + "conformsTo", NamedNode(edition.base.resolve(SHAPES_GRAPH))
    for severity in SEVERITIES:
        yield from _measurement(edition, severity, edition.findings.get(severity, 0))


def _measurement(edition: Edition, severity: str, number: int) -> Iterator[Triple]:
    english, french = _NAMES[severity]
    measurement = edition.below_dataset("quality", english)
    metric = edition.below_dataset("quality", f"{english}-metric")
    yield edition.dataset, DQV + "hasQualityMeasurement", NamedNode(measurement)
    yield measurement, RDF + "type", NamedNode(DQV + "QualityMeasurement")
    yield from labelled(measurement, f"number of {english}", f"nombre de {french}")
    yield measurement, DQV + "computedOn", NamedNode(edition.dataset)
    yield measurement, DQV + "isMeasurementOf", NamedNode(metric)
    yield measurement, DQV + "value", integer(number)
    yield measurement, PROV + "wasDerivedFrom", NamedNode(edition.base.resolve(REPORT))
    yield metric, RDF + "type", NamedNode(DQV + "Metric")
    yield from labelled(metric, f"SHACL {english}", f"SHACL : {french}")
    yield from labelled(
        metric,
        f"How many results of severity sh:{severity} the shapes of the data set have on it.",
        f"Combien de résultats de gravité sh:{severity} les formes du jeu de données relèvent sur lui.",
        SKOS + "definition",
    )
    yield metric, DQV + "expectedDataType", NamedNode(XSD + "integer")
    yield metric, DQV + "inDimension", NamedNode(_CONSISTENCY)
