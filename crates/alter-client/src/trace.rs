//! [`Trace`] and [`RunScope`]: labels for the audit trail that hold for everything done inside a piece of work.

use alter_auth::random_uuid;
use alter_transport::AuditContext;

use std::{borrow::Cow, sync::Arc};

use crate::{
    Result,
    client::Client,
    error::{internal, value},
};

tokio::task_local! {
    static CURRENT: RunScope;
}

/// Labels that are in force: every call made inside [`run`](Self::run) leaves them in the audit trail, unless it has
/// labels of its own ([`Call::context`](crate::Call::context)).
///
/// A scope belongs to the task it runs on, and concurrent ones do not see each other. A spawned task starts outside;
/// [`current`](Self::current) takes the scope along:
///
/// ```
/// use alter_client::RunScope;
///
/// # async fn work() {}
/// # async fn example() {
/// let task = match RunScope::current() {
///     Some(scope) => tokio::spawn(scope.run(work())),
///     None => tokio::spawn(work()),
/// };
/// # task.await.unwrap();
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct RunScope(Arc<AuditContext>);

impl RunScope {
    /// The scope this task is in.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// The labels, in the order in which they are sent.
    #[must_use]
    pub fn labels(&self) -> &[(String, String)] {
        self.0.labels()
    }

    /// The label `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.labels().iter().find(|(name, _)| name == key).map(|(_, value)| &**value)
    }

    /// Does `work` inside this scope.
    pub async fn run<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    pub(crate) fn context(&self) -> Arc<AuditContext> {
        Arc::clone(&self.0)
    }
}

/// A scope being described, from [`App::trace`](crate::App::trace) or [`Agent::trace`](crate::Agent::trace).
///
/// A scope inside another one keeps its labels and run, names the agent around it as `parent_agent`, and adds to them.
///
/// ```
/// # use alter_testkit::ScriptedVault;
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = ScriptedVault::start().await;
/// # vault.on("GET https://api.example.com/v1/invoices").answers(200);
/// # let (agent, grant) = (vault.agent(), vault.grant());
/// let reply = agent
///     .trace()
///     .run_id("run-118")
///     .label("team", "billing")
///     .run(async { agent.grant(&grant).get("https://api.example.com/v1/invoices").send().await })
///     .await??;
/// # assert_eq!(reply.status(), 200);
/// # vault.saw("GET https://api.example.com/v1/invoices").context("run_id", "run-118").context("team", "billing").once();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a scope does nothing until work is run in it"]
pub struct Trace<'a> {
    client: &'a Client,
    run_id: Option<String>,
    thread_id: Option<String>,
    agent: Option<String>,
    parent: Parent,
    tool: Vec<(&'static str, String)>,
    labels: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
enum Parent {
    /// The agent of the scope around this one, if it is another.
    Around,
    Named(String),
    Nobody,
}

impl<'a> Trace<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self {
            client,
            run_id: None,
            thread_id: None,
            agent: None,
            parent: Parent::Around,
            tool: Vec::new(),
            labels: Vec::new(),
        }
    }

    /// Which run of a program or agent this is. Default: that of the scope around.
    pub fn run_id(mut self, id: impl Into<String>) -> Self {
        self.run_id = Some(id.into());
        self
    }

    /// Which conversation this belongs to. Default: that of the scope around.
    pub fn thread_id(mut self, id: impl Into<String>) -> Self {
        self.thread_id = Some(id.into());
        self
    }

    /// Who works in this scope. Default: the client's caller; for an agent without one a name that is made up once.
    pub fn agent(mut self, name: impl Into<String>) -> Self {
        self.agent = Some(name.into());
        self
    }

    /// On whose behalf. Default: the agent of the scope around, if it is another.
    pub fn parent_agent(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.parent = if name.is_empty() { Parent::Nobody } else { Parent::Named(name) };
        self
    }

    /// On nobody's behalf, whatever the scope around says.
    pub fn without_parent_agent(mut self) -> Self {
        self.parent = Parent::Nobody;
        self
    }

    /// Which tool of an agent framework runs in this scope; another tool around it becomes `parent_tool`. Such a scope
    /// keeps the agent around it, unless [`agent`](Self::agent) says otherwise. For integrations.
    pub fn tool(self, name: impl Into<String>) -> Self {
        self.tool_label("tool", name.into())
    }

    /// The framework's id of this use of the tool. For integrations.
    pub fn tool_call_id(self, id: impl Into<String>) -> Self {
        self.tool_label("tool_call_id", id.into())
    }

    /// The agent framework. For integrations.
    pub fn framework(self, name: impl Into<String>) -> Self {
        self.tool_label("framework", name.into())
    }

    fn tool_label(mut self, key: &'static str, value: String) -> Self {
        self.tool.retain(|(known, _)| *known != key);
        self.tool.push((key, value));
        self
    }

    /// Adds a label. At most 20, keys of at most 64 bytes and values of at most 512, 4,096 bytes together; all labels
    /// of a scope have to fit an [`AuditContext`].
    pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.push((key.into(), value.into()));
        self
    }

    /// Checks the labels and merges them with those of the scope this task is in.
    ///
    /// # Errors
    /// [`Error::Value`](crate::Error::Value) if a label has a reserved name or a limit is exceeded.
    pub fn open(self) -> Result<RunScope> {
        check(&self.labels)?;
        let around = RunScope::current();
        let merged = self.merge(around.as_ref())?;
        match AuditContext::new(merged).map_err(|error| value(error.to_string()))? {
            Some(context) => Ok(RunScope(Arc::new(context))),
            None => Err(value("a scope needs a label, a run, or a client with a caller")),
        }
    }

    /// Does `work` in this scope.
    ///
    /// # Errors
    /// As [`open`](Self::open); the work is not started then.
    pub async fn run<F: Future>(self, work: F) -> Result<F::Output> {
        let scope = self.open()?;
        Ok(scope.run(work).await)
    }

    fn merge(self, around: Option<&RunScope>) -> Result<Vec<(String, String)>> {
        let inherited = |key: &str| around.and_then(|scope| scope.get(key)).map(str::to_owned);
        let (agent, parent) = self.agents(&inherited)?;
        let around_tool = inherited("tool");
        let labels = around.map(RunScope::labels).unwrap_or_default();
        let mut merged: Vec<_> = labels.iter().filter(|(key, _)| !is_reserved(key)).cloned().collect();
        let run_id = self.run_id.or_else(|| inherited("run_id"));
        let thread_id = self.thread_id.or_else(|| inherited("thread_id"));
        let named =
            [("agent", agent), ("parent_agent", parent), ("run_id", run_id), ("thread_id", thread_id)];
        merged.extend(named.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
        if let Some((_, tool)) = self.tool.iter().find(|(key, _)| *key == "tool")
            && let Some(outer) = around_tool.filter(|outer| outer != tool)
        {
            merged.push(("parent_tool".to_owned(), outer));
        }
        merged.extend(self.tool.into_iter().map(|(key, value)| (key.to_owned(), value)));
        merged.extend(self.labels);
        Ok(merged)
    }

    /// Who works here, and on whose behalf.
    fn agents(&self, inherited: &dyn Fn(&str) -> Option<String>) -> Result<(Option<String>, Option<String>)> {
        let around = inherited("agent");
        let own = match &self.agent {
            Some(name) => Some(name.clone()),
            None if around.is_some() && !self.tool.is_empty() => None,
            None => self.client.trace_name()?.map(Cow::into_owned),
        };
        let (agent, by_default) = match (own, around) {
            (Some(own), Some(around)) if own != around => (Some(own), Some(around)),
            (own, around) => (own.or(around), inherited("parent_agent")),
        };
        let parent = match &self.parent {
            Parent::Around => by_default,
            Parent::Named(name) => Some(name.clone()),
            Parent::Nobody => None,
        };
        Ok((agent, parent))
    }
}

impl Client {
    /// The name of this client in a scope: its caller, or for an agent one that is made up once.
    fn trace_name(&self) -> Result<Option<Cow<'_, str>>> {
        if let Some(caller) = self.identity().caller() {
            return Ok(Some(caller.name().into()));
        }
        if !self.is_agent() {
            return Ok(None);
        }
        let core = self.core();
        if let Some(name) = core.local_name.get() {
            return Ok(Some(name.as_str().into()));
        }
        let id = random_uuid(&*core.random).map_err(|error| internal(error.to_string()))?;
        Ok(Some(core.local_name.get_or_init(|| format!("agent-local-{id}")).as_str().into()))
    }
}

/// Labels a scope sets by itself.
fn is_reserved(key: &str) -> bool {
    matches!(key, "agent" | "parent_agent" | "run_id" | "thread_id" | "tool" | "tool_call_id" | "framework")
}

fn check(labels: &[(String, String)]) -> Result<()> {
    if labels.iter().any(|(key, _)| is_reserved(key)) {
        return Err(value(
            "agent, parent_agent, run_id, thread_id, tool, tool_call_id and framework are not labels of your own",
        ));
    }
    if labels.len() > 20 {
        return Err(value("a scope has at most 20 labels"));
    }
    if labels.iter().any(|(key, value)| key.len() > 64 || value.len() > 512) {
        return Err(value("a label's name has at most 64 bytes and its value at most 512"));
    }
    if labels.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>() > 4096 {
        return Err(value("the labels of a scope have at most 4096 bytes together"));
    }
    Ok(())
}
