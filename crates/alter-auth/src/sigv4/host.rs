//! [`detect`]: which AWS service and region a host belongs to, read from its right-most labels.

use std::borrow::Cow;

use super::signing_name;

/// What a host name says about the service behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Detected {
    /// The signing name of the service.
    pub service: String,
    /// The region, unless the host serves several (S3 Transfer Acceleration).
    pub region: Option<String>,
    /// Whether the name is known for this shape of host. Otherwise it is the label next to the region, which is
    /// usually right; a service stored with the credential then takes precedence.
    pub certain: bool,
}

/// Reads service and region from the name of an AWS host (without a port, in any case).
///
/// Beside the plain `<service>.<region>.amazonaws.com` this knows S3 in all its forms (buckets with dots included),
/// interface endpoints (`vpce`), the global services, the newer suffixes `api.aws` and `on.aws`, and hosts named
/// after one resource: API Gateway, AppSync, function URLs, OpenSearch, IoT and others.
///
/// ```
/// use alter_auth::sigv4::detect;
///
/// let function = detect("xyz.lambda-url.eu-west-1.on.aws").unwrap();
/// assert_eq!((function.service.as_str(), function.region.as_deref()), ("lambda", Some("eu-west-1")));
/// assert_eq!(detect("sqs.us-east-1.amazonaws.com.attacker.example"), None);
/// ```
#[must_use]
pub fn detect(host: &str) -> Option<Detected> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let host = if host.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    };
    let (suffix, name) = Suffix::split(&host)?;
    let mut labels: Vec<&str> = name.split('.').collect();
    if labels.iter().any(|label| label.is_empty()) {
        return None;
    }
    let interface_endpoint = pop_if(&mut labels, "vpce");
    pop_if(&mut labels, "dualstack");
    match labels.as_slice() {
        [rest @ .., region] if is_region(region) => {
            let service = service_before_region(rest, interface_endpoint)?;
            Some(service.in_region(region))
        }
        [_, .., region, service] if is_region(region) && suffix != Suffix::OnAws => {
            signing_name::of_region_first_host(service).map(|name| Named::certain(name).in_region(region))
        }
        [region, "queue"] if is_region(region) => Some(Named::certain("sqs").in_region(region)),
        labels => without_region(suffix, labels),
    }
}

/// The part of a host name that belongs to AWS as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Suffix {
    Commercial,
    China,
    ApiAws,
    OnAws,
}

impl Suffix {
    fn split(host: &str) -> Option<(Self, &str)> {
        [
            (Self::Commercial, ".amazonaws.com"),
            (Self::China, ".amazonaws.com.cn"),
            (Self::ApiAws, ".api.aws"),
            (Self::OnAws, ".on.aws"),
        ]
        .into_iter()
        .find_map(|(suffix, text)| Some((suffix, host.strip_suffix(text)?)))
    }
}

/// A service whose region is not attached yet.
struct Named {
    service: String,
    certain: bool,
}

impl Named {
    fn certain(service: &str) -> Self {
        Self { service: service.to_owned(), certain: true }
    }

    fn in_region(self, region: &str) -> Detected {
        Detected { service: self.service, region: Some(region.to_owned()), certain: self.certain }
    }
}

/// Names the service from the labels left of the region.
fn service_before_region(labels: &[&str], interface_endpoint: bool) -> Option<Named> {
    let labels = match labels.split_last() {
        Some((&"dualstack", rest)) if !rest.is_empty() => rest,
        _ => labels,
    };
    let labels = if interface_endpoint {
        let id = labels.iter().rposition(|label| label.starts_with("vpce-"))?;
        &labels[id + 1..]
    } else {
        labels
    };
    let labels: Vec<&str> = labels.iter().map(|label| label.strip_suffix("-fips").unwrap_or(label)).collect();
    let (last, before) = labels.split_last()?;
    if last.starts_with("s3express-") {
        return Some(Named::certain("s3express"));
    }
    // The longest listed name wins: `streams.dynamodb` before `dynamodb`.
    let listed = (0..before.len()).find_map(|from| signing_name::listed(&labels[from..].join(".")));
    if let Some(name) = listed {
        return Some(Named::certain(name));
    }
    if before.is_empty() {
        return Some(Named::certain(signing_name::listed(last).unwrap_or(last)));
    }
    if let Some(name) = signing_name::of_resource_host(last) {
        return Some(Named::certain(name));
    }
    let service = signing_name::listed(last).unwrap_or(last).to_owned();
    Some(Named { service, certain: false })
}

/// Hosts without a region of their own: older S3 hosts and the global services.
fn without_region(suffix: Suffix, labels: &[&str]) -> Option<Detected> {
    let (last, before) = labels.split_last()?;
    if suffix == Suffix::Commercial {
        let s3 = |region: Option<&str>| {
            Some(Detected { service: "s3".to_owned(), region: region.map(str::to_owned), certain: true })
        };
        match *last {
            "s3" | "s3-external-1" => return s3(Some("us-east-1")),
            "s3-accelerate" if !before.is_empty() => return s3(None),
            label => {
                let region = label.strip_prefix("s3-fips-").or_else(|| label.strip_prefix("s3-"));
                if let Some(region) = region.filter(|region| is_region(region)) {
                    return s3(Some(region));
                }
            }
        }
    }
    let labels = match labels {
        ["global", rest @ ..] => rest,
        labels => labels,
    };
    let (service, region) = match (suffix, labels) {
        (Suffix::Commercial, [service @ ("health" | "iam" | "route53"), "us-gov"]) => {
            (service, "us-gov-west-1")
        }
        (
            Suffix::Commercial,
            [
                service @ ("budgets" | "cloudfront" | "health" | "iam" | "importexport" | "route53"
                | "savingsplans" | "sts" | "waf"),
            ],
        ) => (service, "us-east-1"),
        (Suffix::China, [service @ ("budgets" | "health" | "route53")]) => (service, "cn-northwest-1"),
        _ => return None,
    };
    Some(Named::certain(signing_name::listed(service).unwrap_or(service)).in_region(region))
}

fn pop_if(labels: &mut Vec<&str>, label: &str) -> bool {
    let matches = labels.len() > 1 && labels.last() == Some(&label);
    if matches {
        labels.pop();
    }
    matches
}

/// `us-east-1`, `us-gov-west-1`: two letters, one or more words, a number.
fn is_region(label: &str) -> bool {
    let mut words = label.split('-');
    let Some(area) = words.next() else { return false };
    let Some(number) = words.next_back() else { return false };
    let mut middle = words.peekable();
    area.len() == 2
        && area.bytes().all(|b| b.is_ascii_lowercase())
        && middle.peek().is_some()
        && middle.all(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `service region`, with `?` after a service that is a guess, or an empty text.
    fn shown(host: &str) -> String {
        detect(host).map_or_else(String::new, |detected| {
            let mark = if detected.certain { "" } else { "?" };
            format!("{}{mark} {}", detected.service, detected.region.as_deref().unwrap_or("-"))
        })
    }

    #[test]
    fn hosts_of_whole_services() {
        for (host, expected) in [
            ("ec2.us-west-2.api.aws", "ec2 us-west-2"),
            ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock us-east-1"),
            ("kms-fips.us-gov-west-1.amazonaws.com", "kms us-gov-west-1"),
            ("iam.cn-north-1.amazonaws.com.cn", "iam cn-north-1"),
            ("runtime-fips.sagemaker.us-east-1.amazonaws.com", "sagemaker us-east-1"),
            ("api.ecr.us-east-1.api.aws", "ecr us-east-1"),
            ("DynamoDB.EU-central-1.AmazonAWS.com.", "dynamodb eu-central-1"),
            ("global.health.amazonaws.com", "health us-east-1"),
            ("iam.us-gov.amazonaws.com", "iam us-gov-west-1"),
            ("importexport.amazonaws.com", "IngestionService us-east-1"),
            ("us-west-2.queue.amazonaws.com", "sqs us-west-2"),
        ] {
            assert_eq!(shown(host), expected, "{host}");
        }
    }

    #[test]
    fn s3_in_all_its_forms() {
        for (host, expected) in [
            ("s3.us-east-1.amazonaws.com", "s3 us-east-1"),
            ("my.bucket.with.dots.s3.us-east-1.amazonaws.com", "s3 us-east-1"),
            ("my.bucket.s3.amazonaws.com", "s3 us-east-1"),
            ("my.bucket.s3-eu-west-1.amazonaws.com", "s3 eu-west-1"),
            ("b.s3-fips.dualstack.us-gov-east-1.amazonaws.com", "s3 us-gov-east-1"),
            ("s3-fips-us-gov-west-1.amazonaws.com", "s3 us-gov-west-1"),
            ("a.b.s3-external-1.amazonaws.com", "s3 us-east-1"),
            ("b.s3-accelerate.amazonaws.com", "s3 -"),
            ("b.s3-accelerate.dualstack.amazonaws.com", "s3 -"),
            ("point-123456789012.s3-accesspoint.us-west-2.amazonaws.com", "s3 us-west-2"),
            ("123456789012.s3-control.us-west-2.amazonaws.com", "s3 us-west-2"),
            ("us-east-1.s3.amazonaws.com", "s3 us-east-1"),
            ("b--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com", "s3express us-west-2"),
            ("o-1.op-2.s3-outposts.us-west-2.amazonaws.com", "s3-outposts us-west-2"),
            ("dualstack.s3.eu-west-1.amazonaws.com", "s3 eu-west-1"),
        ] {
            assert_eq!(shown(host), expected, "{host}");
        }
    }

    #[test]
    fn hosts_of_single_resources() {
        for (host, expected) in [
            ("abc.execute-api.us-east-1.amazonaws.com", "execute-api us-east-1"),
            ("xyz.lambda-url.us-east-1.on.aws", "lambda us-east-1"),
            ("a1b2.appsync-api.eu-west-1.amazonaws.com", "appsync eu-west-1"),
            ("search-d.us-east-2.es.amazonaws.com", "es us-east-2"),
            ("search-d.aos.us-east-2.on.aws", "es us-east-2"),
            ("c.us-east-1.aoss.amazonaws.com", "aoss us-east-1"),
            ("db.cluster-x.us-east-1.neptune.amazonaws.com", "neptune-db us-east-1"),
            ("a3k7-ats.iot.eu-central-1.amazonaws.com", "iotdata eu-central-1"),
            ("container.data.mediastore.us-west-2.amazonaws.com", "mediastore us-west-2"),
            ("ingest-cell1.timestream.us-east-1.amazonaws.com", "timestream us-east-1"),
        ] {
            assert_eq!(shown(host), expected, "{host}");
        }
    }

    #[test]
    fn interface_endpoints() {
        for (host, expected) in [
            (
                "vpce-099deb00b40f00e22-lj2wisx3.monitoring.us-east-2.vpce.amazonaws.com",
                "monitoring us-east-2",
            ),
            ("bucket.vpce-1a2b-5e6f.s3.us-east-1.vpce.amazonaws.com", "s3 us-east-1"),
            ("vpce-1a2b-5e6f.api.ecr.us-east-1.vpce.amazonaws.com", "ecr us-east-1"),
            ("sqs.us-east-1.vpce.amazonaws.com", ""),
        ] {
            assert_eq!(shown(host), expected, "{host}");
        }
    }

    #[test]
    fn an_unknown_shape_is_a_guess_and_says_so() {
        assert_eq!(shown("foo.bar.us-east-1.amazonaws.com"), "bar? us-east-1");
    }

    #[test]
    fn other_hosts_are_not_aws() {
        for host in [
            "",
            ".",
            "example.test",
            "amazonaws.com",
            ".amazonaws.com",
            "..us-east-1.amazonaws.com",
            "us-east-1.amazonaws.com",
            "example.amazonaws.com",
            "evilamazonaws.com",
            "s3.us-east-1.amazonaws.com.evil.test",
            "sqs.us-east-1.amazonaws.com:8443",
            "127.0.0.1",
            "[::1]",
            "bücher.amazonaws.com",
        ] {
            assert_eq!(shown(host), "", "{host}");
        }
    }
}
