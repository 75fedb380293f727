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
