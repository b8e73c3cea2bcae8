//! What the demo tells on the terminal: what there is, who may sign in, and what to try.

use super::Common;
use crate::demo::{Made, PASSWORD, Who, samples};
use duties::watch::Standing;
use policy::Language;
use std::fmt::Write;
use std::time::Duration;

/// The greeting. How long the making took is told once.
pub(super) fn text(common: &Common, made: &Made, took: Option<Duration>) -> String {
    let language = common.lang;
    let mut out = String::new();
    head(&mut out, language, made, took);
    accounts(&mut out, language);
    tries(&mut out, common, made);
    out
}

fn say<'a>(language: Language, ja: &'a str, en: &'a str, vi: &'a str) -> &'a str {
    match language {
        Language::Ja => ja,
        Language::En => en,
        Language::Vi => vi,
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).unwrap_or_default(); // a text always has room
    out.push('\n');
}

fn head(out: &mut String, language: Language, made: &Made, took: Option<Duration>) {
    let (people, rows, entries) = (made.people, made.rows, made.entries);
    match language {
        Language::Ja => {
            line(out, format_args!("架空の会社カワソラ・システムズのデモです。実在の人や会社は含まれません。"));
            line(
                out,
                format_args!(
                    "  本人{people}人、台帳{rows}行、記録{entries}件。アカウントは公開されています。本物の個人情報を入れないでください。"
                ),
            );
        }
        Language::En => {
            line(
                out,
                format_args!("The demo of Kawasora Systems, a software house that does not exist. Nobody in it does."),
            );
            line(
                out,
                format_args!(
                    "  {people} people in {rows} rows of the handling ledger, {entries} entries. The accounts are public: never put"
                ),
            );
            line(out, format_args!("  real people's information into this folder."));
        }
        Language::Vi => {
            line(
                out,
                format_args!("Bản trình diễn của Kawasora Systems, một công ty hư cấu. Không có người thật nào."),
            );
            line(
                out,
                format_args!(
                    "  {people} người trong {rows} dòng sổ, {entries} bản ghi. Tài khoản là công khai: đừng đưa dữ liệu thật vào."
                ),
            );
        }
    }
    let standings: Vec<String> = Standing::ALL
        .iter()
        .filter_map(|standing| {
            let count = made.standings.get(standing)?;
            Some(format!("{} {count} {}", standing.symbol(), standing.word(language)))
        })
        .collect();
    line(out, format_args!("  {}", standings.join("  ")));
    if let Some(took) = took {
        let words = say(language, "作成にかかった時間", "Made in", "Thời gian tạo");
        line(out, format_args!("  {words} {:.1} s", took.as_secs_f64()));
    }
    out.push('\n');
}

fn accounts(out: &mut String, language: Language) {
    let words = say(
        language,
        "サインイン（パスワードは全員同じ）:",
        "Sign in; everybody's password is",
        "Đăng nhập; mật khẩu chung là",
    );
    line(out, format_args!("{words} {PASSWORD}"));
    for who in Who::ALL.iter().filter(|who| **who != Who::Leaver) {
        let member = who.member();
        let [ja, en, vi] = member.duty;
        let duty = say(language, ja, en, vi);
        let role = member.role;
        line(out, format_args!("  {:<10} {role:<14} {}  {duty}", member.login, member.name));
    }
    out.push('\n');
}

fn tries(out: &mut String, common: &Common, made: &Made) {
    let (data, language) = (common.data.display(), common.lang);
    let daicho = format!("daicho --data {data}");
    let files = format!("{data}/{}", samples::FOLDER);
    let words = say(
        language,
        "別の端末で試す（インストールしていなければ daicho の代わりに cargo run --release -q -- ）:",
        "Try in another terminal (without an installed daicho: cargo run --release -q -- …):",
        "Thử ở cửa sổ khác (nếu chưa cài daicho: cargo run --release -q -- …):",
    );
    line(out, format_args!("{words}"));
    line(out, format_args!("  export DAICHO_PASSWORD={PASSWORD}"));
    let Some(example) = &made.example else { return };
    let (person, row, work, login) = (&example.person, &example.row, &example.work, example.login);
    for (why, command) in [
        (
            say(
                language,
                "CP932の名簿を読む（書き込まない）",
                "read a messy CP932 list, write nothing",
                "đọc danh sách CP932, không ghi",
            ),
            format!(
                "{daicho} --as {login} people import {files}/{} --row {row} --purpose hr.recruit --dry-run",
                samples::CSV
            ),
        ),
        (
            say(language, "結合セルの見出し", "headings in merged cells", "tiêu đề ô gộp"),
            format!(
                "{daicho} --as {login} people import {files}/{} --row {row} --purpose hr.recruit --dry-run",
                samples::WORKBOOK
            ),
        ),
        (
            say(
                language,
                "よその台帳を取り込む（5行は下書きに、1行は目的が公表されていないため入らない）",
                "another company's handling ledger: five rows become drafts, one names a purpose nobody was told of",
                "sổ của công ty khác: năm dòng thành bản nháp, một dòng có mục đích chưa thông báo",
            ),
            format!("{daicho} --as quang register import {files}/{}", samples::REGISTER),
        ),
        (
            say(language, "方針が拒む", "the policy refuses", "chính sách từ chối"),
            format!(
                "{daicho} --as {login} reveal {person} --row {row} --element health-check --purpose hr.recruit --work {work}"
            ),
        ),
        (
            say(language, "方針が許す", "the policy permits", "chính sách cho phép"),
            format!(
                "{daicho} --as {login} reveal {person} --row {row} --element email --purpose hr.recruit --work {work}"
            ),
        ),
        (
            say(language, "記録を読む", "one entry in plain words", "giải thích một bản ghi"),
            format!("{daicho} explain {}", example.refused),
        ),
        (say(language, "台帳を検証する", "verify the ledger", "kiểm chứng sổ ghi"), format!("{daicho} verify")),
        (
            say(language, "方針の版を比べる", "compare the policy's versions", "so sánh phiên bản chính sách"),
            {
                let [before, current] = samples::POLICIES;
                format!("{daicho} policy diff {files}/{current} --against {files}/{before}")
            },
        ),
    ] {
        line(out, format_args!("  # {why}"));
        line(out, format_args!("  {command}"));
    }
    out.push('\n');
}
