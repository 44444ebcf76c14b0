"""A stay by a link: read without signing in, answered once, signed, taken back."""

import email
import io
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from email.policy import default
from pathlib import Path
from typing import Any

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from ghep_kennel import Stay

from core.bulk.merging import merge
from core.bulk.undoing import undo
from core.context import Grants
from core.db.base import now
from core.jobs.models import Job
from core.privacy.erasing import erase
from core.public.links import give, given, good
from core.public.models import PublicLink
from core.public.sending import SEND, send
from core.sdk import Context, Customer, create, create_many
from core.testing import limited
from core.testing.automation import Database, have_modules, work_off
from core.testing.web import ApiClient

DAYS = {"arrives": date(2026, 3, 1), "leaves": date(2026, 3, 4)}
STROKES = json.dumps([[[10 * n, 50 + n] for n in range(20)]])


@pytest.fixture
def stay(context: Context, database: Database) -> Stay:
    have_modules(context, database)
    customer = create(context, Customer, {"name": "Cô Lan <b>", "email": "lan@example.com"})
    made = create(context, Stay, {"pet": "Mướp", "customer": customer.id, "price": Decimal(500_000), **DAYS})
    context.session.commit()
    return made


@pytest.fixture
def anybody(app: Flask) -> FlaskClient:
    return app.test_client()


def link_to(context: Context, stay: Stay, **options: Any) -> str:
    key = give(context, stay, **options)
    context.session.commit()
    return f"/p/{key}"


def state_of(context: Context, stay: Stay) -> str:
    context.session.rollback()
    context.session.refresh(stay)
    return stay.state


def test_somebody_outside_reads_signs_and_finds_it_done(context: Context, stay: Stay, anybody: FlaskClient) -> None:
    url = link_to(context, stay)
    page = anybody.get(url)
    said = page.get_data(as_text=True)
    for words in ("Cô Lan &lt;b&gt;", "500.000 đ", "01/03/2026", "Bàn giao và ký tên", "Hủy lưu trú"):
        assert words in said, words
    assert "<b>" not in said
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert page.headers["Referrer-Policy"] == "no-referrer"

    refused = anybody.post(f"{url}/hand_over", data={"name": "Cô Lan", "signature": '[["x"]]'})
    assert (refused.status_code, state_of(context, stay)) == (422, "booked")
    assert "Bắt buộc nhập." in refused.get_data(as_text=True)
    answer = anybody.post(f"{url}/hand_over", data={"name": "Cô Lan", "signature": STROKES})
    assert (answer.status_code, state_of(context, stay)) == (302, "staying")
    done = anybody.get(url).get_data(as_text=True)
    assert "Bàn giao và ký tên – Cô Lan" in done
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="signature"' in done
    assert f'action="{url}' not in done  # nothing is left to do
    assert anybody.post(f"{url}/cancel", data={"name": "Cô Lan", "reason": "bận"}).status_code == 422
    assert state_of(context, stay) == "staying"

    (pdf,) = pypdf.PdfReader(io.BytesIO(anybody.get(f"{url}/pdf").data)).pages
    assert "Cô Lan" in pdf.extract_text()
    lines = context.session.execute(
        sa.text("SELECT action, source, user_name FROM core_change WHERE record_id = :id ORDER BY id"), {"id": stay.id}
    ).all()
    assert [line.action for line in lines] == ["created", "link_given", "link_opened", "changed", "link_answered"]
    assert {(line.source, line.user_name) for line in lines[2:]} == {("public", "Khách qua liên kết công khai")}


def test_of_two_answers_at_the_same_moment_one_counts(app: Flask, context: Context, stay: Stay) -> None:
    first, second = link_to(context, stay), link_to(context, stay)
    wanted = [
        (f"{first}/hand_over", {"name": "Cô Lan", "signature": STROKES}),
        (f"{second}/cancel", {"name": "Chú Ba", "reason": "Đổi ý"}),
    ] * 2
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: app.test_client().post(one[0], data=one[1]).status_code, wanted))
    assert sorted(answers) == [302, 422, 422, 422]
    acted = [one for one in good(context, stay) if one.acted_at]
    assert len(acted) == 1
    assert state_of(context, stay) == {"hand_over": "staying", "cancel": "cancelled"}[acted[0].action]


def test_links_end_and_say_nothing_of_what_was(
    context: Context, stay: Stay, anybody: FlaskClient, make_client: Callable[..., FlaskClient]
) -> None:
    url, other = link_to(context, stay), link_to(context, stay, days=1)
    pages = make_client(context)
    dialog = pages.get(f"/kennel/stays/{stay.id}/public").get_data(as_text=True)
    assert 'value="lan@example.com"' in dialog
    for revoke in re.findall(r'hx-post="(/kennel/stays/[^"]+/revoke)"', dialog)[1:]:  # the older one
        assert pages.post(revoke).status_code == 200
    assert anybody.get(url).status_code == 404
    assert anybody.get(other).status_code == 200
    context.session.execute(sa.update(PublicLink).values(expires_at=now() - timedelta(seconds=1)))
    context.session.commit()
    gone, never = anybody.get(other), anybody.get(f"/p/{context.tenant}.{'x' * 43}")
    assert (gone.status_code, never.status_code) == (404, 404)
    assert gone.get_data() == never.get_data()
    assert anybody.post(f"{other}/cancel", data={"name": "Lan", "reason": "bận"}).status_code == 404


def test_a_link_goes_by_e_mail_with_the_document(
    context: Context,
    stay: Stay,
    database: Database,
    tmp_path: Path,
    make_client: Callable[..., FlaskClient],
    anybody: FlaskClient,
) -> None:
    pages = make_client(context)
    wrong = pages.post(f"/kennel/stays/{stay.id}/public", data={"to": "lan", "days": "30"})
    assert wrong.status_code == 422
    sent = {"to": "lan@example.com", "days": "30", "text": "Chào cô Lan"}
    assert "lan@example.com" in pages.post(f"/kennel/stays/{stay.id}/public", data=sent).headers["HX-Trigger"]
    work_off(context, database, tmp_path)
    (file,) = (tmp_path / "mail").iterdir()
    message = email.message_from_bytes(file.read_bytes(), policy=default)
    (paper,) = message.iter_attachments()
    assert paper.get_content_type() == "application/pdf"
    assert "Mướp" in pypdf.PdfReader(io.BytesIO(paper.get_content())).pages[0].extract_text()
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr] # it has one
    assert "Chào cô Lan" in text
    path = re.search(r"(/p/\S+)", text)
    assert path is not None
    assert anybody.get(path[1]).status_code == 200


def test_who_may_not_change_a_stay_gives_no_links_and_nobody_shows_what_is_hidden_from_them(
    context: Context,
    stay: Stay,
    stranger: Context,
    make_context: Callable[..., Context],
    make_client: Callable[..., FlaskClient],
    anybody: FlaskClient,
) -> None:
    url = f"/kennel/stays/{stay.id}/public"
    assert make_client(stranger).get(url).status_code == 404
    assert (
        make_client(make_context(context.company, grants=limited(**{"kennel.stay": ["see"]}))).get(url).status_code
        == 403
    )
    some = Grants(
        verbs=limited(**{"kennel.stay": ["see", "edit"], "core.customer": ["see"]}).verbs,
        fields={"kennel.stay": {"price": "hidden"}},
    )
    narrow = make_context(context.company, grants=some)
    assert "500.000" not in anybody.get(link_to(narrow, stay)).get_data(as_text=True)


def test_programs_make_list_send_and_revoke_links_with_the_rights_of_the_page(
    context: Context,
    stay: Stay,
    stranger: Context,
    make_context: Callable[..., Context],
    make_api: Callable[..., ApiClient],
    anybody: FlaskClient,
) -> None:
    api, of_it = make_api(context), {"entity": "kennel.stay", "record": str(stay.id)}
    made = api.post("/api/v1/public-links", json=of_it | {"days": 3})
    assert made.status_code == 201
    address = made.get_json()["address"]
    assert anybody.get(address[address.index("/p/") :]).status_code == 200
    for days in (0, 366, "x"):
        refused = api.post("/api/v1/public-links", json=of_it | {"days": days})
        assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["days"]), days
    assert api.post("/api/v1/public-links/send", json=of_it | {"to": "lan@example.com"}).get_json() == {
        "sent_to": "lan@example.com"
    }
    (one,) = api.get("/api/v1/public-links", query_string=of_it).get_json()["items"]
    assert one["id"] == made.get_json()["id"]
    assert "address" not in one
    assert one["opened_at"]
    path = f"/api/v1/public-links/{one['id']}"
    seeing = make_api(make_context(context.company, grants=limited(**{"kennel.stay": ["see"]})))
    for other, status in ((make_api(stranger), 404), (seeing, 403)):
        assert other.post("/api/v1/public-links", json=of_it).status_code == status
        assert other.get("/api/v1/public-links", query_string=of_it).status_code == status
        assert other.delete(path).status_code == status
    assert api.delete(path).status_code == 204
    assert anybody.get(address[address.index("/p/") :]).status_code == 404
    assert api.get("/api/v1/public-links", query_string=of_it).get_json()["items"][0]["revoked_at"]
    nothing = {"entity": "core.customer", "record": str(stay.link_id("customer"))}
    assert list(api.post("/api/v1/public-links", json=nothing).get_json()["errors"]) == ["entity"]


def test_erasing_a_person_ends_and_empties_the_links_to_their_documents(
    context: Context, stay: Stay, anybody: FlaskClient
) -> None:
    url = link_to(context, stay, to="lan@example.com")
    anybody.post(f"{url}/hand_over", data={"name": "Cô Lan", "signature": STROKES})
    send(context, stay, to="lan@example.com", days=3)
    context.session.commit()
    customer = context.session.get_one(Customer, (context.tenant, stay.link_id("customer")))
    erase(context, customer, typed=customer.title, reason="Khách yêu cầu")
    context.session.commit()
    context.session.expire_all()
    (link,) = given(context, stay)
    assert (link.sent_to, link.name, link.reason, link.signature) == ("", "", "", None)
    assert (link.revoked_at is not None, link.acted_at is not None, link.action) == (True, True, "hand_over")
    assert anybody.get(url).status_code == 404
    jobs = context.session.execute(sa.select(Job.payload, Job.title, Job.state).where(Job.topic == SEND)).all()
    assert jobs == [({}, "", "cancelled")]
    log = context.session.execute(
        sa.text("SELECT values FROM core_change WHERE record_id = :id"), {"id": stay.id}
    ).all()
    assert "lan@example.com" not in str(log)


def test_a_merge_keeps_links(context: Context) -> None:
    keep, loser = (one.id for one in create_many(context, Customer, [{"name": "Lan"}] * 2))
    context.session.add(
        PublicLink(entity="core.customer", record_id=loser, key_hash=bytes(32), expires_at=now() + timedelta(days=1))
    )
    context.session.commit()
    operation = merge(context, Customer, keep, [loser], {})
    (link,) = context.session.scalars(sa.select(PublicLink).where(PublicLink.tenant_id == context.tenant))
    context.session.refresh(link)
    assert link.record_id == keep
    undo(context, operation.id)
    context.session.refresh(link)
    assert link.record_id == loser
