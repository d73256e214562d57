"""One error type for everything a person can get wrong in an inserted value."""

from __future__ import annotations

from runtime.sdk.errors import ErrorClass, NodeError


class ExpressionError(NodeError):
    """A template or condition that cannot be read or resolved. Trying again cannot help."""

    def __init__(
        self,
        message: str,
        *,
        fix: str | None = None,
        field: str | None = None,
        missing: bool = False,
        wants_formula: bool = False,
    ) -> None:
        super().__init__(
            message, error_class=ErrorClass.INPUT, retryable=False, fix=fix, field=field
        )
        self.missing = missing  # the value is absent: `??` may replace it
        self.wants_formula = wants_formula  # arithmetic was tried: offer a formula
