//! What the vectors about identities share: a verifier as they describe it, and the comparison of what it says.

use alter_auth::identity::{AssertionVerifier, JwkSet};
use alter_types::{IdentityContext, error::ValueError};
use serde_json::{Value, json};

use crate::{models::without_nulls, report::Outcome};

/// The verifier that the fields `issuer`, `audience`, `expected_app_id` and `expected_agent_id` of `asked` describe.
pub(crate) fn verifier(asked: &Value, jwks: &Value) -> Result<AssertionVerifier, ValueError> {
    let text = |name: &str| asked[name].as_str().unwrap_or_default();
    let keys = JwkSet::from_json(jwks)?;
    let verifier = AssertionVerifier::new(text("issuer"), text("audience"), text("expected_app_id"), keys)?;
    match asked["expected_agent_id"].as_str() {
        Some(agent) => verifier.for_agent(agent),
        None => Ok(verifier),
    }
}

/// Passed if both say the same. The recorded identities spell out every field, ours leave out what is not there.
pub(crate) fn same_identity(recorded: &Value, ours: &IdentityContext) -> Outcome {
    let mut recorded = without_nulls(recorded);
    if let Some(fields) = recorded.as_object_mut() {
        fields.remove("$type");
    }
    Outcome::equal(&recorded, &json!(ours))
}
