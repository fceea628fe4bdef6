"""Pages of claims are read in English by these tests."""

from typing import Any

import pytest


@pytest.fixture
def english(settings: Any) -> None:
    """Where the request does not say otherwise."""
    settings.LANGUAGE_CODE = "en"
