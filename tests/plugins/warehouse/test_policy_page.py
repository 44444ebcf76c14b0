"""The page where a company sets how it keeps stock."""

from flask.testing import FlaskClient

from core.sdk import Context
from plugins.warehouse import policy


def test_an_administrator_sets_how_stock_is_kept(context: Context, client: FlaskClient) -> None:
    page = client.get("/warehouse/policy")
    assert page.status_code == 200
    assert "Thiết lập kho" in page.get_data(as_text=True)
    said = {"method": "average", "overdraws": "on", "closed_until": "2026-01-31", "law": "Thông tư 133"}
    assert client.post("/warehouse/policy", data=said).status_code == 302
    context.cache.clear()
    context.session.expire_all()
    kept = policy.of(context)
    assert [kept.overdraws, kept.law, f"{kept.closed_until}"] == [True, "Thông tư 133", "2026-01-31"]
    opened = client.post("/warehouse/policy", data=said | {"closed_until": ""})
    assert opened.status_code == 422
    assert "không mở lại được" in opened.get_data(as_text=True)
