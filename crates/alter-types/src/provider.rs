//! [`Provider`]: the provider ids this release knows by name. Any other id is carried as it is.

use crate::{ParseIdError, ProviderId, wire_enum::wire_enum};

wire_enum! {
    open
    /// An OAuth provider by its id. The slug of a managed secret is a provider id too: it travels as
    /// [`Other`](Self::Other).
    ///
    /// ```
    /// use alter_types::Provider;
    ///
    /// assert_eq!(Provider::from("github"), Provider::Github);
    /// assert_eq!(Provider::from("my-internal-api").as_str(), "my-internal-api");
    /// ```
    Provider {
        /// Acuity Scheduling.
        AcuityScheduling = "acuity-scheduling",
        /// Adobe.
        Adobe = "adobe",
        /// Aircall.
        Aircall = "aircall",
        /// Airtable.
        Airtable = "airtable",
        /// Apollo.
        Apollo = "apollo",
        /// Asana.
        Asana = "asana",
        /// Atlassian.
        Atlassian = "atlassian",
        /// Attio.
        Attio = "attio",
        /// Autodesk.
        Autodesk = "autodesk",
        /// Basecamp.
        Basecamp = "basecamp",
        /// Bitbucket.
        Bitbucket = "bitbucket",
        /// Bitly.
        Bitly = "bitly",
        /// Box.
        Box = "box",
        /// Brex.
        Brex = "brex",
        /// Calendly.
        Calendly = "calendly",
        /// Cal.com.
        CalCom = "cal-com",
        /// Canva.
        Canva = "canva",
        /// ClickUp.
        Clickup = "clickup",
        /// Close.
        Close = "close",
        /// Constant Contact.
        ConstantContact = "constant-contact",
        /// Contentful.
        Contentful = "contentful",
        /// Deel.
        Deel = "deel",
        /// Dialpad.
        Dialpad = "dialpad",
        /// DigitalOcean.
        Digitalocean = "digitalocean",
        /// Discord.
        Discord = "discord",
        /// DocuSign.
        Docusign = "docusign",
        /// Dropbox.
        Dropbox = "dropbox",
        /// eBay.
        Ebay = "ebay",
        /// Eventbrite.
        Eventbrite = "eventbrite",
        /// Facebook.
        Facebook = "facebook",
        /// Figma.
        Figma = "figma",
        /// GitHub.
        Github = "github",
        /// GitLab.
        Gitlab = "gitlab",
        /// Google.
        Google = "google",
        /// HubSpot.
        Hubspot = "hubspot",
        /// Instagram.
        Instagram = "instagram",
        /// Klaviyo.
        Klaviyo = "klaviyo",
        /// Linear.
        Linear = "linear",
        /// LinkedIn.
        Linkedin = "linkedin",
        /// Mailchimp.
        Mailchimp = "mailchimp",
        /// Mercury.
        Mercury = "mercury",
        /// Microsoft.
        Microsoft = "microsoft",
        /// Miro.
        Miro = "miro",
        /// Monday.
        Monday = "monday",
        /// Notion.
        Notion = "notion",
        /// Outreach.
        Outreach = "outreach",
        /// PagerDuty.
        Pagerduty = "pagerduty",
        /// PayPal.
        Paypal = "paypal",
        /// Pinterest.
        Pinterest = "pinterest",
        /// Pipedrive.
        Pipedrive = "pipedrive",
        /// QuickBooks.
        Quickbooks = "quickbooks",
        /// Ramp.
        Ramp = "ramp",
        /// Reddit.
        Reddit = "reddit",
        /// RingCentral.
        Ringcentral = "ringcentral",
        /// Rippling.
        Rippling = "rippling",
        /// Salesforce.
        Salesforce = "salesforce",
        /// Sentry.
        Sentry = "sentry",
        /// Slack.
        Slack = "slack",
        /// Snapchat.
        Snapchat = "snapchat",
        /// Spotify.
        Spotify = "spotify",
        /// Square.
        Square = "square",
        /// Squarespace.
        Squarespace = "squarespace",
        /// Stripe.
        Stripe = "stripe",
        /// TikTok.
        Tiktok = "tiktok",
        /// Todoist.
        Todoist = "todoist",
        /// Twitter.
        Twitter = "twitter",
        /// Typeform.
        Typeform = "typeform",
        /// Webex.
        Webex = "webex",
        /// Webflow.
        Webflow = "webflow",
        /// Xero.
        Xero = "xero",
        /// Zoom.
        Zoom = "zoom",
        /// Amazon Web Services, which no official release lists.
        Aws = "aws",
    }
}

/// How many of the known ids the official SDK lists; ours come after them.
pub const OFFICIAL_PROVIDERS: usize = 71;

/// An id from outside may be no provider id at all: empty, padded, too long.
impl TryFrom<Provider> for ProviderId {
    type Error = ParseIdError;

    fn try_from(provider: Provider) -> Result<Self, ParseIdError> {
        provider.as_str().parse()
    }
}
