"""What every request shares: one reading of the clock, and one way to say that the door did not open."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from qsm.accounts.access import OtherShop
from qsm.events.answers import answered, sent_before
from qsm.events.door import Conflict, KeyReused, Replayed
from qsm.events.history import happened
from qsm.lib import clock
from qsm.lib.machine import Refused

GetResponse = Callable[[HttpRequest], HttpResponse]
# Above the largest order file (100 MB, qsm/lib/files/tokens.py) with the form around it.
MOST_BODY_BYTES = 101 * 2**20


class NothingIsKept:
    """No browser and no proxy keeps a page: after the log-out nobody gets back to it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a view that says itself how long its answer may be kept is left alone."""
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class NotTooLarge:
    """A body beyond what any form here sends is not read: 413. The server reads no more of one than it announces."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, before anybody looks at the body."""
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) > MOST_BODY_BYTES:
            return render(request, "413.html", status=413)
        return self.get_response(request)


class NoNul:
    """A NUL is part of no text, and no database keeps one: a request with it is malformed, whichever view it is for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; `process_view` does the work, after the token has been checked."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Raises BadRequest (400) for a NUL in the path, the query or a field of a form."""
        sent = (pair for params in (request.GET, request.POST) for pair in params.lists())
        if "\0" in request.path_info or any("\0" in text for name, values in sent for text in (name, *values)):
            raise BadRequest("a NUL in the request")


class OneReadingOfTheClock:
    """All that a request does happens at one business moment."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request inside one reading."""
        with clock.reading():
            return self.get_response(request)


class DoorAnswers:
    """Turns what the door raised into an answer: 409 with what happened meanwhile, 422 with the reason and a way out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; `process_exception` does the work."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Django calls this with what a view raised."""
        match problem:
            case Replayed():
                return answered(request, problem.answer)
            case Conflict():
                return render(
                    request, "conflict.html", {"events": happened(problem.events, problem.reader)}, status=409
                )
            case OtherShop():
                return render(request, "refused.html", {"refused": problem}, status=409)
            case Refused():
                return render(request, "refused.html", {"refused": problem}, status=422)
            case KeyReused():
                return render(request, "key_reused.html", status=422)
            case Http404() if (earlier := sent_before(request)) is not None:
                return answered(request, earlier)
        return None
