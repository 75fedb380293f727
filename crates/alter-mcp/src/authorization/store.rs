//! [`Store`]: what the server remembers, and every rule about it. Pure: time and randomness are arguments.

use std::collections::HashMap;

use alter_client::{Random, Secret};

use super::{
    redirect::{RedirectUri, with_parameters},
    token::{Digest, digest, expiry, mint, proves},
};

pub(super) const PENDING: i64 = 600;
pub(super) const CODE: i64 = 300;
pub(super) const ACCESS: i64 = 3_600;
pub(super) const REFRESH: i64 = 86_400;
const UNUSED_CLIENT: i64 = 86_400;

const MAX_CLIENTS: usize = 10_000;
const MAX_PENDING: usize = 10_000;
const MAX_PAIRS: usize = 100_000;

/// Why something is refused, in the words of OAuth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    InvalidClient,
    InvalidGrant,
    InvalidScope,
    InvalidRedirect,
    /// Everything that may be kept is kept.
    Full,
}

impl Refused {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidRedirect => "invalid_redirect_uri",
            Self::Full => "temporarily_unavailable",
        }
    }
}

#[derive(Default)]
pub(super) struct Store {
    clients: HashMap<String, Client>,
    pending: HashMap<Digest, Pending>,
    codes: HashMap<Digest, Code>,
    pairs: HashMap<u64, Pair>,
    access: HashMap<Digest, u64>,
    refresh: HashMap<Digest, u64>,
    next_pair: u64,
    swept: Option<i64>,
}

struct Client {
    name: Option<String>,
    redirects: Vec<RedirectUri>,
    /// When it was registered or last got a token.
    last_used: i64,
}

/// What a client asked for.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) challenge: String,
    pub(super) scopes: Vec<String>,
}

struct Pending {
    asked: Asked,
    session_token: Secret,
    auth_url: Secret,
    ends: i64,
}

struct Code {
    asked: Asked,
    user: Secret,
    ends: i64,
}

struct Pair {
    client_id: String,
    scopes: Vec<String>,
    user: Secret,
    access: Digest,
    refresh: Digest,
    access_ends: i64,
    refresh_ends: i64,
}

/// A pair of tokens as it is handed out.
pub(super) struct Issued {
    pub(super) access: Secret,
    pub(super) refresh: Secret,
    pub(super) expires_in: i64,
    pub(super) scopes: Vec<String>,
}

/// A sign-in that is under way, for the page.
pub(super) struct UnderWay {
    pub(super) client_name: Option<String>,
    pub(super) redirect_uri: String,
    pub(super) session_token: Secret,
    pub(super) auth_url: Secret,
}

impl Store {
    pub(super) fn register(
        &mut self,
        name: Option<String>,
        redirects: Vec<RedirectUri>,
        random: &dyn Random,
        now: i64,
    ) -> Result<String, Refused> {
        if redirects.is_empty() || redirects.len() > 20 {
            return Err(Refused::InvalidRedirect);
        }
        if self.clients.len() >= MAX_CLIENTS {
            self.sweep(now);
        }
        if self.clients.len() >= MAX_CLIENTS {
            return Err(Refused::Full);
        }
        let id = mint("alter_mcp_", random).ok_or(Refused::Full)?.expose().to_owned();
        self.clients.insert(id.clone(), Client { name, redirects, last_used: now });
        Ok(id)
    }

    /// Whether this client may send a browser there.
    pub(super) fn may_redirect(&self, client_id: &str, redirect_uri: &str) -> Result<(), Refused> {
        let client = self.clients.get(client_id).ok_or(Refused::InvalidClient)?;
        let known = client.redirects.iter().any(|registered| registered.accepts(redirect_uri));
        if known { Ok(()) } else { Err(Refused::InvalidRedirect) }
    }

    /// Whether another sign-in may begin.
    pub(super) fn has_room(&mut self, now: i64) -> bool {
        self.sweep(now);
        self.pending.len() < MAX_PENDING
    }

    /// Keeps a sign-in that was begun; the handle leads to it.
    pub(super) fn begin(
        &mut self,
        asked: Asked,
        session_token: Secret,
        auth_url: Secret,
        random: &dyn Random,
        now: i64,
    ) -> Result<Secret, Refused> {
        if !self.has_room(now) {
            return Err(Refused::Full);
        }
        let handle = mint("", random).ok_or(Refused::Full)?;
        let pending = Pending { asked, session_token, auth_url, ends: now + PENDING };
        self.pending.insert(digest(handle.expose()), pending);
        Ok(handle)
    }

    pub(super) fn under_way(&self, handle: &str, now: i64) -> Option<UnderWay> {
        let pending = self.pending.get(&digest(handle)).filter(|pending| pending.ends > now)?;
        let client = self.clients.get(&pending.asked.client_id);
        Some(UnderWay {
            client_name: client.and_then(|client| client.name.clone()),
            redirect_uri: pending.asked.redirect_uri.clone(),
            session_token: pending.session_token.clone(),
            auth_url: pending.auth_url.clone(),
        })
    }

    /// Somebody signed in: where the browser goes, with a code that lives from now on.
    pub(super) fn complete(
        &mut self,
        handle: &str,
        user: Secret,
        random: &dyn Random,
        now: i64,
    ) -> Option<String> {
        let pending = self.pending.remove(&digest(handle)).filter(|pending| pending.ends > now)?;
        let code = mint("", random)?;
        let location = answer(&pending.asked, ("code", code.expose()));
        let code_record = Code { asked: pending.asked, user, ends: now + CODE };
        self.codes.insert(digest(code.expose()), code_record);
        location
    }

    /// Nobody can sign in any more: where the browser goes, with the reason.
    pub(super) fn fail(&mut self, handle: &str) -> Option<String> {
        let pending = self.pending.remove(&digest(handle))?;
        answer(&pending.asked, ("error", "access_denied"))
    }

    /// Trades a code for tokens. A code is good for one attempt, whether it succeeds or not.
    pub(super) fn exchange(
        &mut self,
        client_id: &str,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        random: &dyn Random,
        now: i64,
    ) -> Result<Issued, Refused> {
        self.sweep(now);
        let code = self.codes.remove(&digest(code)).ok_or(Refused::InvalidGrant)?;
        let asked = code.asked;
        let right = asked.client_id == client_id && asked.redirect_uri == redirect_uri;
        if !right || !proves(verifier, &asked.challenge) {
            return Err(Refused::InvalidGrant);
        }
        self.issue(asked.client_id, asked.scopes, code.user, random, now)
    }

    /// Trades a refresh token for a new pair, with the same scopes or fewer.
    pub(super) fn renew(
        &mut self,
        client_id: &str,
        refresh: &str,
        scopes: Option<Vec<String>>,
        random: &dyn Random,
        now: i64,
    ) -> Result<Issued, Refused> {
        let number = *self.refresh.get(&digest(refresh)).ok_or(Refused::InvalidGrant)?;
        let pair = self.pairs.get(&number).ok_or(Refused::InvalidGrant)?;
        if pair.client_id != client_id || pair.refresh_ends <= now {
            return Err(Refused::InvalidGrant);
        }
        let scopes = match scopes {
            Some(fewer) if fewer.iter().all(|scope| pair.scopes.contains(scope)) => fewer,
            Some(_) => return Err(Refused::InvalidScope),
            None => pair.scopes.clone(),
        };
        let pair = self.forget(number).ok_or(Refused::InvalidGrant)?;
        self.issue(pair.client_id, scopes, pair.user, random, now)
    }

    /// Forgets a pair by either of its tokens.
    pub(super) fn revoke(&mut self, client_id: &str, token: &str) {
        let token = digest(token);
        let number = self.access.get(&token).or_else(|| self.refresh.get(&token)).copied();
        if let Some(number) = number
            && self.pairs.get(&number).is_some_and(|pair| pair.client_id == client_id)
        {
            self.forget(number);
        }
    }

    pub(super) fn user_of(&self, access: &str, now: i64) -> Option<Secret> {
        let pair = self.pairs.get(self.access.get(&digest(access))?)?;
        (pair.access_ends > now).then(|| pair.user.clone())
    }

    fn issue(
        &mut self,
        client_id: String,
        scopes: Vec<String>,
        user: Secret,
        random: &dyn Random,
        now: i64,
    ) -> Result<Issued, Refused> {
        // The JWT is not renewed, so nothing that leads to it may outlive it.
        let end_of_user = expiry(&user).unwrap_or(i64::MAX);
        if end_of_user <= now {
            return Err(Refused::InvalidGrant);
        }
        let client = self.clients.get_mut(&client_id).ok_or(Refused::InvalidClient)?;
        if self.pairs.len() >= MAX_PAIRS {
            return Err(Refused::Full);
        }
        client.last_used = now;
        let access = mint("alter_at_", random).ok_or(Refused::Full)?;
        let refresh = mint("alter_rt_", random).ok_or(Refused::Full)?;
        let pair = Pair {
            client_id,
            scopes: scopes.clone(),
            user,
            access: digest(access.expose()),
            refresh: digest(refresh.expose()),
            access_ends: end_of_user.min(now + ACCESS),
            refresh_ends: end_of_user.min(now + REFRESH),
        };
        let expires_in = pair.access_ends - now;
        let number = self.next_pair;
        self.next_pair += 1;
        self.access.insert(pair.access, number);
        self.refresh.insert(pair.refresh, number);
        self.pairs.insert(number, pair);
        Ok(Issued { access, refresh, expires_in, scopes })
    }

    fn forget(&mut self, number: u64) -> Option<Pair> {
        let pair = self.pairs.remove(&number)?;
        self.access.remove(&pair.access);
        self.refresh.remove(&pair.refresh);
        Some(pair)
    }

    /// Forgets whatever has ended. Nothing ends twice in one second, so the work is bounded whoever asks.
    fn sweep(&mut self, now: i64) {
        if self.swept.replace(now) == Some(now) {
            return;
        }
        self.pending.retain(|_, pending| pending.ends > now);
        self.codes.retain(|_, code| code.ends > now);
        let ended: Vec<u64> = self
            .pairs
            .iter()
            .filter(|(_, pair)| pair.access_ends.max(pair.refresh_ends) <= now)
            .map(|(number, _)| *number)
            .collect();
        for number in ended {
            self.forget(number);
        }
        let in_use: std::collections::HashSet<&str> = self
            .pairs
            .values()
            .map(|pair| &*pair.client_id)
            .chain(self.pending.values().map(|pending| &*pending.asked.client_id))
            .chain(self.codes.values().map(|code| &*code.asked.client_id))
            .collect();
        self.clients.retain(|id, client| client.last_used + UNUSED_CLIENT > now || in_use.contains(&**id));
    }
}

fn answer(asked: &Asked, result: (&str, &str)) -> Option<String> {
    let mut parameters = vec![result];
    if let Some(state) = &asked.state {
        parameters.push(("state", state));
    }
    with_parameters(&asked.redirect_uri, &parameters)
}

#[cfg(test)]
mod tests;
