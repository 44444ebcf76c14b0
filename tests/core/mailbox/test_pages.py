"""The dialog an e-mail is written in, how it reads, and the page of one's own account."""

from flask.testing import FlaskClient

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.mailbox.models import Mail
from core.privacy import purposes


def written(context: Context) -> Customer:
    purposes.furnish(context)
    made = service.create(context, Customer, {"name": "Chị Lan", "email": "lan@khach.vn"})
    context.session.commit()
    return made


def test_an_e_mail_is_written_from_a_customers_page(client: FlaskClient, context: Context) -> None:
    customer = written(context)
    about = f"core.customer/{customer.id}"
    assert f"/write-email?about={about}" in client.get(f"/customers/{customer.id}").get_data(as_text=True)
    assert "lan@khach.vn" in client.get(f"/write-email?about={about}").get_data(as_text=True)
    form = {"about": about, "to": "lan", "subject": "A", "body": "<script>B</script>", "purpose": "service"}
    assert client.post("/write-email", data=form).status_code == 422
    assert "<script>B" not in client.post("/write-email/preview", data=form).get_data(as_text=True)
    form["to"] = "lan@khach.vn"
    assert client.post("/write-email", data={**form, "what": "draft"}).status_code == 200
    (mail,) = context.session.query(Mail).where(Mail.tenant_id == context.tenant).all()
    assert (mail.state, mail.to) == ("draft", "lan@khach.vn")
    page = client.get(f"/emails/{mail.id}/letter").get_data(as_text=True)
    assert "&lt;script&gt;B" in page
    assert client.post(f"/emails/{mail.id}/send").status_code == 302
    context.session.expire_all()
    assert mail.state == "queued"


def test_ids_of_others_are_as_if_they_were_not_there(client: FlaskClient, stranger: Context) -> None:
    theirs = written(stranger)
    mail = service.create(stranger, Mail, {"subject": "A", "to": "a@b.vn", "body": "B"})
    stranger.session.commit()
    for url in (f"/write-email?about=core.customer/{theirs.id}", f"/write-email?answers={mail.id}", "/write-email?about=x",
                f"/emails/{mail.id}/letter", "/write-email?about=core.role/" + str(theirs.id)):  # fmt: skip
        assert client.get(url).status_code == 404
    assert client.post(f"/emails/{mail.id}/send").status_code == 404


def test_the_page_of_ones_account_knows_providers(client: FlaskClient) -> None:
    assert client.get("/account/email").status_code == 200
    assert "imap.gmail.com" in client.get("/account/email/servers?address=a@gmail.com").get_data(as_text=True)
    assert client.get("/account/email/servers?address=a@khach.vn").status_code == 204
    wrong = client.post("/account/email", data={"address": "a@khach.vn", "smtp_host": "127.0.0.1", "smtp_port": "465",
                                                "smtp_security": "tls", "password": "bí mật"})  # fmt: skip
    assert wrong.status_code == 422
    assert "bí mật" not in wrong.get_data(as_text=True)
