"""What must always hold, room by room: `INVARIANTS` in a room's `invariants.py`, functions that find what breaks them."""

from qsm.events.rooms import said_by_rooms

SHOWN = 20


def violations() -> list[str]:
    """One line for each invariant that does not hold, with the first rows that break it."""
    return [
        f"{check.__name__}: {', '.join(str(row) for row in found)}"
        for checks in said_by_rooms("invariants", "INVARIANTS")
        for check in checks
        if (found := list(check()[:SHOWN]))
    ]
