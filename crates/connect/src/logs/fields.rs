//! The fields of one line of a text table (RFC 4180), without ever looking beyond its end.

use std::borrow::Cow;

use super::Why;

/// Parts a line into its fields.
pub(super) fn split<'a>(line: &'a str, sign: char, fields: &mut Vec<Cow<'a, str>>) -> Result<(), Why> {
    fields.clear();
    if !line.contains('"') {
        fields.extend(line.split(sign).map(|field| Cow::Borrowed(plain(field))));
        return Ok(());
    }
    let mut rest = line;
    loop {
        let start = rest.trim_start_matches(' ');
        let Some(quoted) = start.strip_prefix('"') else {
            // ="00123" keeps a spreadsheet from eating zeros.
            let end = rest.find(sign).unwrap_or(rest.len());
            let (field, after) = rest.split_at(end);
            fields.push(Cow::Borrowed(plain(field)));
            match after.strip_prefix(sign) {
                Some(after) => rest = after,
                None => return Ok(()),
            }
            continue;
        };
        let (field, after) = unquoted(quoted)?;
        fields.push(field);
        let after = after.trim_start_matches(' ');
        match after.strip_prefix(sign) {
            Some(after) => rest = after,
            None if after.is_empty() => return Ok(()),
            None => return Err(Why::Quote),
        }
    }
}

/// What stands before the closing quotation mark, and what stands behind it.
fn unquoted(text: &str) -> Result<(Cow<'_, str>, &str), Why> {
    let mut owned: Option<String> = None;
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"').ok_or(Why::Quote)?;
        match after.strip_prefix('"') {
            Some(after) => {
                let text = owned.get_or_insert_default();
                text.push_str(before);
                text.push('"');
                rest = after;
            }
            None => {
                let field = match owned {
                    Some(mut text) => {
                        text.push_str(before);
                        Cow::Owned(text)
                    }
                    None => Cow::Borrowed(before),
                };
                return Ok((field, after));
            }
        }
    }
}

fn plain(field: &str) -> &str {
    let field = field.trim();
    field.strip_prefix("=\"").and_then(|field| field.strip_suffix('"')).unwrap_or(field)
}

/// Whether a field would be calculated by a spreadsheet: no card and no login begins so.
pub(super) fn is_formula(field: &str) -> bool {
    field.starts_with(['=', '@', '\t']) || field.starts_with(['+', '-']) && field.contains('(')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_part_at_the_sign_and_quotes_end_on_their_line() {
        let read = |line: &str| {
            let mut fields = Vec::new();
            split(line, ',', &mut fields).map(|()| fields.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(read("a, b ,,d"), Ok(vec!["a".into(), "b".into(), String::new(), "d".into()]));
        assert_eq!(read("\"a,1\",\"b \"\"x\"\"\",c"), Ok(vec!["a,1".into(), "b \"x\"".into(), "c".into()]));
        assert_eq!(read("=\"0012\",b"), Ok(vec!["0012".into(), "b".into()]));
        assert_eq!(read("a,\"b"), Err(Why::Quote));
        assert_eq!(read("a,\"b\"c"), Err(Why::Quote));
        assert!(is_formula("=HYPERLINK(\"x\")") && is_formula("@SUM(A1)") && is_formula("-cmd|(x)"));
        assert!(!is_formula("-12") && !is_formula("0012"));
    }
}
