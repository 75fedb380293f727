//! Any answer that is not a success becomes an error: one with a message, a bounded wait, and no panic.

#![no_main]

use std::time::Duration;

use alter_types::error::{AlterError, ErrorResponse, Surface};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|answer: (u16, &[u8], Option<&str>)| {
    let (status, body, retry_after) = answer;
    let response = ErrorResponse::new(status, body).with_retry_after(retry_after);
    for surface in [Surface::Main, Surface::Agents, Surface::Proxy, Surface::ApprovalStatus] {
        let error = AlterError::from_response(surface, &response);
        assert!(!error.to_string().is_empty());
        assert!(error.retry_after().is_none_or(|wait| wait <= Duration::from_secs(31 * 24 * 3600)));
        let _ = (format!("{error:?}"), error.kind(), error.recovery(), error.is_transient());
    }
});
