"""HTTP/1.1 messages as whole pieces: read from one connection, write to another. As much as a proxy in front of a search node needs."""

import asyncio
from dataclasses import dataclass

_FRAMING = {"content-length", "transfer-encoding", "connection"}


@dataclass(frozen=True)
class Message:
    """A request or an answer: its first line, its headers in order, its body with any chunking taken off."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def method(self) -> str:
        return self.start.split(" ", 1)[0]

    @property
    def target(self) -> str:
        return self.start.split(" ")[1]

    @property
    def status(self) -> int:
        return int(self.start.split(" ")[1])

    def header(self, name: str) -> str:
        """The value of the header, given in lower case; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def with_body(self, body: bytes) -> "Message":
        return Message(self.start, self.headers, body)

    def encode(self, *, is_head_answer: bool = False) -> bytes:
        """The bytes for the wire, framed by a length. The answer to HEAD keeps the length that it announces."""
        kept = [f"{name}: {value}" for name, value in self.headers if name.lower() not in _FRAMING]
        length = self.header("content-length") if is_head_answer else str(len(self.body))
        lines = [self.start, *kept, f"content-length: {length or 0}", "", ""]
        return "\r\n".join(lines).encode("latin-1") + self.body


def answer(status: int, body: bytes) -> Message:
    """A JSON answer that the official client accepts as a node's."""
    headers = (("content-type", "application/json"), ("x-elastic-product", "Elasticsearch"))
    return Message(f"HTTP/1.1 {status} Injected", headers, body)


async def read_message(reader: asyncio.StreamReader, *, is_head_answer: bool = False) -> Message | None:
    """The next message; None where the other side has ended the connection. Raises `asyncio.IncompleteReadError` in the middle of one."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise
    start, *lines = head.decode("latin-1").split("\r\n")[:-2]
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    message = Message(start, headers, b"")
    if is_head_answer:
        return message
    if message.header("transfer-encoding").lower() == "chunked":
        return message.with_body(await _read_chunks(reader))
    return message.with_body(await reader.readexactly(int(message.header("content-length") or 0)))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    while (await reader.readline()).strip():  # trailers, up to the empty line
        pass
    return b"".join(parts)
