//! The credential scope (date, region, service) and the signature made within it.

use ring::{digest, hmac};
use time::{OffsetDateTime, format_description::StaticFormatDescription, macros::format_description};
use zeroize::Zeroizing;

use super::{Credential, SigV4Error, detect};
use crate::UnixSeconds;

const INSTANT: StaticFormatDescription = format_description!("[year][month][day]T[hour][minute][second]Z");

/// What a signing key is good for: one service in one region on one day.
pub(super) struct Scope {
    instant: String,
    region: String,
    service: String,
}

impl Scope {
    /// Takes service and region from the host, or from the credential where the host does not tell.
    pub(super) fn resolve(host: &str, credential: &Credential, now: UnixSeconds) -> Result<Self, SigV4Error> {
        let stored = |part: Option<&str>| part.map(str::to_owned);
        let (mut service, mut region) = (stored(credential.service()), stored(credential.region()));
        if let Some(detected) = detect(host) {
            if detected.certain || service.is_none() {
                service = Some(detected.service);
            }
            region = detected.region.or(region);
        }
        Self::new(service.ok_or(SigV4Error::UnknownService)?, region.ok_or(SigV4Error::UnknownRegion)?, now)
    }

    pub(super) fn new(service: String, region: String, now: UnixSeconds) -> Result<Self, SigV4Error> {
        let date = OffsetDateTime::from_unix_timestamp(now.0).map_err(|_| SigV4Error::Time)?;
        if !(0..=9999).contains(&date.year()) {
            return Err(SigV4Error::Time);
        }
        let instant = date.format(&INSTANT).map_err(|_| SigV4Error::Time)?;
        Ok(Self { instant, region, service })
    }

    /// Whether the service is one of the S3 family, which signs paths as they are sent and accepts unsigned payloads.
    pub(super) fn is_s3(&self) -> bool {
        matches!(self.service.as_str(), "s3" | "s3-object-lambda" | "s3-outposts" | "s3express")
    }

    /// The time as `x-amz-date` carries it: `YYYYMMDDTHHMMSSZ`.
    pub(super) fn instant(&self) -> &str {
        &self.instant
    }

    /// The scope as text, as the `Credential` of the header repeats it.
    pub(super) fn text(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.day(), self.region, self.service)
    }

    fn day(&self) -> &str {
        &self.instant[..8]
    }

    /// The signature over a canonical request, in lower-case hex.
    pub(super) fn signature(&self, canonical_request: &[u8], secret_key: &str) -> String {
        let hash = const_hex::encode(digest::digest(&digest::SHA256, canonical_request));
        let text = format!("AWS4-HMAC-SHA256\n{}\n{}\n{hash}", self.instant, self.text());
        const_hex::encode(mac(self.signing_key(secret_key).as_ref(), &text))
    }

    fn signing_key(&self, secret_key: &str) -> hmac::Tag {
        let secret = Zeroizing::new(["AWS4", secret_key].concat());
        let day = mac(secret.as_bytes(), self.day());
        let region = mac(day.as_ref(), &self.region);
        let service = mac(region.as_ref(), &self.service);
        mac(service.as_ref(), "aws4_request")
    }
}

fn mac(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential() -> Credential {
        Credential::new("AKIDEXAMPLE", "secret".into()).unwrap()
    }

    fn resolved(host: &str, credential: &Credential) -> Result<String, SigV4Error> {
        Scope::resolve(host, credential, UnixSeconds(1_440_938_160)).map(|scope| scope.text())
    }

    #[test]
    fn the_host_wins_over_what_is_stored() {
        let stored = credential().with_service("sns").unwrap().with_region("eu-north-1").unwrap();
        let scope = resolved("sqs.us-west-1.amazonaws.com", &stored).unwrap();
        assert_eq!(scope, "20150830/us-west-1/sqs/aws4_request");
    }

    #[test]
    fn a_stored_service_wins_over_a_guess_but_not_the_region() {
        let stored = credential().with_service("sns").unwrap().with_region("eu-north-1").unwrap();
        let scope = resolved("foo.bar.us-east-1.amazonaws.com", &stored).unwrap();
        assert_eq!(scope, "20150830/us-east-1/sns/aws4_request");
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(resolved("minio.example", &credential()), Err(SigV4Error::UnknownService));
        let stored = credential().with_service("s3").unwrap();
        assert_eq!(resolved("minio.example", &stored), Err(SigV4Error::UnknownRegion));
        assert_eq!(resolved("b.s3-accelerate.amazonaws.com", &credential()), Err(SigV4Error::UnknownRegion));
    }

    #[test]
    fn times_outside_the_calendar_are_refused() {
        for seconds in [i64::MIN, i64::MAX, 253_402_300_800, -62_167_219_201] {
            let scope = Scope::new("s".into(), "r".into(), UnixSeconds(seconds));
            assert_eq!(scope.err(), Some(SigV4Error::Time), "{seconds}");
        }
    }
}
