//! [`Seen`] and [`Row`]: what a scripted vault was asked for and told.

use std::{collections::BTreeMap, fmt};

use alter_types::{AddressedGrant, ApiCallAuditLog, Caller, Secret};
use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;

/// Who makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// The process under test, with a credential that the vault released: `.send()` and `.stream()`.
    Retrieve,
    /// The vault: `.proxy()`.
    Proxy,
    /// Nobody calls a provider: an operation of the vault's own.
    Operation,
}

/// One call as it arrived, with a signature that was right. An attempt that the SDK repeats is a call of its own here.
///
/// `Display` is one line; it shows everything but the user token.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Seen {
    /// Who calls the provider.
    pub mode: Mode,
    /// Method.
    pub method: Method,
    /// The URL as the vault is told, with the query it was written with; for an operation its path.
    pub url: String,
    /// All parameters, those of the URL first. In retrieve mode those that were added are known once the provider was
    /// called.
    pub query: Vec<(String, String)>,
    /// How the grant was addressed, in a call to a provider.
    pub grant: Option<AddressedGrant>,
    /// The end user's token.
    pub user_token: Option<Secret>,
    /// Headers: those that reached the provider, those that the vault should send, or the operation's.
    pub headers: HeaderMap,
    /// The body, for the provider or of the operation.
    pub body: Bytes,
    /// Why, as the caller said.
    pub reason: Option<String>,
    /// The labels of the audit context.
    pub context: BTreeMap<String, String>,
    /// Who calls, as the caller said.
    pub caller: Option<Caller>,
    /// The scopes the calling view was narrowed to, none if it was not.
    pub scopes: Vec<String>,
    /// The first characters of the API key.
    pub key_prefix: String,
    /// What the script did: a status, a refusal's code, or a word.
    pub outcome: String,
}

/// One row that the SDK reported to the audit trail, after a call it made itself.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Row {
    /// The report.
    pub report: ApiCallAuditLog,
    /// Who made the call.
    pub caller: Option<Caller>,
    /// The first characters of the API key.
    pub key_prefix: String,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)?;
        let own = self.url.split_once('?').map_or(0, |(_, query)| super::pattern::pairs(query).len());
        let added: Vec<_> =
            self.query.iter().skip(own).map(|(name, value)| format!("{name}={value}")).collect();
        if !added.is_empty() {
            write!(f, ", query {}", added.join("&"))?;
        }
        match self.mode {
            Mode::Retrieve => f.write_str(", retrieve")?,
            Mode::Proxy => f.write_str(", proxy")?,
            Mode::Operation => {}
        }
        if let Some(grant) = &self.grant {
            write!(f, ", {}", addressed(grant))?;
        }
        if self.user_token.is_some() {
            f.write_str(", for a user")?;
        }
        if let Some(caller) = &self.caller {
            write!(f, ", caller {}", caller.name())?;
        }
        if !self.scopes.is_empty() {
            write!(f, ", scopes {}", self.scopes.join(" "))?;
        }
        if let Some(reason) = &self.reason {
            write!(f, ", reason {reason:?}")?;
        }
        labels(f, &self.context)?;
        if !self.body.is_empty() {
            write!(f, ", body {}", shortened(&self.body))?;
        }
        write!(f, " -> {}", self.outcome)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &self.report;
        write!(f, "{} {}, grant {}", report.method, report.url, report.grant_id)?;
        if let Some(caller) = &self.caller {
            write!(f, ", caller {}", caller.name())?;
        }
        if let Some(reason) = &report.reason {
            write!(f, ", reason {reason:?}")?;
        }
        if let Some(context) = &report.context {
            labels(f, context)?;
        }
        write!(f, " -> {}", report.response_status)
    }
}

fn labels(f: &mut fmt::Formatter<'_>, context: &BTreeMap<String, String>) -> fmt::Result {
    if context.is_empty() {
        return Ok(());
    }
    let labels: Vec<_> = context.iter().map(|(key, value)| format!("{key}={value}")).collect();
    write!(f, ", context {}", labels.join(" "))
}

/// How a grant was addressed, in words.
pub(super) fn addressed(grant: &AddressedGrant) -> String {
    match grant {
        AddressedGrant::Grant(id) => format!("grant {id}"),
        AddressedGrant::Provider(address) => {
            let narrowed = [
                ("account", &address.account),
                ("label", &address.label),
                ("app_user", &address.app_user_id),
            ];
            let narrowed: String = narrowed
                .into_iter()
                .filter_map(|(name, value)| Some(format!(" {name} {}", value.as_ref()?)))
                .collect();
            format!("provider {}{narrowed}", address.provider_id)
        }
    }
}

/// A body for a message: JSON as such, text quoted, anything else by its size; at most 300 characters.
pub(super) fn shortened(body: &[u8]) -> String {
    let text = match (serde_json::from_slice::<Value>(body), std::str::from_utf8(body)) {
        (Ok(json), _) => json.to_string(),
        (_, Ok(text)) => format!("{text:?}"),
        _ => return format!("of {} bytes", body.len()),
    };
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
