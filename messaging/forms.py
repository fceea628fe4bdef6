"""What people write. Forms shape input; what is allowed is decided by the actions."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.states import INQUIRY_CATEGORIES, TEXT_MAX, TITLE_MAX, Category
from qsm.events.forms import ActionForm, Prose

CHOOSE = ("", _("Choose"))


class TextForm(ActionForm):
    """An answer: only a text, on what the person saw."""

    text = Prose(label=pgettext_lazy("message", "Message"), max_length=TEXT_MAX)


class FirstForm(ActionForm):
    """The first message of a conversation: there is no version to have seen."""

    seen = None  # type: ignore[assignment]
    category = forms.ChoiceField(label=_("Category"), choices=[CHOOSE, *Category.choices])
    title = forms.CharField(label=pgettext_lazy("message", "Title"), max_length=TITLE_MAX)
    text = Prose(
        label=pgettext_lazy("message", "Message"), max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 6})
    )


class NoteForm(FirstForm):
    """The shop's note to buyers (R-B1)."""

    also_by_mail = forms.BooleanField(label=_("Also by e-mail"), required=False, initial=True)


class InquiryForm(FirstForm):
    """An inquiry to the operator, with categories in two levels (R-B8)."""

    category = forms.ChoiceField(
        label=_("Category"),
        choices=[CHOOSE, *((first, [(code, code.label) for code in group]) for first, group in INQUIRY_CATEGORIES)],
    )
