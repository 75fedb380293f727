//! `docs/errors.md` is made of the table of codes and the kinds, and is as they are.

use std::{fmt::Write as _, fs, path::Path};

use alter_types::{AlterError, ErrorCode, ErrorKind, ErrorResponse, Surface};
use serde_json::json;

const CODES: &str = include_str!("../../src/error/code.rs");
const KINDS: &str = include_str!("../../src/error/kind.rs");

const INTRODUCTION: &str = "\
# Errors

Made from the tables in `alter-types`; a test keeps it as they are. `Error::code` is the word of the first column,
`Error::kind` what an SDK makes of it, `Error::status` the HTTP status. A code that is not here is kept as it came, and its
kind follows from the status.

The vault says what it refuses in one JSON object: `error` is the code, `message` a sentence for people that names what to
do, and further fields stand beside them. Nothing in it is a secret.
";

const WITHOUT_A_CODE: &str = "
## Kinds

Every kind, with what catches it in the official Python SDK. An error is also of every kind above its own: `is_backend()`,
`is_network()` and the other predicates ask for a family. Kinds that appear in no table above do not come from a refusal of
the vault: they are about an argument, a connection, a provider's answer, or the end of a wait.

| kind | of the family | in Python | it means |
| --- | --- | --- | --- |
";

#[test]
fn the_page_is_as_the_tables_are() {
    let expected = page();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    if fs::read_to_string(&path).unwrap_or_default() == expected {
        return;
    }
    let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join("errors.md");
    fs::write(&made, expected).expect("the target folder can be written");
    panic!("docs/errors.md is not what the tables say: copy {} over it", made.display());
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut listed = 0;
    let (mut section, mut meaning) = ("", String::new());
    for line in CODES.lines().map(str::trim) {
        if let Some(title) = line.strip_prefix("// --- ") {
            section = title.trim_end_matches(['-', ' ']);
            let (first, rest) = section.split_at(1);
            let _ = write!(page, "\n## {}{rest}\n\n", first.to_uppercase());
            page += "| code | status | it means | kind | what to do |\n| --- | --- | --- | --- | --- |\n";
        } else if let Some(doc) = line.strip_prefix("/// ") {
            meaning = if meaning.is_empty() { doc.to_owned() } else { format!("{meaning} {doc}") };
        } else if let Some(word) = row(line) {
            let _ = writeln!(page, "{}", described(&ErrorCode::new(word.to_owned()), &meaning, section));
            listed += 1;
            meaning.clear();
        } else {
            meaning.clear();
        }
    }
    assert_eq!(listed, ErrorCode::ALL.len(), "every code is on the page");
    page += WITHOUT_A_CODE;
    for kind in ErrorKind::ALL {
        let family = kind.parent().map_or_else(|| "–".to_owned(), |parent| format!("`{parent:?}`"));
        let _ = writeln!(page, "| `{kind:?}` | {family} | `{}` | {} |", kind.official_name(), doc_of(*kind));
    }
    page
}

/// The word of a row such as `KEY_REVOKED = "key_revoked", 401;`.
fn row(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once(" = \"")?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit());
    is_name.then(|| rest.split_once("\", ").map(|(word, _)| word))?
}

fn described(code: &ErrorCode, meaning: &str, section: &str) -> String {
    let status = code.status().expect("it is in the table");
    let error = |surface| {
        let body = json!({
            "error": code, "provider_id": "p", "agent_id": "11111111-2222-4333-8444-555555555555",
            "grant_id": "11111111-2222-4333-8444-555555555555",
        });
        AlterError::from_response(surface, &ErrorResponse::new(status, body.to_string().as_bytes()))
    };
    // Codes of agents' routes and of proxy mode mean something of their own there, and nothing elsewhere.
    let (place, error) = [(" on agents' routes", Surface::Agents), (" of `.proxy()`", Surface::Proxy)]
        .map(|(place, surface)| (place, error(surface)))
        .into_iter()
        .find(|(_, there)| there.kind() != ErrorKind::Backend && there.kind() != error(Surface::Main).kind())
        .unwrap_or_else(|| ("", error(Surface::Main)));
    format!("| `{code}` | {status} | {meaning} | `{:?}`{place} | {} |", error.kind(), advice(&error, section))
}

/// What the caller of a refused call can do.
fn advice(error: &AlterError, section: &str) -> &'static str {
    let is_about_a_grant = section == "grants and credentials";
    match error.kind() {
        ErrorKind::AmbiguousGrant => "name the account, the label or the grant",
        ErrorKind::RestrictedGrantRequiresProxy => "write `.proxy()`",
        ErrorKind::InsufficientScope => "use a key that has the scope",
        ErrorKind::QuotaExceeded => "wait for the next window, or have the limit raised",
        ErrorKind::RateLimit | ErrorKind::TokenRefreshInProgress => "later: it was tried again already",
        ErrorKind::ConnectConfig => "have it set up at the vault; `details()` say what",
        ErrorKind::ScopeReauthRequired => "the person connects again, with the scopes",
        ErrorKind::ApprovalExecutionFailed => "ask the provider whether it was made",
        ErrorKind::AgentInactive => "have the agent resumed",
        ErrorKind::InvalidKey
        | ErrorKind::KeyRevoked
        | ErrorKind::KeyExpired
        | ErrorKind::KeyRotationExpired
        | ErrorKind::KeyInactive
        | ErrorKind::KeyAppNotFound => "use another key",
        ErrorKind::StepUpRequired => "sign the person in again, then repeat",
        ErrorKind::PolicyViolation if section == "policy and use" => {
            "change the request, or have the rule changed"
        }
        _ if is_about_a_grant && error.recovery().is_some() => {
            "open a connect session: `connect().recover(..)`"
        }
        _ if error.is_reauth_required() => "the person signs in or connects again",
        _ if error.is_transient() || error.status().is_some_and(|status| status >= 500) => "later",
        _ => "as the message says",
    }
}

/// The documentation of a kind, on one line.
fn doc_of(kind: ErrorKind) -> String {
    let declaration = format!("    {kind:?} = \"");
    let before = KINDS.split_once(&declaration).expect("every kind is declared").0;
    let mut docs: Vec<_> = before.lines().rev().map_while(|line| line.trim().strip_prefix("/// ")).collect();
    docs.reverse();
    docs.join(" ")
}
