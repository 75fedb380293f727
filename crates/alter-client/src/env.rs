//! The only reader of the environment.

use std::env::VarError;

use alter_auth::{ApiKey, KeyError};

use crate::{Result, error::configuration};

/// `ALTER_BASE_URL`, for a client that is built without a base URL.
pub(crate) fn base_url() -> Result<Option<String>> {
    read("ALTER_BASE_URL", "ALTER_BASE_URL is not valid Unicode")
}

/// `ALTER_API_KEY`, for [`App::from_env`](crate::App::from_env).
pub(crate) fn api_key() -> Result<ApiKey> {
    let text = read("ALTER_API_KEY", "ALTER_API_KEY is not valid Unicode")?
        .ok_or_else(|| configuration("ALTER_API_KEY is not set; it holds the API key"))?;
    text.parse().map_err(|error: KeyError| configuration(error.to_string()))
}

#[expect(clippy::disallowed_methods, reason = "the one home of the environment in this crate")]
fn read(name: &str, not_unicode: &'static str) -> Result<Option<String>> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(text)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(configuration(not_unicode)),
    }
}
