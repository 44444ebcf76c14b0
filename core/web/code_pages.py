"""The pages of a second factor, in a company and in the vendor's console: setting it up, its codes, the password."""

from dataclasses import dataclass
from typing import Any

import segno
from flask import render_template
from markupsafe import Markup

from core.access.attempts import TooManyAttemptsError
from core.access.codes import Enrolment, SecondFactorError
from core.i18n import Label, translator
from core.web.sign_in import wait

_ = translator("core")
_WRONG, _MANY = 422, 429


@dataclass(frozen=True, slots=True)
class CodePages:
    """Where the pages stand."""

    layout: str
    """The template around them."""
    back_url: str
    action: str
    """Where the first code is sent."""
    tabs: Any = ()

    def setup(self, enrolment: Enrolment, error: Label = "", *, forced: bool = False) -> str:
        """The picture for the app, and where its first code is typed."""
        groups = [enrolment.secret[start : start + 4] for start in range(0, len(enrolment.secret), 4)]
        return self._page(
            "account/second_factor.html", action=self.action, forced=forced, sealed=enrolment.sealed,
            secret=" ".join(groups), picture=qr(enrolment.address), error=error,
        )  # fmt: skip

    def codes(self, codes: list[str]) -> str:
        """The recovery codes, shown once."""
        return self._page("account/recovery_codes.html", codes=codes)

    def ask_password(
        self, title: Label, text: Label, action: str, *, email: str, error: Label = "", danger: bool = False
    ) -> str:
        """The password, before something grave."""
        asked = {"title": title, "text": text, "action": action, "email": email}
        return self._page("account/prove.html", error=error, danger=danger, **asked)

    def _page(self, template: str, **values: Any) -> str:
        return render_template(template, layout=self.layout, tabs=self.tabs, back_url=self.back_url, **values)


def refusal(error: Exception) -> tuple[Label, int]:
    """What is said to whoever gave a wrong password, or wants what cannot be."""
    if isinstance(error, TooManyAttemptsError):
        return wait(error), _MANY
    return (error.reason if isinstance(error, SecondFactorError) else _("The password is wrong.")), _WRONG


def qr(text: str) -> Markup:
    """A QR code as a drawing that scales, without a style of its own."""
    made = segno.make(text, error="m")
    return Markup(made.svg_inline(omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704 # squares and nothing else
