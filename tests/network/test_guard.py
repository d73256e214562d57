"""The corpus of ways to reach an inner address, against the real client and resolver."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.network.addresses import is_public
from runtime.network.client import GuardedClient
from runtime.network.guard import Guard
from runtime.network.pool import Connections
from runtime.network.resolver import CheckedResolver
from runtime.sdk import ErrorClass, HttpReply, NodeError

CORPUS = Path(__file__).parent.parent / "data" / "ssrf_urls.json"
CASES: list[dict[str, Any]] = json.loads(CORPUS.read_text())["cases"]
SECRETS = {"Authorization": "Bearer secret", "Cookie": "a=secret"}


class Internet(httpx.AsyncBaseTransport):
    """Stands where sockets would be opened: it notes every address that would be dialled."""

    def __init__(self, case: Mapping[str, Any], guard: Guard) -> None:
        self.answers: Mapping[str, Any] = case.get("fake_dns", {})
        self.hops: list[list[Any]] = list(case.get("hops", []))
        self.asked: dict[str, int] = {}
        self.dialled: list[str] = []
        self.requests: list[httpx.Request] = []
        self.resolver = CheckedResolver(guard, self.lookup)

    async def lookup(self, host: str, port: int) -> list[str]:
        answers = self.answers.get(host, [["93.184.216.34"]])
        if isinstance(answers, str):
            await asyncio.sleep(30)
        turn = self.asked[host] = self.asked.get(host, -1) + 1
        found: list[str] = answers[min(turn, len(answers) - 1)]
        return found

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host, port = request.url.host, request.url.port or 80
        if host.replace(".", "").isdigit() or ":" in host:
            self.dialled.append(host)
        else:
            self.dialled.append((await self.resolver.resolve(host, port))[0]["host"])
        self.requests.append(request)
        if not self.hops:
            return httpx.Response(200, text="here")
        status, place = self.hops.pop(0)
        headers = {"location": place} if status >= 300 else {}
        return httpx.Response(status, headers=headers, text=place)


async def _call(url: str, internet: Internet, guard: Guard) -> HttpReply:
    shared = Connections(guard)
    await shared.world.aclose()
    shared.world = internet
    client = GuardedClient("w", guard=guard, shared=shared)
    try:
        return await client.request("GET", url, headers=SECRETS, timeout_seconds=0.5)
    finally:
        await shared.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_corpus(case: dict[str, Any]) -> None:
    guard = Guard()
    internet = Internet(case, guard)
    if case["expect"] in ("allow", "strip"):
        asyncio.run(_call(case["url"], internet, guard))
    else:
        with pytest.raises(NodeError) as caught:
            asyncio.run(_call(case["url"], internet, guard))
        assert caught.value.message
    assert all(is_public(address) for address in internet.dialled)
    if case["expect"] == "strip":
        for request in internet.requests[1:]:
            assert "secret" not in str(request.headers.raw)


def test_an_admin_allows_an_internal_host_by_name_and_port() -> None:
    guard = Guard(frozenset({"10.0.0.5:8080", "erp.internal"}))
    assert guard.check("http://10.0.0.5:8080/x").trusted
    assert guard.check("https://erp.internal/").trusted
    with pytest.raises(NodeError) as caught:
        guard.check("http://10.0.0.5/")
    assert caught.value.error_class is ErrorClass.INPUT
    assert "Ask your admin" in (caught.value.fix or "")


def test_the_practice_world_is_reached_by_its_path_and_nothing_else_is() -> None:
    guard = Guard(own_url="http://127.0.0.1:8642")
    assert guard.check("/practice/shop/orders/7").url == (
        "http://127.0.0.1:8642/practice/shop/orders/7"
    )
    for url in (
        "/practice/../api/flows/",
        "/practice/%2e%2e/api/",
        "/api/flows/",
        "http://127.0.0.1:8642/practice/shop/orders/7",
        "/practice/x\r\nHost: a",
        "/practice//../x",
    ):
        with pytest.raises(NodeError):
            guard.check(url)
    with pytest.raises(NodeError):
        Guard().check("/practice/shop/orders/7")


def test_what_is_dialled_is_what_is_checked() -> None:
    guard = Guard()
    assert guard.check("HTTPS://Example.COM./a b?q=ü#part").url == "https://example.com/a b?q=ü"
    assert guard.check("http://bücher.example").url == "http://xn--bcher-kva.example/"
    assert guard.check("http://[2606:4700::1111]:8080/").url == "http://[2606:4700::1111]:8080/"
