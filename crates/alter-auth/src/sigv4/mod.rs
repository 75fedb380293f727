//! AWS Signature Version 4: how a credential for AWS is put into a request.
//!
//! Pure, like the rest of this crate: a view of the request goes in, headers to set come out, and the request is
//! not touched. Other than the official Python SDK, which signs four headers, this signs `content-type` and every
//! `x-amz-*` too, finds the service of every documented form of host, and resolves dot segments; [`Options`] says
//! otherwise where the two have to be compared.
//!
//! ```
//! use alter_auth::{UnixSeconds, sigv4};
//! use http::{HeaderMap, Method, Uri};
//!
//! let credential = sigv4::Credential::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into())?;
//! let mut headers = HeaderMap::new();
//! let request = sigv4::Request {
//!     method: &Method::GET,
//!     uri: &Uri::from_static("https://my.bucket.s3.eu-west-1.amazonaws.com/photo%20one.jpg"),
//!     headers: &headers,
//!     payload: sigv4::Payload::Bytes(b""),
//! };
//! sigv4::sign(&request, &credential, UnixSeconds(1_440_938_160), sigv4::Options::default())?.apply(&mut headers);
//!
//! assert_eq!(headers["x-amz-date"], "20150830T123600Z");
//! let authorization = headers["authorization"].to_str()?;
//! assert!(authorization.contains("Credential=AKIDEXAMPLE/20150830/eu-west-1/s3/aws4_request"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod aws_suite;
mod canonical;
mod credential;
mod error;
mod host;
mod request;
mod scope;
mod sign;
mod signing_name;

pub use credential::Credential;
pub use error::SigV4Error;
pub use host::{Detected, detect};
pub use request::{HeaderSelection, Options, PathForm, Payload, Request};
pub use sign::{SIGNATURE_HEADERS, SignatureHeaders, sign};
