//! MCP servers and clients with an Alter vault behind them, on the official Rust MCP SDK ([`rmcp`]).
//!
//! | to | use |
//! |---|---|
//! | make calls inside a tool, with the run in the audit trail and a link where nobody has connected | [`McpCall`] with a [`Tool`] |
//! | let MCP clients sign in, and know whom a tool works for | [`AuthorizationServer`] |
//! | call the MCP servers of others without being led into your own network | [`ForeignServers`] |
//!
//! A tool takes an [`McpCall`] among its arguments. The model does not see it: it is not part of the tool's schema.
//!
//! ```
//! use alter_mcp::{McpCall, Tool};
//! use rmcp::{
//!     ErrorData, ServerHandler, handler::server::wrapper::Parameters, model::CallToolResult, tool, tool_handler,
//!     tool_router,
//! };
//! use serde_json::Value;
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Issues {
//!     /// For instance `rust-lang/rust`.
//!     repository: String,
//! }
//!
//! struct Server {
//!     github: Tool,
//! }
//!
//! #[tool_router]
//! impl Server {
//!     #[tool(description = "Lists the open issues of a repository")]
//!     async fn list_issues(
//!         &self,
//!         Parameters(wanted): Parameters<Issues>,
//!         call: McpCall,
//!     ) -> Result<CallToolResult, ErrorData> {
//!         call.run(&self.github, |github| async move {
//!             let url = format!("https://api.github.com/repos/{}/issues", wanted.repository);
//!             github.get(url).send().await?.json::<Value>()
//!         })
//!         .await
//!     }
//! }
//!
//! #[tool_handler]
//! impl ServerHandler for Server {}
//!
//! let tools = Server::tool_router().list_all();
//! let schema = serde_json::to_string(&tools[0].input_schema).unwrap();
//! assert!(schema.contains("repository") && !schema.contains("call"));
//! ```

pub mod authorization;

mod call;
mod foreign;

pub use alter_tools::{RecoveryKind, Tool, ToolContext, ToolFailure, ToolRecovery};
pub use authorization::AuthorizationServer;
pub use call::McpCall;
pub use foreign::{ForeignClient, ForeignError, ForeignServers};
