//! `daicho logs read`: from files to a reading and its questions.

use super::{Read, column, known};
use crate::ask;
use crate::command::{Common, tell};
use crate::log_file::{How, look};
use crate::said::{Said, say};
use crate::wire::House;
use access::{Desk, No};
use connect::file::Origin;
use duties::logs::{self, File, Recorded};
use policy::normal::DateOrder;
use policy::{Language, Texts};
use serde_json::{Value, json};
use web::LogsLooked;

pub(super) async fn read(common: &Common, house: &House, asked: Read) -> Result<(), Said> {
    let mut files = Vec::new();
    for file in &asked.files {
        let (source, path) = file.split_once('=').ok_or_else(|| {
            Said::mistake(Texts::new(
                "「door.hanoi=doors.csv」のように、ログの名前とファイルを書いてください。",
                "Write the name of the log and the file, as door.hanoi=doors.csv.",
                "Hãy ghi tên nhật ký và tệp, ví dụ door.hanoi=doors.csv.",
            ))
        })?;
        files.push((source.to_owned(), Origin::path(path)));
    }
    let how = How {
        order: match asked.dates.as_deref() {
            Some("day-first") => DateOrder::DayFirst,
            Some(_) => DateOrder::MonthFirst,
            None => DateOrder::Unsettled,
        },
        columns: asked.column.iter().map(|text| column(text)).collect::<Result<_, _>>()?,
        sheet: asked.sheet.clone(),
    };
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let known = known(&desk).await?;
    let looked = look(&desk, &known.facts, &files, &how).map_err(No::from)?;
    let covers = match (asked.from, asked.until) {
        (Some(from), Some(until)) => Some((from.begins(&desk), until.ends(&desk))),
        _ => None,
    };
    let mut recorded = Vec::new();
    if !asked.look {
        for (file, counted) in looked.files.iter().zip(&looked.weighed.counted) {
            let file = File { digest: file.digest, lines: file.lines, unread: file.unread, covers };
            let done = logs::record(&desk, &known, &file, counted, &looked.weighed.asked).await;
            recorded.push(tell::settled(house, done).await?);
        }
    }
    if common.json {
        say(told(&looked, &recorded));
    } else {
        print(common.lang, &desk, &looked, &recorded);
    }
    Ok(())
}

fn told(looked: &LogsLooked, recorded: &[Recorded]) -> Value {
    let files = looked.files.iter().zip(&looked.weighed.counted).enumerate().map(|(at, (file, counted))| {
        let done = recorded.get(at);
        json!({
            "source": file.source, "form": file.form, "sha256": hex::encode(file.digest), "lines": file.lines,
            "events": counted.events, "matched": counted.matched, "repeated": counted.repeated, "nobody": file.nobody,
            "unordered": file.unordered, "unread": file.unread,
            "troubles": file.troubles.iter().map(|(line, code, text)| json!({
                "line": line, "what": code, "text": text.get(Language::En),
            })).collect::<Vec<_>>(),
            "columns": file.columns.iter().map(|(heading, role)| json!({ "heading": heading, "means": role })).collect::<Vec<_>>(),
            "unmade": counted.unmade.iter().map(|check| check.code()).collect::<Vec<_>>(),
            "questions": looked.weighed.asked.iter().filter(|one| one.source == file.source).count(),
            "entry": done.map(|done| done.entry), "reading": done.map(|done| done.reading.to_string()),
            "asked": done.map(|done| done.asked), "known": done.map(|done| done.known),
        })
    });
    Value::from(files.collect::<Vec<_>>())
}

fn print(language: Language, desk: &Desk, looked: &LogsLooked, recorded: &[Recorded]) {
    for (at, (file, counted)) in looked.files.iter().zip(&looked.weighed.counted).enumerate() {
        let (source, lines, events, matched) = (&file.source, file.lines, counted.events, counted.matched);
        let (twice, nobody, late, bad) = (counted.repeated, file.nobody, file.unordered, file.unread);
        say(Texts::new(
            format!("{source}：{lines}行、記録{events}件、合致{matched}件、重複{twice}、人のない行{nobody}、順の前後{late}、読めない行{bad}"),
            format!("{source}: {lines} lines, {events} events, {matched} fit, {twice} repeated, {nobody} of nobody, {late} out of order, {bad} unreadable"),
            format!("{source}: {lines} dòng, {events} sự kiện, {matched} khớp, {twice} lặp, {nobody} không có người, {late} sai thứ tự, {bad} không đọc được"),
        )
        .get(language));
        for (heading, role) in &file.columns {
            say(format_args!("  {heading} → {role}"));
        }
        for (line, _, text) in &file.troubles {
            say(format_args!("  × {line}: {}", text.get(language)));
        }
        if !counted.unmade.is_empty() {
            let unmade = counted.unmade.iter().map(|check| check.code()).collect::<Vec<_>>().join(", ");
            say(Texts::new(
                format!("  · 登録がないため行わなかった確認: {unmade}"),
                format!("  · Not checked, because nothing is on record for it: {unmade}"),
                format!("  · Chưa kiểm tra vì không có dữ liệu: {unmade}"),
            )
            .get(language));
        }
        let Some(done) = recorded.get(at) else {
            let asked = looked.weighed.asked.iter().filter(|one| one.source == file.source);
            for one in asked {
                let who = if one.person.is_empty() { &one.name } else { &one.person };
                let rule = desk.policy().ok().and_then(|policy| policy.logs().check(one.check));
                let ask = rule.map_or_else(|| one.check.to_string(), |rule| rule.ask.get(language).to_owned());
                say(format_args!("  ? {} {who} {} ×{}: {ask}", one.week, one.place, one.events));
            }
            continue;
        };
        let (asked, known) = (done.asked, done.known);
        say(tell::recorded(
            &format!("  質問{asked}件（すでに尋ねたもの{known}件）"),
            &format!("  {asked} questions, {known} asked before"),
            &format!("  {asked} câu hỏi, {known} đã hỏi trước"),
            done.entry,
        )
        .get(language));
    }
}
