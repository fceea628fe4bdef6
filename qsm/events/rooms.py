"""What each room says of itself in a module of an agreed name, collected so that lower rooms need not import it."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule


def said_by_rooms(module: str, name: str) -> Iterator[Any]:
    """The value of `name` in `<app>.<module>` of every app that has both."""
    for app in apps.get_app_configs():
        if app.module is not None and module_has_submodule(app.module, module):
            found = import_module(f"{app.name}.{module}")
            if hasattr(found, name):
                yield getattr(found, name)
