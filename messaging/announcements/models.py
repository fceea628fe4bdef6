"""Announcements: what the operator tells all shops (R-P7)."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = {"ja": "ja", "ko": "ko", "zh-hans": "zh", "en": "en"}


class Announcement(models.Model):
    """One announcement with its date, in each of our languages. What is dated ahead appears when its moment has come.

    Who has read it stands in `User.announcements_read`: that row is at hand on every page, so that the mark in the
    header costs one query by an index.
    """

    published_at = models.DateTimeField(_("published on"))
    title_ja = models.CharField(_("title (Japanese)"), max_length=200)
    text_ja = models.TextField(_("text (Japanese)"))
    title_ko = models.CharField(_("title (Korean)"), max_length=200)
    text_ko = models.TextField(_("text (Korean)"))
    title_zh = models.CharField(_("title (Chinese)"), max_length=200)
    text_zh = models.TextField(_("text (Chinese)"))
    title_en = models.CharField(_("title (English)"), max_length=200)
    text_en = models.TextField(_("text (English)"))

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        indexes = (models.Index(fields=["-published_at", "-id"], name="announcement_newest"),)

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the active language."""
        return self._said("title")

    @property
    def text(self) -> str:
        """The text in the active language."""
        return self._said("text")

    def _said(self, what: str) -> str:
        return str(getattr(self, f"{what}_{LANGUAGES[get_language() or 'ja']}"))
