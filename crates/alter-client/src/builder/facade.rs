//! What differs between building an [`App`] and an [`Agent`]: who calls. And which of them goes with a key.

use alter_auth::KeyKind;
use alter_types::{Caller, CallerType};

use super::Builder;
use crate::{
    Agent, AnyClient, App, Result,
    error::{configuration, value},
    view::Kind,
};

impl Builder<App> {
    /// Who makes the calls, for the audit trail: a label, or a managed agent's id. Default: nobody.
    ///
    /// ```
    /// # use alter_client::{App, Caller};
    /// # fn example(key: alter_client::ApiKey) -> Result<(), Box<dyn std::error::Error>> {
    /// let app = App::builder(key).caller(Caller::service("billing")?).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn caller(mut self, caller: Caller) -> Self {
        self.caller_type = caller.kind();
        self.caller = Some(checked(caller));
        self
    }

    /// The type of callers that are named for [one call](crate::Call::caller). Default: that of
    /// [`caller`](Self::caller), and without one [`CallerType::Agent`].
    pub fn caller_type(mut self, kind: CallerType) -> Self {
        self.caller_type = kind;
        self
    }

    /// Makes the client. No connection is made yet; those that are will be shared with every client of this process
    /// that has the same time limits, roots and destinations.
    ///
    /// # Errors
    /// [`Error::Client`](crate::Error::Client) if the base URL, given or in the environment, is not valid;
    /// [`Error::Value`](crate::Error::Value) if the caller's label cannot travel.
    pub fn build(self) -> Result<App> {
        self.assemble(Kind::App).map(App::from_client)
    }
}

impl Builder<Agent> {
    /// Who makes the calls, for the audit trail: a label of 1 to 255 printable ASCII characters. Its type is
    /// [`CallerType::Agent`]. Default: nobody.
    pub fn caller(mut self, name: impl AsRef<str>) -> Self {
        let caller = Caller::agent(name.as_ref()).map_err(|error| value(error.to_string()));
        self.caller = Some(caller.and_then(checked));
        self
    }

    /// Makes the client, as [`Builder::<App>::build`](Builder#method.build) does.
    ///
    /// # Errors
    /// [`Error::Client`](crate::Error::Client) if the base URL, given or in the environment, is not valid;
    /// [`Error::Value`](crate::Error::Value) if the caller's label is not valid.
    pub fn build(self) -> Result<Agent> {
        self.assemble(Kind::Agent).map(Agent::from_client)
    }
}

impl Builder<AnyClient> {
    /// Makes an application's client of a key that starts with `alter_rk_`, an agent's of one that starts with
    /// `alter_ak_`. With any other key, say which it is: build an [`App`] or an [`Agent`].
    ///
    /// # Errors
    /// [`Error::Client`](crate::Error::Client) if the key is of another kind, or the base URL, given or in the
    /// environment, is not valid.
    pub fn build(self) -> Result<AnyClient> {
        match self.key.kind() {
            KeyKind::Runtime => self.assemble(Kind::App).map(|client| App::from_client(client).into()),
            KeyKind::Agent => self.assemble(Kind::Agent).map(|client| Agent::from_client(client).into()),
            _ => Err(configuration(
                "the key starts with neither alter_rk_ nor alter_ak_, so it does not tell whose client it is for; \
                 build an `App` or an `Agent` with it",
            )),
        }
    }
}

/// A label with a space at either end would be trimmed on the way, and its signature would not hold.
fn checked(caller: Caller) -> Result<Caller> {
    if caller.survives_http() {
        return Ok(caller);
    }
    Err(value("a caller's label must not begin or end with a space"))
}
