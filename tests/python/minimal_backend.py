"""The official SDK, unmodified, retrieves a credential from the smallest backend and calls a provider with it."""

import asyncio
import os

from alter_sdk import App, GrantNotFoundError

KEY = os.environ["ALTER_TEST_API_KEY"]
GRANT = os.environ["ALTER_TEST_GRANT"]
PROVIDER = os.environ["ALTER_TEST_PROVIDER"]


async def main() -> None:
    async with App(api_key=KEY, caller="interop", caller_type="service") as app:
        response = await app.request("GET", f"{PROVIDER}/me", grant_id=GRANT, context={"run_id": "r1"})
        assert response.status_code == 200, response.status_code

        try:
            await app.request("GET", f"{PROVIDER}/me", grant_id="99999999-2222-4333-8444-555555555555")
        except GrantNotFoundError:
            pass
        else:
            raise AssertionError("a grant that does not exist was used")
    print("minimal backend done")


asyncio.run(main())
