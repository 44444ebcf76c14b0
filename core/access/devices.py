"""What a browser says it is, in words people know their devices by."""

from core.i18n import Text, translator

_ = translator("core")

# The first that occurs counts: most browsers also claim to be those below them.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Zalo", "Zalo"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_PHONES = frozenset(("iPhone", "Android"))


def browser_of(agent: str) -> Text | str:
    """The browser and the system of a ``User-Agent``: “Chrome · Windows”."""
    parts = [name for name in (_first(_BROWSERS, agent), _first(_SYSTEMS, agent)) if name]
    return " · ".join(parts) if parts else _("Unknown device")


def is_phone(agent: str) -> bool:
    """Whether a ``User-Agent`` is that of a telephone."""
    return _first(_SYSTEMS, agent) in _PHONES


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in names if mark in agent), "")
