"""The official SDK, unmodified, has calls approved and denied by the operator of a vault that `alter serve` serves."""

import asyncio
import os
import subprocess

from alter_sdk import App
from alter_sdk.exceptions import ApprovalDeniedError, RestrictedGrantRequiresProxyError
from alter_sdk.models import PendingApproval

KEY = os.environ["ALTER_TEST_API_KEY"]
GRANT = os.environ["ALTER_TEST_GRANT"]
PROVIDER = os.environ["ALTER_TEST_PROVIDER"]
ALTER = os.environ["ALTER_TEST_PROGRAM"].split("|")


def decide(*arguments: str) -> None:
    subprocess.run([*ALTER, "approvals", *arguments], check=True, stdout=subprocess.DEVNULL)


async def main() -> None:
    async with App(api_key=KEY) as app:
        # A grant that asks for approval never hands its credential out.
        try:
            await app.request("GET", f"{PROVIDER}/orders", grant_id=GRANT)
        except RestrictedGrantRequiresProxyError:
            pass
        else:
            raise AssertionError("a credential left the vault without approval")

        pending = await app.proxy_request(
            "POST", f"{PROVIDER}/orders", grant_id=GRANT, json={"item": "tea"}, reason="interop",
        )
        assert isinstance(pending, PendingApproval), pending
        status = await app.get_approval_status(str(pending.approval_id))
        assert status.status == "pending" and not status.has_result, status
        waiting = asyncio.create_task(app.await_approval(str(pending.approval_id), timeout=30))
        await asyncio.sleep(0.2)
        decide("approve", str(pending.approval_id))
        result = await waiting
        assert result.status_code == 200, result
        assert result.body_json()["body"] == {"item": "tea"}, result

        pending = await app.proxy_request("DELETE", f"{PROVIDER}/orders", grant_id=GRANT, reason="interop")
        decide("deny", str(pending.approval_id), "--reason", "not today")
        try:
            await app.await_approval(str(pending.approval_id), timeout=30)
        except ApprovalDeniedError as error:
            assert "not today" in str(error), error
        else:
            raise AssertionError("a denied call was carried out")
    print("approvals done")


asyncio.run(main())
