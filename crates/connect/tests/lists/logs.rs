//! Logs as other systems write them: doors, attendance, access; whole, torn, doubled, out of order, and hostile.

use std::fmt::Write as _;

use connect::file::{Origin, Trouble};
use connect::logs::{Form, Read, Role, Settings, Why, read};
use encoding_rs::{SHIFT_JIS, UTF_16LE};
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use policy::Language;
use policy::logs::{LogSort, What};
use policy::normal::DateOrder;

fn settings(sort: LogSort) -> Settings {
    Settings {
        sort,
        zone: TimeZone::get("Asia/Ho_Chi_Minh").unwrap(),
        today: date(2026, 11, 23),
        order: DateOrder::Unsettled,
        columns: Vec::new(),
        sheet: None,
    }
}

/// The line, the moment in UTC, who, where, what and under which work record.
type Told = (u32, String, String, String, What, Option<String>);

fn events(bytes: &[u8], settings: &Settings) -> (Read, Vec<Told>) {
    let mut told = Vec::new();
    let read = read(&Origin::bytes(bytes), settings, |event| {
        let at = Timestamp::from_millisecond(event.at).unwrap().to_string();
        let work = event.work.map(str::to_owned);
        told.push((event.line, at, event.who.to_owned(), event.place.to_owned(), event.what, work));
    });
    (read.unwrap(), told)
}

fn short(told: &[Told]) -> Vec<(u32, &str, &str, What)> {
    told.iter().map(|(line, at, who, _, what, _)| (*line, at.as_str(), who.as_str(), *what)).collect()
}

#[test]
fn a_door_log_is_read_in_three_languages_and_every_encoding() {
    let ja = "入退室履歴\r\n日時,カード番号,扉名,入退区分\r\n2026/11/20 08:55:01,00012345,本館1F,入室\r\n2026/11/20 18:05:09,00012345,本館1F,退室\r\n";
    let vi =
        "Thời gian;Số thẻ;Cửa;Hướng\n20/11/2026 08:55:01;00012345;D-01;Vào\n20/11/2026 18:05:09;00012345;D-01;Ra\n";
    let en = "Date,Time,Card No.,Door,Direction\n2026-11-20,08:55:01,00012345,D-01,IN\n2026-11-20,18:05:09,00012345,D-01,OUT\n";
    let expected = [("2026-11-20T01:55:01Z", What::In), ("2026-11-20T11:05:09Z", What::Out)];
    let utf16: Vec<u8> =
        [&[0xFF, 0xFE][..], &ja.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat();
    assert_eq!(UTF_16LE.name(), "UTF-16LE");
    let files: [(&str, Vec<u8>); 5] = [
        ("ja", ja.as_bytes().to_vec()),
        ("shift_jis", SHIFT_JIS.encode(ja).0.into_owned()),
        ("utf-16", utf16),
        ("vi", vi.as_bytes().to_vec()),
        ("en", en.as_bytes().to_vec()),
    ];
    for (name, bytes) in files {
        let (read, told) = events(&bytes, &settings(LogSort::Door));
        let seen: Vec<(&str, What)> = told.iter().map(|(_, at, _, _, what, _)| (at.as_str(), *what)).collect();
        assert_eq!(seen, expected, "{name}");
        assert!(told.iter().all(|(_, _, who, ..)| who == "00012345"), "{name}");
        assert_eq!((read.form, read.lines, read.events, read.unread), (Form::Table, 2, 2, 0), "{name}");
        assert!(read.columns.iter().any(|(_, role)| *role == Role::Card), "{name}: {:?}", read.columns);
    }
}

#[test]
fn torn_doubled_and_disordered_lines_are_told_by_line_and_none_is_lost() {
    let log = "datetime,card,door,direction\n\
               2026-11-20 09:00:00,100,D-01,in\n\
               2026-11-20 08:00:00,200,D-01,in\n\
               2026-11-20 09:\n\
               2026-11-20 09:10:00\n\
               2026-11-20 09:20:00,\"300,D-01,in\n\
               2026-11-20 09:30:00,=cmd|' /C calc'!A0,D-01,in\n\
               2026-11-20 09:40:00,,D-01,out\n\
               not a date,400,D-01,in\n\
               \n\
               datetime,card,door,direction\n\
               2026-11-20 09:50:00,500,D-01,denied\n\
               2026-11-20 09:55:00,600";
    let (read, told) = events(log.as_bytes(), &settings(LogSort::Door));
    assert_eq!(
        short(&told),
        [
            (2, "2026-11-20T02:00:00Z", "100", What::In),
            (3, "2026-11-20T01:00:00Z", "200", What::In),
            (12, "2026-11-20T02:50:00Z", "500", What::TurnedAway),
            (13, "2026-11-20T02:55:00Z", "600", What::Passed),
        ]
    );
    assert_eq!(read.troubles, [(4, Why::Torn), (5, Why::Torn), (6, Why::Quote), (7, Why::Formula), (9, Why::Moment)]);
    assert_eq!(read.unordered.first, [3]);
    // A door opened by nobody, and the heading once more.
    assert_eq!((read.lines, read.events, read.nobody, read.unread), (11, 4, 2, 5));
    assert_eq!(read.lines, read.events + read.nobody + read.unread, "every line is accounted for");
}

#[test]
fn attendance_is_read_by_day_by_punch_and_over_night() {
    let days = "社員番号,氏名,勤務日,出勤時刻,退勤時刻\nE-1,山田,2026/11/20,9:00,18:00\nE-2,鈴木,2026/11/20,22:00,06:00\nE-3,佐藤,2026/11/20,22:00,30:00\nE-4,高橋,2026/11/20,,\n";
    let (read, told) = events(days.as_bytes(), &settings(LogSort::Attendance));
    assert_eq!(
        short(&told),
        [
            (2, "2026-11-20T02:00:00Z", "E-1", What::ClockIn),
            (2, "2026-11-20T11:00:00Z", "E-1", What::ClockOut),
            (3, "2026-11-20T15:00:00Z", "E-2", What::ClockIn),
            (3, "2026-11-20T23:00:00Z", "E-2", What::ClockOut),
            (4, "2026-11-20T15:00:00Z", "E-3", What::ClockIn),
            (4, "2026-11-20T23:00:00Z", "E-3", What::ClockOut),
        ]
    );
    assert_eq!((read.nobody, read.unread), (1, 0), "a day off");
    let punches = "打刻日時,社員番号,打刻区分\n2026-11-20 08:58,E-1,出勤\n2026-11-20 18:01,E-1,退勤\n";
    let (_, told) = events(punches.as_bytes(), &settings(LogSort::Attendance));
    assert_eq!(told.iter().map(|one| one.4).collect::<Vec<_>>(), [What::ClockIn, What::ClockOut]);
}

#[test]
fn attendance_is_read_from_a_workbook_with_times_as_parts_of_a_day() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let time = rust_xlsxwriter::Format::new().set_num_format("h:mm");
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy/mm/dd");
    let sheet = book.add_worksheet();
    for (column, heading) in ["社員番号", "日付", "出勤", "退勤"].into_iter().enumerate() {
        sheet.write(0, u16::try_from(column).unwrap(), heading).unwrap();
    }
    sheet.write(1, 0, "E-1").unwrap();
    sheet.write_with_format(1, 1, 46_346, &day).unwrap();
    sheet.write_with_format(1, 2, 0.375, &time).unwrap();
    sheet.write_with_format(1, 3, 0.75, &time).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let (read, told) = events(&bytes, &settings(LogSort::Attendance));
    assert_eq!((read.lines, read.unread), (1, 0), "{:?}", read.troubles);
    assert_eq!(
        short(&told),
        [(2, "2026-11-20T02:00:00Z", "E-1", What::ClockIn), (2, "2026-11-20T11:00:00Z", "E-1", What::ClockOut)]
    );
}

#[test]
fn json_lines_name_their_fields_as_they_like() {
    let log = concat!(
        "{\"@timestamp\":\"2026-11-20T02:00:00.123Z\",\"user\":{\"name\":\"lan\"},\"host\":{\"name\":\"crm\"},\"event\":{\"action\":\"read\"}}\n",
        "{\"time\":1763604000,\"username\":\"minh\",\"service\":\"files\",\"work\":\"W-7\"}\n",
        "{\"ts\":\"2026-11-20 09:00:00\",\"account\":\"hoa\",\"status\":403}\n",
        "{\"time\":\"2026-11-20T02:00:00Z\",\"message\":\"cron\"}\n",
        "{\"time\":\"2026-11-20T02:00:00Z\",\"user\":\"x\"\n",
        "[1,2]\n",
        "{\"user\":\"x\"}\n",
    );
    let (read, told) = events(log.as_bytes(), &settings(LogSort::Access));
    assert_eq!(read.form, Form::JsonLines);
    assert_eq!(read.troubles, [(5, Why::Json), (6, Why::Json), (7, Why::Moment)]);
    assert_eq!((read.lines, read.events, read.nobody), (7, 3, 1));
    assert_eq!(
        told.iter().map(|one| (one.2.as_str(), one.3.as_str(), one.4)).collect::<Vec<_>>(),
        [("lan", "crm", What::Used), ("minh", "files", What::Used), ("hoa", "", What::TurnedAway)]
    );
    assert_eq!(told[0].1, "2026-11-20T02:00:00.123Z");
    assert_eq!(told[1].5.as_deref(), Some("W-7"));
}

#[test]
fn syslog_is_read_new_and_old() {
    let log = "<34>1 2026-11-20T09:00:00+07:00 files su 123 ID47 [auth@1 user=\"lan\"] opened\n\
               <38>Nov 20 09:05:00 gate sshd[22]: Accepted password for minh from 10.0.0.1 port 22\n\
               Nov  2 23:59:59 gate sshd[23]: Failed password for invalid user root from 10.0.0.2\n\
               Dec 31 10:00:00 gate app: user=hoa ticket=W-9 read\n\
               <38>Nov 20 09:06:00 gate cron[1]: job done\n\
               <999>1 2026-11-20T09:00:00Z a b c d - x\n\
               <34>1 2026-11-20T09:00:00Z a\n\
               nonsense\n";
    let (read, told) = events(log.as_bytes(), &settings(LogSort::Access));
    assert_eq!(read.form, Form::Syslog);
    assert_eq!(
        short(&told),
        [
            (1, "2026-11-20T02:00:00Z", "lan", What::Used),
            (2, "2026-11-20T02:05:00Z", "minh", What::Used),
            (3, "2026-11-02T16:59:59Z", "root", What::TurnedAway),
            // No year is written, and this day is still to come: it was last year's.
            (4, "2025-12-31T03:00:00Z", "hoa", What::Used),
        ]
    );
    assert_eq!(told[3].5.as_deref(), Some("W-9"));
    assert_eq!(read.troubles, [(6, Why::Syslog), (7, Why::Torn), (8, Why::Syslog)]);
    assert_eq!(read.nobody, 1);
}

#[test]
fn a_person_says_what_a_column_is_and_which_order_dates_have() {
    let log = "A,B,C\n05/11/2026 09:00,77,east\n06/11/2026 09:00,78,east\n";
    let named = |order| Settings {
        order,
        columns: vec![(Role::Moment, "A".into()), (Role::Card, "B".into()), (Role::Place, "C".into())],
        ..settings(LogSort::Door)
    };
    let (read, told) = events(log.as_bytes(), &named(DateOrder::DayFirst));
    assert_eq!(read.unread, 0, "{:?}", read.troubles);
    assert_eq!(told.last().map(|one| one.1.as_str()), Some("2026-11-06T02:00:00Z"));
    let (_, told) = events(log.as_bytes(), &named(DateOrder::MonthFirst));
    assert_eq!(told.last().map(|one| one.1.as_str()), Some("2026-06-11T02:00:00Z"));
    let (read, told) = events(log.as_bytes(), &named(DateOrder::Unsettled));
    assert!(told.is_empty() && read.troubles.iter().all(|(_, why)| *why == Why::Order));
}

#[test]
fn what_is_no_log_is_refused_and_what_is_hostile_ends() {
    let refused = |bytes: &[u8]| read(&Origin::bytes(bytes), &settings(LogSort::Door), |_| ()).unwrap_err().trouble;
    assert_eq!(refused(b""), Trouble::Empty);
    assert_eq!(refused("天気,気温\n晴,20\n".as_bytes()), Trouble::Columns);
    assert_eq!(refused(b"%PDF-1.7 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), Trouble::Kind);
    let mut long = String::from("datetime,card\n2026-11-20 09:00:00,1\n");
    long.push_str(&"x".repeat(3 << 20));
    long.push_str("\n2026-11-20 09:00:01,2\n");
    let (read, told) = events(long.as_bytes(), &settings(LogSort::Door));
    assert_eq!(read.troubles, [(3, Why::TooLong)]);
    assert_eq!(told.last().map(|one| (one.0, one.2.as_str())), Some((4, "2")));
    let mut bad = b"datetime,card\n2026-11-20 09:00:00,1\n".to_vec();
    for _ in 0..50 {
        bad.extend("2026-11-20 09:00:00,山田カード\n".bytes());
    }
    bad.extend(b"2026-11-20 09:00:00,\xff\xfe\n2026-11-20 09:00:02,3\n");
    let (read, told) = events(&bad, &settings(LogSort::Door));
    assert_eq!(read.troubles, [(53, Why::Encoding)]);
    assert_eq!(told.last().map(|one| one.2.as_str()), Some("3"));
    for why in Why::ALL {
        for language in Language::ALL {
            assert!(!why.told(*language).is_empty());
        }
    }
}

#[test]
fn a_long_log_is_read_without_being_held() {
    let mut log = String::from("日時,カード番号,扉名,入退区分\n");
    for n in 0..40_000_u32 {
        let (minute, second) = (n / 60 % 60, n % 60);
        writeln!(
            log,
            "2026-11-20 {:02}:{minute:02}:{second:02},{:05},D-{:02},{}",
            n / 3600 % 24,
            n % 600,
            n % 9,
            if n % 2 == 0 { "入室" } else { "退室" }
        )
        .unwrap();
    }
    let mut seen = 0_u64;
    let read = read(&Origin::bytes(log.into_bytes()), &settings(LogSort::Door), |_| seen += 1).unwrap();
    assert_eq!((seen, read.events, read.unread, read.unordered.count), (40_000, 40_000, 0, 0));
}
