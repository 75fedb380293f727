//! How a wait for an approval ends other than well.

use std::time::Duration;

use alter_client::{Error, ErrorKind};
use serde_json::json;

use crate::{
    approvals::{executed, id, pending, result, status},
    script::{Script, Step, says, says_text, unreachable},
};

#[tokio::test(start_paused = true)]
async fn every_bad_end_has_its_kind_its_words_and_the_approval() {
    for (step, kind, message) in [
        (status("denied", json!({ "decision_reason": "Too risky" })), ErrorKind::ApprovalDenied, "Too risky"),
        (
            status("denied", json!({ "decision_reason": "" })),
            ErrorKind::ApprovalDenied,
            "the approver denied the call",
        ),
        (
            status("expired", json!({})),
            ErrorKind::ApprovalExpired,
            "the approval expired before it was decided",
        ),
        (
            status("failed", json!({ "decision_reason": "x", "execution_error": "upstream 500" })),
            ErrorKind::ApprovalExecutionFailed,
            "upstream 500",
        ),
        (status("failed", json!({})), ErrorKind::ApprovalExecutionFailed, "the approved call failed"),
    ] {
        let script = Script::new([step]);
        let error = script.app().approvals().wait(&id()).await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
        let Error::Approval(ended) = error else { panic!("{error:?}") };
        assert_eq!(ended.approval_id(), Some(id()));
        assert_eq!(script.asked().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_trouble_but_a_refusal_ends_the_wait() {
    for (step, kind) in [
        (says(404, json!({ "error": "approval_not_found" })), ErrorKind::Backend),
        (says(429, json!({ "error": "quota_exceeded" })), ErrorKind::QuotaExceeded),
        (says_text(500, "<html>"), ErrorKind::Backend),
        (says_text(200, "{}"), ErrorKind::Backend),
    ] {
        let script = Script::new([step]);
        let error = script.app().approvals().wait(&id()).await.unwrap_err();
        assert_eq!((error.kind(), script.asked().len()), (kind, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_result_that_cannot_be_had_says_so() {
    for (step, kind) in [
        (says(409, json!({ "error": "approval_execution_failed" })), ErrorKind::ApprovalExecutionFailed),
        (says(410, json!({ "error": "result_expired" })), ErrorKind::GrantDeleted),
        (says_text(204, ""), ErrorKind::Backend),
        (result(json!({ "body_b64": "###" })), ErrorKind::Backend),
        (says_text(200, "x"), ErrorKind::Backend),
    ] {
        let script = Script::new([executed(), step.clone()]);
        let error = script.app().approvals().wait(&id()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{step:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_ran_out_says_what_stood_in_the_way() {
    let wait = |step: Step| async {
        let app = Script::new([pending(), step]).app();
        app.approvals().wait(&id()).within(Duration::from_secs(5)).await.unwrap_err()
    };
    let error = wait(says_text(503, "")).await;
    assert!(error.to_string().contains("the vault last answered with status 503"), "{error}");
    let error = wait(unreachable()).await;
    assert!(error.to_string().contains("could not be reached"), "{error}");
    let cause = std::error::Error::source(&error).unwrap().downcast_ref::<Error>().unwrap();
    assert_eq!(cause.kind(), ErrorKind::Network);
}
