"""One's own e-mail account: its servers, tried out when they are saved, switched off and on, and taken away."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from core.app import platform
from core.context import Context
from core.entity.errors import InvalidError
from core.entity.format import moment
from core.i18n import Label, translator
from core.mailbox import accounts
from core.mailbox.accounts import Draft
from core.mailbox.models import ON, PLAIN, SECURITIES
from core.mailbox.presets import PROVIDERS, provider_of
from core.web.account import tabs
from core.web.entity.turn import go
from core.web.gate import context, in_person

_ = translator("core")
blueprint = Blueprint("mail_account", __name__, url_prefix="/account/email")
blueprint.before_request(in_person)

_WRONG = 422
_DIGITS = 5
_PAGE = "mail_account.settings"


@blueprint.route("", methods=["GET", "POST"])
def settings() -> Any:
    """Show it, or try it out and keep it."""
    turn = context()
    if request.method == "GET":
        account = accounts.own(turn)
        return _page(turn, accounts.draft_of(account) if account else _beginning(turn))
    draft = _typed()
    try:
        accounts.save(turn, platform().settings, draft)
    except InvalidError as error:
        turn.session.rollback()
        return _page(turn, draft, error.errors), _WRONG
    return go(url_for(_PAGE), _("The account works and is kept. Your e-mails go out through it from now on."))


@blueprint.get("/servers")
def servers() -> Any:
    """The servers of a provider, to be filled into the form; what stands there stays where none is known."""
    name = request.args.get("provider", "")
    draft = Draft(address=request.args.get("address", ""))
    if "provider" not in request.args and provider_of(draft.address) is None:
        return Response(status=204)
    found = _preset(draft, name) if name or "provider" not in request.args else draft
    return render_template("account/_mail_servers.html", **_servers(found, name), errors={})


@blueprint.post("/try")
def try_out() -> Any:
    """Sign in to the servers now."""
    problem = accounts.try_out(context(), platform().settings)
    if problem is not None:
        return go(url_for(_PAGE), problem, kind="error")
    return go(url_for(_PAGE), _("Both servers let you in."))


@blueprint.post("/switch")
def switch() -> Any:
    """Use it, or leave it alone for now."""
    on = request.form.get("on") == "1"
    accounts.switch(context(), on=on)
    return go(url_for(_PAGE), _("Your account is switched on.") if on else _("Your account is switched off."))


@blueprint.post("/remove")
def remove() -> Any:
    """Forget it."""
    accounts.remove(context())
    return go(url_for(_PAGE), _("The account and its password are forgotten. E-mails that were sent stay."))


def _beginning(turn: Context) -> Draft:
    """What an empty form begins with: the address one signs in with."""
    assert turn.user is not None, "the gate lets nobody else in"
    draft = Draft(address=turn.user.email, name=turn.user.name)
    return _preset(draft, "") if provider_of(draft.address) else draft


def _preset(draft: Draft, name: str) -> Draft:
    """With the servers of a provider, by its name or by the address; as it is where none is known."""
    found = provider_of(draft.address, name)
    if found is None:
        return draft
    (smtp_host, smtp_port, smtp_security), (imap_host, imap_port, imap_security) = found.smtp, found.imap
    return replace(
        draft, smtp_host=smtp_host, smtp_port=smtp_port, smtp_security=smtp_security,
        imap_host=imap_host, imap_port=imap_port, imap_security=imap_security,
    )  # fmt: skip


def _typed() -> Draft:
    form = request.form

    def port(name: str) -> int:
        text = form.get(name, "").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0

    return Draft(
        smtp_port=port("smtp_port"),
        imap_port=port("imap_port"),
        password=form.get("password", ""),
        **{
            name: form.get(name, "").strip()
            for name in (
                "address", "name", "login", "smtp_host", "smtp_security", "imap_host", "imap_security"
            )
        },
    )  # fmt: skip


def _servers(draft: Draft, name: str = "") -> dict[str, Any]:
    provider = provider_of(draft.address, name)
    return {
        "draft": draft,
        "help": provider.help if provider else "",
        "securities": (*SECURITIES, *([PLAIN] if platform().settings.mail_allow else [])),
        "provider": provider.name if provider else "",
        "providers": PROVIDERS,
    }


def _page(turn: Context, draft: Draft, errors: dict[str, list[Label]] | None = None) -> str:
    account = accounts.own(turn)
    return render_template(
        "account/mail.html",
        tabs=tabs(_PAGE),
        account=account,
        on=account is not None and account.state == ON,
        checked=moment(turn, account.checked_at) if account and account.checked_at else "",
        errors={name: [str(text) for text in texts] for name, texts in (errors or {}).items()},
        **_servers(draft),
    )
