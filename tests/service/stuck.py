"""The console's application that stops for ever in the middle of a change, so that a test can kill it just there.

STUCK_BEFORE is `commit` (the event is written, its deliveries are not) or `answer` (all is done, the browser knows of
nothing); STUCK_SIGN is a file that then holds the number of the process to kill.
"""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Never

from django.core.wsgi import get_wsgi_application


def application() -> Any:
    """The usual application, to be killed when it is stuck."""
    handler = get_wsgi_application()
    if os.environ["STUCK_BEFORE"] == "answer":
        return lambda environ, start: before_the_answer(handler(environ, start), environ)
    from qsm.events import door

    door._hand_on = stop_for_ever  # type: ignore[assignment]
    return handler


def before_the_answer(response: Iterable[bytes], environ: dict[str, Any]) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] == "POST":
        stop_for_ever()
    return response


def stop_for_ever(*_arguments: Any) -> Never:
    sign = Path(os.environ["STUCK_SIGN"])
    sign.with_suffix(".new").write_text(str(os.getpid()))
    sign.with_suffix(".new").rename(sign)  # whole from the moment that it is seen
    while True:
        time.sleep(60)
