//! The approvals that a script plays, as models of the protocol.

use alter_auth::{Clock as _, SystemClock};
use alter_types::{
    ApprovalGate, ApprovalGateStatus, ApprovalGroupId, ApprovalId, ApprovalStatus, ApprovalStatusValue,
    PendingApproval, Timestamp,
};
use uuid::Uuid;

use super::answer::Decided;

/// How long an approval may take, as the vault says. Nothing here waits for it.
const SECONDS: i64 = 300;

/// The approval with this number, from 1, before anybody decided.
pub(super) fn pending(number: u128) -> PendingApproval {
    let id = ApprovalId::from_uuid(Uuid::from_u128(0xaaaa_aaaa_0000_4000_8000_0000_0000_0000 + number));
    let url = format!("https://vault.example.com/approve/{number}");
    PendingApproval::new(group(id), ApprovalGate::new(id, in_a_while(SECONDS), SECONDS, url), [])
}

/// How it stands, if `outcome` is what becomes of it.
pub(super) fn standing(id: ApprovalId, outcome: &Decided) -> ApprovalStatus {
    let value = match outcome {
        Decided::Approved(_) => ApprovalStatusValue::Executed,
        Decided::Denied(_) => ApprovalStatusValue::Denied,
        Decided::Failed(_) => ApprovalStatusValue::Failed,
        Decided::Expired => ApprovalStatusValue::Expired,
        Decided::Never => ApprovalStatusValue::Pending,
    };
    let gate = match outcome {
        Decided::Approved(_) | Decided::Failed(_) => ApprovalStatusValue::Approved,
        _ => value,
    };
    let now = SystemClock.timestamp();
    let status =
        ApprovalStatus::new(group(id), value, ApprovalGateStatus::new(id, gate, in_a_while(SECONDS)), []);
    match outcome {
        Decided::Approved(_) => status.with_decision(now, None).with_result(now),
        Decided::Denied(reason) => status.with_decision(now, Some(reason.clone())),
        Decided::Failed(error) => status.with_decision(now, None).with_execution_error(now, error.clone()),
        Decided::Expired | Decided::Never => status,
    }
}

fn group(id: ApprovalId) -> ApprovalGroupId {
    ApprovalGroupId::from_uuid(id.uuid())
}

/// That many seconds from now.
pub(super) fn in_a_while(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(SystemClock.now().0 + seconds)
}
