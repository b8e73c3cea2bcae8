use std::collections::BTreeSet;

use super::*;

/// Every promise, in order. The list only grows at its end: evidence refers to these names.
const IDS: &str = "
    intro.comply-law intro.group-scope intro.management-priority scope.definition scope.caller-number
    scope.body-and-codes scope.categories-true scope.partner-entrusted scope.partner-contract
    scope.partner-people scope.other-approved scope.people purpose.within-scope purpose.fixed-and-notified-first
    purpose.entrusted purpose.partner-business purpose.partner-inquiry purpose.partner-events
    purpose.partner-survey purpose.partner-other purpose.people-recruit purpose.people-employ
    purpose.people-legal purpose.people-benefit purpose.people-training purpose.people-emergency dispose.prompt
    dispose.proper third.default-deny third.consent third.law third.life-property third.public-affairs
    third.optout-six third.optout-procedure third.optout-stop third.optout-intake third.officers
    third.officers-public-only third.entrust-needed-only third.succession third.joint-use entrust.for-duty
    entrust.select entrust.client-consent entrust.contract entrust.safeguards entrust.supervise
    entrust.take-back rights.intake rights.identity rights.respond rights.refuse-three-grounds
    rights.refuse-notify rights.not-held-notify rights.fee-actual rights.fee-cap rights.correct rights.suspend
    safety.pmark-system safety.isms-system policy.published regs.company regs.project regs.enforced org.manager
    org.meetings org.bylaws org.ledger org.self-inspection org.internal-audit org.management-review org.improve
    org.task-force org.sanction human.pledge human.partner-nda human.train-all human.train-four-times phys.zones
    phys.entry-ic phys.locked-storage phys.clear-desk phys.wire-lock phys.power phys.disaster phys.terminal-room
    tech.authenticate tech.min-access tech.access-control tech.by-role tech.logs-kept tech.logs-reconciled
    tech.antivirus tech.patches tech.media-encrypted tech.electronic-transfer tech.vpn-secure-mail
    tech.no-production-data tech.production-data-exception super.cctv super.internet-limit
    super.contractor-officer super.contractor-training super.contractor-audit site.tls site.reasonable-care
    site.no-full-guarantee-notice cookie.purposes cookie.list-complete cookie.ga-statistics cookie.ga-info-link
    cookie.ga-optout cookie.mail-tracking cookie.vtiger-info-link product.override
    product.override-only-differences lang.japanese-prevails lang.translations-exist
    change.without-notice-limits change.dates-shown contact.works contact.japanese gap.special-care-consent
    gap.proper-acquisition gap.direct-written-notice gap.accuracy gap.breach-preliminary gap.breach-final
    gap.breach-persons gap.breach-to-client gap.breach-72h gap.record-provision gap.record-receipt
    gap.foreign-transfer gap.foreign-info-on-request gap.related-info gap.public-items gap.purpose-notice
    gap.provision-record-disclosure gap.complaints gap.risk-assessment gap.external-environment
    gap.vn-impact-dossiers gap.vn-dpo gap.pseudonymised gap.contact-person
";

#[test]
fn every_part_is_read() {
    for part in PARTS {
        read(part).unwrap();
    }
}

#[test]
fn the_promises_are_those_of_the_list_numbered_from_one() {
    let ids: Vec<&str> = all().iter().map(|promise| promise.id.as_str()).collect();
    assert_eq!(ids, IDS.split_whitespace().collect::<Vec<_>>());
    let numbers: Vec<u16> = all().iter().map(|promise| promise.no).collect();
    assert_eq!(numbers, (1..=147).collect::<Vec<u16>>());
    for promise in all() {
        assert_eq!(find(&promise.id), Some(promise));
    }
    assert_eq!(find_str("scope.nothing"), None);
}

fn texts(promise: &Promise) -> impl Iterator<Item = (Language, &str, &str)> {
    Language::ALL.iter().flat_map(|language| {
        let words = promise.words(*language);
        [
            ("title", &words.title),
            ("promise", &words.promise),
            ("kept_by", &words.kept_by),
            ("measured", &words.measured),
            ("at_risk", &words.at_risk),
            ("broken", &words.broken),
            ("next", &words.next),
        ]
        .map(|(key, text)| (*language, key, text.as_str()))
    })
}

#[test]
fn every_text_is_there_in_every_language_and_short_enough_to_show() {
    for promise in all() {
        for (language, key, text) in texts(promise) {
            assert!(!text.trim().is_empty(), "{} {key} {language}", promise.id);
            assert_eq!(text.trim(), text, "{} {key} {language}", promise.id);
            let most = if key == "next" || key == "title" { 60 } else { 200 };
            assert!(text.chars().count() <= most, "{} {key} {language}", promise.id);
            // A Japanese text is Japanese, and a translation is not.
            let japanese = text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'));
            assert_eq!(japanese, language == Language::Ja, "{} {key} {language}: {text}", promise.id);
        }
    }
}

#[test]
fn no_text_names_a_company() {
    // Google Analytics is named as the tool the promise is about.
    for promise in all() {
        for (language, key, text) in texts(promise) {
            let text = text.replace("Google Analytics", "").to_lowercase();
            for name in ["luvina", "vtiger", "google", "株式会社", "joint stock", "công ty cổ phần"] {
                assert!(!text.contains(name), "{} {key} {language} names {name}", promise.id);
            }
        }
    }
}

#[test]
fn every_promise_has_a_source_and_a_section() {
    for promise in all() {
        assert!(!promise.law.is_empty(), "{}", promise.id);
        assert!(!promise.section.is_empty(), "{}", promise.id);
        assert_eq!(promise.kind == PromiseKind::LawGap, promise.section == "gap", "{}", promise.id);
    }
    let sections: BTreeSet<&str> = sections().collect();
    assert_eq!(sections.len(), super::sections().count());
    assert!(sections.contains("entrust") && sections.contains("rights"));
}
