"""The official SDK, unmodified, makes agents, changes them, and is one, at a vault that `alter dev` serves."""

import asyncio
import json
import os
import subprocess

from alter_sdk import Agent, App
from alter_sdk.exceptions import (
    AgentConcurrentUpdateError, AgentInactiveError, AgentNameExistsError, AgentNotFoundError, AlterSDKError,
    GrantNotFoundError, KeyAlreadyRevokedError, KeyRevokedError, LastActiveKeyError, MeRequiresAgentKeyError,
)

KEY = os.environ["ALTER_TEST_API_KEY"]
PROVIDER = os.environ["ALTER_TEST_PROVIDER"]
ALTER = os.environ["ALTER_TEST_PROGRAM"].split("|")


async def refused(kind, call):
    try:
        await call
    except kind:
        return
    raise AssertionError(f"{kind.__name__} was expected")


def grant_for(agent_id: str) -> str:
    made = subprocess.run(
        [*ALTER, "grants", "create", "practice", "--agent", agent_id, "-o", "json"], check=True, capture_output=True,
    )
    return json.loads(made.stdout)["id"]


async def main() -> None:
    async with App(api_key=KEY) as app:
        made = await app.agents.create(
            name="support-bot", scopes={"managed_secret_slugs": ["practice"]}, metadata={"team": "support"},
            display_name="Support", idempotency_key="made-once",
        )
        again = await app.agents.create(
            name="support-bot", scopes={"managed_secret_slugs": ["practice"]}, metadata={"team": "support"},
            display_name="Support", idempotency_key="made-once",
        )
        assert again.id == made.id and again.api_key is None, again
        await refused(AgentNameExistsError, app.agents.create(name="support-bot", scopes={}))

        agent_id = str(made.id)
        assert (await app.agents.get(agent_id)).name == "support-bot"
        assert (await app.agents.get_by_name("support-bot")).id == made.id
        assert await app.agents.get_by_name("nobody") is None
        page = await app.agents.list()
        assert page.total == 1 and page.agents[0].id == made.id, page
        await refused(AgentNotFoundError, app.agents.get("00000000-0000-4000-8000-000000000000"))

        grant = grant_for(agent_id)
        api_key = made.api_key if isinstance(made.api_key, str) else made.api_key.get_secret_value()
        async with Agent(api_key=api_key) as agent:
            assert (await agent.me()).id == made.id
            response = await agent.request("GET", f"{PROVIDER}/orders", grant_id=grant)
            assert response.json()["credential_accepted"] is True, response.json()
            response = await agent.request("GET", f"{PROVIDER}/orders", provider="practice")
            assert response.status_code == 200
            result = await agent.proxy_request("POST", f"{PROVIDER}/orders", grant_id=grant, json={"item": "tea"})
            assert result.status_code == 200, result
            await refused(GrantNotFoundError, app.request("GET", f"{PROVIDER}/orders", grant_id=grant))
            acting = app.get_agent(agent_id)
            response = await acting.request("GET", f"{PROVIDER}/orders", grant_id=grant)
            assert response.status_code == 200
            await refused(MeRequiresAgentKeyError, acting.me())

            updated = await app.agents.update(
                agent_id, scopes={}, expected_version=made.version, grace_seconds=3600,
            )
            assert updated.scopes_pending == {} and updated.scopes_applies_at is not None, updated
            await refused(AgentConcurrentUpdateError, app.agents.update(
                agent_id, scopes={}, expected_version=made.version,
            ))
            suspended = await app.agents.suspend(agent_id)
            assert suspended.status == "inactive", suspended
            await refused(AgentInactiveError, agent.request("GET", f"{PROVIDER}/orders", grant_id=grant))
            assert (await app.agents.resume(agent_id)).status == "active"

            await refused(LastActiveKeyError, app.agents.revoke_key(agent_id, str(made.key_id)))
            second = await app.agents.mint_key(agent_id)
            deprecated = await app.agents.deprecate_key(agent_id, str(made.key_id))
            assert deprecated.deprecated_at is not None, deprecated
            undeprecated = await app.agents.undeprecate_key(agent_id, str(made.key_id))
            assert undeprecated.deprecated_at is None, undeprecated
            revoked = await app.agents.revoke_key(agent_id, str(made.key_id))
            assert revoked.revoked_at is not None, revoked
            await refused(KeyAlreadyRevokedError, app.agents.revoke_key(agent_id, str(made.key_id)))
            await refused(KeyRevokedError, agent.me())
            keys = await app.agents.list_keys(agent_id)
            assert [key.status for key in keys.items] == ["revoked", "active"], keys
            assert str(second.key_id) in {str(key.key_id) for key in keys.items}

        gone = await app.agents.delete(agent_id)
        assert gone.status == "revoked", gone
        await refused(AlterSDKError, app.agents.resume(agent_id))
        assert (await app.agents.list()).total == 0
        assert (await app.agents.list(include_revoked=True)).total == 1
    print("agents done")


asyncio.run(main())
