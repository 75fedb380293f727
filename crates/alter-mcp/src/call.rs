//! [`McpCall`]: one call of an MCP tool, as an argument that the model does not see.

use alter_client::{Result, Secret, UserToken};
use alter_tools::{Tool, ToolContext, ToolFailure};
use rmcp::{
    ErrorData,
    handler::server::{common::FromContextPart, tool::ToolCallContext},
    model::CallToolResult,
};
use serde::Serialize;
use serde_json::{Value, json};

/// One call of an MCP tool: which tool, which request, and for whom. Take it as an argument of the tool's function.
///
/// The user is the one whose token ([`UserToken`]) is among the extensions of the request, or of the HTTP request it came
/// with; [`AuthorizationServer::protect`](crate::AuthorizationServer::protect) puts it there. Without one, calls are made
/// as the client makes them by itself.
#[derive(Debug, Clone)]
pub struct McpCall {
    tool: String,
    id: String,
    user: Option<UserToken>,
}

impl McpCall {
    /// The tool that was called.
    #[must_use]
    pub fn tool(&self) -> &str {
        &self.tool
    }

    /// The token of the user the tool works for.
    #[must_use]
    pub fn user_token(&self) -> Option<&Secret> {
        match &self.user {
            Some(UserToken::Jwt(jwt)) => Some(jwt),
            _ => None,
        }
    }

    /// Runs the tool's code with `provider`'s grant, under the name of the tool that was called.
    ///
    /// What the code returns is the tool's structured result, if it is a JSON object, and its text otherwise. What a
    /// person can repair is a result too: an error for the model to read, with `error`, `message` and, where there is
    /// one, `connect_url`.
    ///
    /// # Errors
    /// [`ErrorData`] for every other failure of the code. It names the class of the error and nothing else; the error
    /// itself is logged.
    pub async fn run<T: Serialize, F: Future<Output = Result<T>>>(
        self,
        provider: &Tool,
        code: impl FnOnce(ToolContext) -> F,
    ) -> Result<CallToolResult, ErrorData> {
        let tool = provider.clone().named(&self.tool).framework("mcp");
        let mut used = tool.used().tool_call_id(&self.id);
        if let Some(jwt) = self.user_token() {
            used = used.as_user(jwt.clone());
        }
        match used.run(code).await {
            Ok(result) => match serde_json::to_value(result) {
                Ok(value) => Ok(answer(value)),
                Err(_) => Err(ErrorData::internal_error("the tool's result cannot be written as JSON", None)),
            },
            Err(ToolFailure::Recoverable(recovery)) => {
                let payload = serde_json::to_value(&recovery).unwrap_or_else(|_| json!({}));
                Ok(CallToolResult::structured_error(payload))
            }
            Err(ToolFailure::Failed(error)) => {
                tracing::warn!(tool = self.tool, %error, "a tool failed");
                let class = json!({ "kind": error.kind().official_name() });
                Err(ErrorData::internal_error("the tool's call failed", Some(class)))
            }
        }
    }
}

/// A structured result has to be an object; anything else is text.
fn answer(value: Value) -> CallToolResult {
    match value {
        Value::Object(_) => CallToolResult::structured(value),
        Value::String(text) => CallToolResult::success(vec![rmcp::model::ContentBlock::text(text)]),
        other => CallToolResult::success(vec![rmcp::model::ContentBlock::text(other.to_string())]),
    }
}

impl<S> FromContextPart<ToolCallContext<'_, S>> for McpCall {
    fn from_context_part(context: &mut ToolCallContext<'_, S>) -> Result<Self, ErrorData> {
        let request = context.request_context();
        let of_http = || request.extensions.get::<http::request::Parts>()?.extensions.get::<UserToken>();
        Ok(Self {
            tool: context.name().to_owned(),
            id: request.id.to_string(),
            user: request.extensions.get::<UserToken>().or_else(of_http).cloned(),
        })
    }
}
