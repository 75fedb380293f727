"""The official SDK, unmodified, does the main job against a vault that `alter dev` serves."""

import asyncio
import os

import alter_sdk
from alter_sdk import App, GrantRevokedError

KEY = os.environ["ALTER_TEST_API_KEY"]
GRANT = os.environ["ALTER_TEST_GRANT"]
PROVIDER = os.environ["ALTER_TEST_PROVIDER"]


async def main() -> None:
    assert alter_sdk.__version__ == "0.29.0", alter_sdk.__version__
    async with App(api_key=KEY, caller="interop", caller_type="service") as app:
        # Retrieve mode: the SDK fetches the credential and makes the call.
        response = await app.request(
            "POST", f"{PROVIDER}/orders", grant_id=GRANT, json={"item": "tea"}, reason="interop",
            context={"run_id": "r1"},
        )
        assert response.status_code == 200, response.status_code
        assert response.json()["credential_accepted"] is True, response.json()
        assert response.json()["body"] == {"item": "tea"}

        # The same by provider instead of grant.
        response = await app.request("GET", f"{PROVIDER}/orders", provider="practice")
        assert response.status_code == 200, response.status_code

        # Proxy mode: the vault makes the call.
        result = await app.proxy_request(
            "POST", f"{PROVIDER}/orders", grant_id=GRANT, json={"item": "café"}, query_params={"page": [1, 2]},
            extra_headers={"X-Shop": "7"}, reason="interop",
        )
        assert result.status_code == 200, result
        seen = result.body_json()
        assert seen["credential_accepted"] is True, seen
        assert seen["body"] == {"item": "café"} and seen["query"] == "page=1&page=2", seen
        assert result.duration_ms is not None

        # Grants are listed, revoked, and refused afterwards in both modes.
        page = await app.list_grants()
        assert page.total == 1 and page.grants[0].grant_id == GRANT, page
        assert page.grants[0].status == "active" and page.grants[0].grant_kind == "managed_secret", page

        revoked = await app.revoke_grant(GRANT, reason="end of interop")
        assert revoked.success and revoked.grant_id == GRANT, revoked
        for call in (
            lambda: app.request("GET", f"{PROVIDER}/orders", grant_id=GRANT),
            lambda: app.proxy_request("GET", f"{PROVIDER}/orders", grant_id=GRANT),
        ):
            try:
                await call()
            except GrantRevokedError as error:
                assert error.grant_id == GRANT, error.grant_id
            else:
                raise AssertionError("a revoked grant was used")
        page = await app.list_grants(status="revoked")
        assert page.total == 1, page
    print("main job done")


asyncio.run(main())
