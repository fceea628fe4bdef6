"""How people get an account: allauth's doors that this product keeps shut."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_noop

# Words of allauth that it lacks in one of our languages: our own catalogs are asked first.
ALLAUTHS_WORDS = (gettext_noop("Remember Me"),)


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by owners, operators and invitations, never by a stranger."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
