//! Supervised places: whether whoever is at the desk sits at a listed terminal, within its hours, while somebody supervises.

use crate::answer::No;
use crate::desk::Desk;
use crate::{organisation, warrant};
use policy::PlaceFact;
use policy::rights::Place;
use std::net::IpAddr;

/// How whoever is at the desk sits, for a purpose that is opened from this place alone.
pub(crate) async fn fact(desk: &Desk, place: &Place) -> Result<PlaceFact, No> {
    let Some(seat) = desk.seat() else { return Ok(PlaceFact::Unlisted) };
    let roster = organisation::roster(desk.office(), None).await?;
    let today = desk.today();
    let listed = roster.terminals.iter().any(|terminal| {
        let zone = terminal.zone.as_ref().is_some_and(|zone| place.zones.iter().any(|known| known == zone.as_str()));
        let there = terminal.part.from <= today && terminal.part.until.is_none_or(|last| last >= today);
        zone && there && terminal.addresses.iter().any(|range| holds(range, seat))
    });
    if !listed {
        return Ok(PlaceFact::Unlisted);
    }
    let now = jiff::Timestamp::from_millisecond(desk.now().0).unwrap_or_default().to_zoned(desk.zone().clone());
    let hour = u8::try_from(now.hour()).unwrap_or_default();
    if !(place.from_hour..place.until_hour).contains(&hour) {
        return Ok(PlaceFact::Closed);
    }
    Ok(if warrant::supervised(desk, &place.id).await? { PlaceFact::Supervised } else { PlaceFact::Unsupervised })
}

/// Whether an address is the one written, or within the range written as `192.0.2.0/24`.
fn holds(written: &str, seat: IpAddr) -> bool {
    let (address, bits) = match written.split_once('/') {
        Some((address, bits)) => (address, bits.parse::<u32>().ok()),
        None => (written, Some(128)),
    };
    let (Ok(address), Some(bits)) = (address.parse::<IpAddr>(), bits) else { return false };
    let same = |a: u128, b: u128, width: u32| {
        let shift = width.saturating_sub(bits.min(width));
        shift >= 128 || a >> shift == b >> shift
    };
    match (address, seat.to_canonical()) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(u128::from(u32::from(a)), u128::from(u32::from(b)), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(u128::from(a), u128::from(b), 128),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_known_by_its_address_or_its_range() {
        let seat = |text: &str| text.parse::<IpAddr>().unwrap();
        for (written, sits, there) in [
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("192.0.2.0/24", "192.0.2.200", true),
            ("192.0.2.0/24", "192.0.3.1", false),
            ("192.0.2.0/25", "192.0.2.128", false),
            ("192.0.2.0/24", "::ffff:192.0.2.1", true),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("2001:db8::/32", "2001:db8:1::9", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "192.0.2.1", false),
            ("the terminal", "192.0.2.1", false),
            ("192.0.2.1/x", "192.0.2.1", false),
        ] {
            assert_eq!(holds(written, seat(sits)), there, "{written} {sits}");
        }
    }
}
