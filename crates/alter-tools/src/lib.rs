//! Tools of AI agents whose calls go through an Alter vault, for any agent framework.
//!
//! A [`Tool`] is told once which provider it calls. Each use of it runs your code with a [`ToolContext`] that the model
//! never sees, carries the labels of the run into the audit trail, and turns whatever a person can repair into a
//! [`Recovery`](ToolRecovery) that may be shown to the model: a link to connect an account, never an error's text.
//!
//! ```
//! use alter_tools::{Tool, ToolFailure};
//! # use alter_testkit::{Refusal, ScriptedVault};
//! # use serde_json::{Value, json};
//!
//! # #[tokio::main]
//! # async fn main() -> alter_client::Result<()> {
//! # let vault = ScriptedVault::start().await;
//! # let app = vault.app();
//! # vault.on("GET https://api.github.com/user/repos").answers(json!([{ "name": "alter" }]));
//! let tool = Tool::new(app, "github".parse().expect("an id"), "list_repositories");
//!
//! let repositories = tool.used().run_id("run-118").run(|github| async move {
//!     let reply = github.get("https://api.github.com/user/repos").send().await?;
//!     reply.json::<Value>()
//! });
//! match repositories.await {
//!     Ok(list) => println!("{list}"),
//!     Err(ToolFailure::Recoverable(recovery)) => println!("{}", recovery.text()), // for the model to pass on
//!     Err(ToolFailure::Failed(error)) => return Err(error),              // for the framework and your logs
//! }
//! # vault.saw("GET https://api.github.com/user/repos").context("tool", "list_repositories").context("run_id", "run-118").once();
//! # Ok(())
//! # }
//! ```
//!
//! The labels are `tool`, `run_id`, `thread_id`, `tool_call_id` and `framework`, cut to 256 characters; a tool that is
//! used by another tool names that one as `parent_tool`. They hold for everything done inside, also for calls made with
//! another client.
//!
//! | what happened | [`RecoveryKind`] |
//! |---|---|
//! | nobody connected the provider, or not for this agent | `authorization_required` |
//! | the credential is revoked, expired or refused by the provider | `reauthorization_required` |
//! | scopes are missing | `scope_reauth_required` |
//! | several accounts match | `ambiguous_grant`, with the accounts |
//!
//! For MCP servers there is `alter-mcp`, which is made of this. In a framework with tools as functions, call
//! [`ToolUse::run`] in the function's body and return [`ToolRecovery::text`].

mod context;
mod failure;
mod recovery;
mod tool;

pub use context::ToolContext;
pub use failure::ToolFailure;
pub use recovery::{RecoveryKind, ToolRecovery};
pub use tool::{Tool, ToolUse};
