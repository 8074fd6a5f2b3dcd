"""Why an address of a site was not seen: what a check tells as a finding."""

from kgpub.errors import KgpubError


class NotReached(KgpubError):
    """An address of a site that is checked gives no answer, or may not be asked; *rule* is what that breaks."""

    def __init__(self, sentence: str, rule: str = "reach.unanswered") -> None:
        self.rule = rule
        super().__init__(sentence)


class NotReadable(KgpubError):
    """A document of a site that is checked is not in the syntax of its media type; *rule* is what that breaks."""

    def __init__(self, sentence: str, rule: str = "rdf.unreadable") -> None:
        self.rule = rule
        super().__init__(sentence)
