//! The AWS SDK for Rust with credentials from an Alter vault: your program holds no AWS key at all.
//!
//! [`GrantHttpClient`] is an HTTP client for any `aws-sdk-*` crate. The SDK builds its requests as usual; what it signs
//! with [`placeholder_credentials`] is taken off again, and the request is made in retrieve mode with a grant: the vault
//! decides about this very method and URL, releases the key pair for this one request, and the request is signed anew
//! and reported to the audit trail.
//!
//! ```
//! use alter_aws::{GrantHttpClient, placeholder_credentials};
//! use alter_client::{App, GrantId};
//! use aws_sdk_sts::config::{BehaviorVersion, Region};
//!
//! fn sts(app: &App, grant: GrantId) -> aws_sdk_sts::Client {
//!     let config = aws_sdk_sts::Config::builder()
//!         .behavior_version(BehaviorVersion::latest())
//!         .region(Region::new("eu-central-1"))
//!         .credentials_provider(placeholder_credentials())
//!         .http_client(GrantHttpClient::new(app, grant).reason("nightly report"))
//!         .build();
//!     aws_sdk_sts::Client::from_conf(config)
//! }
//! # let key = "alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse()?;
//! # let app = App::builder(key).base_url("http://127.0.0.1:1").build()?;
//! # sts(&app, "0b0f7a4e-6c3e-4b8b-9a55-1f2d3c4b5a69".parse()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | subject | what happens |
//! |---|---|
//! | region and service | read off the host that is called; for hosts of your own, those stored with the credential |
//! | an AWS error | reaches the SDK as AWS sent it, so the SDK's own errors and retries work |
//! | a refusal of the vault | an `SdkError` that is never retried; [`alter_error`] finds the cause in it |
//! | a broken connection, a time-out, a busy vault | an `SdkError` that the SDK's retry policy may repeat |
//! | retries | the SDK's: each attempt is a use of the grant, decided and recorded by itself |
//! | request bodies | in memory up to [`buffer_up_to`](GrantHttpClient::buffer_up_to), 8 MiB; beyond it streamed, which S3 alone accepts |
//! | answers | streamed, however long |
//! | connect time-out | the vault client's; the SDK's read time-out is honoured |
//! | checksums in a trailer (`aws-chunked`) | refused: set `request_checksum_calculation(RequestChecksumCalculation::WhenRequired)` |
//!
//! What the AWS SDK does by itself, beside the service you call, does not go through a grant: build the configuration
//! as above rather than with `aws-config`'s credential chain, and nothing of the kind happens.

mod answer;
mod failure;
mod http_client;
mod request;

pub use failure::alter_error;
pub use http_client::{GrantHttpClient, placeholder_credentials};
