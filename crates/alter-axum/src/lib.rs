//! The caller of an [axum](https://docs.rs/axum) handler as the user of an Alter vault.
//!
//! A web service receives a bearer token from its caller and makes calls in that person's name. [`Bearer`] takes the
//! token out of the request, as a [`Secret`](alter_client::Secret) that no log line shows:
//!
//! ```
//! use alter_axum::Bearer;
//! use alter_client::AnyClient;
//! use axum::{Router, extract::State, http::StatusCode, routing::get};
//!
//! async fn repositories(State(client): State<AnyClient>, Bearer(jwt): Bearer) -> Result<String, StatusCode> {
//!     let github = client.provider(&"github".parse().expect("an id")).as_user(jwt);
//!     let reply = github.get("https://api.github.com/user/repos").send().await;
//!     let reply = reply.map_err(|_| StatusCode::BAD_GATEWAY)?;
//!     reply.text().map(str::to_owned).map_err(|_| StatusCode::BAD_GATEWAY)
//! }
//!
//! # let key = "alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse()?;
//! // `AnyClient` is an application's or an agent's client, as the key says.
//! let client = AnyClient::builder(key).base_url("http://127.0.0.1:8787").build()?;
//! let router: Router = Router::new().route("/repositories", get(repositories)).with_state(client);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | in a handler | without a token |
//! |---|---|
//! | [`Bearer`] | 401 with a challenge; the handler is not run |
//! | [`OptionalBearer`] | [`UserToken::NoUser`](alter_client::UserToken::NoUser): calls are made for nobody, and no token is sent |
//!
//! Either refuses with 401 what is there and unusable: a second `Authorization` header, another scheme, an empty token.
//! Nothing here checks what the token says; the vault does, at each call.
//!
//! Where handlers should not pass tokens around, [`UserTokenLayer`] keeps the caller's for as long as a request is
//! served, and [`RequestUser`] hands it to every call of a client:
//!
//! ```
//! use alter_axum::{RequestUser, UserTokenLayer};
//! use alter_client::App;
//! use axum::{Router, routing::get};
//!
//! # let key = "alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse()?;
//! let app = App::builder(key).base_url("http://127.0.0.1:8787").user_tokens(RequestUser).build()?;
//! let router: Router<App> = Router::new().route("/", get(|| async { "…" })).layer(UserTokenLayer::required());
//! # let _ = router.with_state::<()>(app);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bearer;
mod layer;
mod request_user;

pub use bearer::{Bearer, BearerRejection, OptionalBearer};
pub use layer::{KeepUserToken, UserTokenLayer};
pub use request_user::RequestUser;
