//! What the decisions of several people come to, and what time does to them.

use alter_types::ApprovalStatusValue as Status;

/// How a stored approval stands at `now`: whoever does not answer in time has said no.
pub(crate) fn standing(stored: Status, expires_at: i64, now: i64) -> Status {
    if stored == Status::Pending && expires_at <= now { Status::Expired } else { stored }
}

/// What the gates come to: one denial is enough, and all have to agree.
pub(crate) fn verdict(gates: impl IntoIterator<Item = Status>) -> Status {
    let mut verdict = Status::Approved;
    for gate in gates {
        match gate {
            Status::Denied => return Status::Denied,
            Status::Approved => {}
            _ => verdict = Status::Pending,
        }
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_have_to_agree_and_one_can_refuse() {
        use Status::{Approved, Denied, Pending};
        assert_eq!(verdict([Approved, Approved]), Approved);
        assert_eq!(verdict([Approved, Pending]), Pending);
        assert_eq!(verdict([Pending, Denied]), Denied);
        assert_eq!(verdict([Denied, Approved]), Denied);
    }

    #[test]
    fn silence_is_a_no_and_a_decision_stays() {
        assert_eq!(standing(Status::Pending, 10, 9), Status::Pending);
        assert_eq!(standing(Status::Pending, 10, 10), Status::Expired);
        assert_eq!(standing(Status::Approved, 10, 11), Status::Approved);
    }
}
