//! [`Access`]: whose credential a call uses. A handle chooses what, a verb chooses how.

use std::marker::PhantomData;

use alter_types::{AddressedGrant, GrantId, ProviderAddress, ProviderId, Secret};
use http::Method;

use crate::{Call, client::Client};

/// Addressing by grant id: there is nothing left to narrow.
#[derive(Debug, Clone, Copy)]
pub struct ByGrant(());

/// Addressing by provider: may be narrowed by account, label and user.
#[derive(Debug, Clone, Copy)]
pub struct ByProvider(());

/// A grant to make calls with.
///
/// What narrows the search for a grant belongs to addressing by provider. After a grant id there is nothing to narrow:
///
/// ```compile_fail,E0599
/// # fn example(app: &alter_client::App, grant: &alter_client::GrantId) {
/// app.grant(grant).account("me@example.com");
/// # }
/// ```
///
/// ```compile_fail,E0599
/// # fn example(app: &alter_client::App, grant: &alter_client::GrantId) {
/// app.grant(grant).label("work");
/// # }
/// ```
///
/// ```compile_fail,E0599
/// # fn example(app: &alter_client::App, grant: &alter_client::GrantId) {
/// app.grant(grant).app_user("u-1");
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "an access does nothing until a call is made with it"]
pub struct Access<'a, By> {
    client: &'a Client,
    grant: AddressedGrant,
    user_token: Option<Secret>,
    by: PhantomData<By>,
}

impl<'a> Access<'a, ByGrant> {
    pub(crate) fn by_grant(client: &'a Client, id: &GrantId) -> Self {
        Self::new(client, AddressedGrant::Grant(*id))
    }
}

impl<'a> Access<'a, ByProvider> {
    pub(crate) fn by_provider(client: &'a Client, id: &ProviderId) -> Self {
        Self::new(client, AddressedGrant::Provider(ProviderAddress::new(id.clone())))
    }
}

impl<'a, By> Access<'a, By> {
    fn new(client: &'a Client, grant: AddressedGrant) -> Self {
        Self { client, grant, user_token: None, by: PhantomData }
    }

    /// Acts for the end user this JWT identifies.
    pub fn as_user(mut self, jwt: Secret) -> Self {
        self.user_token = Some(jwt);
        self
    }

    /// A `GET` call. `url` may hold placeholders, see [`Call::path`].
    pub fn get(&self, url: impl AsRef<str>) -> Call<'a> {
        self.call(Method::GET, url)
    }

    /// A `POST` call.
    pub fn post(&self, url: impl AsRef<str>) -> Call<'a> {
        self.call(Method::POST, url)
    }

    /// A `PUT` call.
    pub fn put(&self, url: impl AsRef<str>) -> Call<'a> {
        self.call(Method::PUT, url)
    }

    /// A `PATCH` call.
    pub fn patch(&self, url: impl AsRef<str>) -> Call<'a> {
        self.call(Method::PATCH, url)
    }

    /// A `DELETE` call.
    pub fn delete(&self, url: impl AsRef<str>) -> Call<'a> {
        self.call(Method::DELETE, url)
    }

    /// A call with any method. It is sent in capitals.
    pub fn call(&self, method: Method, url: impl AsRef<str>) -> Call<'a> {
        let method = in_capitals(method);
        Call::new(self.client, self.grant.clone(), self.user_token.clone(), method, url.as_ref())
    }
}

fn in_capitals(method: Method) -> Method {
    let name = method.as_str();
    if !name.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return method;
    }
    Method::from_bytes(name.to_ascii_uppercase().as_bytes()).expect("capitals are as good as small letters")
}

impl Access<'_, ByProvider> {
    /// Only the grant on this account at the provider, for example an e-mail address.
    pub fn account(mut self, account: impl Into<String>) -> Self {
        if let AddressedGrant::Provider(address) = &mut self.grant {
            address.account = Some(account.into());
        }
        self
    }

    /// Only the grant with this label.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        if let AddressedGrant::Provider(address) = &mut self.grant {
            address.label = Some(label.into());
        }
        self
    }

    /// Only the grant of this user of the application, where an agent holds delegations of several.
    pub fn app_user(mut self, id: impl Into<String>) -> Self {
        if let AddressedGrant::Provider(address) = &mut self.grant {
            address.app_user_id = Some(id.into());
        }
        self
    }
}
