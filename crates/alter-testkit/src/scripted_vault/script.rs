//! [`Script`]: what is answered to the calls of one pattern, step by step.

use std::sync::{Arc, Mutex, PoisonError};

use alter_types::{AddressedGrant, GrantId};

use super::{Answer, Decision, Fault, Refusal, pattern::Pattern, state::State};

/// The answers to one pattern. From [`ScriptedVault::on`](super::ScriptedVault::on).
///
/// Each word is a step and serves one call; the last one serves every further call too:
///
/// ```
/// # use alter_client::types::ErrorCode;
/// # use alter_testkit::{Fault, ScriptedVault};
/// # use serde_json::json;
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = ScriptedVault::start().await;
/// # let (app, grant) = (vault.app(), vault.grant());
/// vault
///     .on("GET https://api.example.com/orders/{id}")
///     .refuses(ErrorCode::RATE_LIMIT_EXCEEDED) // the SDK tries again by itself
///     .fails(Fault::Broken)
///     .answers(json!({ "state": "sent" }));
///
/// let order = || app.grant(&grant).get("https://api.example.com/orders/7").send();
/// assert!(order().await.unwrap_err().is_network());
/// assert!(order().await.is_ok());
/// assert!(order().await.is_ok());
/// vault.saw("GET https://api.example.com/orders/7").times(4);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Script {
    state: Arc<Mutex<State>>,
    index: usize,
}

/// A script as it is kept.
#[derive(Debug)]
pub(super) struct Scripted {
    pub(super) pattern: Pattern,
    grant: Option<GrantId>,
    steps: Vec<Step>,
    served: usize,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Answer(Answer),
    Refusal(Refusal),
    Approval(Decision),
    Fault(Fault),
    VaultFault(Fault),
}

impl Script {
    pub(super) fn new(state: Arc<Mutex<State>>, pattern: Pattern) -> Self {
        let index = {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            state.scripts.push(Scripted { pattern, grant: None, steps: Vec::new(), served: 0 });
            state.scripts.len() - 1
        };
        Self { state, index }
    }

    /// Only for calls with this grant, addressed by its id.
    pub fn grant(self, id: &GrantId) -> Self {
        self.edit(|script| script.grant = Some(*id));
        self
    }

    /// The vault allows the call, and the provider answers this. In proxy mode the vault hands the answer on. A pattern
    /// of the vault's own, such as `GET /sdk/agents/me`, is answered by the vault.
    pub fn answers(self, answer: impl Into<Answer>) -> Self {
        self.step(Step::Answer(answer.into()))
    }

    /// The vault refuses, before the provider is called.
    pub fn refuses(self, refusal: impl Into<Refusal>) -> Self {
        self.step(Step::Refusal(refusal.into()))
    }

    /// Somebody has to approve the call first. In retrieve mode the vault refuses such a call.
    pub fn needs_approval(self, decision: Decision) -> Self {
        self.step(Step::Approval(decision))
    }

    /// Something goes wrong between the SDK and whoever it calls: the provider in retrieve mode, the vault in proxy
    /// mode and in operations of its own.
    pub fn fails(self, fault: Fault) -> Self {
        self.step(Step::Fault(fault))
    }

    /// Something goes wrong between the SDK and the vault, in either mode: no credential is released.
    pub fn vault_fails(self, fault: Fault) -> Self {
        self.step(Step::VaultFault(fault))
    }

    fn step(self, step: Step) -> Self {
        self.edit(|script| script.steps.push(step));
        self
    }

    fn edit(&self, edit: impl FnOnce(&mut Scripted)) {
        edit(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner).scripts[self.index]);
    }
}

impl Scripted {
    /// Whether a call with this grant is meant, if it names one.
    pub(super) fn is_for(&self, grant: Option<&AddressedGrant>) -> bool {
        match (&self.grant, grant) {
            (None, _) => true,
            (Some(wanted), Some(AddressedGrant::Grant(given))) => wanted == given,
            (Some(_), _) => false,
        }
    }

    /// The step of the next call. `None` if the script says nothing.
    pub(super) fn next(&mut self) -> Option<Step> {
        let step = self.steps.get(self.served.min(self.steps.len().checked_sub(1)?))?;
        self.served += 1;
        Some(step.clone())
    }
}
