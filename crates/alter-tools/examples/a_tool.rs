//! A tool of an agent without any framework: found nobody connected, then used after somebody was. The vault and the
//! provider are played on this machine.

use alter_client::types::ErrorCode;
use alter_testkit::{Answer, ScriptedVault};
use alter_tools::{Tool, ToolFailure};
use serde_json::{Value, json};

/// What an agent framework would call, with the arguments the model chose.
async fn weather(tool: &Tool, arguments: Value) -> Result<String, ToolFailure> {
    let answer = tool.used().run_id("run-118").run(|acme| async move {
        let call = acme.get("https://api.example.com/weather").query("city", &arguments["city"]);
        call.send().await?.json::<Value>()
    });
    Ok(answer.await?.to_string())
}

#[tokio::main]
async fn main() {
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

    let tool = Tool::new(vault.app(), "acme".parse().expect("an id"), "weather");
    for _ in 0..2 {
        match weather(&tool, json!({ "city": "Berlin" })).await {
            Ok(result) => println!("the model reads: {result}"),
            Err(ToolFailure::Recoverable(recovery)) => println!("the model reads: {}", recovery.text()),
            Err(failure) => println!("the log reads: {failure}"),
        }
    }
}
