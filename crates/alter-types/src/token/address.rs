//! Which grant a call uses: [`AddressedGrant`].

use std::borrow::Cow;

use crate::{GrantId, ProviderId, setters::setters};

/// Which grant a call uses: one by its id, or the one that matches a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressedGrant {
    /// Exactly this grant.
    Grant(GrantId),
    /// The single grant the caller can reach that matches.
    Provider(ProviderAddress),
}

/// Addressing by provider. Every set field narrows; the match has to be unique.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderAddress {
    /// OAuth provider id, or a managed secret's slug.
    pub provider_id: ProviderId,
    /// The account at the provider, for example an e-mail address.
    pub account: Option<String>,
    /// The grant's label.
    pub label: Option<String>,
    /// The application's user, where an agent holds delegations of several.
    pub app_user_id: Option<String>,
}

impl ProviderAddress {
    /// Any grant of this provider.
    #[must_use]
    pub fn new(provider_id: ProviderId) -> Self {
        Self { provider_id, account: None, label: None, app_user_id: None }
    }

    setters! {
        with_account(account: ?String);
        with_label(label: ?String);
        with_app_user_id(app_user_id: ?String);
    }
}

impl From<GrantId> for AddressedGrant {
    fn from(id: GrantId) -> Self {
        Self::Grant(id)
    }
}

impl From<ProviderAddress> for AddressedGrant {
    fn from(address: ProviderAddress) -> Self {
        Self::Provider(address)
    }
}

/// The addressing keys as they stand in a request body. Borrowed when written, owned when read.
#[derive(Default)]
pub(crate) struct AddressKeys<'a> {
    pub(crate) grant_id: Option<GrantId>,
    pub(crate) provider_id: Option<Cow<'a, ProviderId>>,
    pub(crate) account: Option<Cow<'a, str>>,
    pub(crate) label: Option<Cow<'a, str>>,
    pub(crate) app_user_id: Option<Cow<'a, str>>,
}

impl<'a> From<&'a AddressedGrant> for AddressKeys<'a> {
    fn from(grant: &'a AddressedGrant) -> Self {
        let text = |text: &'a Option<String>| text.as_deref().map(Cow::Borrowed);
        match grant {
            AddressedGrant::Grant(id) => Self { grant_id: Some(*id), ..Self::default() },
            AddressedGrant::Provider(address) => Self {
                grant_id: None,
                provider_id: Some(Cow::Borrowed(&address.provider_id)),
                account: text(&address.account),
                label: text(&address.label),
                app_user_id: text(&address.app_user_id),
            },
        }
    }
}

/// Turns the keys into one of the two forms, or says which rule they break.
impl TryFrom<AddressKeys<'_>> for AddressedGrant {
    type Error = &'static str;

    fn try_from(keys: AddressKeys<'_>) -> Result<Self, &'static str> {
        let narrowed = keys.account.is_some() || keys.label.is_some() || keys.app_user_id.is_some();
        match (keys.grant_id, keys.provider_id) {
            (Some(_), Some(_)) => Err("grant_id and provider_id exclude each other"),
            (None, None) => Err("one of grant_id and provider_id is required"),
            (Some(_), None) if narrowed => Err("account, label and app_user_id go with provider_id only"),
            (Some(id), None) => Ok(Self::Grant(id)),
            (None, Some(provider_id)) => Ok(Self::Provider(ProviderAddress {
                provider_id: provider_id.into_owned(),
                account: keys.account.map(Cow::into_owned),
                label: keys.label.map(Cow::into_owned),
                app_user_id: keys.app_user_id.map(Cow::into_owned),
            })),
        }
    }
}
