//! [`TokenCheck`]: a user token is valid, is not, or cannot be judged now.

use alter_types::{ErrorKind, Secret, Surface, VerifyTokenRequest};
use http::StatusCode;
use serde_json::Value;

use crate::{
    Error, Result,
    client::{Answer, Client},
    error::outside_contract,
    operation,
};

/// What is known of a user token.
#[derive(Debug)]
#[must_use = "a token that is not valid must be rejected"]
pub enum TokenCheck {
    /// It proves this person.
    Valid {
        /// The person's id at the identity provider: the `sub` of the token.
        subject: String,
    },
    /// It proves nobody.
    Invalid,
    /// The vault did not say: it could not be reached, failed, or refused this client. Reject the token too, and say
    /// that it may work later.
    Unknown(Error),
}

impl TokenCheck {
    /// The person's id at the identity provider, if the token is valid.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::Valid { subject } => Some(subject),
            Self::Invalid | Self::Unknown(_) => None,
        }
    }
}

pub(super) async fn verify(client: &Client, token: &Secret) -> TokenCheck {
    if token.expose().trim().is_empty() {
        return TokenCheck::Invalid;
    }
    let cx = client.context(operation::VERIFY_TOKEN);
    let request = VerifyTokenRequest::new(token.clone());
    let answer = client.post("/sdk/auth/verify-token", Surface::Main, cx, None, &request).await;
    match answer {
        Ok(answer) => read(&answer).unwrap_or_else(TokenCheck::Unknown),
        Err(error) if is_about_the_token(&error) => TokenCheck::Invalid,
        Err(error) => TokenCheck::Unknown(error),
    }
}

fn read(answer: &Answer) -> Result<TokenCheck> {
    if answer.status != StatusCode::OK {
        let status = answer.status.as_u16();
        return Err(answer.noted(outside_contract("the vault did not say whom the token proves", status)));
    }
    let body: Value = answer.json()?;
    Ok(match body.get("sub").and_then(Value::as_str) {
        Some(subject) if !subject.trim().is_empty() => TokenCheck::Valid { subject: subject.to_owned() },
        _ => TokenCheck::Invalid,
    })
}

/// A 401 judges the token, unless it is about the API key or the signature of the request.
fn is_about_the_token(error: &Error) -> bool {
    const SIGNATURE: [&str; 3] = ["invalid_signature", "stale_timestamp", "replayed_nonce"];
    error.status() == Some(401)
        && !error.kind().is(ErrorKind::Agent)
        && !error.code().is_some_and(|code| SIGNATURE.contains(&code))
}
