//! An MCP server whose tool calls a provider, used by an MCP client.

use alter_client::{Secret, UserToken, types::ErrorCode};
use alter_mcp::{McpCall, Tool};
use alter_testkit::{Answer, Refusal, ScriptedVault};
use rmcp::{
    ErrorData, RoleClient, RoleServer, ServerHandler, ServiceError, ServiceExt as _,
    handler::server::{tool::ToolCallContext, wrapper::Parameters},
    model::{CallToolRequestParams, CallToolResponse, CallToolResult},
    service::{RequestContext, RunningService},
    tool, tool_handler, tool_router,
};
use serde_json::{Value, json};

const URL: &str = "https://api.example.com/orders";
const LINK: &str = "https://connect.example.com/s/1";
const INTERNAL: &str = "internal-detail-4711";

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Order {
    item: String,
}

struct Server {
    acme: Tool,
}

#[tool_router]
impl Server {
    #[tool(description = "Orders something")]
    async fn order(
        &self,
        Parameters(order): Parameters<Order>,
        call: McpCall,
    ) -> Result<CallToolResult, ErrorData> {
        assert_eq!(call.tool(), "order");
        call.run(&self.acme, |acme| async move {
            acme.post(URL).json(&json!({ "item": order.item })).send().await?.json::<Value>()
        })
        .await
    }

    #[tool(description = "Orders something, after thinking")]
    async fn plan(&self, call: McpCall) -> Result<CallToolResult, ErrorData> {
        let inner = self.acme.clone().named("think");
        call.run(&self.acme, |acme| async move {
            inner.used().run(|acme| async move { acme.get(URL).send().await }).await.unwrap();
            Ok(acme.get(URL).send().await?.text()?.to_owned())
        })
        .await
    }
}

#[tool_handler]
impl ServerHandler for Server {}

async fn connect(vault: &ScriptedVault) -> RunningService<RoleClient, ()> {
    connect_to(Server { acme: Tool::new(vault.app(), "acme".parse().unwrap(), "unnamed") }).await
}

async fn connect_to(server: impl ServerHandler) -> RunningService<RoleClient, ()> {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        if let Ok(running) = server.serve(theirs).await {
            let _ = running.waiting().await;
        }
    });
    ().serve(ours).await.unwrap()
}

async fn call(
    client: &RunningService<RoleClient, ()>,
    tool: &'static str,
) -> Result<CallToolResult, ServiceError> {
    let arguments = json!({ "item": "tea" }).as_object().unwrap().clone();
    client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await
}

#[tokio::test]
async fn the_schema_shows_the_arguments_and_not_the_context() {
    let vault = ScriptedVault::start().await;
    let tools = connect(&vault).await.list_all_tools().await.unwrap();
    let order = tools.iter().find(|tool| tool.name == "order").unwrap();
    let properties = order.input_schema["properties"].as_object().unwrap();
    assert_eq!(properties.keys().collect::<Vec<_>>(), ["item"]);
}

#[tokio::test]
async fn a_call_carries_the_tool_into_the_audit_trail() {
    let vault = ScriptedVault::start().await;
    vault.on("POST https://api.example.com/orders").answers(json!({ "id": 7 }));
    let result = call(&connect(&vault).await, "order").await.unwrap();
    assert_eq!((result.structured_content, result.is_error), (Some(json!({ "id": 7 })), Some(false)));
    vault
        .saw("POST https://api.example.com/orders")
        .provider("acme")
        .json(json!({ "item": "tea" }))
        .context("tool", "order")
        .context("framework", "mcp")
        .once();
    vault.audited("POST https://api.example.com/orders").context("tool", "order").once().await;
}

#[tokio::test]
async fn a_tool_inside_a_tool_names_the_outer_one() {
    let vault = ScriptedVault::start().await;
    vault.on("GET https://api.example.com/orders").answers(json!("done"));
    call(&connect(&vault).await, "plan").await.unwrap();
    vault
        .saw("GET https://api.example.com/orders")
        .context("tool", "think")
        .context("parent_tool", "plan")
        .once();
    vault.saw("GET https://api.example.com/orders").context("tool", "plan").once();
}

#[tokio::test]
async fn what_a_person_can_repair_is_a_result_with_a_link_and_no_error_text() {
    for (code, error) in [
        (ErrorCode::GRANT_NOT_FOUND, "authorization_required"),
        (ErrorCode::CREDENTIAL_REVOKED, "reauthorization_required"),
    ] {
        let vault = ScriptedVault::start().await;
        vault.on("POST https://api.example.com/orders").refuses(Refusal::new(code, INTERNAL));
        vault.on("POST /sdk/oauth/connect/session").answers(Answer::status(201).json(&json!({
            "session_token": "s3ss10n",
            "connect_url": LINK,
            "expires_in": 600,
            "expires_at": "2030-01-01T00:00:00Z",
        })));
        let result = call(&connect(&vault).await, "order").await.unwrap();
        let shown = serde_json::to_string(&result).unwrap();
        assert!(!shown.contains(INTERNAL), "{shown}");
        let payload = result.structured_content.unwrap();
        assert_eq!((&payload["error"], &payload["connect_url"]), (&json!(error), &json!(LINK)));
        assert_eq!(result.is_error, Some(true));
    }
}

#[tokio::test]
async fn any_other_failure_names_its_class_and_nothing_else() {
    let vault = ScriptedVault::start().await;
    let refusal = Refusal::new(ErrorCode::POLICY_DENIED, INTERNAL);
    vault.on("POST https://api.example.com/orders").refuses(refusal);
    let error = call(&connect(&vault).await, "order").await.unwrap_err();
    let ServiceError::McpError(error) = error else { panic!("{error:?}") };
    let shown = serde_json::to_string(&error).unwrap();
    assert!(!shown.contains(INTERNAL), "{shown}");
    assert_eq!(error.data.unwrap()["kind"], "PolicyViolationError");
}

/// The server behind an HTTP layer that has checked who calls, as rmcp's transport and
/// [`AuthorizationServer::protect`](alter_mcp::AuthorizationServer::protect) hand it on.
struct BehindHttp(Server);

impl ServerHandler for BehindHttp {
    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        mut context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let (mut parts, ()) = http::Request::new(()).into_parts();
        parts.extensions.insert(UserToken::from(Secret::from("a.b.c")));
        context.extensions.insert(parts);
        Server::tool_router().call(ToolCallContext::new(&self.0, request, context)).await
    }
}

#[tokio::test]
async fn the_user_of_the_http_request_is_whom_the_tool_works_for() {
    let vault = ScriptedVault::start().await;
    vault.on("POST https://api.example.com/orders").answers(json!({}));
    let server = Server { acme: Tool::new(vault.app(), "acme".parse().unwrap(), "unnamed") };
    call(&connect_to(BehindHttp(server)).await, "order").await.unwrap();
    vault.saw("POST https://api.example.com/orders").as_user("a.b.c").once();
}
