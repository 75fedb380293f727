//! Under which name AWS expects a request to be signed, where that is not the name in the host.

/// Host labels left of the region, and the signing name of the service behind them.
///
/// In the order of the labels, so that a lookup is a binary search.
const SIGNING_NAMES: &[(&str, &str)] = &[
    ("agreement-marketplace", "aws-marketplace"),
    ("api.detective", "detective"),
    ("api.ecr", "ecr"),
    ("api.ecr-public", "ecr-public"),
    ("api.iotdeviceadvisor", "iotdeviceadvisor"),
    ("api.iottwinmaker", "iottwinmaker"),
    ("api.iotwireless", "iotwireless"),
    ("api.mediatailor", "mediatailor"),
    ("api.pricing", "pricing"),
    ("api.sagemaker", "sagemaker"),
    ("api.tunneling.iot", "IoTSecuredTunneling"),
    ("appconfigdata", "appconfig"),
    ("appstream2", "appstream"),
    ("aps-workspaces", "aps"),
    ("bedrock-agent", "bedrock"),
    ("bedrock-agent-runtime", "bedrock"),
    ("bedrock-runtime", "bedrock"),
    ("catalog.marketplace", "aws-marketplace"),
    ("cloudhsmv2", "cloudhsm"),
    ("cn.transcribe", "transcribe"),
    ("contact-lens", "connect"),
    ("data-ats.iot", "iotdata"),
    ("data.ats.iot", "iotdata"),
    ("data.iot", "iotdata"),
    ("data.iotevents", "ioteventsdata"),
    ("data.iottwinmaker", "iottwinmaker"),
    ("data.jobs.iot", "iot-jobs-data"),
    ("data.mediastore", "mediastore"),
    ("edge.sagemaker", "sagemaker"),
    ("email", "ses"),
    ("entitlement-marketplace", "aws-marketplace"),
    ("entitlement.marketplace", "aws-marketplace"),
    ("eventsv2", "events"),
    ("forecastquery", "forecast"),
    ("greengrass-ats.iot", "greengrass"),
    ("identity-chime", "chime"),
    ("importexport", "IngestionService"),
    ("ingest.timestream", "timestream"),
    ("ivsrealtime", "ivs"),
    ("media-pipelines-chime", "chime"),
    ("meetings-chime", "chime"),
    ("memory-db", "memorydb"),
    ("messaging-chime", "chime"),
    ("metering.marketplace", "aws-marketplace"),
    ("metrics.sagemaker", "sagemaker"),
    ("models-v2-lex", "lex"),
    ("models.lex", "lex"),
    ("oidc", "sso-oauth"),
    ("participant.connect", "execute-api"),
    ("personalize-events", "personalize"),
    ("personalize-runtime", "personalize"),
    ("pinpoint", "mobiletargeting"),
    ("portal.sso", "awsssoportal"),
    ("query.timestream", "timestream"),
    ("runtime-v2-lex", "lex"),
    ("runtime.lex", "lex"),
    ("runtime.sagemaker", "sagemaker"),
    ("s3-control", "s3"),
    ("servicecatalog-appregistry", "servicecatalog"),
    ("streams.dynamodb", "dynamodb"),
    ("transcribestreaming", "transcribe"),
    ("verification.signer", "signer"),
    ("voice-chime", "chime"),
];

/// Services whose hosts begin with the name of a resource (a bucket, an API, a function): the label right before
/// the region, and the signing name.
const RESOURCE_HOSTS: &[(&str, &str)] = &[
    ("aos", "es"),
    ("appsync-api", "appsync"),
    ("appsync-realtime-api", "appsync"),
    ("ddb", "dynamodb"),
    ("execute-api", "execute-api"),
    ("iot", "iotdata"),
    ("kinesisvideo", "kinesisvideo"),
    ("lambda-url", "lambda"),
    ("mediapackage", "mediapackage"),
    ("s3", "s3"),
    ("s3-accesspoint", "s3"),
    ("s3-control", "s3"),
    ("s3-object-lambda", "s3-object-lambda"),
    ("s3-outposts", "s3-outposts"),
    ("timestream", "timestream"),
    ("vpc-lattice-svcs", "vpc-lattice-svcs"),
];

/// Services that put the region *before* their own label, as in `<domain>.<region>.es.amazonaws.com`.
const REGION_FIRST: &[(&str, &str)] = &[
    ("aoss", "aoss"),
    ("cloudsearch", "cloudsearch"),
    ("es", "es"),
    ("neptune", "neptune-db"),
    ("queue", "sqs"),
];

/// The signing name listed for the whole dotted name left of the region.
pub(super) fn listed(name: &str) -> Option<&'static str> {
    let at = SIGNING_NAMES.binary_search_by_key(&name, |(label, _)| label).ok()?;
    Some(SIGNING_NAMES[at].1)
}

/// The signing name of a host that names one resource of a service.
pub(super) fn of_resource_host(label: &str) -> Option<&'static str> {
    find(RESOURCE_HOSTS, label)
}

/// The signing name of a service that puts the region before its own label.
pub(super) fn of_region_first_host(label: &str) -> Option<&'static str> {
    find(REGION_FIRST, label)
}

fn find(table: &[(&str, &'static str)], label: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == label).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_is_found() {
        assert!(SIGNING_NAMES.is_sorted_by_key(|(label, _)| *label));
        for (label, name) in SIGNING_NAMES {
            assert_eq!(listed(label), Some(*name), "{label}");
        }
        assert_eq!(listed("kms"), None);
    }
}
