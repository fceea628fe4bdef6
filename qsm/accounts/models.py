"""People, shops, and who belongs to which shop (R-A2)."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users; the mail address is the log-in name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with this mail address, stored in lower case. No password: the log-in is closed until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An operator with every permission."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in: a member of shops, a buyer, an operator, or several of these."""

    email = models.EmailField(_("mail address"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="ja")
    is_active = models.BooleanField(_("may log in"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    # Ids of the operator's announcements that the person has opened: this row is at hand on every page.
    announcements_read = models.JSONField(default=list, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects = UserManager()

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """A mail address has one spelling, however it is typed: nobody gets a second account under another."""
        return super().normalize_username(username).strip().lower()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.email


class PaymentMethod(models.TextChoices):
    """How an order was paid. External: somewhere that this console does not reach (R-O10)."""

    CARD = "card", _("Card")
    CASH = "cash", _("Cash (convenience store, bank transfer)")
    EXTERNAL = "external", _("Outside of this console")


class Seller(models.Model):
    """A shop on the marketplace. `payment_of_imports`: how orders that come by file were paid, which files don't say."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("shop name"), max_length=100)
    country = models.CharField(_("country"), max_length=2, default="JP")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="ja")
    notice_email = models.EmailField(_("mail address for notices"), blank=True)
    payment_of_imports = models.CharField(
        _("payment method of imported orders"),
        max_length=10,
        choices=PaymentMethod,
        default=PaymentMethod.EXTERNAL,
    )
    default_carrier = models.CharField(_("usual carrier"), max_length=200, blank=True)
    export_encoding = models.CharField(_("characters of Japanese files"), max_length=10, default="cp932")
    is_active = models.BooleanField(_("may trade"), default=True)

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do in the shop (R-A2)."""

    OWNER = "owner", _("Owner")
    STAFF = "staff", _("Staff")
    VIEWER = "viewer", _("Viewer")


class Invitation(models.Model):
    """A mail address that an owner has invited to the shop, until somebody accepts (R-A2). Times are real ones.

    `code` is part of the link that was sent: inviting anew makes another, and the older link is void. `next_at` is when the
    mail is sent, or tried again; see `qsm.accounts.invitations`.
    """

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("shop"))
    email = models.EmailField(_("mail address"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    made_at = models.DateTimeField(_("invited on"))
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent on"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = (models.UniqueConstraint(fields=["seller", "email"], name="invitation_once_per_shop"),)
        indexes = (models.Index(fields=["next_at"], name="invitation_due", condition=models.Q(sent_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.email} · {self.seller}"


class Member(models.Model):
    """A person's role in a shop."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="members", verbose_name=_("shop"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.STAFF)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = (models.UniqueConstraint(fields=["seller", "user"], name="member_once_per_shop"),)

    def __str__(self) -> str:
        return f"{self.user} · {self.seller}"
