"""Vietnamese first: no page may show English to somebody who reads Vietnamese."""

import re

import pytest
from babel.messages.pofile import read_po

from core.i18n import LOCALES, catalogue_path
from core.plugin.boot import Registry
from core.testing.translations import missing


def test_every_message_of_every_plugin_is_translated(registry: Registry) -> None:
    gaps = {plugin.package: missing(plugin.package) for plugin in registry.plugins.values()}
    assert not {package: found for package, found in gaps.items() if found}


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if locale != "en"])
def test_placeholders_survive_translation(registry: Registry, locale: str) -> None:
    wrong = []
    for plugin in registry.plugins.values():
        path = catalogue_path(plugin.package, locale)
        assert path is not None
        with path.open("rb") as file:
            for message in read_po(file, locale=locale):
                if isinstance(message.id, str) and isinstance(message.string, str) and message.string:
                    source, target = (sorted(re.findall(r"%\(\w+\)s", text)) for text in (message.id, message.string))
                    wrong += [] if source == target else [message.id]
    assert not wrong
