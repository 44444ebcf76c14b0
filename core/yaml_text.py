"""YAML that people send us: small, plain data, and read without the tricks by which a short file becomes a long one."""

from typing import Any, Final

import orjson
import yaml

from core.i18n import translator

_ = translator("core")

LARGEST: Final = 1 << 20
DEEPEST: Final = 40
"""Levels of lists and tables inside each other; each costs the parser as much as all above it."""
_BEGINNINGS = (
    yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken, yaml.BlockSequenceStartToken, yaml.BlockMappingStartToken,
)  # fmt: skip
_ENDS = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C where the wheel has it: ten times faster."""


class _Loader(_Safe):
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
        if not _is_plain(text):
            raise refusal
        return orjson.loads(orjson.dumps(yaml.load(text, _Loader), option=orjson.OPT_NON_STR_KEYS))  # noqa: S506 # a safe loader
    except (yaml.YAMLError, TypeError, ValueError, RecursionError):
        raise refusal from None


def _is_plain(text: bytes | str) -> bool:
    """Whether nothing stands for something else in it (a short file could be a billion steps) and it is not too deep."""
    depth = 0
    for token in yaml.scan(text, _Loader):
        depth += isinstance(token, _BEGINNINGS) - isinstance(token, _ENDS)
        if isinstance(token, yaml.AliasToken) or depth > DEEPEST:
            return False
    return True
