"""The machine of each kind of claim."""

from claims.kinds.cancel import CANCEL
from claims.kinds.returns import RETURN
from claims.states import Kind

MACHINES = {Kind.CANCEL: CANCEL, Kind.RETURN: RETURN}
