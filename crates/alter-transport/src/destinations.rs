//! [`Destinations`]: which addresses a provider call may connect to, and how addresses are told apart.
//!
//! The ranges are those of the IANA special-purpose address registries (RFC 6890 and its updates).

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use ipnet::IpNet;

/// Where provider calls may go. The default is the public internet and nothing else.
///
/// A name is judged by the addresses it resolves to, at the moment of connecting, and the connection goes to the
/// address that was judged. Cheap to clone.
///
/// ```
/// use alter_transport::Destinations;
///
/// let destinations = Destinations::public_only()
///     .allow_loopback()
///     .allow_network("10.20.0.0/16".parse()?)
///     .allow_host("gitlab.internal");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Destinations(Arc<Allowed>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Allowed {
    networks: Vec<IpNet>,
    hosts: Vec<Box<str>>,
}

impl Destinations {
    /// Public addresses only.
    #[must_use]
    pub fn public_only() -> Self {
        Self::default()
    }

    /// Also this machine: 127.0.0.0/8 and ::1.
    #[must_use]
    pub fn allow_loopback(self) -> Self {
        let v4 = IpNet::new_assert(Ipv4Addr::new(127, 0, 0, 0).into(), 8);
        self.allow_network(v4).allow_network(IpNet::new_assert(Ipv6Addr::LOCALHOST.into(), 128))
    }

    /// Also every address of `network`.
    #[must_use]
    pub fn allow_network(mut self, network: IpNet) -> Self {
        Arc::make_mut(&mut self.0).networks.push(network);
        self
    }

    /// Also whatever addresses this exact host name has. Whoever controls the name's DNS controls where calls go.
    #[must_use]
    pub fn allow_host(mut self, host: &str) -> Self {
        Arc::make_mut(&mut self.0).hosts.push(host.to_ascii_lowercase().into());
        self
    }

    /// Judges an address that a URL names literally or a name resolved to.
    ///
    /// # Errors
    /// The range it belongs to, if that is neither public nor allowed.
    pub fn check(&self, address: IpAddr) -> Result<(), AddressRange> {
        match AddressRange::of(address) {
            Some(range) if !self.0.networks.iter().any(|network| network.contains(&address)) => Err(range),
            _ => Ok(()),
        }
    }

    pub(crate) fn allows_host(&self, host: &str) -> bool {
        self.0.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host))
    }
}

/// A range of addresses that is not part of the public internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressRange {
    /// This machine.
    Loopback,
    /// A private network (RFC 1918, RFC 4193).
    Private,
    /// The local link, where cloud metadata services live.
    LinkLocal,
    /// A carrier's shared address space (RFC 6598).
    Shared,
    /// Many receivers at once.
    Multicast,
    /// Reserved, for documentation, benchmarks or translation.
    Reserved,
}

impl AddressRange {
    /// The range `address` belongs to, or `None` for a public one. An IPv4 address inside an IPv6 one (mapped,
    /// translated or tunnelled) is judged as itself.
    #[must_use]
    pub fn of(address: IpAddr) -> Option<Self> {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Option<Self> {
        match address.octets() {
            [127, ..] => Some(Self::Loopback),
            [10, ..] | [192, 168, ..] | [172, 16..=31, ..] => Some(Self::Private),
            [169, 254, ..] => Some(Self::LinkLocal),
            [100, 64..=127, ..] => Some(Self::Shared),
            [224..=239, ..] => Some(Self::Multicast),
            [0 | 240..=255, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _] => Some(Self::Reserved),
            _ => None,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Option<Self> {
        let embedded = |high: u16, low: u16| {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            Self::of_v4(Ipv4Addr::new(a, b, c, d))
        };
        match address.segments() {
            [0, 0, 0, 0, 0, 0, 0, 1] => Some(Self::Loopback),
            // IPv4-mapped, and the NAT64 prefix of RFC 6052.
            [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
            [0x2002, high, low, ..] => embedded(high, low),
            [0xfc00..=0xfdff, ..] => Some(Self::Private),
            [0xfe80..=0xfebf, ..] => Some(Self::LinkLocal),
            [0xff00..=0xffff, ..] => Some(Self::Multicast),
            [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Some(Self::Reserved),
            [0x2000..=0x3fff, ..] => None,
            _ => Some(Self::Reserved),
        }
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "a loopback address",
            Self::Private => "a private address",
            Self::LinkLocal => "a link-local address (cloud metadata lives there)",
            Self::Shared => "in a carrier's shared address space",
            Self::Multicast => "a multicast address",
            Self::Reserved => "a reserved address",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_range_is_recognised_in_each_spelling() {
        for (address, range) in [
            ("127.0.0.1", Some(AddressRange::Loopback)),
            ("::1", Some(AddressRange::Loopback)),
            ("::ffff:127.0.0.1", Some(AddressRange::Loopback)),
            ("10.1.2.3", Some(AddressRange::Private)),
            ("172.31.0.1", Some(AddressRange::Private)),
            ("172.32.0.1", None),
            ("192.168.1.1", Some(AddressRange::Private)),
            ("fd00:ec2::254", Some(AddressRange::Private)),
            ("169.254.169.254", Some(AddressRange::LinkLocal)),
            ("64:ff9b::a9fe:a9fe", Some(AddressRange::LinkLocal)),
            ("2002:a9fe:a9fe::1", Some(AddressRange::LinkLocal)),
            ("fe80::1", Some(AddressRange::LinkLocal)),
            ("100.64.0.1", Some(AddressRange::Shared)),
            ("0.0.0.0", Some(AddressRange::Reserved)),
            ("::", Some(AddressRange::Reserved)),
            ("255.255.255.255", Some(AddressRange::Reserved)),
            ("224.0.0.1", Some(AddressRange::Multicast)),
            ("ff02::1", Some(AddressRange::Multicast)),
            ("2001:db8::1", Some(AddressRange::Reserved)),
            ("2606:4700::1111", None),
            ("1.1.1.1", None),
            ("::ffff:1.1.1.1", None),
        ] {
            assert_eq!(AddressRange::of(address.parse().unwrap()), range, "{address}");
        }
    }

    #[test]
    fn only_what_is_listed_is_allowed() {
        let loopback = Destinations::public_only().allow_loopback();
        assert!(loopback.check("127.0.0.1".parse().unwrap()).is_ok());
        assert!(loopback.check("::1".parse().unwrap()).is_ok());
        assert_eq!(loopback.check("10.0.0.1".parse().unwrap()), Err(AddressRange::Private));
        let network = Destinations::public_only().allow_network("10.0.0.0/24".parse().unwrap());
        assert!(network.check("10.0.0.9".parse().unwrap()).is_ok());
        assert!(network.check("10.0.1.9".parse().unwrap()).is_err());
    }
}
