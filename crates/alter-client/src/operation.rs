//! The operations of the protocol this crate performs: what may be repeated, what is sealed, what is attributed how
//! (`docs/protocol.md` 3.2).

use alter_transport::Operation;

/// Retrieval of a credential. It happens before the provider is called, so it may be repeated.
pub(crate) const TOKEN: Operation = Operation::new("token").safe_to_repeat().sealed().with_context();
/// A call the vault makes.
pub(crate) const PROXY: Operation = Operation::new("proxy").with_context();
/// A call to a provider from this process.
pub(crate) const PROVIDER_CALL: Operation = Operation::new("provider_call").with_context();
/// The report of such a call. A row twice is better than none.
pub(crate) const AUDIT: Operation = Operation::new("audit").safe_to_repeat().sealed().with_context();
/// The report that a provider found scopes missing.
pub(crate) const SCOPE_REPORT: Operation =
    Operation::new("scope_report").safe_to_repeat().sealed().without_actor_id();
/// The list of grants.
pub(crate) const LIST_GRANTS: Operation = Operation::new("grants.list").safe_to_repeat().with_context();
/// The end of a grant.
pub(crate) const REVOKE_GRANT: Operation = Operation::new("grants.revoke");
/// A sibling of a grant.
pub(crate) const MINT_GRANT: Operation = Operation::new("grants.mint").with_context();
/// A grant on a managed secret.
pub(crate) const CREATE_GRANT: Operation = Operation::new("grants.create");
/// A grant passed on by an agent.
pub(crate) const DELEGATE: Operation = Operation::new("grants.delegate").with_context();
/// The end of a delegation. Once more changes nothing.
pub(crate) const REVOKE_DELEGATION: Operation = Operation::new("grants.revoke_delegation").safe_to_repeat();

/// A new agent with its key. Each request has an idempotency key.
pub(crate) const CREATE_AGENT: Operation =
    Operation::new("agents.create").safe_to_repeat().sealed().with_context();
/// The list of agents.
pub(crate) const LIST_AGENTS: Operation = Operation::new("agents.list").safe_to_repeat().with_context();
/// One agent.
pub(crate) const GET_AGENT: Operation = Operation::new("agents.get").safe_to_repeat().with_context();
/// Changes to an agent.
pub(crate) const UPDATE_AGENT: Operation = Operation::new("agents.update").with_context();
/// An agent stopped. Once more changes nothing.
pub(crate) const SUSPEND_AGENT: Operation = Operation::new("agents.suspend").safe_to_repeat().with_context();
/// An agent let go on. A repeat could undo what stopped it again in between.
pub(crate) const RESUME_AGENT: Operation = Operation::new("agents.resume").with_context();
/// The end of an agent. Once more changes nothing.
pub(crate) const DELETE_AGENT: Operation = Operation::new("agents.delete").safe_to_repeat().with_context();
/// Another key of an agent.
pub(crate) const MINT_AGENT_KEY: Operation = Operation::new("agents.mint_key").sealed().with_context();
/// An agent's keys.
pub(crate) const LIST_AGENT_KEYS: Operation =
    Operation::new("agents.list_keys").safe_to_repeat().with_context();
/// A key marked for replacement. Once more changes nothing.
pub(crate) const DEPRECATE_AGENT_KEY: Operation =
    Operation::new("agents.deprecate_key").safe_to_repeat().with_context();
/// The mark taken back.
pub(crate) const UNDEPRECATE_AGENT_KEY: Operation = Operation::new("agents.undeprecate_key").with_context();
/// The end of an agent's key. Once more changes nothing.
pub(crate) const REVOKE_AGENT_KEY: Operation =
    Operation::new("agents.revoke_key").safe_to_repeat().with_context();
/// The calling agent itself.
pub(crate) const ME: Operation = Operation::new("agents.me").safe_to_repeat().with_context();

/// A narrower key.
pub(crate) const DERIVE_KEY: Operation = Operation::new("keys.derive").sealed().with_context();
/// A key in place of another.
pub(crate) const ROTATE_KEY: Operation = Operation::new("keys.rotate").sealed().with_context();
/// The end of a key.
pub(crate) const REVOKE_KEY: Operation = Operation::new("keys.revoke").with_context();

/// What a key can be allowed.
pub(crate) const LIST_SCOPES: Operation = Operation::new("scopes.list").safe_to_repeat().with_context();
/// The OAuth providers there are.
pub(crate) const LIST_OAUTH_PROVIDERS: Operation =
    Operation::new("oauth_providers.list").safe_to_repeat().with_context();
/// A description of an API, or a part of one.
pub(crate) const PROVIDER_SPECS: Operation = Operation::new("provider_specs").safe_to_repeat().with_context();

/// Spans that the vault may not recognise.
pub(crate) const EMIT_SPANS: Operation = Operation::new("spans.emit").with_context();
/// Spans with ids, of which the vault keeps each once.
pub(crate) const EMIT_NAMED_SPANS: Operation = Operation::new("spans.emit").safe_to_repeat().with_context();

/// Who a call is about.
pub(crate) const RESOLVE_IDENTITY: Operation =
    Operation::new("identity.resolve").safe_to_repeat().with_context();
/// The same, signed. Another token does no harm.
pub(crate) const ASSERT_IDENTITY: Operation =
    Operation::new("identity.assert").safe_to_repeat().sealed().with_context();

/// How an approval stands.
pub(crate) const APPROVAL_STATUS: Operation =
    Operation::new("approvals.status").safe_to_repeat().without_actor_id();
/// The same within a wait, which repeats it itself.
pub(crate) const APPROVAL_POLL: Operation = Operation::new("approvals.poll").without_actor_id();
/// What came of an approved call.
pub(crate) const APPROVAL_RESULT: Operation = Operation::new("approvals.result").without_actor_id();
/// A connect session. Whoever holds its answer can finish the flow.
pub(crate) const CONNECT_SESSION: Operation = Operation::new("connect.session").sealed();
/// How a connect session stands. The wait repeats it itself.
pub(crate) const CONNECT_POLL: Operation = Operation::new("connect.poll").sealed();
/// A connect session for a managed secret.
pub(crate) const MANAGED_SECRET_SESSION: Operation = Operation::new("connect.managed_secret").sealed();
/// A sign-in session. Whoever holds its answer can finish the flow.
pub(crate) const SIGN_IN_SESSION: Operation = Operation::new("sign_in.session").sealed();
/// How a sign-in stands. Its last answer hands out the user's token; the wait repeats it itself.
pub(crate) const SIGN_IN_POLL: Operation = Operation::new("sign_in.poll").sealed();
/// Whom a user token proves. The request holds the token.
pub(crate) const VERIFY_TOKEN: Operation = Operation::new("sign_in.verify").safe_to_repeat().sealed();
