//! An MCP server with one tool, and a client that uses it twice: before somebody connected an account, and after. The
//! vault and the provider are played on this machine, and client and server talk through memory.

use alter_client::types::ErrorCode;
use alter_mcp::{McpCall, Tool};
use alter_testkit::{Answer, ScriptedVault};
use rmcp::{
    ErrorData, ServerHandler, ServiceExt as _,
    handler::server::wrapper::Parameters,
    model::{CallToolRequestParams, CallToolResult},
    tool, tool_handler, tool_router,
};
use serde_json::{Value, json};

/// What the model fills in.
#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Place {
    /// A city.
    city: String,
}

struct Weather {
    acme: Tool,
}

#[tool_router]
impl Weather {
    #[tool(description = "How the sky is")]
    async fn sky(
        &self,
        Parameters(place): Parameters<Place>,
        call: McpCall,
    ) -> Result<CallToolResult, ErrorData> {
        call.run(&self.acme, |acme| async move {
            acme.get("https://api.example.com/weather")
                .query("city", place.city)
                .send()
                .await?
                .json::<Value>()
        })
        .await
    }
}

#[tool_handler]
impl ServerHandler for Weather {}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let vault = ScriptedVault::start().await;
    vault
        .on("GET https://api.example.com/weather")
        .refuses(ErrorCode::GRANT_NOT_FOUND)
        .answers(json!({ "sky": "clear" }));
    vault.on("POST /sdk/oauth/connect/session").answers(Answer::status(201).json(&json!({
        "session_token": "s",
        "connect_url": "https://connect.example.com/s/1",
        "expires_in": 600,
        "expires_at": "2030-01-01T00:00:00Z",
    })));

    let server = Weather { acme: Tool::new(vault.app(), "acme".parse()?, "weather") };
    let (here, there) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        if let Ok(running) = server.serve(there).await {
            let _ = running.waiting().await;
        }
    });

    let client = ().serve(here).await?;
    for _ in 0..2 {
        let arguments = json!({ "city": "Berlin" }).as_object().cloned().unwrap_or_default();
        let result = client.call_tool(CallToolRequestParams::new("sky").with_arguments(arguments)).await?;
        println!("{}", result.structured_content.unwrap_or_default());
    }
    client.cancel().await?;
    Ok(())
}
