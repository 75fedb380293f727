//! The folder `signing`: inputs of the request signer, and every header it adds.

use alter_auth::{
    ApiKey, Attribution, SignedContext, Signer, SkewWindow, Stamp, UnixSeconds, canonical, verify,
};
use alter_types::Caller;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;

use crate::{
    bytes,
    report::{Outcome, Report},
};

/// Signs every vector, and verifies what was recorded.
pub(crate) fn run(vectors: &[Value], report: &mut Report) {
    for vector in vectors {
        let name = vector["name"].as_str().unwrap_or("?");
        let outcome = sign_and_verify(vector).unwrap_or_else(|error| Outcome::failed("a signature", error));
        report.add(format!("signing/{name}"), outcome);
    }
}

fn sign_and_verify(vector: &Value) -> Result<Outcome, Box<dyn std::error::Error>> {
    let (input, recorded) = (&vector["input"], &vector["headers"]);
    let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned).ok_or(name.to_owned());
    let target = text(input, "target")?;
    let method = Method::from_bytes(text(input, "method")?.as_bytes())?;
    let key: ApiKey = text(input, "api_key")?.parse()?;
    let now = UnixSeconds(input["unix_time"].as_i64().ok_or("unix_time")?);
    let body = bytes::of(input)?;
    let attribution = attribution(recorded)?;
    let cx = SignedContext {
        attribution: &attribution,
        constraints: recorded["X-Alter-Scope-Constraints"].as_str(),
        rule: recorded["X-Alter-Request-Rule"].as_str(),
    };

    let canonical = text(&vector["derived"], "canonical_target")?;
    if canonical::target(&target) != canonical {
        return Ok(Outcome::failed(canonical, canonical::target(&target)));
    }
    let stamp = Stamp { now, nonce: text(input, "nonce")?.parse()? };
    let mut signed = HeaderMap::new();
    Signer::new(key).sign(&method, &target, &body, &cx, stamp)?.apply(&mut signed);
    let recorded = signed_headers(recorded)?;
    if signed != recorded {
        return Ok(Outcome::failed(format!("{recorded:?}"), format!("{signed:?}")));
    }
    let verified = verify(&method, &target, &recorded, &body, now, SkewWindow::default())?;
    Ok(Outcome::equal(&attribution, &verified.attribution))
}

fn attribution(headers: &Value) -> Result<Attribution, Box<dyn std::error::Error>> {
    let header = |name: &str| headers[name].as_str().filter(|value| !value.is_empty()).map(str::to_owned);
    let caller = match (header("X-Alter-Caller"), header("X-Alter-Caller-Type")) {
        (Some(name), Some(kind)) => Some(Caller::new(&name, kind.parse()?)?),
        _ => None,
    };
    Ok(Attribution { caller, actor_id: header("X-Alter-Actor-ID"), context: header("X-Alter-Context") })
}

/// The recorded headers that belong to a signature: `traceparent` is never signed, and an empty header is as good as
/// none.
fn signed_headers(headers: &Value) -> Result<HeaderMap, Box<dyn std::error::Error>> {
    let mut signed = HeaderMap::new();
    for (name, value) in headers.as_object().ok_or("headers")? {
        let value = value.as_str().ok_or("a header value")?;
        if !value.is_empty() && name != "traceparent" {
            signed.insert(HeaderName::try_from(name)?, HeaderValue::from_str(value)?);
        }
    }
    Ok(signed)
}
