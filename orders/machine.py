"""The machine of orders (rules, section 3), as data: who may do what in which delivery state, and what forbids it.

`orders.lifecycle` holds the actions of people, `orders.deadlines` what happens when nobody acts.
"""

from django.utils.translation import gettext_lazy as _

from orders.states import BEFORE_DISPATCH, PARCELS, SHIPPING_REQUEST, DeliveryMethod, OrderState
from qsm.accounts.access import Party
from qsm.lib import clock
from qsm.lib.machine import Guard, Machine, Transition

NOT_HELD = Guard(
    "order.cancel_open",
    _(
        "This order has an open cancel claim, so it cannot be dispatched nor given a ship date. "
        "Approve the cancel, reject it, or get it withdrawn first."
    ),
    lambda order: order.held_as != "cancel",
)
NO_CLAIM = Guard(
    "order.claim_open",
    _("A claim on this order is open, so its receipt cannot be confirmed. The claim has to end first."),
    lambda order: order.held_by is None,
)
FREE = Guard(
    "order.held",
    _("A claim on this order is open already. It has to end first."),
    lambda order: order.held_by is None,
)
IS_ORDINARY = Guard(
    "order.is_preorder", _("This order is marked as a preorder already."), lambda order: not order.is_preorder
)
IS_PREORDER = Guard("order.is_ordinary", _("This order is not a preorder."), lambda order: order.is_preorder)
NOT_DELAYED = Guard(
    "order.delayed",
    _("The expected ship date has passed, so it can no longer be changed. Dispatch the order, or tell the buyer."),
    lambda order: not order.is_delayed,
)
BY_PARCEL = Guard(
    "order.not_by_parcel",
    _("This order is not sent. Hand it over against the buyer's code, or mark the service as provided."),
    lambda order: order.delivery_method in PARCELS,
)
BY_PICKUP = Guard(
    "order.not_by_pickup",
    _("The buyer does not pick this order up at the shop. Dispatch it instead."),
    lambda order: order.delivery_method == DeliveryMethod.PICKUP,
)
ONLINE = Guard(
    "order.not_online",
    _("This order is not an online service. Dispatch it instead."),
    lambda order: order.delivery_method == DeliveryMethod.ONLINE,
)
# What refuses an action because it is for another delivery method: the panel leaves it out.
OTHER_METHODS = {guard.code for guard in (BY_PARCEL, BY_PICKUP, ONLINE)}
CODE_NOT_BLOCKED = Guard(
    "order.pickup_blocked",
    _("Too many wrong codes were entered for this order. Ask the buyer for the code and try again tomorrow."),
    lambda order: order.pickup_blocked_until is None or order.pickup_blocked_until <= clock.now(),
)
SELLER = frozenset({Party.SELLER})
BUYER = frozenset({Party.BUYER})
SYSTEM = frozenset({Party.SYSTEM})
# What the marketplace knows better than the shop: operators enter it, the API and files bring it as the system (R-O9).
OPERATOR = frozenset({Party.OPERATOR})
RECORDS = frozenset({Party.OPERATOR, Party.SYSTEM})
UNPAID = frozenset({OrderState.AWAITING_PAYMENT})
NEW = frozenset({OrderState.NEW})
PREPARING = frozenset({OrderState.PREPARING})
REQUEST = frozenset(SHIPPING_REQUEST)
SHIPPING = frozenset({OrderState.SHIPPING})
DELIVERED = frozenset({OrderState.DELIVERED})
BEFORE = frozenset(BEFORE_DISPATCH)
OPEN = BEFORE | SHIPPING | DELIVERED
STAYS = None

ORDER = Machine(
    name="order",
    initial=frozenset(OrderState) - {OrderState.CANCELED, OrderState.RETURNED, OrderState.REFUNDED},
    transitions=(
        Transition("pay", UNPAID, OrderState.PROCESSING, RECORDS, "order.paid", _("Record the payment")),
        Transition("expire", UNPAID, OrderState.CANCELED, SYSTEM, "order.expired", _("Not paid in time")),
        Transition(
            "check",
            frozenset({OrderState.PROCESSING}),
            OrderState.NEW,
            RECORDS,
            "order.checked",
            _("Confirm the payment check"),
        ),
        Transition("readdress", BEFORE, STAYS, SELLER, "order.readdressed", _("Change the recipient")),
        Transition("plan", NEW, OrderState.PREPARING, SELLER, "order.planned", _("Enter ship date"), (NOT_HELD,)),
        Transition("plan", PREPARING, STAYS, SELLER, "order.replanned", _("Change ship date"), (NOT_HELD, NOT_DELAYED)),
        Transition(
            "explain", PREPARING, STAYS, SELLER, "order.explained", _("Explain the date"), (NOT_HELD, NOT_DELAYED)
        ),
        Transition(
            "dispatch",
            REQUEST,
            OrderState.SHIPPING,
            SELLER,
            "order.dispatched",
            _("Dispatch"),
            (BY_PARCEL, NOT_HELD),
        ),
        Transition(
            "hand_over",
            REQUEST,
            OrderState.DELIVERED,
            SELLER,
            "order.handed_over",
            _("Hand over at the shop"),
            (BY_PICKUP, NOT_HELD, CODE_NOT_BLOCKED),
        ),
        Transition(
            "miss_code",
            REQUEST,
            STAYS,
            SELLER,
            "order.code_missed",
            _("Wrong code"),
            (BY_PICKUP, NOT_HELD, CODE_NOT_BLOCKED),
        ),
        Transition(
            "provide",
            REQUEST,
            OrderState.DELIVERED,
            SELLER,
            "order.provided",
            _("Service provided"),
            (ONLINE, NOT_HELD),
        ),
        Transition("miss_ship_today", REQUEST, STAYS, SYSTEM, "order.ship_today_missed", _("Not shipped the same day")),
        Transition("warn_late", REQUEST, STAYS, SYSTEM, "order.late_warned", _("Dispatch is due")),
        Transition("count_late", REQUEST, STAYS, SYSTEM, "order.late_counted", _("Dispatched late")),
        Transition("restrict_late", REQUEST, STAYS, SYSTEM, "order.late_restricted", _("Sales restricted")),
        Transition("correct", SHIPPING, STAYS, SELLER, "order.corrected", _("Correct carrier and number")),
        Transition("deliver", SHIPPING, OrderState.DELIVERED, RECORDS, "order.delivered", _("Record the delivery")),
        Transition(
            "receive",
            SHIPPING | DELIVERED,
            OrderState.RECEIVED,
            BUYER,
            "order.received",
            _("Confirm receipt"),
            (NO_CLAIM,),
        ),
        Transition(
            "lapse",
            DELIVERED,
            OrderState.RECEIVED,
            SYSTEM,
            "order.lapsed",
            _("Receipt confirmed by time"),
            (NO_CLAIM,),
        ),
        Transition("cancel", BEFORE, OrderState.CANCELED, SYSTEM, "order.canceled", _("Canceled by a claim")),
        Transition(
            "refund", SHIPPING | DELIVERED, OrderState.REFUNDED, SYSTEM, "order.refunded", _("Refunded by a claim")
        ),
        Transition(
            "mark_preorder",
            BEFORE,
            STAYS,
            OPERATOR,
            "order.marked_preorder",
            _("Mark as a preorder"),
            (FREE, IS_ORDINARY),
        ),
        Transition(
            "mark_ordinary",
            BEFORE,
            STAYS,
            OPERATOR,
            "order.marked_ordinary",
            _("Mark as an ordinary order"),
            (FREE, IS_PREORDER),
        ),
        Transition("block", OPEN, STAYS, OPERATOR, "order.cancel_blocked", _("Bar cancels in the console")),
        Transition("unblock", OPEN, STAYS, OPERATOR, "order.cancel_unblocked", _("Allow cancels in the console again")),
    ),
    wrong_state=_("The order's delivery state does not allow this any more. Open it again to see what it allows now."),
    wrong_party=_("You may not do this to an order. Ask the shop's owner or staff."),
)
