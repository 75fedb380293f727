//! The bridge page: opens the sign-in in a window, asks every two seconds whether somebody signed in, and sends the
//! browser back to the client. Every value is escaped for where it stands. Pure.

use alter_client::Secret;

/// The page, and the `Content-Security-Policy` it needs.
pub(super) fn bridge(
    client: &str,
    destination: &str,
    auth_url: &Secret,
    status_url: &str,
    nonce: &str,
) -> (String, String) {
    let client = text(client);
    let destination = text(destination);
    let link = text(auth_url.expose());
    let data = script_json(&serde_json::json!({ "signIn": auth_url.expose(), "status": status_url }));
    let nonce = text(nonce);
    let page = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>Sign in</title>
<style nonce="{nonce}">body{{font:1rem/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}}</style>
</head>
<body>
<h1>Sign in for {client}</h1>
<p>{client} asks to act for you. Afterwards this window goes back to <strong>{destination}</strong>. Go on only if you
started this yourself.</p>
<p><a id="link" href="{link}" target="_blank" rel="noopener noreferrer">Sign in</a></p>
<p id="word" role="status">Waiting for you to sign in.</p>
<script type="application/json" id="data">{data}</script>
<script nonce="{nonce}">
const data = JSON.parse(document.getElementById("data").textContent);
const word = document.getElementById("word");
document.getElementById("link").addEventListener("click", (event) => {{
  if (window.open(data.signIn, "_blank", "popup,width=480,height=720,noopener")) event.preventDefault();
}});
const look = async () => {{
  try {{
    const answer = await fetch(data.status, {{ cache: "no-store" }});
    if (answer.status === 404) {{ word.textContent = "This sign-in is over. Start again where you came from."; return; }}
    const standing = await answer.json();
    if (standing.location) {{ location.replace(standing.location); return; }}
  }} catch {{ /* the next look may succeed */ }}
  setTimeout(look, 2000);
}};
setTimeout(look, 2000);
</script>
</body>
</html>
"#
    );
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    (page, policy)
}

/// For text and attribute values.
fn text(value: &str) -> String {
    value.chars().fold(String::with_capacity(value.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
        out
    })
}

/// For the inside of a script element, which nothing in it can end.
fn script_json(value: &serde_json::Value) -> String {
    let json = value.to_string();
    [('<', "\\u003c"), ('>', "\\u003e"), ('&', "\\u0026"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")]
        .into_iter()
        .fold(json, |json, (c, escaped)| json.replace(c, escaped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_can_leave_its_place() {
        let hostile = "</script><script>alert('1')</script>\"><img src=x>\u{2028}";
        let (page, policy) = bridge(hostile, hostile, &Secret::from(hostile), hostile, "n0nce");
        assert_eq!(page.matches("<script").count(), 2, "{page}");
        assert_eq!(page.matches("</script>").count(), 2);
        assert!(page.contains("&lt;img") && page.contains("\\u2028"));
        assert!(!page.contains("<img"));
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
    }
}
