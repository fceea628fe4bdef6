"""What people write. Forms shape input; what is allowed is decided by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.attachments.forms import WithFiles
from messaging.states import INQUIRY_CATEGORIES, TEXT_MAX, TITLE_MAX, Category
from qsm.accounts.models import Seller
from qsm.events.forms import Prose

CHOOSE = ("", _("Choose"))
ROWS = forms.Textarea(attrs={"rows": 6})
TWO_LEVELS = [
    CHOOSE,
    *((first, [(code.value, code.label) for code in group]) for first, group in INQUIRY_CATEGORIES),
]


class TextForm(WithFiles):
    """A further message: a text with files, and the version that the person saw."""

    field_order = ("seller", "category", "title", "text", "attachments")
    text = Prose(label=pgettext_lazy("message", "Message"), max_length=TEXT_MAX, widget=ROWS)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # It lies over pages, and in panels, that have a field called text already.
        self.auto_id = "message_%s"


class MoreForm(TextForm):
    """A further message of the side that asks: it is added whatever has happened meanwhile."""

    seen = None  # type: ignore[assignment]


class FirstForm(MoreForm):
    """The first message of a conversation."""

    category = forms.ChoiceField(label=_("Category"), choices=[CHOOSE, *Category.choices])
    title = forms.CharField(label=pgettext_lazy("message", "Title"), max_length=TITLE_MAX)


class NoteForm(FirstForm):
    """The shop's note to buyers (R-B1)."""

    also_by_mail = forms.BooleanField(label=_("Also by e-mail"), required=False, initial=True)


class InquiryForm(FirstForm):
    """An inquiry to the operator, or a message of theirs to a shop, with categories in two levels (R-B8)."""

    category = forms.ChoiceField(label=_("Category"), choices=TWO_LEVELS)


class LetterForm(InquiryForm):
    """The operator's message to a shop."""

    seller = forms.ModelChoiceField(label=_("Shop"), queryset=Seller.objects.order_by("name"))
