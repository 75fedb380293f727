//! [`Trace`]: which checks a decision passed and which one stopped it, for the audit row.

use std::borrow::Cow;

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
    /// The grant may be used in this mode.
    Mode,
    /// The declared call is well formed.
    Request,
    /// One of the secret's host rules allows the URL.
    Host,
    /// The rule the caller put on the request does not forbid it; passed as well where there is none.
    Rule,
}

impl Check {
    /// Every check, in order.
    const ALL: [Self; 10] = [
        Self::Key,
        Self::Nonce,
        Self::Scope,
        Self::Grant,
        Self::Principal,
        Self::Credential,
        Self::Mode,
        Self::Request,
        Self::Host,
        Self::Rule,
    ];
    const EVERY: u16 = (1 << Self::ALL.len()) - 1;

    const fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Nonce => "nonce",
            Self::Scope => "scope",
            Self::Grant => "grant",
            Self::Principal => "principal",
            Self::Credential => "credential",
            Self::Mode => "mode",
            Self::Request => "request",
            Self::Host => "host",
            Self::Rule => "rule",
        }
    }
}

/// The trace of a use that passed every check, which is what most rows hold.
const ALL_PASSED: &str =
    r#"{"passed":["key","nonce","scope","grant","principal","credential","mode","request","host","rule"]}"#;

/// The path a decision took: the checks it passed, one bit each, and the one that stopped it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trace {
    passed: u16,
    stopped_at: Option<Check>,
}

impl Trace {
    pub(crate) fn new() -> Self {
        Self { passed: 0, stopped_at: None }
    }

    pub(crate) fn passed(&mut self, check: Check) {
        self.passed |= 1 << check as u16;
    }

    pub(crate) fn stopped_at(&mut self, check: Check) {
        self.stopped_at = Some(check);
    }

    /// `{"passed":["key","nonce"],"stopped_at":"scope"}`.
    pub(crate) fn to_json(&self) -> Cow<'static, str> {
        if self.passed == Check::EVERY && self.stopped_at.is_none() {
            return Cow::Borrowed(ALL_PASSED);
        }
        let passed = Check::ALL.iter().filter(|check| self.passed & (1 << **check as u16) != 0);
        let mut json = String::with_capacity(128);
        json.push_str("{\"passed\":[");
        for (index, check) in passed.enumerate() {
            json.push_str(if index == 0 { "\"" } else { ",\"" });
            json.push_str(check.name());
            json.push('"');
        }
        json.push(']');
        if let Some(check) = self.stopped_at {
            json.push_str(",\"stopped_at\":\"");
            json.push_str(check.name());
            json.push('"');
        }
        json.push('}');
        Cow::Owned(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_json() {
        let mut trace = Trace::new();
        assert_eq!(trace.to_json(), r#"{"passed":[]}"#);
        trace.passed(Check::Key);
        trace.passed(Check::Nonce);
        assert_eq!(trace.to_json(), r#"{"passed":["key","nonce"]}"#);
        trace.stopped_at(Check::Scope);
        assert_eq!(trace.to_json(), r#"{"passed":["key","nonce"],"stopped_at":"scope"}"#);
    }

    #[test]
    fn the_common_trace_is_what_would_be_written_for_it() {
        let mut trace = Trace::new();
        Check::ALL.into_iter().for_each(|check| trace.passed(check));
        let names: Vec<String> = Check::ALL.iter().map(|check| format!("\"{}\"", check.name())).collect();
        assert_eq!(trace.to_json(), format!("{{\"passed\":[{}]}}", names.join(",")));
    }
}
