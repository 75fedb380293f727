//! [`Trace`]: which checks a decision passed and which one stopped it, for the audit row.

/// The checks, in the order they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// The key exists and is live.
    Key,
    /// The nonce is new.
    Nonce,
    /// The key's scopes cover the operation.
    Scope,
    /// Exactly one grant of this application matches and is live.
    Grant,
    /// The caller is who the grant is for.
    Principal,
    /// The credential behind the grant is live.
    Credential,
    /// The declared call is well formed.
    Request,
    /// One of the secret's host rules allows the URL.
    Host,
}

impl Check {
    const fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Nonce => "nonce",
            Self::Scope => "scope",
            Self::Grant => "grant",
            Self::Principal => "principal",
            Self::Credential => "credential",
            Self::Request => "request",
            Self::Host => "host",
        }
    }
}

/// The path a decision took, as JSON: `{"passed":["key","nonce"],"stopped_at":"scope"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trace {
    /// Kept as text: every call writes one, and the words need no escaping.
    json: String,
    stopped: bool,
}

impl Trace {
    pub(crate) fn new() -> Self {
        let mut json = String::with_capacity(112);
        json.push_str("{\"passed\":[");
        Self { json, stopped: false }
    }

    pub(crate) fn passed(&mut self, check: Check) {
        if !self.json.ends_with('[') {
            self.json.push(',');
        }
        self.json.push('"');
        self.json.push_str(check.name());
        self.json.push('"');
    }

    pub(crate) fn stopped_at(&mut self, check: Check) {
        self.json.push_str("],\"stopped_at\":\"");
        self.json.push_str(check.name());
        self.json.push_str("\"}");
        self.stopped = true;
    }

    pub(crate) fn into_json(mut self) -> String {
        if !self.stopped {
            self.json.push_str("]}");
        }
        self.json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_json() {
        let mut trace = Trace::new();
        assert_eq!(trace.clone().into_json(), r#"{"passed":[]}"#);
        trace.passed(Check::Key);
        trace.passed(Check::Nonce);
        assert_eq!(trace.clone().into_json(), r#"{"passed":["key","nonce"]}"#);
        trace.stopped_at(Check::Scope);
        assert_eq!(trace.into_json(), r#"{"passed":["key","nonce"],"stopped_at":"scope"}"#);
    }
}
