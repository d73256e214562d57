"""Many texts become one."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.sdk import (
    BatchNode,
    ErrorClass,
    Example,
    Item,
    Json,
    Kind,
    Mode,
    NodeError,
    NodeParams,
    Output,
    field,
)
from runtime.sdk.ordering import is_nothing
from runtime.sdk.paths import FieldName, field_of, put_field
from runtime.sdk.texts import Text
from runtime.sdk.values import as_text

MOST = 5_000_000  # characters


class JoinTexts(BatchNode):
    """Join a text from every item to one long text."""

    type, version = "data.join_texts", 1
    name, category, icon = "Join texts", "Data", "arrows-join"
    keywords = ("concatenate", "merge", "digest", "combine", "list", "lines", "report")
    mode = Mode.ALL

    class Params(NodeParams):
        field_name: FieldName = field(
            Kind.TEXT,
            "text",
            label="Field",
            help="What is taken of each item; a dot leads inside. Empty means the whole item.",
            templates=False,
        )
        between: str = field(
            Kind.MULTILINE,
            "\n",
            label="Between them",
            help="An empty line to begin with puts each text on a line of its own.",
            templates=False,
        )
        before: Text = field(Kind.MULTILINE, "", label="Before all", placeholder="New today:")
        after: Text = field(Kind.MULTILINE, "", label="After all")
        name: FieldName = field(
            Kind.TEXT, "text", label="Name of the result", templates=False, min_length=1
        )

    examples = (
        Example(
            "One message about all orders",
            {"before": "New today:\n"},
            input=[{"text": "- Shoes"}, {"text": "- Hats"}, {"text": None}],
            output={"out": [{"text": "New today:\n- Shoes\n- Hats"}]},
        ),
        Example(
            "Addresses for one mail",
            {"field_name": "email", "between": ", ", "name": "to"},
            input=[{"email": "a@x.org"}, {"email": "b@x.org"}],
            output={"out": [{"to": "a@x.org, b@x.org"}]},
        ),
    )

    def run_whole(self, params: Params, items: Sequence[Item]) -> Output:
        values = [field_of(item.json, params.field_name) for item in items]
        texts = [as_text(value) for value in values if not is_nothing(value)]
        if sum(map(len, texts)) + len(params.between) * len(texts) > MOST:
            raise NodeError(
                "The text would be longer than five million characters.",
                error_class=ErrorClass.INPUT,
                retryable=False,
                fix="Limit the items, or take a shorter field.",
                field="field_name",
            )
        made: dict[str, Json] = {}
        joined = params.before + params.between.join(texts) + params.after
        put_field(made, params.name.split("."), joined)
        return Output.items([Item(made, origin=range(len(items)))])
