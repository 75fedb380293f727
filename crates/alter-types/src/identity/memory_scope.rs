//! [`MemoryScope`]: the namespace an agent's memory of one user lives in.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{IdentityContext, MemoryIsolationCode};
use crate::{
    checked::checked_model,
    error::{MemoryIsolationError, ValueError},
};

/// Most segments below a scope.
const MAX_SEGMENTS: usize = 16;

/// Longest segment, in UTF-8 bytes.
const MAX_SEGMENT: usize = 255;

/// A namespace that only one application, agent and user share.
///
/// A scope is derived from a [`VerifiedIdentity`](super::VerifiedIdentity). Nothing but those three ids influences it:
/// not the actor, the groups, the run or the profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct MemoryScope {
    /// The user, if the scope has one.
    pub user_key: Option<String>,
    /// The agent.
    pub agent_key: Option<String>,
    /// The application. Not empty.
    pub app_key: String,
    /// The namespace, segment by segment. None is empty.
    pub namespace: Vec<String>,
    /// The same as one text: segments joined by `/`, with one at the end.
    pub partition_key: String,
}

checked_model!(MemoryScope);

/// Whom a memory scope covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coverage<'a> {
    Agent,
    AgentAndUser(&'a str),
}

impl MemoryScope {
    /// The scope of an agent and its user.
    pub(super) fn of_verified_user(identity: &IdentityContext) -> Result<Self, MemoryIsolationError> {
        let agent = agent_of(identity)?;
        let user = identity
            .app_user_id
            .as_deref()
            .filter(|id| !id.is_empty())
            .ok_or_else(|| refused(MemoryIsolationCode::UserRequired, "the identity names no user"))?;
        if identity.user_status.as_deref() != Some("active") {
            return Err(refused(MemoryIsolationCode::UserNotActive, "the user is not active"));
        }
        Ok(Self::derive(&identity.app_id, agent, Coverage::AgentAndUser(user)))
    }

    /// The scope of an agent on its own.
    pub(super) fn of_verified_agent(identity: &IdentityContext) -> Result<Self, MemoryIsolationError> {
        let agent = agent_of(identity)?;
        if identity.app_user_id.is_some() {
            let sentence = "an identity with a user has no agent-only memory";
            return Err(refused(MemoryIsolationCode::UserCannotBeDropped, sentence));
        }
        Ok(Self::derive(&identity.app_id, agent, Coverage::Agent))
    }

    fn derive(app: &str, agent: &str, coverage: Coverage<'_>) -> Self {
        let (kind, user) = match coverage {
            Coverage::Agent => ("agent", None),
            Coverage::AgentAndUser(user) => ("agent-user", Some(user)),
        };
        let fixed = ["alter", "v2", kind].map(str::to_owned);
        let ids = [Some(app), Some(agent), user].into_iter().flatten().map(encode);
        let namespace: Vec<String> = fixed.into_iter().chain(ids).collect();
        Self {
            user_key: user.map(|id| format!("alter:user:{id}")),
            agent_key: Some(format!("alter:agent:{agent}")),
            app_key: format!("alter:app:{app}"),
            partition_key: format!("{}/", namespace.join("/")),
            namespace,
        }
    }

    /// The namespace below this one that `path` names. Segments are encoded, so dots and slashes stay harmless.
    ///
    /// # Errors
    /// [`ValueError`] if there are more than 16 segments, or one is empty or longer than 255 UTF-8 bytes.
    pub fn namespace_for<S: AsRef<str>>(&self, path: &[S]) -> Result<Vec<String>, ValueError> {
        let fits = |segment: &S| (1..=MAX_SEGMENT).contains(&segment.as_ref().len());
        if path.len() > MAX_SEGMENTS || !path.iter().all(fits) {
            let rule = "path: expected at most 16 segments of 1 to 255 UTF-8 bytes";
            return Err(ValueError::argument(rule));
        }
        Ok(self
            .namespace
            .iter()
            .cloned()
            .chain(path.iter().map(|segment| encode(segment.as_ref())))
            .collect())
    }

    /// The path below this scope that `namespace` stands for: what [`namespace_for`](Self::namespace_for) made it
    /// from. `None` if it is not below this scope, or nothing that was made that way.
    #[must_use]
    pub fn path_of(&self, namespace: &[String]) -> Option<Vec<String>> {
        let segments = namespace.strip_prefix(self.namespace.as_slice())?;
        let decode = |segment: &String| String::from_utf8(URL_SAFE_NO_PAD.decode(segment).ok()?).ok();
        let path: Vec<String> = segments.iter().map(decode).collect::<Option<_>>()?;
        (self.namespace_for(&path).ok()? == namespace).then_some(path)
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.app_key.is_empty() || self.partition_key.is_empty() {
            Err("app_key and partition_key must not be empty")
        } else if self.namespace.is_empty() || self.namespace.iter().any(String::is_empty) {
            Err("namespace must have segments, none of them empty")
        } else {
            Ok(())
        }
    }
}

fn agent_of(identity: &IdentityContext) -> Result<&str, MemoryIsolationError> {
    let agent = identity.agent_id.as_deref().filter(|id| !id.is_empty());
    agent.ok_or_else(|| refused(MemoryIsolationCode::AgentRequired, "the identity names no agent"))
}

fn refused(code: MemoryIsolationCode, sentence: &str) -> MemoryIsolationError {
    MemoryIsolationError::refused(code, sentence)
}

fn encode(segment: &str) -> String {
    URL_SAFE_NO_PAD.encode(segment)
}
