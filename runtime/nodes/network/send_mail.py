"""Sends a mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from runtime.sdk import (
    Context,
    Effect,
    ErrorClass,
    Example,
    Json,
    Kind,
    Node,
    NodeParams,
    OnUnknown,
    Output,
    Policy,
    Retry,
    field,
)
from runtime.sdk.files import FilePick, file_field, picked
from runtime.sdk.mail import Attachment, Letter
from runtime.sdk.texts import Text
from runtime.sdk.values import as_text


def _listed(value: Json) -> str:
    """A list from earlier data as people write one."""
    return ", ".join(as_text(one) for one in value) if isinstance(value, list) else as_text(value)


MOST_BYTES = 20_000_000  # of all files that go with a mail
Addresses = Annotated[str, BeforeValidator(_listed)]


class SendMail(Node):
    """Send a mail. Without a mail server it is kept in the outbox, where you can look at it."""

    type, version = "network.send_mail", 1
    name, category, icon = "Send mail", "Network", "mail"
    keywords = ("email", "e-mail", "smtp", "message", "notify", "letter")
    summary = "{to}"
    effect = Effect.EXTERNAL
    # Only where nothing was sent for certain: a time-out is no such case.
    default_policy = Policy(
        retry=Retry(attempts=3, delay_seconds=5, on=(ErrorClass.NETWORK,)),
        timeout_seconds=180,
        on_unknown=OnUnknown.ASK,
    )
    usable_as_tool = True

    class Params(NodeParams):
        credential: str | None = field(
            Kind.CREDENTIAL,
            None,
            label="Connection",
            help="One of the kind “Mail server”. Without one the mail goes to the outbox.",
        )
        to: Addresses = field(
            Kind.TEXT,
            label="To",
            help="Several addresses are separated by commas.",
            placeholder="{{ input.email }}",
            min_length=1,
        )
        subject: Text = field(Kind.TEXT, "", label="Subject")
        text: Text = field(Kind.MULTILINE, "", label="Text")
        html: Text = field(
            Kind.MULTILINE,
            "",
            label="The same as HTML",
            help="Shown instead of the text by programs that can.",
            advanced=True,
        )
        attach: Literal["none", "all", "one"] = field(
            Kind.CHOICE,
            "none",
            label="Files",
            choices={"none": "None", "all": "All files of the item", "one": "One of them"},
        )
        file: FilePick = file_field(show_if=("attach", ["one"]))
        cc: Addresses = field(Kind.TEXT, "", label="Copy to", advanced=True)
        bcc: Addresses = field(Kind.TEXT, "", label="Hidden copy to", advanced=True)
        reply_to: Addresses = field(Kind.TEXT, "", label="Answers go to", advanced=True)
        sender: Text = field(
            Kind.TEXT,
            "",
            label="From",
            help="Empty: the sender that the connection names.",
            advanced=True,
        )

    examples = (
        Example(
            "Thank a customer",
            {
                "to": "{{ input.email }}",
                "subject": "Your order {{ input.id }}",
                "text": "Hello {{ input.name }},\nthank you for your order.",
            },
        ),
    )
    output_sample = {"sent": True, "message_id": "<…@example.com>", "to": ["ada@example.com"]}

    async def run(self, params: Params, ctx: Context) -> Output:
        letter = Letter(
            to=_parts(params.to),
            subject=params.subject,
            text=params.text,
            html=params.html,
            cc=_parts(params.cc),
            bcc=_parts(params.bcc),
            sender=params.sender,
            reply_to=_parts(params.reply_to),
            attachments=await _attachments(params, ctx),
        )
        posted = await ctx.mail.send(letter, credential=params.credential, key=ctx.idempotency_key)
        if not posted.sent:
            ctx.log.info("There is no mail server: the mail is in the outbox.")
        told: dict[str, Json] = {
            "sent": posted.sent,
            "message_id": posted.message_id,
            "to": list(letter.to),
        }
        return Output.one(told)

    @classmethod
    def check(cls, params: Any) -> Sequence[tuple[str, str]]:
        if not params.text and not params.html:
            return [("text", "The mail says nothing yet.")]
        return ()


async def _attachments(params: SendMail.Params, ctx: Context) -> list[Attachment]:
    files = ctx.item.files if params.attach == "all" else ()
    if params.attach == "one":
        files = [picked(ctx.item.files, params.file)]
    found, left = [], MOST_BYTES
    for file in files:
        content = await ctx.files.read(file, most_bytes=left)
        left -= len(content)
        found.append(Attachment(file.name, file.media_type, content))
    return found


def _parts(text: str) -> list[str]:
    """Addresses between commas; a comma inside of quotation marks belongs to a name."""
    parts, quoted = [""], False
    for letter in text:
        quoted ^= letter == '"'
        if letter in ",;" and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip(" ") for part in parts if part.strip()]
