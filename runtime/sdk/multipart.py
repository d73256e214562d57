"""Forms with files, as browsers send them (multipart/form-data, RFC 7578). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from runtime.sdk.items import FileRef


def multipart(
    fields: Sequence[tuple[str, str]],
    files: Sequence[tuple[str, FileRef, bytes]],
    key: str,
) -> tuple[bytes, str]:
    """The body and its content type; a file comes with the name of its field.

    The boundary follows from the `key`: a call that is repeated sends the same bytes.
    """
    boundary = f"segue-{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    parts = [(f'name="{_quoted(name)}"', "", value.encode()) for name, value in fields]
    for name, file, content in files:
        said = f'name="{_quoted(name)}"; filename="{_quoted(file.name)}"'
        parts.append((said, f"\r\nContent-Type: {file.media_type}", content))
    made = bytearray()
    for said, kind, content in parts:
        head = f"--{boundary}\r\nContent-Disposition: form-data; {said}{kind}\r\n\r\n"
        made += head.encode() + content + b"\r\n"
    made += f"--{boundary}--\r\n".encode()
    return bytes(made), f"multipart/form-data; boundary={boundary}"


def _quoted(name: str) -> str:
    """As browsers write a name into a form's header: no name ends it or begins another."""
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
