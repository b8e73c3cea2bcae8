//! Logs against work records from outside: read, asked, answered, signed off, told, and held by the ledger.

use crate::installation::Installation;
use crate::serving::Served;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

/// The Monday of the week before last: it is over wherever the machine stands.
fn monday() -> Date {
    let today = jiff::Zoned::now().date();
    let back = i64::from(today.weekday().to_monday_zero_offset()) + 14;
    today.saturating_sub(back.days())
}

fn week(day: Date) -> String {
    let iso = day.iso_week_date();
    format!("{:04}-W{:02}", iso.year(), iso.week())
}

fn read(office: &Installation, name: &str, log: &str) -> Value {
    let file = office.write(name, log);
    office.run("mai", &["logs", "read", &format!("access.files={file}"), "--json"]).ok().json()[0].clone()
}

/// A log of the file server: an account nobody has, twice in one week, and a line that was torn.
fn log(day: Date) -> String {
    format!(
        "timestamp,user,host,action\n{day} 09:00:00,mallory,files,read\n{day} 09:05:00,mallory,files,read\n{day} 10:\n"
    )
}

/// A log is read, its question answered, its week signed off.
pub(crate) fn reconciled(office: &Installation) {
    let day = monday();
    read(office, "files.csv", &log(day));
    let asked = office.ask("mai", &["logs", "questions", "--week", &week(day), "--json"]).ok().json();
    let question = asked[0]["question"].as_str().unwrap().to_owned();
    office.run("mai", &["logs", "answer", &question, "given-late", "--note", "a new colleague"]).ok();
    office.run("mai", &["logs", "sign-off", &week(day)]).ok();
}

#[test]
fn what_does_not_fit_is_asked_answered_and_signed_off() {
    Installation::on_each(|office| {
        office.begun().working();
        let day = monday();
        let week = week(day);
        let file = office.write("files.csv", log(day));
        let what = format!("access.files={file}");
        let before = office.entries();
        let looked = office.run("mai", &["logs", "read", &what, "--look", "--json"]).ok().json();
        assert_eq!(office.entries(), before + 1, "to look records nothing but that somebody signed in");
        assert_eq!(
            (&looked[0]["lines"], &looked[0]["events"], &looked[0]["unread"]),
            (&3.into(), &2.into(), &1.into()),
            "{looked}"
        );
        assert_eq!((&looked[0]["troubles"][0]["line"], &looked[0]["troubles"][0]["what"]), (&4.into(), &"torn".into()));
        assert_eq!(looked[0]["questions"], 1, "one cause, one question: {looked}");

        office.run("hana", &["logs", "read", &what]).ends(1);
        let done = office.run("mai", &["logs", "read", &what, "--json"]).ok().json();
        assert_eq!((&done[0]["asked"], &done[0]["matched"]), (&1.into(), &0.into()), "{done}");
        office.run("mai", &["logs", "read", &what]).ends(2);
        office.run("mai", &["logs", "read", &format!("door.mars={file}")]).ends(2);
        office.run("mai", &["logs", "read", "access.files"]).ends(2);
        office.run("mai", &["logs", "read", &what, "--column", "colour=B"]).ends(2);
        let entry = done[0]["entry"].as_u64().unwrap().to_string();
        let told = office.run("", &["explain", &entry]).ok().out;
        assert!(told.contains("Access log of the file server, 3 lines") && !told.contains("mallory"), "{told}");

        let of_week = ["logs", "questions", "--week", &week, "--json"];
        let asked = office.ask("mai", &of_week).ok().json();
        let one = &asked[0];
        assert_eq!(
            (&one["check"], &one["name"], &one["events"]),
            (&"unknown-card".into(), &"mallory".into(), &2.into())
        );
        assert_eq!(office.ask("hana", &of_week).ok().json(), serde_json::json!([]), "it is not hers to see");
        let question = one["question"].as_str().unwrap();
        office.run("mai", &["logs", "sign-off", &week]).ends(2);
        office.run("hana", &["logs", "answer", question, "given-late"]).ends(3);
        office.run("mai", &["logs", "answer", question, "because"]).ends(2);
        office.run("mai", &["logs", "answer", question, "not-allowed", "--note", "was told to stop"]).ok();
        office.run("mai", &["logs", "answer", question, "given-late"]).ends(2);
        office.run("hana", &["logs", "sign-off", &week]).ends(1);
        office.run("mai", &["logs", "sign-off", &week]).ok();
        let weeks = office.ask("mai", &["logs", "weeks", "--json"]).ok().json();
        let state = weeks.as_array().unwrap().iter().find(|one| one["week"] == week.as_str()).unwrap();
        assert!(state["sections"][0]["signedOff"].is_u64(), "{state}");

        // The same lines in a longer file are the same question; a line later in the week is another.
        let longer = log(day) + &format!("{day} 08:59:59,hana,files,login\n");
        let again = read(office, "longer.csv", &longer);
        assert_eq!(
            (&again["known"], &again["asked"], &again["unordered"]),
            (&1.into(), &1.into(), &1.into()),
            "{again}"
        );
        let asked = office.ask("mai", &of_week).ok().json();
        assert_eq!(
            (&asked[0]["check"], &asked[0]["person"]),
            (&"unknown-card".into(), &"hana".into()),
            "before her account began"
        );
        office.run("", &["verify"]).ok();
        office.run("mai", &["logs", "reconcile", "--json"]).ok();
    });
}

#[test]
fn the_pages_read_ask_and_sign_off() {
    let office = Installation::on_sqlite();
    office.begun().working();
    let (day, served) = (monday(), Served::start(&office));
    let week = week(day);
    let mai = served.sign_in("mai");
    let get = |path: &str, who: &str| {
        let (status, _, page) = served.get_with(path, &format!("Cookie: {who}\r\n"));
        (status, String::from_utf8(page).unwrap())
    };
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"log:access.files\"; filename=\"a.csv\"\r\n\r\n{}\r\n--x--\r\n",
        log(day)
    );
    let (status, page) = served.upload("/logs", &mai, "x", &body);
    assert_eq!(status, 200, "{page}");
    assert_eq!(served.upload("/logs", &mai, "x", &body).0, 422, "it was read before");
    assert_eq!(served.upload("/logs", &mai, "x", "--x--\r\n").0, 422, "no file");
    let (status, page) = get(&format!("/logs/weeks/{week}"), &mai);
    assert_eq!(status, 200);
    let question = page.split("/logs/questions/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (status, page) = get(&format!("/logs/questions/{question}"), &mai);
    assert!(status == 200 && page.contains("mallory") && page.contains("given-late"), "{page}");
    let hana = served.sign_in("hana");
    assert_eq!(get(&format!("/logs/questions/{question}"), &hana).0, 404);
    assert!(!get(&format!("/logs/weeks/{week}"), &hana).1.contains("mallory"));
    assert_eq!(get("/logs/new", &hana).0, 404);
    for wrong in ["/logs/weeks/2026-W99", "/logs/weeks/9999-W01", "/logs/questions/1", "/logs/weeks/x"] {
        assert_eq!(get(wrong, &mai).0, 404, "{wrong}");
    }
    let sign = format!("/logs/weeks/{week}/sign-offs");
    assert_eq!(served.form(&sign, &mai, "section=office").0, 422, "a question is open");
    let answer = format!("/logs/questions/{question}/answers");
    assert_eq!(served.form(&answer, &mai, "reason=because").0, 422);
    assert_eq!(served.form(&answer, &hana, "reason=given-late").0, 404);
    assert_eq!(served.form(&answer, &mai, "reason=given-late&note=ok").0, 303);
    assert_eq!(served.form(&sign, &hana, "section=office").0, 403);
    assert_eq!(served.form(&sign, &mai, "section=office").0, 303);
    assert_eq!(served.form(&sign, &mai, "section=office").0, 422, "once");
    assert_eq!(get("/logs", &mai).0, 200);
    assert_eq!(served.stop(), 0);
    office.run("", &["verify"]).ok();
}
