"""What is done with ticked rows of the delivery page (R-P2), and the contract that other rooms' tabs keep.

- Every check box of a grid is called `ticked`; its value is `ID:VERSION`. They belong to the form with the id `ticked`,
  method GET.
- A tab under the grid is a button of that form with an address of its own (`formaction`). So the address is opened as
  `…?ticked=ID:VERSION&ticked=…`: as a page without JavaScript, as a fragment for `#work` with it. A plain `ticked=ID` is
  read as well, e.g. from the link of a panel.
- `ticked(request.GET)` gives the ids, each once, at most MOST_TICKED. Rows are looked up with `for_actor`, so that what is
  another shop's is simply not among them.
- Tabs of rooms above are found by the name of their address: `claims:cancel_orders`. The
  note to the buyers of ticked rows (`messaging:note`) has a button of its own under the grid.
- The page reads the rows anew, shows for each what it allows now, and sends one form: `key`, for each row `row=ID:VERSION`
  with the version that the page showed, and the row's own fields as `ID-NAME`. Each row goes through a door of its own
  (`qsm.events.batch.each`), and the answer is a line for each: done, or why not.
"""

from collections.abc import Iterable, Mapping

from django.http import QueryDict

from orders.models import Order
from qsm.accounts.access import Actor
from qsm.lib.grid import is_number

FIELD, MOST_TICKED = "ticked", 100


def ticked(params: QueryDict, field: str = FIELD) -> dict[int, int]:
    """The ids that an address or a form carries, each once, with the version that was seen of each; 0 where it says none."""
    pairs = (value.partition(":")[::2] for value in params.getlist(field))
    known = ((pk, version) for pk, version in pairs if is_number(pk) and (not version or is_number(version)))
    return dict([(int(pk), int(version or 0)) for pk, version in known][:MOST_TICKED])


def ticked_orders(actor: Actor, ids: Iterable[int] | Mapping[int, int]) -> list[Order]:
    """The actor's own orders among these, in the order given."""
    rows = Order.objects.for_actor(actor).select_related("cart", "buyer__user").in_bulk(list(ids))
    return [rows[pk] for pk in ids if pk in rows]
