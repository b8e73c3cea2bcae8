//! Kana as one script, and a looser form for readings that people spell in several ways.

/// Hiragana written as katakana; everything else as it is. Expects folded text.
#[must_use]
pub fn katakana(folded: &str) -> String {
    folded.chars().map(to_katakana).collect()
}

/// A looser reading: small kana as large, long vowels (`ー`, `オウ`, `オオ`, `エイ`) as short,
/// and kana that sound alike (`ヂ`, `ヅ`, `ヲ`, `ヴ`) as one. Expects folded text.
#[must_use]
pub fn loose(folded: &str) -> String {
    let mut said = String::with_capacity(folded.len());
    let mut vowel = None;
    let mut letters = folded.chars().map(to_katakana).peekable();
    while let Some(letter) = letters.next() {
        let sound = match (letter, letters.peek()) {
            ('ヴ', Some('ァ' | 'ィ' | 'ェ' | 'ォ')) => match letters.next() {
                Some('ァ') => 'バ',
                Some('ィ') => 'ビ',
                Some('ェ') => 'ベ',
                _ => 'ボ',
            },
            _ => plain(letter),
        };
        let lengthens = match (vowel, sound) {
            (Some(_), 'ー') => true,
            (Some(before), 'ア' | 'イ' | 'ウ' | 'エ' | 'オ') => is_lengthening(before, sound),
            _ => false,
        };
        if lengthens {
            continue;
        }
        said.push(sound);
        vowel = vowel_of(sound);
    }
    said
}

fn to_katakana(letter: char) -> char {
    match letter {
        '\u{3041}'..='\u{3096}' | '\u{309D}' | '\u{309E}' => char::from_u32(u32::from(letter) + 0x60).unwrap_or(letter),
        _ => letter,
    }
}

fn plain(letter: char) -> char {
    match letter {
        'ァ' => 'ア',
        'ィ' | 'ヰ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' | 'ヱ' => 'エ',
        'ォ' | 'ヲ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        'ヂ' => 'ジ',
        'ヅ' => 'ズ',
        'ヴ' => 'ブ',
        _ => letter,
    }
}

fn is_lengthening(before: char, sound: char) -> bool {
    before == sound || matches!((before, sound), ('オ', 'ウ') | ('エ', 'イ'))
}

fn vowel_of(letter: char) -> Option<char> {
    const ROWS: [(char, &str); 5] = [
        ('ア', "アカガサザタダナハバパマヤラワ"),
        ('イ', "イキギシジチニヒビピミリ"),
        ('ウ', "ウクグスズツヌフブプムユル"),
        ('エ', "エケゲセゼテデネヘベペメレ"),
        ('オ', "オコゴソゾトドノホボポモヨロ"),
    ];
    ROWS.iter().find(|(_, row)| row.contains(letter)).map(|(vowel, _)| *vowel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal::fold::fold;

    #[test]
    fn hiragana_and_half_width_become_katakana_and_latin_stays() {
        assert_eq!(katakana(&fold("たなか ﾊﾅｺ Nguyen")), "タナカ ハナコ nguyen");
        assert_eq!(katakana("いすゞ"), "イスヾ");
    }

    #[test]
    fn readings_spelled_in_several_ways_meet() {
        for group in [
            &["おおの", "オウノ", "ｵｰﾉ", "オオノ"][..],
            &["けいこ", "ケーコ", "ケエコ"],
            &["ゆうこ", "ユーコ"],
            &["きょうこ", "キヨウコ", "キョーコ"],
            &["ヴァン", "バン"],
            &["みつづか", "ミツズカ"],
            &["セキガハラ", "せきがはら"],
        ] {
            let mut forms: Vec<String> = group.iter().map(|reading| loose(&fold(reading))).collect();
            forms.dedup();
            assert_eq!(forms.len(), 1, "{forms:?}");
        }
        assert_ne!(loose("タナカ"), loose("タカナ"));
        assert_eq!(loose("ー"), "ー", "a lone long-vowel mark has nothing to lengthen");
    }
}
