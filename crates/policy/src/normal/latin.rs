//! Latin letters without marks, so that Vietnamese is found however its marks were typed.

use unicode_normalization::char::decompose_canonical;

/// The folded text with every mark of Latin letters gone: `đ` is `d`, and `hòa` and `hoà` are one.
/// Marks of other scripts (`が`) stay. Expects folded text.
#[must_use]
pub fn bare(folded: &str) -> String {
    if folded.is_ascii() {
        return folded.to_owned();
    }
    let mut plain = String::with_capacity(folded.len());
    for letter in folded.chars() {
        match letter {
            'đ' | 'ð' => plain.push('d'),
            'ł' => plain.push('l'),
            'ø' => plain.push('o'),
            'ı' => plain.push('i'),
            '\u{0300}'..='\u{036F}' => {}
            '\u{00C0}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}' => {
                decompose_canonical(letter, |part| {
                    if !matches!(part, '\u{0300}'..='\u{036F}') {
                        plain.push(part);
                    }
                });
            }
            _ => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal::fold::fold;

    #[test]
    fn vietnamese_is_one_however_it_was_typed() {
        for (written, plain) in [
            ("Nguyễn Thị Hòa", "nguyen thi hoa"),
            ("NGUYỄN THỊ HOÀ", "nguyen thi hoa"),
            ("Nguye\u{0302}\u{0303}n Thi\u{0323} Hoa\u{0300}", "nguyen thi hoa"),
            ("Đặng Đình Ước", "dang dinh uoc"),
            ("Zoë Ångström", "zoe angstrom"),
            ("がくや", "がくや"),
        ] {
            assert_eq!(bare(&fold(written)), plain);
        }
    }
}
