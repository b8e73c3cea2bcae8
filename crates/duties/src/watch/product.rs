//! Watches of products with terms of their own.

use super::Watch;
use super::books::Books;
use super::rows::{by_clause, count};
use super::scope::enacted;
use super::tally::{Flaw, Tally};
use crate::days::{after, between};
use policy::{Language, Policy, Product, Texts};

pub(super) const WATCHES: &[(&str, Watch)] =
    &[("product.override", stands_before), ("product.override-only-differences", only_differences)];

/// Counts the products whose own sentences stand in the notice that is shown for them, in every language. At risk: the terms were
/// not reviewed for 12 months. Broken: a product's sentence is not the one shown.
fn stands_before(books: &Books, policy: &Policy) -> Tally {
    if policy.products().is_empty() {
        return Tally::nothing(no_products());
    }
    let resolved = |product: &Product| {
        Language::ALL.iter().all(|language| {
            policy.notice_for_product(&product.id, *language).is_some_and(|notice| {
                product.overrides.iter().all(|(clause, texts)| {
                    notice.block(clause).is_some_and(|block| block.source == *texts.get(*language))
                })
            })
        })
    };
    let have = policy.products().iter().filter(|p| resolved(p)).count() as u64;
    let wrong = policy.products().iter().find(|p| !resolved(p)).map(|product| {
        let id = &product.id;
        let why = Texts::new(
            format!("製品 {id} の規定が、その方針に反映されていません。"),
            format!("The terms of {id} do not stand in the notice shown for it."),
            format!("Điều khoản của {id} không có trong thông báo hiển thị cho sản phẩm."),
        );
        let label = Texts::new("製品の規定を直す", "Correct the product's terms", "Sửa điều khoản sản phẩm");
        Flaw::broken(why).since(books.in_force_since()).next(label, "/policy")
    });
    let reviewed = books.in_force_since();
    let old = reviewed.filter(|day| between(*day, books.as_of) > 365).map(|day| {
        let days = between(day, books.as_of);
        let why = Texts::new(
            format!("製品の規定は{days}日前に見直したきりです。"),
            format!("The product terms were last reviewed {days} days ago."),
            format!("Điều khoản sản phẩm được rà soát lần cuối cách đây {days} ngày."),
        );
        let label = Texts::new("製品の規定を見直す", "Review the product's terms", "Rà soát điều khoản sản phẩm");
        Flaw::attention(why).since(after(day, 366)).next(label, "/policy")
    });
    Tally::count(have, policy.products().len() as u64)
        .newest(reviewed)
        .lapses(reviewed.map(|day| after(day, 366)))
        .evidence(enacted(books))
        .flaw(wrong)
        .flaw(old)
}

/// Counts the clauses that each product's notice keeps: its own sentence where it has one, the general one everywhere else. Broken: a
/// clause is lost or empty.
fn only_differences(books: &Books, policy: &Policy) -> Tally {
    if policy.products().is_empty() {
        return Tally::nothing(no_products());
    }
    let (mut have, mut of) = (0, 0);
    let mut lost = None;
    for language in Language::ALL {
        let general = policy.notice(*language);
        for product in policy.products() {
            let Some(own) = policy.notice_for_product(&product.id, *language) else { continue };
            let own = by_clause(&own);
            for block in &general.blocks {
                of += 1;
                if own.get(&block.id).is_some_and(|shown| !shown.plain().trim().is_empty()) {
                    have += 1;
                } else {
                    lost.get_or_insert((product.id.clone(), block.id.clone()));
                }
            }
        }
    }
    let flaw = lost.map(|(product, clause)| {
        let missing = count(of - have, "sentence", "sentences");
        let why = Texts::new(
            format!("製品 {product} で、文 {clause} が失われています。"),
            format!("{product} loses {missing} of the general notice, {clause} among them."),
            format!("Sản phẩm {product} làm mất câu {clause} của thông báo chung."),
        );
        let label =
            Texts::new("「本方針のとおり」と記す", "Mark the field “as in this document”", "Ghi “như văn bản này”");
        Flaw::broken(why).since(books.in_force_since()).next(label, "/policy")
    });
    Tally::count(have, of).newest(books.in_force_since()).evidence(enacted(books)).flaw(flaw)
}

fn no_products() -> Texts {
    Texts::new(
        "独自の規定をもつ製品はありません。",
        "No product has terms of its own.",
        "Không có sản phẩm nào có điều khoản riêng.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, NothingToProve};
    use super::super::fixture::{case, changed, check, found, in_force, version, without};
    use policy::Policy;

    const OLDER: (&str, &str, &str) = ("policy.toml", "version = \"7\"", "version = \"6\"");
    const EMPTY: (&str, &str, &str) = (
        "products/sen-desk.toml",
        "Inquiries made through Sen Desk are kept for six months after they are closed.",
        " ",
    );

    #[test]
    fn product_terms_stand_before_the_general_ones_and_nothing_is_lost() {
        check(
            "product.override",
            &[
                case("one product", |_| (), Kept, 1, 1),
                case("not reviewed for a year", |b| in_force(b, &[OLDER], "2025-11-01"), Attention, 1, 1),
                case(
                    "a sentence on a clause that does not exist",
                    |b| {
                        in_force(
                            b,
                            &[(
                                "products/sen-desk.toml",
                                "clause = \"dispose.prompt.2\"",
                                "clause = \"dispose.never\"",
                            )],
                            "2026-04-01",
                        );
                    },
                    Broken,
                    0,
                    1,
                ),
            ],
        );
        let all = found("product.override-only-differences", |_| ());
        assert_eq!((all.standing, all.have), (Kept, all.of));
        assert!(all.of > 300, "every sentence in three languages: {}", all.of);
        // An empty sentence would take a promise away; such a policy cannot even be read.
        assert!(Policy::from_canonical(&changed(&[EMPTY])).is_err());
    }

    #[test]
    fn without_products_there_is_nothing_to_prove() {
        for promise in ["product.override", "product.override-only-differences"] {
            let finding = found(promise, |b| {
                let enacted = without("products/sen-desk.toml");
                b.versions = vec![version(enacted, "2026-04-01", 50)];
            });
            assert_eq!(finding.standing, NothingToProve, "{promise}");
        }
    }
}
