//! Where we differ on purpose: each rule rewrites what is recorded, wherever it applies and never by naming a vector.
//! A vector that is met only after a rule counts as passed by that rule. `conformance/README.md` lists them.

use serde_json::{Map, Value, json};

use super::vector::{ErrorRecord, Exchange, Vector};

/// One rule.
struct Rule {
    id: &'static str,
    /// Rewrites the expectation; says whether it applies.
    apply: fn(&mut Vector) -> bool,
}

const RULES: &[Rule] = &[
    Rule { id: "W-02", apply: one_header_of_a_name },
    Rule { id: "W-04", apply: parameters_are_merged },
    Rule { id: "W-05", apply: aws_signs_more },
    Rule { id: "W-05", apply: an_unknown_aws_host_is_a_backend_error },
    Rule { id: "W-08", apply: telemetry_is_not_narrowed },
    Rule { id: "W-09", apply: the_audit_row_names_the_caller_of_the_call },
    Rule { id: "W-12", apply: ids_are_written_in_one_way },
    Rule { id: "W-13", apply: no_foreign_error },
    Rule { id: "W-14", apply: a_configuration_error_keeps_its_kind },
    Rule { id: "W-15", apply: statuses_are_not_overloaded },
    Rule { id: "W-16", apply: every_poll_survives_transient_failures },
    Rule { id: "W-16", apply: failures_are_followed_by_longer_pauses },
    Rule { id: "W-18", apply: an_error_tells_what_it_is_about },
    Rule { id: "W-38", apply: closed_is_closed },
    Rule { id: "W-40", apply: headers_are_checked_here },
    Rule { id: "W-45", apply: an_agent_is_created_once },
    Rule { id: "W-53", apply: one_url_everywhere },
    Rule { id: "W-53", apply: no_value_leaves_its_place },
    Rule { id: "instants", apply: times_are_instants },
    Rule { id: "content codings", apply: codings_are_not_undone },
];

/// The rule by which a vector is met, if one or several together do; else what is left of the difference after all
/// rules that apply.
pub(super) fn applied(
    vector: &Vector,
    compare: impl Fn(&Vector) -> Result<(), String>,
) -> Result<&'static str, Option<String>> {
    let mut all = vector.clone();
    let mut ids = Vec::new();
    for rule in RULES {
        let mut alone = vector.clone();
        if (rule.apply)(&mut alone) {
            if compare(&alone).is_ok() {
                return Ok(rule.id);
            }
            (rule.apply)(&mut all);
            ids.push(rule.id);
        }
    }
    let Some(first) = ids.first() else { return Err(None) };
    match compare(&all) {
        Ok(()) => Ok(first),
        Err(left) => Err(Some(format!("{left} (after {})", ids.join(", ")))),
    }
}

const VALUE: &[&str] = &["AlterValueError", "AlterSDKError", "Exception"];

fn becomes(vector: &mut Vector, family: &[&str]) {
    if let Some(error) = &mut vector.error {
        error.class = family[0].to_owned();
        error.mro = family.iter().map(|&class| class.to_owned()).collect();
        error.attributes = Map::new();
    }
}

/// The call is refused as a mistake of its caller, and nothing is sent.
fn refused(vector: &mut Vector) {
    vector.result = None;
    vector.exchanges_mut().clear();
    let mro = VALUE.iter().map(|&class| class.to_owned()).collect();
    let (class, message) = (VALUE[0].to_owned(), String::new());
    vector.error = Some(ErrorRecord { class, mro, message, cause_class: None, attributes: Map::new() });
}

fn is_background(exchange: &&mut Exchange) -> bool {
    exchange.background
}

/// A header that is set in two spellings is sent once: the injected one, else the caller's.
fn one_header_of_a_name(vector: &mut Vector) -> bool {
    let mut applies = false;
    for exchange in vector.exchanges_mut().iter_mut().filter(|exchange| exchange.to == "provider") {
        let mut kept = Map::<String, Value>::new();
        for (name, value) in std::mem::take(&mut exchange.request.headers) {
            let other = kept.keys().find(|kept| kept.eq_ignore_ascii_case(&name)).cloned();
            if let Some(other) = other {
                kept.shift_remove(&other);
                applies = true;
            }
            kept.insert(name, value);
        }
        exchange.request.headers = kept;
    }
    applies
}

/// Parameters that are added, by the caller or with a credential, leave the URL's own in place.
fn parameters_are_merged(vector: &mut Vector) -> bool {
    if vector.sdk_call.call.method != "request" {
        return false;
    }
    let url = vector.sdk_call.call.args.get(1).and_then(Value::as_str).unwrap_or_default();
    let own = url.split_once('?').map(|(_, query)| query.split('#').next().unwrap_or_default().to_owned());
    let own = own.unwrap_or_default();
    vector.differences.spelling = true;
    for exchange in vector.exchanges_mut().iter_mut().filter(|exchange| exchange.to == "provider") {
        let (path, query) = exchange.request.target.split_once('?').unwrap_or((&exchange.request.target, ""));
        let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
        let sent: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).collect();
        let missing = own.split('&').filter(|pair| !pair.is_empty());
        let missing = missing.filter(|pair| !sent.iter().any(|sent| name(sent) == name(pair)));
        let merged: Vec<_> = missing.chain(sent.iter().copied()).collect();
        let target = if merged.is_empty() { path.to_owned() } else { format!("{path}?{}", merged.join("&")) };
        exchange.request.target = target;
    }
    true
}

/// More headers are signed, dot segments are resolved, and JSON is written as everywhere.
fn aws_signs_more(vector: &mut Vector) -> bool {
    let is_signed = |exchange: &Exchange| {
        let header = exchange.request.headers.get("Authorization").and_then(Value::as_str);
        header.is_some_and(|value| value.starts_with("AWS4-"))
    };
    vector.differences.aws = vector.exchanges().iter().any(is_signed);
    if vector.differences.aws && vector.argument("extra_headers").is_none() {
        // A content type that goes without saying is signed, and still not one of the headers that were set.
        for exchange in vector.exchanges_mut().iter_mut().filter(is_background) {
            let Some(mut body) = exchange.request_json() else { continue };
            if let Some(headers) = body.get_mut("request_headers").and_then(Value::as_object_mut) {
                headers.retain(|name, _| !name.eq_ignore_ascii_case("content-type"));
            }
            exchange.set_request_json(&body);
        }
    }
    vector.differences.aws
}

/// The official SDK lets an error of Python escape.
fn an_unknown_aws_host_is_a_backend_error(vector: &mut Vector) -> bool {
    let applies = vector.error.as_ref().is_some_and(|error| {
        error.class == "ValueError" && error.message.starts_with("Cannot determine AWS")
    });
    if applies {
        becomes(vector, &["BackendError", "AlterSDKError", "Exception"]);
    }
    applies
}

/// What the SDK reports by itself is signed without the limits of the view it reports about.
fn telemetry_is_not_narrowed(vector: &mut Vector) -> bool {
    let mut applies = false;
    for exchange in vector.exchanges_mut().iter_mut().filter(is_background) {
        for name in ["X-Alter-Scope-Constraints", "X-Alter-Request-Rule"] {
            applies |= exchange.request.headers.shift_remove(name).is_some();
        }
        exchange.body_compare = Some("json".to_owned());
    }
    applies
}

/// A caller named for one call is the caller of its audit row, too, and the row names no actor then.
fn the_audit_row_names_the_caller_of_the_call(vector: &mut Vector) -> bool {
    if vector.argument("caller").is_none() {
        return false;
    }
    let asked = vector.exchanges().iter().rev().find(|exchange| exchange.request.target == "/sdk/token");
    let Some(asked) = asked.map(|exchange| exchange.request.headers.clone()) else { return false };
    for exchange in vector.exchanges_mut().iter_mut().filter(is_background) {
        let headers = &mut exchange.request.headers;
        for name in ["X-Alter-Caller", "X-Alter-Caller-Type", "X-Alter-Actor-ID", "X-Alter-Signature-V2"] {
            match asked.get(name) {
                Some(value) => drop(headers.insert(name.to_owned(), value.clone())),
                None => drop(headers.shift_remove(name)),
            }
        }
    }
    true
}

/// UUIDs in a path are in small letters, however they were spelt.
fn ids_are_written_in_one_way(vector: &mut Vector) -> bool {
    let mut applies = false;
    for exchange in vector.exchanges_mut().iter_mut().filter(|exchange| exchange.to == "backend") {
        let target = &exchange.request.target;
        let segment = |segment: &str| match uuid::Uuid::try_parse(segment) {
            Ok(id) => id.hyphenated().to_string(),
            Err(_) => segment.to_owned(),
        };
        let canonical = target.split('/').map(segment).collect::<Vec<_>>().join("/");
        if canonical != *target {
            exchange.request.target = canonical;
            exchange.is_rewritten = true;
            applies = true;
        }
    }
    applies
}

/// Creating an agent carries an idempotency key even if its caller gave none.
fn an_agent_is_created_once(vector: &mut Vector) -> bool {
    vector.differences.idempotency_key =
        vector.sdk_call.call.method == "agents.create" && vector.argument("idempotency_key").is_none();
    vector.differences.idempotency_key
}

/// An error of Python's own about what the caller gave is a mistake of the caller; about an answer, the vault's.
fn no_foreign_error(vector: &mut Vector) -> bool {
    let family: &[&str] = match vector.error.as_ref().map(|error| error.class.as_str()) {
        Some("UnicodeEncodeError") => {
            refused(vector);
            return true;
        }
        Some("JSONDecodeError") => &["BackendError", "AlterSDKError", "Exception"],
        _ => return false,
    };
    becomes(vector, family);
    true
}

/// The token request of `request` keeps the kind of an error outside the backend family.
fn a_configuration_error_keeps_its_kind(vector: &mut Vector) -> bool {
    let cause = vector.error.as_ref().and_then(|error| error.cause_class.clone());
    let applies = cause.as_deref() == Some("ConnectConfigError");
    if applies {
        let attributes = vector.error.as_ref().map(|error| error.attributes.clone()).unwrap_or_default();
        becomes(vector, &["ConnectConfigError", "ConnectFlowError", "AlterSDKError", "Exception"]);
        if let Some(error) = &mut vector.error {
            error.attributes = attributes;
        }
    }
    applies
}

/// A 404 is a missing grant only if it says so, and a 403 a policy's only if it has a word.
fn statuses_are_not_overloaded(vector: &mut Vector) -> bool {
    let Some(error) = &vector.error else { return false };
    let code = error.attributes.get("details").and_then(|details| details["error"].as_str());
    let overloaded = match error.class.as_str() {
        "GrantNotFoundError" | "AgentDelegationMissingError" => code != Some("grant_not_found"),
        "PolicyViolationError" => code.is_none(),
        _ => false,
    };
    if overloaded {
        let (status, details) =
            (error.attributes.get("status_code").cloned(), error.attributes.get("details").cloned());
        becomes(vector, &["BackendError", "AlterSDKError", "Exception"]);
        if let Some(error) = &mut vector.error {
            error.attributes.extend(status.map(|status| ("status_code".to_owned(), status)));
            error.attributes.extend(details.map(|details| ("details".to_owned(), details)));
        }
    }
    overloaded
}

/// A poll that fails in passing is made again until the time is up, whatever is polled.
fn every_poll_survives_transient_failures(vector: &mut Vector) -> bool {
    let family: &[&str] = match vector.sdk_call.call.method.as_str() {
        "poll_connect_session" => &["ConnectTimeoutError", "ConnectFlowError", "AlterSDKError", "Exception"],
        "await_approval" => &["ApprovalTimeoutError", "ApprovalError", "AlterSDKError", "Exception"],
        _ => return false,
    };
    let Some(error) = &vector.error else { return false };
    if !matches!(error.class.as_str(), "BackendError" | "NetworkError" | "TimeoutError") {
        return false;
    }
    let last = vector.exchanges().last().map(|exchange| &exchange.response);
    let transient = match last.and_then(|response| response["status"].as_u64()) {
        Some(status) if vector.transport_faults.is_empty() => status == 429 || status >= 500,
        _ => true,
    };
    if transient {
        becomes(vector, family);
        vector.differences.extra_requests = true;
    }
    transient
}

/// Pauses grow after failures, and are spread by chance.
fn failures_are_followed_by_longer_pauses(vector: &mut Vector) -> bool {
    vector.differences.pauses = vector.observed.contains_key("sleeps");
    vector.differences.pauses
}

/// Where the official SDK leaves a field of an error empty, ours may know it.
fn an_error_tells_what_it_is_about(vector: &mut Vector) -> bool {
    let Some(error) = &mut vector.error else { return false };
    let before = error.attributes.len();
    error.attributes.retain(|_, value| !value.is_null());
    error.attributes.len() != before
}

/// Whatever is done with a closed client fails in the one same way.
fn closed_is_closed(vector: &mut Vector) -> bool {
    let closed = vector.sdk_call.prior_calls.iter().any(|call| call.method == "close");
    if closed && vector.error.is_some() {
        becomes(vector, &["AlterSDKError", "Exception"]);
    }
    closed
}

/// A header of the connection, or one that cannot be sent, is refused before anything is sent.
fn headers_are_checked_here(vector: &mut Vector) -> bool {
    let headers = vector.argument("extra_headers").and_then(Value::as_object);
    let unfit = |(name, value): (&String, &Value)| {
        let value = value.as_str().unwrap_or_default();
        name.eq_ignore_ascii_case("host")
            || value.chars().any(|c| c != '\t' && (c.is_control() || !c.is_ascii()))
    };
    let applies = headers.is_some_and(|headers| headers.iter().any(unfit));
    if applies {
        refused(vector);
    }
    applies
}

/// A URL is parsed and normalised once: this one form is declared, sent and audited, without its fragment.
fn one_url_everywhere(vector: &mut Vector) -> bool {
    let normal = |text: &str| {
        let mut url = url::Url::parse(text).ok()?;
        url.set_fragment(None);
        Some(String::from(url))
    };
    let mut applies = false;
    for exchange in vector.exchanges_mut().iter_mut().filter(|exchange| exchange.to == "backend") {
        let Some(mut body) = exchange.request_json() else { continue };
        let recorded = body.clone();
        for pointer in ["/request/url", "/url", "/api_endpoint"] {
            let Some(url) = body.pointer_mut(pointer) else { continue };
            if let Some(normal) = url.as_str().and_then(normal) {
                *url = json!(normal);
            }
        }
        if body != recorded {
            exchange.set_request_json(&body);
            applies = true;
        }
    }
    vector.differences.spelling = applies;
    applies
}

/// A time is an instant, and always written in UTC.
fn times_are_instants(vector: &mut Vector) -> bool {
    let applies = vector.sdk_call.call.method == "spans.emit";
    if applies {
        for exchange in vector.exchanges_mut() {
            if let Some(body) = exchange.request_json() {
                exchange.set_request_json(&body);
            }
        }
    }
    applies
}

/// A value for a place in a path that would be `.` or `..` is refused.
fn no_value_leaves_its_place(vector: &mut Vector) -> bool {
    let values = vector.argument("path_params").and_then(Value::as_object);
    let applies = values.is_some_and(|values| values.values().any(|value| value == "." || value == ".."));
    if applies {
        refused(vector);
    }
    applies
}

/// We ask for no content coding, so an answer that has one all the same is handed over, and recorded, as it came.
fn codings_are_not_undone(vector: &mut Vector) -> bool {
    let is_coded = |exchange: &Exchange| {
        exchange.to == "provider" && exchange.response["headers"].get("Content-Encoding").is_some()
    };
    if !vector.exchanges().iter().any(is_coded) {
        return false;
    }
    let coded = vector.exchanges().iter().find(|exchange| exchange.to == "provider");
    let coded = coded.map(|exchange| exchange.response["body_b64"].clone());
    if let (Some(body), Some(result)) = (coded, vector.result.as_mut().and_then(Value::as_object_mut)) {
        result.shift_remove("body_utf8");
        result.insert("body_b64".to_owned(), body);
    }
    for exchange in vector.exchanges_mut().iter_mut().filter(is_background) {
        if let Some(mut body) = exchange.request_json() {
            let bytes = body["response_headers"]["content-length"].as_str().unwrap_or_default();
            let placeholder = format!("<binary response: {bytes} bytes>");
            body["response_body"] = placeholder.into();
            exchange.set_request_json(&body);
        }
    }
    true
}
