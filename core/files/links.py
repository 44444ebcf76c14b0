"""Links to one file that open it for a short while, for whoever holds them: programs that know no session follow them.

A link is made after the right to the file was asked for, and only then. It names company and file and nobody; what it
says is signed with the installation's secret.
"""

from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer

from core.settings import Settings

SECONDS: Final = 120
"""How long a link opens its file."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says."""

    tenant: int
    file_id: UUID

    def signed(self, settings: Settings) -> str:
        """The text of the link, good from now on."""
        return _signer(settings).dumps([self.tenant, self.file_id.hex])

    @classmethod
    def read(cls, settings: Settings, text: str) -> Self | None:
        """What a text says if we signed it and it is still good."""
        try:
            tenant, file_id = _signer(settings).loads(text, max_age=SECONDS)
        except BadData:
            return None
        return cls(tenant, UUID(hex=file_id))


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer([*settings.secret_fallback, settings.secret_key], salt="core.files.links")
