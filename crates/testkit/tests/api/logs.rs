//! Logs by the API: a reading of a name, and what it leaves.

use duties::logs::{self, File, Known};
use policy::Texts;
use policy::logs::{Asked, Counted, LogCheck, Week, Weighed};
use testkit::office::House;

/// Reads what is sent as one event of the day before the first morning. How logs are really read is not this story.
pub(crate) fn import(
    _: &access::Desk,
    _: &policy::logs::Facts,
    files: Vec<web::LogUpload>,
) -> Result<web::LogsLooked, access::Mistake> {
    let mut looked = web::LogsLooked::default();
    for file in files {
        let day = jiff::civil::date(2026, 5, 31);
        let counted = Counted { source: file.source.clone(), events: 1, days: Some((day, day)), ..Counted::default() };
        looked.weighed.counted.push(counted);
        looked.files.push(web::LogLooked {
            source: file.source,
            form: "table",
            digest: digest(&file.bytes),
            lines: 2,
            nobody: 0,
            unordered: 0,
            unread: 1,
            troubles: vec![(2, "torn", Texts::same("cut off"))],
            columns: Vec::new(),
        });
    }
    Ok(looked)
}

/// Tells bytes apart.
fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    bytes
        .iter()
        .enumerate()
        .for_each(|(at, byte)| digest[at % 32] ^= byte.rotate_left(u32::try_from(at / 32).unwrap()));
    digest
}

/// A log of this name was read; its question, if it left one.
pub(crate) async fn read(house: &House, name: &str, asks: bool) -> String {
    let desk = house.desk_of(&house.officer, 0);
    let sunday = jiff::civil::date(2026, 5, 31);
    let week = Week::of(if asks { desk.today() } else { sunday });
    let at = desk.start_of(if asks { desk.today() } else { sunday });
    let file = File {
        digest: digest(name.as_bytes()),
        lines: 2,
        unread: 0,
        covers: Some((desk.start_of(sunday), desk.now())),
    };
    let counted = Counted { source: "door.hanoi".into(), ..Counted::default() };
    let question = Asked {
        check: LogCheck::UnknownCard,
        source: "door.hanoi".into(),
        person: String::new(),
        name: name.into(),
        place: String::new(),
        section: Asked::OFFICE.into(),
        week,
        events: 1,
        first: at.0,
        last: at.0,
        line: 2,
        entered: true,
    };
    let weighed = Weighed { counted: vec![counted], asked: if asks { vec![question] } else { Vec::new() } };
    logs::record(&desk, &Known::default(), &file, &weighed.counted[0], &weighed.asked).await.unwrap();
    let all = logs::questions(&house.office, week, week).await.unwrap();
    all.iter().find(|one| one.name == name).map(|one| one.id.to_string()).unwrap_or_default()
}
