//! May this application use this credential for this call?

use alter_types::{AgentId, Caller, GrantId};
use uuid::Uuid;

use super::{
    Candidate, Check, Denial, Principal, Reach, Trace,
    rule::{CallContent, Rule, RuleFacts, Verdict},
};
use crate::{
    HostRule,
    destination::{Destination, DestinationError},
    method::{Method, MethodError},
};
use alter_auth::Attribution;

/// A grant with the secret and credential behind it. Times are Unix microseconds.
#[derive(Debug, Clone)]
pub(crate) struct GrantFacts {
    pub(crate) id: GrantId,
    pub(crate) provider: Box<str>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) revoked_at: Option<i64>,
    /// Where the secret may be sent.
    pub(crate) hosts: Vec<HostRule>,
    pub(crate) credential_revoked_at: Option<i64>,
    pub(crate) generation: Uuid,
    /// The agent whose own grant it is.
    pub(crate) owner: Option<AgentId>,
    /// Who has to agree to every use, with spaces between the names. Empty: nobody.
    pub(crate) approvers: Box<str>,
    /// How long a use waits for them, in microseconds.
    pub(crate) approval_window: i64,
}

impl GrantFacts {
    pub(crate) fn approvers(&self) -> impl Iterator<Item = &str> {
        self.approvers.split(' ').filter(|name| !name.is_empty())
    }
}

/// What the address in a call led to.
#[derive(Debug)]
pub(crate) enum GrantLookup<'a> {
    /// Nothing this application owns.
    None {
        provider: Option<&'a str>,
    },
    One(&'a GrantFacts),
    /// More than one, listed up to a limit.
    Several {
        provider: &'a str,
        candidates: Vec<Candidate>,
        more: bool,
    },
}

/// What [`decide`] decides on.
#[derive(Debug)]
pub(crate) struct UseFacts<'a> {
    pub(crate) grant: GrantLookup<'a>,
    /// Who the call is made for.
    pub(crate) principal: Principal,
    /// What the agent may reach, if it is made for one.
    pub(crate) reach: Option<&'a Reach>,
    /// The credential leaves the vault.
    pub(crate) retrieves: bool,
    /// The call speaks for an end user.
    pub(crate) carries_user_token: bool,
    pub(crate) method: Result<&'a Method, MethodError>,
    pub(crate) destination: Result<&'a Destination, DestinationError>,
    /// What the caller forbids itself.
    pub(crate) rule: Option<&'a Rule>,
    pub(crate) content: Option<&'a CallContent>,
    pub(crate) attribution: &'a Attribution,
    pub(crate) now: i64,
}

/// The grant whose credential may be released, or why none may.
pub(crate) fn decide<'a>(facts: UseFacts<'a>, trace: &mut Trace) -> Result<&'a GrantFacts, Denial> {
    let verdict = run_checks(facts, trace);
    if let Err((check, _)) = &verdict {
        trace.stopped_at(*check);
    }
    verdict.map_err(|(_, denial)| denial)
}

fn run_checks<'a>(facts: UseFacts<'a>, trace: &mut Trace) -> Result<&'a GrantFacts, (Check, Denial)> {
    let grant =
        live_grant(facts.grant, facts.principal, facts.now).map_err(|denial| (Check::Grant, denial))?;
    trace.passed(Check::Grant);

    if facts.carries_user_token {
        return Err((Check::Principal, Denial::UserTokenOnSystemGrant { grant: grant.id }));
    }
    if let (Some(reach), Some(_)) = (facts.reach, grant.owner)
        && !reach.allows_secret(&grant.provider)
    {
        return Err((Check::Principal, Denial::AgentScopeNotAllowed { provider: grant.provider.clone() }));
    }
    trace.passed(Check::Principal);

    if grant.credential_revoked_at.is_some() {
        let denial = Denial::CredentialRevoked { grant: grant.id, provider: grant.provider.clone() };
        return Err((Check::Credential, denial));
    }
    trace.passed(Check::Credential);

    if facts.retrieves && !grant.approvers.is_empty() {
        return Err((Check::Mode, Denial::ApprovalRequiresProxy { grant: grant.id }));
    }
    trace.passed(Check::Mode);

    let method = facts.method.map_err(|error| (Check::Request, Denial::BadMethod(error)))?;
    let destination = facts.destination.map_err(|error| (Check::Request, Denial::BadUrl(error)))?;
    trace.passed(Check::Request);

    if !grant.hosts.iter().any(|rule| rule.allows(destination)) {
        let needed_rule = destination.as_host_rule();
        let denial = Denial::HostNotAllowed { needed_rule, provider: grant.provider.clone() };
        return Err((Check::Host, denial));
    }
    trace.passed(Check::Host);

    if let Some(rule) = facts.rule {
        let caller = facts.attribution.caller.as_ref();
        let verdict = rule.judge(&RuleFacts {
            method: method.as_str(),
            provider_id: &grant.provider,
            grant_id: grant.id.to_string(),
            caller: caller.map(Caller::name),
            caller_type: caller.map(|caller| caller.kind().as_str()),
            content: facts.content,
        });
        match verdict {
            Verdict::Silent => {}
            Verdict::Forbids => return Err((Check::Rule, Denial::RuleForbids)),
            Verdict::Undecidable => {
                return Err((Check::Rule, Denial::RuleUndecidable { provider: grant.provider.clone() }));
            }
        }
    }
    trace.passed(Check::Rule);
    Ok(grant)
}

fn live_grant(lookup: GrantLookup<'_>, principal: Principal, now: i64) -> Result<&GrantFacts, Denial> {
    match lookup {
        // What somebody else holds is not told apart from what does not exist.
        GrantLookup::One(grant) if !principal.reaches(grant.owner) => {
            Err(Denial::NoSuchGrant { provider: None })
        }
        GrantLookup::None { provider } => Err(Denial::NoSuchGrant { provider: provider.map(Into::into) }),
        GrantLookup::Several { provider, candidates, more } => {
            Err(Denial::AmbiguousGrant { provider: provider.into(), candidates, more })
        }
        GrantLookup::One(grant) if grant.revoked_at.is_some() => {
            Err(Denial::GrantRevoked { grant: grant.id })
        }
        GrantLookup::One(grant) if grant.expires_at.is_some_and(|end| end <= now) => {
            Err(Denial::GrantExpired { provider: grant.provider.clone() })
        }
        GrantLookup::One(grant) => Ok(grant),
    }
}
