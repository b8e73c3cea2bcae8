//! A link by mail, from the sign-in page through a mail server to one's own page, and one that an administrator hands over.

use crate::installation::Installation;
use crate::serving::Served;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A mail server that takes letters: its port, and each letter as it stands.
fn mail_server() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, letters) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut out = stream.unwrap();
            let mut lines = BufReader::new(out.try_clone().unwrap()).lines();
            out.write_all(b"220 ready\r\n").unwrap();
            let (mut letter, mut reading) = (String::new(), false);
            while let Some(Ok(line)) = lines.next() {
                let answer: &[u8] = match line.split(' ').next().unwrap_or_default() {
                    _ if reading && line == "." => {
                        reading = false;
                        told.send(std::mem::take(&mut letter)).unwrap();
                        b"250 taken\r\n"
                    }
                    _ if reading => {
                        letter.push_str(&line);
                        letter.push('\n');
                        b""
                    }
                    "EHLO" => b"250-mail\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
                    "DATA" => {
                        reading = true;
                        b"354 go on\r\n"
                    }
                    "QUIT" => b"221 bye\r\n",
                    _ => b"250 good\r\n",
                };
                if out.write_all(answer).is_err() {
                    break;
                }
            }
        }
    });
    (port, letters)
}

/// The path of the link in a letter.
fn link_in(letter: &str) -> String {
    let text = letter.replace("=\n", "");
    let from = text.find("/sign-in/links/").unwrap_or_else(|| panic!("{text}"));
    text[from..].split_whitespace().next().unwrap().to_owned()
}

fn used(served: &Served, path: &str) -> Option<String> {
    let (status, head) = served.form(path, "", "");
    let cookies = head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = cookies.map(|c| c.split(';').next().unwrap().to_owned()).find(|cookie| cookie.contains("=s_"));
    assert_eq!(status, if cookie.is_some() { 303 } else { 422 }, "{head}");
    cookie
}

#[test]
fn a_link_comes_by_mail_opens_ones_own_page_once_and_the_store_verifies() {
    let (port, letters) = mail_server();
    let config =
        format!("[mail]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"off\"\nfrom = \"Desk <desk@company.example>\"\n");
    let office = Installation::with(config);
    office.begun();
    let put = |part: &[&str]| drop(office.run("mai", &[&["organisation", "put"][..], part].concat()).ok());
    put(&["entity", "hanoi", "--set", "name=Kawasora", "--set", "country=VN"]);
    put(&["department", "hr", "--set", "name=HR", "--set", "within=hanoi"]);
    let staff = ["staff", "E002", "--set", "name=Hana", "--set", "within=hr", "--set", "from=2023-04-01"];
    put(&[&staff[..], &["--set", "login=hana", "--set", "email=hana@company.example"]].concat());
    let served = Served::start(&office);
    assert_eq!(served.form("/sign-in/links", "", "who=nobody").0, 200);
    assert_eq!(served.form("/sign-in/links", "", "who=hana%40company.example").0, 200);
    let letter = letters.recv_timeout(Duration::from_secs(60)).unwrap();
    assert!(letters.try_recv().is_err(), "nobody is not written to");
    let path = link_in(&letter);
    assert_eq!(served.get(&path).0, 200, "looking uses nothing up");
    let cookie = used(&served, &path).unwrap();
    let header = format!("Cookie: {cookie}\r\n");
    assert_eq!(served.get_with("/turn", &header).0, 200);
    assert_eq!(served.get_with("/people", &header).0, 404);
    assert_eq!(served.get_with("/api/v1/register/rows", &header).0, 403);
    assert!(used(&served, &path).is_none(), "once");
    // Handed over, for somebody who has nothing but their own page.
    let add = ["account", "add", "ha", "--name", "Ha", "--role", "staff", "--reason", "own page"];
    let mut command = office.command("admin", &add);
    command.env_remove("DAICHO_NEW_PASSWORD");
    office.told(command.spawn().unwrap()).ok();
    office.run("hana", &["account", "link", "ha"]).ends(1);
    let handed = office.run("admin", &["account", "link", "ha", "--json"]).ok().json();
    let cookie = used(&served, &link_in(handed["link"].as_str().unwrap())).unwrap();
    assert_eq!(served.get_with("/turn", &format!("Cookie: {cookie}\r\n")).0, 200);
    assert_eq!(served.stop(), 0);
    office.run("", &["verify"]).ok();
}
