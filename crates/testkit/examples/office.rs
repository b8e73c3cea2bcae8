//! Serves the pages over an invented office, to look at them while they are made:
//! `cargo run -p testkit --example office -- 127.0.0.1:8099`, then sign in as `mori`, `lan`, `kato` or `admin` with the password of
//! the stories.

use access::work::{self, NewWork, Scope};
use duties::occasion::{self, OccasionKind};
use duties::register::{CellStanding, put};
use ledger::names::{Moment, RowId};
use std::sync::Arc;
use std::time::Instant;
use testkit::both::Ground;
use testkit::office::{DAY, House, MORNING, PASSWORD, sheet};

/// The day one looks at the pages: half a year after the stories begin.
const TODAY: i64 = 174;

#[tokio::main]
#[expect(clippy::expect_used, clippy::print_stdout, reason = "a tool for those who make the pages")]
async fn main() {
    let listen = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8099".to_owned());
    let ground = Ground::sqlite();
    let house = House::new(&ground).await;
    fill(&house).await;
    let began = Instant::now();
    let now = move || {
        let passed = i64::try_from(began.elapsed().as_millis()).unwrap_or(0);
        Moment(MORNING.0 + TODAY * DAY + passed)
    };
    let state = web::State {
        office: house.office.clone(),
        vault: house.vault.clone(),
        clock: Arc::new(now),
        secure_cookies: false,
        base: format!("http://{listen}").into(),
        register_import: Arc::new(|_, _, _| Ok(web::RegisterFile::default())),
        organisation_import: Arc::new(|_, _| Ok(web::OrganisationFile::default())),
        logs_import: Arc::new(|_, _, _| Ok(web::LogsLooked::default())),
        post: None,
        receipts: Arc::new(|_| Box::pin(async { Ok(None) })),
    };
    let socket = tokio::net::TcpListener::bind(&listen).await.expect("a free address");
    println!("http://{listen} as mori, lan, kato or admin: {PASSWORD}");
    axum::serve(socket, web::router(state)).await.expect("a server");
}

#[expect(clippy::expect_used, reason = "a tool for those who make the pages")]
async fn fill(house: &House) {
    let row = house.applicants().await;
    let people = [
        ("髙橋 直子", "たかはし なおこ", "naoko@example.jp", "090-1234-5678"),
        ("高橋 健一", "たかはし けんいち", "kenichi@example.jp", "03-1234-5678"),
        ("Trần Thị Lan Anh", "チャン ティ ラン アイン", "lan.anh@example.vn", "+84 24 3825 0000"),
        ("<script>alert(1)</script>", "すくりぷと", "script@example.jp", "090-0000-0000"),
    ];
    for (name, kana, email, phone) in people {
        let values = [
            ("name", name),
            ("name-kana", kana),
            ("email", email),
            ("phone", phone),
            ("address", "東京都千代田区丸の内1-1-1"),
            ("birth-date", "1990-04-01"),
        ];
        house.person(&row, "hr.recruit", &values).await;
    }
    let officer = house.desk_of(&house.officer, TODAY);
    let more = [
        ("hr.staff", "社員名簿", "employee", "people.admin", "人事部"),
        ("sales.cards", "名刺", "contact", "partner.sales", "営業部"),
    ];
    for (id, name, _, _, department) in more {
        let sheet = testkit::office::applicants()
            .with("name", name, CellStanding::Confirmed)
            .with("department", department, CellStanding::Inferred)
            .with("place", "", CellStanding::Confirmed);
        let id: RowId = id.parse().expect("a row id");
        put(&officer, id, sheet).await.expect("a row");
    }
    let _ = sheet;
    for (code, title, logins) in
        [("R-2026-118", "中途採用 選考", ["lan", "mori"]), ("R-2026-121", "Tuyển dụng kỹ sư Hà Nội", ["lan", "mori"])]
    {
        let new = NewWork {
            code: code.into(),
            title: title.into(),
            purpose: "hr.recruit".parse().expect("a purpose id"),
            logins: logins.map(str::to_owned).to_vec(),
            scope: Scope::Rows(vec![row.clone()]),
            starts_at: Moment(MORNING.0 + 160 * DAY),
            ends_at: Moment(MORNING.0 + 190 * DAY),
        };
        work::open(&house.desk_of(&house.officer, 160), new).await.expect("a work record");
    }
    let published = occasion::New {
        kind: OccasionKind::NoticePublished,
        subject: officer.enacted().expect("a policy").digest.to_string(),
        ..occasion::New::default()
    };
    let _ = occasion::record(&house.desk_of(&house.officer, 1), published).await;
}
