//! [`Bearer`] and [`OptionalBearer`]: the token in the `Authorization` header (RFC 6750), or its absence.

use std::fmt;

use alter_client::{Secret, UserToken};
use axum_core::{
    body::Body,
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE},
    request::Parts,
};

/// The caller's bearer token. A request without one is answered with 401 and does not reach the handler.
#[derive(Debug, Clone)]
pub struct Bearer(pub Secret);

/// The caller's bearer token, or the fact that there is none. A token that is there and unusable is answered with 401:
/// it must not turn into a call for nobody.
#[derive(Debug, Clone)]
pub struct OptionalBearer(pub UserToken);

/// Why a request is not served. Answered with 401 and a challenge; it repeats nothing of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BearerRejection {
    /// There is no `Authorization` header.
    Missing,
    /// There is one, and it is not one bearer token.
    Malformed,
}

impl fmt::Display for BearerRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "send a bearer token in the Authorization header",
            Self::Malformed => "the Authorization header is not one bearer token",
        })
    }
}

impl std::error::Error for BearerRejection {}

impl BearerRejection {
    /// The answer, for servers other than axum.
    #[must_use]
    pub fn response<B: From<&'static str>>(self) -> http::Response<B> {
        // RFC 6750, 3.1: no error code for a request that lacks authentication.
        let (challenge, body) = match self {
            Self::Missing => ("Bearer", "send a bearer token in the Authorization header"),
            Self::Malformed => {
                ("Bearer error=\"invalid_request\"", "the Authorization header is not one bearer token")
            }
        };
        let mut response = http::Response::new(B::from(body));
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, text);
        response
    }
}

impl IntoResponse for BearerRejection {
    fn into_response(self) -> Response {
        self.response::<Body>()
    }
}

/// Reads the token, by the grammar of RFC 6750 (`b64token`).
pub(crate) fn read(headers: &HeaderMap) -> Result<Secret, BearerRejection> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(BearerRejection::Missing)?;
    if values.next().is_some() {
        return Err(BearerRejection::Malformed);
    }
    let text = value.to_str().map_err(|_| BearerRejection::Malformed)?;
    let (scheme, token) = text.split_once(' ').ok_or(BearerRejection::Malformed)?;
    let token = token.trim_matches(' ');
    let (body, padding) = token.split_at(token.trim_end_matches('=').len());
    let well_formed = body.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b));
    if !scheme.eq_ignore_ascii_case("Bearer") || body.is_empty() || !well_formed || padding.len() > 2 {
        return Err(BearerRejection::Malformed);
    }
    Ok(Secret::from(token))
}

/// The token if there is one, nobody if there is no header at all.
pub(crate) fn read_optional(headers: &HeaderMap) -> Result<UserToken, BearerRejection> {
    match read(headers) {
        Ok(jwt) => Ok(UserToken::Jwt(jwt)),
        Err(BearerRejection::Missing) => Ok(UserToken::NoUser),
        Err(malformed) => Err(malformed),
    }
}

impl<S: Sync> FromRequestParts<S> for Bearer {
    type Rejection = BearerRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, BearerRejection> {
        read(&parts.headers).map(Self)
    }
}

/// `Option<Bearer>`: as [`OptionalBearer`].
impl<S: Sync> OptionalFromRequestParts<S> for Bearer {
    type Rejection = BearerRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, BearerRejection> {
        match read(&parts.headers) {
            Ok(jwt) => Ok(Some(Self(jwt))),
            Err(BearerRejection::Missing) => Ok(None),
            Err(malformed) => Err(malformed),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for OptionalBearer {
    type Rejection = BearerRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, BearerRejection> {
        read_optional(&parts.headers).map(Self)
    }
}

impl OptionalBearer {
    /// The token, if there is one.
    #[must_use]
    pub fn token(&self) -> Option<&Secret> {
        match &self.0 {
            UserToken::Jwt(jwt) => Some(jwt),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(values: &[&str]) -> Result<String, BearerRejection> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, value.parse().unwrap());
        }
        read(&headers).map(|jwt| jwt.expose().to_owned())
    }

    #[test]
    fn a_bearer_token_is_read_in_any_spelling_of_the_scheme() {
        for value in ["Bearer a.b-c_~+/==", "bearer a.b-c_~+/==", "BEARER  a.b-c_~+/== "] {
            assert_eq!(token(&[value]).unwrap(), "a.b-c_~+/==");
        }
    }

    #[test]
    fn what_is_not_one_bearer_token_is_malformed_and_nothing_is_missing() {
        assert_eq!(token(&[]), Err(BearerRejection::Missing));
        for values in [
            &["Bearer"][..],
            &["Bearer "],
            &[""],
            &["Basic YTpi"],
            &["Bearer a b"],
            &["Bearer a,b"],
            &["Bearer =="],
            &["Bearer a==="],
            &["Bearer a=b"],
            &["Bearer a", "Bearer a"],
            &["Bearer a", "Basic YTpi"],
        ] {
            assert_eq!(token(values), Err(BearerRejection::Malformed), "{values:?}");
        }
    }
}
