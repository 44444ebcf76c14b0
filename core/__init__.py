"""The platform: what every trade shares and no trade in particular.

Plugins import :mod:`core.sdk` and :mod:`hooks`; everything else in here may change at any time.
"""

API = "1.0"
"""Version of the plugin API: hooks, ``core.sdk`` and ``core.testing``. A manifest names the range it works with."""
