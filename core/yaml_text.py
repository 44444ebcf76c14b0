"""YAML that people send us: small, plain data, and read without the tricks by which a short file becomes a long one."""

from typing import Any, Final

import orjson
import yaml

from core.i18n import translator

_ = translator("core")

LARGEST: Final = 1 << 20


class _Loader(yaml.SafeLoader):
    """Of ``on``, ``off``, ``yes`` and ``no`` none is a truth value, as in YAML 1.2: what starts a rule stands under ``on``."""

    yaml_implicit_resolvers = {
        first: [one for one in resolvers if first in "tTfF" or one[0] != "tag:yaml.org,2002:bool"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_yaml(text: bytes | str) -> Any:
    """What a file says, as JSON would: dates are text. Raises ValueError with a text."""
    if len(text) > LARGEST:
        raise ValueError(_("This file is too large."))
    refusal = ValueError(_("This is no YAML file."))
    try:
        if any(isinstance(one, yaml.AliasToken) for one in yaml.scan(text)):  # a short file could be a billion steps
            raise refusal
        return orjson.loads(orjson.dumps(yaml.load(text, _Loader), option=orjson.OPT_NON_STR_KEYS))  # noqa: S506 # a safe loader
    except (yaml.YAMLError, TypeError, ValueError, RecursionError):
        raise refusal from None
