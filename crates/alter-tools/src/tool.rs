//! [`Tool`] and [`ToolUse`]: run code with labels around it, and turn what a person can repair into a recovery.

use alter_client::{
    AgentId, AnyClient, Error, ErrorKind, ProviderId, Recovery, Result, RunScope, Secret,
    types::RequestedGrantInput,
};

use crate::{RecoveryKind, ToolContext, ToolFailure, ToolRecovery};

/// How long a label of the run may be, in characters.
const LABEL_LENGTH: usize = 256;

/// A tool that calls one provider. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tool {
    /// Makes the calls.
    client: AnyClient,
    /// Opens the sessions that repair.
    owner: AnyClient,
    agent: Option<AgentId>,
    provider: ProviderId,
    name: String,
    label: Option<String>,
    framework: Option<String>,
}

impl Tool {
    /// The tool `name`, which calls `provider`.
    #[must_use]
    pub fn new(client: impl Into<AnyClient>, provider: ProviderId, name: impl Into<String>) -> Self {
        let client = client.into();
        let owner = client.clone();
        Self { client, owner, agent: None, provider, name: name.into(), label: None, framework: None }
    }

    /// The same under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Uses the grant with this label, and asks for one where it is missing.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Makes the calls in this agent's name. Sessions that repair are opened by the application, for the agent.
    ///
    /// # Errors
    /// [`Error::Client`] if the tool's client is an agent's itself.
    pub fn acting_as(mut self, agent: &AgentId) -> Result<Self> {
        self.client = self.owner.app()?.acting_as(agent).into();
        self.agent = Some(*agent);
        Ok(self)
    }

    /// Names the agent framework in the audit trail.
    #[must_use]
    pub fn framework(mut self, name: impl Into<String>) -> Self {
        self.framework = Some(name.into());
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One use of the tool, to be described and [run](ToolUse::run).
    pub fn used(&self) -> ToolUse<'_> {
        ToolUse { tool: self, run_id: None, thread_id: None, tool_call_id: None, user_token: None }
    }

    /// What a person can do about `error`, with a link if one can be made; the error itself if nobody can do anything.
    async fn recover(&self, error: Error, user_token: Option<Secret>) -> ToolFailure {
        let Some(kind) = RecoveryKind::of(&error) else { return ToolFailure::Failed(error) };
        let mut recovery = ToolRecovery::new(kind, self.provider.as_str(), &error);
        if kind != RecoveryKind::AmbiguousGrant {
            recovery.connect_url = self.link(&error, user_token).await;
        }
        ToolFailure::Recoverable(recovery)
    }

    async fn link(&self, error: &Error, user_token: Option<Secret>) -> Option<Secret> {
        if self.agent.is_none() && needs_unknown_agent(error) {
            return None;
        }
        let mut recovery = error.recovery().unwrap_or_else(|| Recovery::of_provider(self.provider.as_str()));
        // Only an id names an agent; whatever the client calls itself does not.
        if recovery.agent_id.is_none() && recovery.repair_grant_id.is_none() {
            recovery.agent_id = self.agent.map(|agent| agent.to_string());
        }
        let repairs = recovery.repair_grant_id.is_some();
        let mut session = self.owner.recover(recovery);
        if let Some(label) = self.label.as_deref().filter(|_| !repairs) {
            session = session.requested_grant(RequestedGrantInput::new(label));
        }
        if let Some(jwt) = user_token {
            session = session.as_user(jwt);
        }
        session.await.ok().map(|session| session.connect_url)
    }
}

/// Whether a delegation is missing to an agent nobody names; a session without the agent would not help.
fn needs_unknown_agent(error: &Error) -> bool {
    error.kind().is(ErrorKind::NoDelegatedGrant) && error.recovery().is_none()
}

/// One use of a tool.
#[derive(Debug, Clone)]
#[must_use = "nothing is done until `.run()`"]
pub struct ToolUse<'a> {
    tool: &'a Tool,
    run_id: Option<String>,
    thread_id: Option<String>,
    tool_call_id: Option<String>,
    user_token: Option<Secret>,
}

impl ToolUse<'_> {
    /// Which run of the agent this is part of. Default: that of the [scope](RunScope) around.
    pub fn run_id(mut self, id: impl Into<String>) -> Self {
        self.run_id = Some(id.into());
        self
    }

    /// Which conversation it is part of. Default: that of the scope around.
    pub fn thread_id(mut self, id: impl Into<String>) -> Self {
        self.thread_id = Some(id.into());
        self
    }

    /// The framework's id of this use.
    pub fn tool_call_id(mut self, id: impl Into<String>) -> Self {
        self.tool_call_id = Some(id.into());
        self
    }

    /// Acts for the end user this JWT identifies; a session that repairs is theirs too.
    pub fn as_user(mut self, jwt: Secret) -> Self {
        self.user_token = Some(jwt);
        self
    }

    /// Runs the tool's code.
    ///
    /// # Errors
    /// [`ToolFailure::Recoverable`] if the code failed for want of something a person can give;
    /// [`ToolFailure::Failed`] if it failed otherwise, or the labels cannot be sent (the code is not run then).
    pub async fn run<T, F: Future<Output = Result<T>>>(
        self,
        code: impl FnOnce(ToolContext) -> F,
    ) -> Result<T, ToolFailure> {
        let scope = self.scope().map_err(ToolFailure::Failed)?;
        let context = ToolContext {
            client: self.tool.client.clone(),
            provider: self.tool.provider.clone(),
            label: self.tool.label.clone(),
            user_token: self.user_token.clone(),
        };
        match scope.clone().run(async { code(context).await }).await {
            Ok(result) => Ok(result),
            Err(error) => Err(scope.run(self.tool.recover(error, self.user_token)).await),
        }
    }

    fn scope(&self) -> Result<RunScope> {
        let mut trace = self.tool.client.trace().tool(cut(&self.tool.name));
        if let Some(id) = &self.run_id {
            trace = trace.run_id(cut(id));
        }
        if let Some(id) = &self.thread_id {
            trace = trace.thread_id(cut(id));
        }
        if let Some(id) = &self.tool_call_id {
            trace = trace.tool_call_id(cut(id));
        }
        if let Some(name) = &self.tool.framework {
            trace = trace.framework(cut(name));
        }
        if let Some(agent) = &self.tool.agent {
            trace = trace.agent(agent.to_string());
        }
        trace.open()
    }
}

fn cut(label: &str) -> &str {
    label.char_indices().nth(LABEL_LENGTH).map_or(label, |(end, _)| &label[..end])
}
