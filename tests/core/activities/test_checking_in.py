"""A picture taken at a meeting, with the place and the moment."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from PIL import Image

from core.activities.models import Meeting, Task
from core.context import Context
from core.customers.models import Customer
from core.db.base import now
from core.entity import service
from tests.core.web.entity.conftest import HTMX, Pages, customer, pages, pages_of, strangers_pages

__all__ = ["customer", "pages", "pages_of", "strangers_pages"]
HUE = {"latitude": "16.463713", "longitude": "107.590866", "accuracy": "12.4"}
Made = Callable[..., Customer]


def picture() -> tuple[io.BytesIO, str]:
    found = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(found, "JPEG")
    found.seek(0)
    return found, "anh.jpg"


def meeting(context: Context, of: Customer) -> Meeting:
    made = service.create(context, Meeting, {"subject": "Khảo sát", "starts": now(), "customer": of.id})
    context.session.commit()
    return made


def sent(pages: Pages, url: str, **form: object) -> tuple[int, str]:
    answer = pages.client.post(url, data=form, headers={**HTMX, "Accept": "application/json"})
    return answer.status_code, answer.get_data(as_text=True)


def test_the_picture_stands_on_the_timeline_with_place_and_map(pages: Pages, customer: Made, context: Context) -> None:
    of = customer("An")
    one = meeting(context, of)
    url = f"/activities/core.meeting/{one.id}/check-in"
    assert sent(pages, url, picture=picture(), taken_at=now().isoformat(), **HUE)[0] == 200
    part = pages.part(f"/customers/{of.id}/timeline")
    assert "16.463713, 107.590866, sai số 12 m" in part
    assert "https://www.google.com/maps?q=16.463713,107.590866" in part
    assert "đã check-in kèm ảnh" in pages.part(f"/meetings/{one.id}/timeline")
    photo = part.split('<img src="')[1].split('"')[0]
    with pages.client.get(photo) as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [{"latitude": ""}, {"latitude": "91"}, {"longitude": "nan"}, {"accuracy": "-1"}, {"longitude": "không"}],
    ids=str,
)
def test_without_a_place_it_is_refused_in_words(
    pages: Pages, customer: Made, context: Context, wrong: dict[str, str]
) -> None:
    of = customer("An")
    url = f"/activities/core.meeting/{meeting(context, of).id}/check-in"
    status, text = sent(pages, url, picture=picture(), **{**HUE, **wrong})
    assert status == 422
    assert "vị trí" in text or "tọa độ" in text
    assert "maps?q=" not in pages.part(f"/customers/{of.id}/timeline")


def test_without_a_picture_it_is_refused(pages: Pages, customer: Made, context: Context) -> None:
    url = f"/activities/core.meeting/{meeting(context, customer('An')).id}/check-in"
    assert sent(pages, url, **HUE)[0] == 422
    status, text = sent(pages, url, picture=(io.BytesIO(b"not a picture"), "a.jpg"), **HUE)
    assert (status, "ảnh" in text) == (422, True)


def test_a_clock_that_is_wrong_is_not_believed(pages: Pages, customer: Made, context: Context) -> None:
    of = customer("An")
    url = f"/activities/core.meeting/{meeting(context, of).id}/check-in"
    long_ago = (now() - timedelta(days=400)).isoformat()
    assert sent(pages, url, picture=picture(), taken_at=long_ago, **HUE)[0] == 200
    year = f"/{now().year} "
    assert year in pages.part(f"/customers/{of.id}/timeline").split("Check-in lúc")[1][:20]


def test_only_where_one_meets_people_and_only_by_those_who_may_edit(
    pages: Pages, pages_of: Callable[..., Pages], strangers_pages: Pages, customer: Made, context: Context
) -> None:
    one = meeting(context, customer("An"))
    task = service.create(context, Task, {"subject": "Việc"})
    context.session.commit()
    url = f"/activities/core.meeting/{one.id}/check-in"
    assert sent(pages, f"/activities/core.task/{task.id}/check-in", picture=picture(), **HUE)[0] == 422
    assert sent(pages_of(core_meeting=["see"]), url, picture=picture(), **HUE)[0] == 403
    assert sent(strangers_pages, url, picture=picture(), **HUE)[0] == 404
