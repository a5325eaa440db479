//! Addresses and networks, for lists of trusted proxies.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A network: an address and the number of its leading bits that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether `address` lies in the network. An IPv4 address counts as itself also when it came mapped into IPv6.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (network, width) = as_number(self.address);
        let (address, other_width) = as_number(address.to_canonical());
        let free = width - self.bits;
        width == other_width && (free >= 128 || network >> free == address >> free)
    }
}

fn as_number(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| "is not an address or network")?;
        let (_, width) = as_number(address);
        let bits = match bits {
            None => width,
            Some(bits) => bits
                .parse()
                .ok()
                .filter(|&bits| bits <= width)
                .ok_or("has a prefix length that is not a number up to its address's width")?,
        };
        Ok(Network { address, bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}
