"""A flow without a mail server writes into the outbox of its workspace, on both databases."""

import json

from runtime.models import OutboxMail
from runtime.worker.world import ServerWorld
from tests.keeping.conftest import flow
from tests.support.house import House


def test_a_flow_without_a_mail_server_fills_the_outbox(house: House, world: ServerWorld) -> None:
    OutboxMail.objects.all().delete()
    step = {
        "key": "mail",
        "type": "network.send_mail",
        "params": {
            "to": "{{ input.email }}",
            "subject": "Order {{ input.id }}",
            "text": "Hello\nBcc: evil@example.com",
        },
    }
    run = house.run(house.flow("mail", flow(step)), {"email": "Ada <ada@example.com>", "id": 7})
    (mail,) = OutboxMail.objects.filter(workspace_id=house.place.workspace.id)
    (told,) = json.loads(run.output or "")
    assert (told["sent"], told["message_id"]) == (False, mail.message_id)
    assert (mail.run_id, mail.recipients, mail.subject) == (
        run.id,
        "Ada <ada@example.com>",
        "Order 7",
    )


def test_data_that_would_be_a_header_stops_the_flow_and_no_mail_is_written(
    house: House, world: ServerWorld
) -> None:
    OutboxMail.objects.all().delete()
    step = {
        "key": "mail",
        "type": "network.send_mail",
        "params": {"to": "{{ input.email }}", "text": "x"},
    }
    made = house.flow("injected", flow(step))
    run = house.run(made, {"email": "ada@example.com\r\nBcc: evil@example.com"})
    assert run.status == "failed"
    assert "is not a mail address" in (run.reason or "") + (run.error or "")
    assert not OutboxMail.objects.exists()
