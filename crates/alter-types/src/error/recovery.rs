//! [`Recovery`]: the connect session that would repair an error, as a value to keep, send elsewhere or act on.

use super::{AlterError, BackendKind, GrantContext, ProviderGrant, ReAuthKind, ValueError, ValueErrorKind};

/// What a connect session has to ask for so that the failed call works afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovery {
    /// The one provider to connect.
    pub provider_id: String,
    /// The agent the new grant is to be delegated to.
    pub agent_id: Option<String>,
    /// The grant whose credential is to be replaced. If the backend no longer knows it, ask again without.
    pub repair_grant_id: Option<String>,
}

impl AlterError {
    /// What a connect session has to ask for to repair this, if one can.
    ///
    /// `None` when the error names no provider (typically a stale grant id), or is about a missing delegation and
    /// names no agent: a session without the agent would not fix it.
    #[must_use]
    pub fn recovery(&self) -> Option<Recovery> {
        match self {
            Self::Backend(error) => match error.kind() {
                BackendKind::GrantNotFound(context)
                | BackendKind::AgentDelegationMissing(context)
                | BackendKind::ReAuth(ReAuthKind::GrantExpired(context)) => Recovery::of(context),
                BackendKind::NoDelegatedGrant(context) => {
                    Recovery::of(context).filter(|recovery| recovery.agent_id.is_some())
                }
                BackendKind::AmbiguousGrant(ambiguous) => Recovery::connect(ambiguous.provider_id.clone()?),
                BackendKind::ReAuth(ReAuthKind::CredentialRevoked(revoked)) => Some(Recovery {
                    repair_grant_id: revoked.grant_id.clone(),
                    ..Recovery::connect(revoked.provider_id.clone()?)?
                }),
                _ => None,
            },
            Self::Provider(error) => {
                let ProviderGrant { provider_id, .. } = error.kind().grant()?;
                Recovery::connect(provider_id.clone()?)
            }
            _ => None,
        }
    }

    /// [`recovery`](Self::recovery), or the value error that says why there is none.
    ///
    /// # Errors
    /// [`AlterError::Value`] if no connect session would repair this error.
    pub fn require_recovery(&self) -> Result<Recovery, Self> {
        self.recovery().ok_or_else(|| {
            ValueError::new(ValueErrorKind::NotRecoverable)
                .with_message(
                    "no connect session can repair this error: it names no provider, or needs an agent and names none",
                )
                .into()
        })
    }
}

impl Recovery {
    /// A first connection of this provider, for an error that does not name it.
    #[must_use]
    pub fn of_provider(provider_id: impl Into<String>) -> Self {
        Self { provider_id: provider_id.into(), agent_id: None, repair_grant_id: None }
    }

    fn connect(provider_id: String) -> Option<Self> {
        (!provider_id.is_empty()).then_some(Self { provider_id, agent_id: None, repair_grant_id: None })
    }

    fn of(context: &GrantContext) -> Option<Self> {
        let agent_id = context.agent_id.clone().filter(|id| !id.is_empty());
        Some(Self { agent_id, ..Self::connect(context.provider_id.clone()?)? })
    }
}
