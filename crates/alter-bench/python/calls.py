"""Makes calls with the official SDK and prints the CPU time of one in microseconds.

usage: calls.py request|proxy|proxy-above-socket CALLERS
"""

import asyncio
import json
import os
import sys
import time

import httpx
from alter_sdk import App

GRANT = "11111111-2222-4333-8444-555555555555"
CALLS = {1: 300, 32: 640}


def without_sockets() -> None:
    """Answers every request in place of the sockets, so that only the SDK and its HTTP library are measured."""
    body = json.dumps({"status_code": 200, "headers": {}, "body_b64": "eyJvayI6dHJ1ZX0=", "duration_ms": 1}).encode()

    async def answer(self, request):
        return httpx.Response(200, headers={"content-type": "application/json"}, content=body, request=request)

    httpx.AsyncHTTPTransport.handle_async_request = answer


async def main() -> None:
    what, callers = sys.argv[1], int(sys.argv[2])
    if what == "proxy-above-socket":
        without_sockets()
    url = os.environ["ALTER_BASE_URL"] + "/v1/me"
    app = App(api_key=os.environ["ALTER_TEST_API_KEY"], caller="bench")

    async def calls(count: int) -> None:
        for _ in range(count):
            if what == "request":
                await app.request("GET", url, grant_id=GRANT)
            else:
                await app.proxy_request("GET", url, grant_id=GRANT)

    await calls(20)
    count = CALLS[callers]
    before = time.process_time()
    await asyncio.gather(*(calls(count // callers) for _ in range(callers)))
    await app.close()
    print((time.process_time() - before) * 1e6 / count)


asyncio.run(main())
