"""What sellers send about products."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProductFileForm(forms.Form):
    """A product list as CSV or Excel."""

    file = forms.FileField(label=_("Product file (CSV or Excel)"))
