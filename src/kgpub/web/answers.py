"""Put the answer of the engine into a response."""

from werkzeug.wrappers import Response

from kgpub.engine import Answer
from kgpub.reply import Stream


def fill(response: Response, answer: Answer) -> None:
    """Put an answer into a response: one that is there already whole, another as it comes."""
    if answer.whole is not None:
        response.set_data(answer.whole)
        return
    response.headers.pop("Content-Length", None)  # what a check of validators sets on a response that is empty still
    response.response = Stream(answer)
