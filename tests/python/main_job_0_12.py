"""The official SDK of an earlier generation (five-field signatures), unmodified, does what it knows.

It cannot list: its model of a managed-secret grant knows agents as owners only.
"""

import asyncio
import os

from alter_sdk import App

KEY = os.environ["ALTER_TEST_API_KEY"]
GRANT = os.environ["ALTER_TEST_GRANT"]
PROVIDER = os.environ["ALTER_TEST_PROVIDER"]


async def main() -> None:
    async with App(api_key=KEY, caller="interop") as app:
        response = await app.request("POST", f"{PROVIDER}/orders", grant_id=GRANT, json={"item": "tea"})
        assert response.status_code == 200, response.status_code
        assert response.json()["credential_accepted"] is True, response.json()

        result = await app.proxy_request("POST", f"{PROVIDER}/orders", grant_id=GRANT, json_body={"item": "tea"})
        assert result.status_code == 200, result

        revoked = await app.revoke_grant(GRANT)
        assert revoked.success, revoked
        try:
            await app.request("GET", f"{PROVIDER}/orders", grant_id=GRANT)
        except Exception as error:
            assert "revoked" in str(error), error
        else:
            raise AssertionError("a revoked grant was used")
    print("main job done")


asyncio.run(main())
