"""Typed settings, read once from the environment (``GHEP_*``) when the process starts."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(ValueError):
    """A setting has a value that cannot be used; the message names it and says what would."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What one installation is told from outside. Passed around, never global."""

    var: Path
    """Where everything that must survive a restart lives: database files, uploads, secrets, logs."""
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str = ""
    """Address of a PostgreSQL the owner role may create roles in. Empty: the embedded server."""
    redis_url: str = ""
    """Address of a Redis or Valkey. Empty: the embedded server."""
    secret_key: str = ""
    """Derives the database roles' passwords and signs short-lived links. Empty: kept in ``var/secret``."""
    web_workers: int = 2
    job_workers: int = 2
    domain: str = "localhost"
    """Companies answer at ``<slug>.<domain>``."""
    locale: str = "vi"
    timezone: str = "Asia/Ho_Chi_Minh"
    plugins: tuple[str, ...] = ("*",)
    """Entry points to load; ``*`` is all that are installed."""
    safe_mode: bool = False
    """Start with core alone."""
    url: str = ""
    """Where people reach it, for links in messages: ``https://crm.example.com``. Empty: http, our domain and port."""
    smtp_url: str = ""
    """Address of a mail server, ``smtp://user:password@host:587`` or ``smtps://…``. Empty: kept in ``var/mail``."""
    mail_from: str = ""
    """Whom messages come from: ``Ghép <no-reply@example.com>``. Empty: ``no-reply`` at our domain."""
    secure_cookies: bool = False
    trusted_proxies: int = 0
    max_upload: int = 25 << 20
    """Bytes that are uploaded at a time: one file, or the files of one form together."""
    import_rows: int = 1_000_000
    """Rows of one CSV that is imported; workbooks have a limit of their own."""
    import_size: int = 200 << 20
    """Bytes of one CSV that is imported."""
    storage_url: str = ""
    """A bucket for files, ``s3://bucket/prefix?endpoint=…&region=…``. Empty: the folder ``var/files``."""
    webhook_allow: tuple[str, ...] = ()
    """Networks (CIDR) that webhooks may reach though they are not public, and by http too: of an office, of a test."""
    mail_allow: tuple[str, ...] = ()
    """Networks (CIDR) whose mail servers people's own accounts may use though they are not public: of an office."""
    secret_fallback: tuple[str, ...] = field(default=())

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read ``GHEP_*``; unset names keep their defaults. Raises :class:`SettingsError`."""
        var = Path(env.get("GHEP_VAR") or ROOT / "var").absolute()
        return cls(
            var=var,
            host=env.get("GHEP_HOST", "127.0.0.1"),
            port=_integer(env, "GHEP_PORT", 8000),
            database_url=env.get("GHEP_DATABASE_URL", ""),
            redis_url=env.get("GHEP_REDIS_URL", ""),
            secret_key=env.get("GHEP_SECRET_KEY", "") or _kept_secret(var),
            web_workers=_integer(env, "GHEP_WEB_WORKERS", 2),
            job_workers=_integer(env, "GHEP_JOB_WORKERS", 2),
            domain=env.get("GHEP_DOMAIN", "localhost"),
            locale=env.get("GHEP_LOCALE", "vi"),
            timezone=env.get("GHEP_TIMEZONE", "Asia/Ho_Chi_Minh"),
            plugins=tuple(env.get("GHEP_PLUGINS", "*").split(",")),
            safe_mode=env.get("GHEP_SAFE_MODE", "") == "1",
            url=env.get("GHEP_URL", "").rstrip("/"),
            smtp_url=env.get("GHEP_SMTP_URL", ""),
            mail_from=env.get("GHEP_MAIL_FROM", ""),
            secure_cookies=env.get("GHEP_SECURE_COOKIES", "") == "1",
            max_upload=_integer(env, "GHEP_UPLOAD_MB", 25) << 20,
            import_rows=_integer(env, "GHEP_IMPORT_ROWS", 1_000_000),
            import_size=_integer(env, "GHEP_IMPORT_MB", 200) << 20,
            storage_url=env.get("GHEP_STORAGE_URL", ""),
            trusted_proxies=_integer(env, "GHEP_TRUSTED_PROXIES", 0),
            webhook_allow=_networks(env, "GHEP_WEBHOOK_ALLOW"),
            mail_allow=_networks(env, "GHEP_MAIL_ALLOW"),
        )

    def address_of(self, slug: str) -> str:
        """Where a company's people reach it, without a slash at the end.

        For links in messages: a request's own host is whatever its sender wrote.
        """
        parts = urlsplit(self.url or f"http://{self.domain}:{self.port}")
        place = f"{slug}.{parts.netloc}" if parts.hostname == self.domain else parts.netloc
        return f"{parts.scheme}://{place}"


def _integer(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit():
        raise SettingsError(f"{name}={text!r}: a whole number is needed, such as {default}.")
    return int(text)


def _networks(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = tuple(one.strip() for one in env.get(name, "").split(",") if one.strip())
    for one in found:
        try:
            ip_network(one)
        except ValueError:
            raise SettingsError(f"{name}={one!r}: networks such as 10.1.0.0/16 are needed.") from None
    return found


def _kept_secret(var: Path) -> str:
    """The installation's own secret, made at the first start and readable by its user alone."""
    path = var / "secret"
    var.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
