//! A foreign MCP server, and what is not called.

use std::sync::{Arc, Mutex};

use alter_client::{Secret, UserToken, transport::Destinations};
use alter_mcp::{ForeignError, ForeignServers};
use axum::{
    Json, Router,
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use rmcp::ServiceExt as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Path and `Authorization` of one request.
type Received = (String, Option<String>);

#[derive(Clone, Default)]
struct Server {
    received: Arc<Mutex<Vec<Received>>>,
}

async fn start() -> (Server, String) {
    let server = Server::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer).with_state(server.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (server, origin)
}

async fn answer(State(server): State<Server>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let authorization =
        request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
    server.received.lock().unwrap().push((path.clone(), authorization));
    if path == "/redirect" {
        return Redirect::temporary("/mcp").into_response();
    }
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let Ok(message) = serde_json::from_slice::<Value>(&body) else {
        return http::StatusCode::METHOD_NOT_ALLOWED.into_response();
    };
    let result = match message["method"].as_str() {
        Some("initialize") => json!({
            "protocolVersion": message["params"]["protocolVersion"],
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "foreign", "version": "1" },
        }),
        Some("tools/list") => json!({ "tools": [{ "name": "one", "inputSchema": { "type": "object" } }] }),
        _ if message.get("id").is_none() => return http::StatusCode::ACCEPTED.into_response(),
        _ => {
            let error = json!({ "code": -32601, "message": "unknown" });
            return Json(json!({ "jsonrpc": "2.0", "id": message["id"], "error": error })).into_response();
        }
    };
    let reply = json!({ "jsonrpc": "2.0", "id": message["id"], "result": result });
    if path == "/events" {
        let event = format!("data: {reply}\n\n");
        return ([("content-type", "text/event-stream")], event).into_response();
    }
    Json(reply).into_response()
}

fn servers() -> ForeignServers {
    ForeignServers::new(Destinations::public_only().allow_loopback()).unwrap()
}

#[tokio::test]
async fn a_session_works_over_json_and_events_and_sends_the_users_token() {
    let (server, origin) = start().await;
    let servers = servers().user_tokens(|| async { Ok::<_, std::io::Error>(Secret::from("a.b.c")) });
    for path in ["/mcp", "/events"] {
        let servers = servers.add("foreign", &format!("{origin}{path}")).unwrap();
        let client = ().serve(servers.transport("foreign").unwrap()).await.unwrap();
        let tools = client.list_all_tools().await.unwrap();
        assert_eq!(tools[0].name, "one");
        client.cancel().await.unwrap();
    }
    let received = server.received.lock().unwrap().clone();
    assert!(received.iter().all(|(_, token)| token.as_deref() == Some("Bearer a.b.c")), "{received:?}");
}

#[tokio::test]
async fn without_a_user_no_token_is_sent_and_a_failing_source_stops_the_call() {
    let (server, origin) = start().await;
    let known = servers().add("foreign", &format!("{origin}/mcp")).unwrap();
    let nobody = known.clone().user_tokens(|| async { Ok::<_, std::io::Error>(UserToken::NoUser) });
    let client = ().serve(nobody.transport("foreign").unwrap()).await.unwrap();
    client.cancel().await.unwrap();
    assert!(server.received.lock().unwrap().iter().all(|(_, token)| token.is_none()));

    let so_far = server.received.lock().unwrap().len();
    let failing =
        known.clone().user_tokens(|| async { Err::<Secret, _>(std::io::Error::other("no session")) });
    assert!(().serve(failing.transport("foreign").unwrap()).await.is_err());
    let broken = known.user_tokens(|| async { Ok::<_, std::io::Error>(Secret::from("a\r\nb: c")) });
    assert!(().serve(broken.transport("foreign").unwrap()).await.is_err());
    assert_eq!(server.received.lock().unwrap().len(), so_far);
}

#[tokio::test]
async fn addresses_within_are_refused_before_anything_is_sent() {
    let (server, origin) = start().await;
    let public = ForeignServers::new(Destinations::public_only()).unwrap();
    for url in [
        &*format!("{origin}/mcp"),
        "http://mcp.example.com/mcp",
        "https://me:pw@mcp.example.com/mcp",
        "https://mcp.example.com/mcp#part",
        "https://10.0.0.1/mcp",
        "https://169.254.169.254/mcp",
        "https://[::ffff:10.0.0.1]/mcp",
        "https://[64:ff9b::a00:1]/mcp",
        "https://[2002:a00:1::]/mcp",
        "https://100.64.0.1/mcp",
        "https://localhost/mcp",
        "/mcp",
    ] {
        let refused = public.add("foreign", url).map(|_| ()).unwrap_err();
        assert!(matches!(refused, ForeignError::Refused(_)), "{url}: {refused:?}");
    }
    assert!(matches!(public.transport("foreign"), Err(ForeignError::UnknownServer)));
    assert!(server.received.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (server, origin) = start().await;
    let servers = servers().add("foreign", &format!("{origin}/redirect")).unwrap();
    assert!(().serve(servers.transport("foreign").unwrap()).await.is_err());
    let received = server.received.lock().unwrap().clone();
    assert!(!received.is_empty() && received.iter().all(|(path, _)| path == "/redirect"), "{received:?}");
}
