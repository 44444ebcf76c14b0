"""“Remind me”: a button of every record that belongs to somebody."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from core.context import Context
from core.customers.models import Customer
from core.db.base import now
from core.entity import service
from core.reminders import own


def test_somebody_is_reminded_of_a_record_and_takes_it_back(
    client: FlaskClient, context: Context, stranger: Context
) -> None:
    lan = service.create(context, Customer, {"name": "Cô Lan"})
    foreign = service.create(stranger, Customer, {"name": "Người lạ"})
    context.session.commit()
    stranger.session.commit()
    about = f"core.customer/{lan.id}"
    assert f"/remind-me?about={about}" in client.get(f"/customers/{lan.id}").get_data(as_text=True)
    assert 'value="Cô Lan"' in client.get(f"/remind-me?about={about}").get_data(as_text=True)
    at = (now() + timedelta(days=2)).astimezone(context.zone)
    form = {"about": about, "title": "Gọi lại báo giá", "at": f"{at:%Y-%m-%dT%H:%M}", "ways": ["bell", "mail"]}
    mistakes: list[dict[str, Any]] = [{"at": "mai"}, {"ways": []}, {"title": " "}, {"at": "2020-01-01T09:00"}]
    for wrong in mistakes:
        assert client.post("/remind-me", data={**form, **wrong}).status_code == 422, wrong
    assert client.post("/remind-me", data=form).status_code == 200
    [waiting] = own.planned(context, lan.id)
    assert (str(waiting.title), waiting.bell, waiting.mail) == ("Gọi lại báo giá", True, True)
    assert "Gọi lại báo giá" in client.get(f"/remind-me?about={about}").get_data(as_text=True)
    assert client.post(f"/remind-me/{waiting.id}/remove?about={about}").status_code == 200
    assert own.planned(context, lan.id) == []
    for hostile in (f"core.customer/{foreign.id}", f"core.customer/{uuid4()}", "core.nothing/1", ""):
        assert client.get(f"/remind-me?about={hostile}").status_code == 404, hostile
