//! What was written is read as the same value.

use alter_types::{
    AddressedGrant, DeclaredRequest, GrantId, GrantListItem, ManagedSecretGrantItem, NonGroupPrincipalType,
    OAuthGrantItem, ProviderAddress, ProxyRequest, Secret, Timestamp, TokenRequest, TokenWire,
    UnifiedGrantListResult,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn text() -> impl Strategy<Value = String> {
    "[^\\p{Cc}\\p{Z}]([^\\p{Cc}]{0,20}[^\\p{Cc}\\p{Z}])?"
}

fn grant_id() -> impl Strategy<Value = GrantId> {
    any::<[u8; 16]>().prop_map(GrantId::from_bytes)
}

fn instant() -> impl Strategy<Value = Timestamp> {
    (-62_135_596_800_000_000_i64..=253_402_300_799_999_999).prop_map(Timestamp::from_unix_micros)
}

fn item() -> impl Strategy<Value = GrantListItem> {
    let oauth =
        (grant_id(), text(), instant(), prop::option::of(text())).prop_map(|(id, provider, at, label)| {
            let mut item = OAuthGrantItem::new(id, provider, NonGroupPrincipalType::User, at);
            item.label = label;
            GrantListItem::Oauth(item)
        });
    let secret =
        (grant_id(), text(), text(), instant(), any::<bool>()).prop_map(|(id, slug, name, at, delegable)| {
            let mut item = ManagedSecretGrantItem::new(id, "m".to_owned(), slug, name, at);
            item.delegable = delegable;
            GrantListItem::ManagedSecret(item)
        });
    prop_oneof![oauth, secret]
}

fn address() -> impl Strategy<Value = AddressedGrant> {
    let provider = (text(), prop::option::of(text()), prop::option::of(text()));
    prop_oneof![
        grant_id().prop_map(AddressedGrant::Grant),
        provider.prop_filter_map("a provider id", |(id, account, label)| {
            let mut address = ProviderAddress::new(id.parse().ok()?);
            (address.account, address.label) = (account, label);
            Some(AddressedGrant::Provider(address))
        }),
    ]
}

proptest! {
    #[test]
    fn a_page_of_grants(items in prop::collection::vec(item(), 0..5)) {
        let page = UnifiedGrantListResult::new(items, 7, 5, 0);
        let written = serde_json::to_string(&page).unwrap();
        prop_assert_eq!(&serde_json::from_str::<UnifiedGrantListResult>(&written).unwrap(), &page);
        // The order of keys does not matter, only what it costs.
        let reversed = reverse_keys(serde_json::to_value(&page).unwrap());
        prop_assert_eq!(serde_json::from_value::<UnifiedGrantListResult>(reversed).unwrap(), page);
    }

    #[test]
    fn a_request_for_a_credential(grant in address(), reason in prop::option::of(text()), token in text()) {
        let request = TokenRequest::new(grant.clone(), DeclaredRequest::new("GET", "https://a.test/"));
        let mut request = request.with_user_token(Secret::from(token.as_str()));
        request.reason.clone_from(&reason);
        let read: TokenRequest = serde_json::from_value(serde_json::to_value(&request).unwrap()).unwrap();
        prop_assert_eq!((read.grant, read.reason), (grant.clone(), reason));
        let carried = read.user_token.expect("it was set");
        prop_assert_eq!(carried.expose(), token);

        let proxied = ProxyRequest::new(grant.clone(), "POST", "https://a.test/").with_body(json!({ "z": 1, "a": 2 }));
        let written = serde_json::to_string(&proxied).unwrap();
        prop_assert!(written.contains(r#"{"z":1,"a":2}"#), "the author's order of keys is kept: {}", written);
        prop_assert_eq!(serde_json::from_str::<ProxyRequest>(&written).unwrap().grant, grant);
    }

    #[test]
    fn a_released_credential(id in grant_id(), credential in "[!-~]{1,40}", at in instant(), scopes in prop::collection::vec(text(), 0..3)) {
        let token = TokenWire::new(Secret::from(credential.as_str()), id).with_expires_at(at).with_scopes(scopes.clone());
        let read: TokenWire = serde_json::from_str(&serde_json::to_string(&token).unwrap()).unwrap();
        prop_assert_eq!(read.access_token.expose(), credential);
        prop_assert_eq!((read.grant_id, read.expires_at, read.scopes), (id, Some(at), scopes));
    }

    #[test]
    fn an_instant(at in instant()) {
        prop_assert_eq!(at.to_string().parse(), Ok(at));
    }
}

fn reverse_keys(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            object.into_iter().rev().map(|(key, value)| (key, reverse_keys(value))).collect()
        }
        Value::Array(list) => list.into_iter().map(reverse_keys).collect(),
        other => other,
    }
}
