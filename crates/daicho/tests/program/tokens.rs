//! The root key wrapped by a PKCS#11 token, of SoftHSM: every start asks the token, and nothing else opens the keys.

use crate::installation::{Installation, Told};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PIN: &str = "4321-right";

/// A machine with tokens, in the folder of an installation.
struct Tokens<'a> {
    office: &'a Installation,
    config: String,
}

impl<'a> Tokens<'a> {
    fn of(office: &'a Installation) -> Self {
        let folder = office.folder().join("tokens");
        fs::create_dir(&folder).unwrap();
        let tokens = Self { office, config: office.file("softhsm2.conf") };
        tokens.configure("");
        tokens.add("office");
        tokens
    }

    fn configure(&self, more: &str) {
        let folder = self.office.folder().join("tokens");
        let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n{more}", folder.display());
        fs::write(&self.config, text).unwrap();
    }

    fn util(&self, arguments: &[&str]) {
        let mut command = Command::new("softhsm2-util");
        let out = command.args(arguments).env("SOFTHSM2_CONF", &self.config).output();
        let out = out.unwrap_or_else(|why| panic!("softhsm2-util: {why}; ./test installs softhsm2"));
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }

    fn add(&self, label: &str) {
        self.util(&["--init-token", "--free", "--label", label, "--so-pin", "security-officer", "--pin", PIN]);
    }

    /// A command with more words in its environment.
    fn run(&self, who: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Told {
        let mut command = self.office.command(who, arguments);
        command.env("SOFTHSM2_CONF", &self.config).envs(environment.iter().copied());
        self.office.told(command.spawn().unwrap())
    }

    /// A command for which somebody types the PIN at a terminal.
    fn typed(&self, arguments: &[&str], pin: &str) -> bool {
        let command = self.office.command("", arguments);
        let mut terminal = Command::new("python3");
        terminal.args(["-c", TERMINAL, pin]).arg(command.get_program()).args(command.get_args());
        terminal.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        terminal.env("SOFTHSM2_CONF", &self.config).output().unwrap().status.success()
    }
}

/// Runs a program at a terminal of its own, waits until it asks, and answers.
const TERMINAL: &str = "
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
heard = b''
while b'PIN' not in heard:
    heard += os.read(terminal, 1000)
os.write(terminal, sys.argv[1].encode() + b'\\n')
try:
    while os.read(terminal, 1000): pass
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
";

fn module() -> String {
    let places = ["/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib/aarch64-linux-gnu/softhsm"];
    let places = places.into_iter().map(|place| Path::new(place).join("libsofthsm2.so"));
    let module = places.into_iter().find(|place| place.exists());
    let module = module.unwrap_or_else(|| panic!("libsofthsm2.so is not on this machine; ./test installs softhsm2"));
    module.to_str().unwrap().to_owned()
}

fn file(office: &Installation) -> PathBuf {
    office.data().join("keys/root.pkcs11")
}

const RIGHT: [(&str, &str); 1] = [("DAICHO_PIN", PIN)];
const WRONG: [(&str, &str); 1] = [("DAICHO_PIN", "1234-wrong")];

#[test]
fn a_token_opens_the_keys_and_is_asked_at_every_start() {
    let office = Installation::on_sqlite();
    let tokens = Tokens::of(office.ready());
    let module = module();
    let by = ["--root", "pkcs11", "--module", &module, "--token", "office"];
    let told = tokens.run("", &["init", "--root", "pkcs11"], &RIGHT).ends(2);
    assert!(told.err.contains("--module FILE --token LABEL"), "{}", told.err);
    tokens.run("", &[&["init"], &by[..]].concat(), &RIGHT).ok();
    let text = fs::read_to_string(file(&office)).unwrap();
    assert!(text.contains("\nmechanism aes-gcm\n") && !text.contains("daicho-root-key"), "{text}");
    // Whoever has the folder has not the key; whoever starts the program hands the PIN in, in one of three ways.
    let told = tokens.run("", &["account", "list"], &[]).ends(2);
    assert!(told.err.contains("DAICHO_PIN"), "{}", told.err);
    tokens.run("", &["account", "list"], &RIGHT).ok();
    let handed = office.write("pin", format!("{PIN}\n"));
    tokens.run("", &["account", "list"], &[("DAICHO_PIN_FILE", &handed)]).ok();
    let credentials = office.file("credentials");
    fs::create_dir(&credentials).unwrap();
    fs::rename(&handed, office.folder().join("credentials/daicho-pin")).unwrap();
    tokens.run("", &["account", "list"], &[("CREDENTIALS_DIRECTORY", &credentials)]).ok();
    let shown = tokens.run("", &["key", "show", "--json"], &RIGHT).ok().json();
    assert_eq!(shown["root"], serde_json::json!(["pkcs11"]));
    // Verifying asks nobody, and says what it could not look at; with the PIN at hand it looks at everything.
    assert!(tokens.run("", &["verify"], &[]).ok().out.contains("root key"));
    assert!(!tokens.run("", &["verify"], &RIGHT).ok().out.contains("root key"));
    // A new root key under the same key of the same token; then another token, then none.
    tokens.run("admin", &["key", "renew"], &RIGHT).ok();
    assert_ne!(fs::read_to_string(file(&office)).unwrap(), text);
    tokens.run("", &["account", "list"], &RIGHT).ok();
    tokens.add("other");
    let other = ["key", "protect", "--root", "pkcs11", "--module", &module, "--token", "other", "--label", "root-2"];
    tokens.run("mai", &other, &RIGHT).ends(2);
    tokens.run("admin", &other, &RIGHT).ok();
    let text = fs::read_to_string(file(&office)).unwrap();
    assert!(text.contains("\ntoken other\n") && text.contains("\nkey root-2\n"), "{text}");
    tokens.run("admin", &["key", "protect", "--root", "pkcs11", "--label", "root-3"], &RIGHT).ok();
    let text = fs::read_to_string(file(&office)).unwrap();
    assert!(text.contains("\ntoken other\n") && text.contains("\nkey root-3\n"), "{text}");
    tokens.util(&["--delete-token", "--token", "office"]);
    tokens.run("", &["verify"], &RIGHT).ok();
    tokens.run("admin", &["key", "protect", "--root", "file"], &RIGHT).ok();
    assert!(!file(&office).exists());
    tokens.run("", &["account", "list"], &[]).ok();
}

#[test]
fn a_wrong_pin_is_tried_once_and_never_by_itself_again() {
    let office = Installation::on_sqlite();
    let tokens = Tokens::of(office.ready());
    let module = module();
    tokens.run("", &["init", "--root", "pkcs11", "--module", &module, "--token", "office"], &RIGHT).ok();
    let told = tokens.run("", &["account", "list"], &WRONG).ends(2);
    assert!(told.err.contains("not the PIN"), "{}", told.err);
    // Whatever starts the program again and again would lock the token; not even the right one is tried unseen.
    for pin in [WRONG, RIGHT] {
        let told = tokens.run("", &["serve", "--listen", "127.0.0.1:0"], &pin).ends(2);
        assert!(told.err.contains("So as not to lock it"), "{}", told.err);
    }
    assert!(!tokens.typed(&["account", "list"], "1234-wrong"));
    assert!(tokens.typed(&["account", "list"], PIN));
    tokens.run("", &["account", "list"], &RIGHT).ok();
}

#[test]
fn what_a_token_lacks_is_said() {
    let office = Installation::on_sqlite();
    let tokens = Tokens::of(office.ready());
    let (module, none) = (module(), office.file("no-module.so"));
    let by = |module: &str, token: &str| {
        tokens.run("", &["init", "--root", "pkcs11", "--module", module, "--token", token], &RIGHT)
    };
    let says = |told: Told, words: &str| {
        let told = told.ends(2);
        assert!(told.err.contains(words), "{words}: {}", told.err);
    };
    says(by(&none, "office"), "no PKCS#11 module");
    says(by(&office.write("text.so", "not a module"), "office"), "no PKCS#11 module");
    says(by(&module, "elsewhere"), "no token 'elsewhere'");
    tokens.add("office");
    says(by(&module, "office"), "several tokens");
    tokens.add("single");
    tokens.configure("slots.mechanisms = -CKM_MD5,CKM_AES_GCM\n");
    says(by(&module, "single"), "does not do AES-GCM");
    tokens.configure("");
    let brought = office.write("brought", [7; 32]);
    tokens
        .util(&["--import", &brought, "--aes", "--label", "brought", "--id", "ab", "--token", "single", "--pin", PIN]);
    let label = ["--token", "single", "--label", "brought"];
    let told = tokens.run("", &[&["init", "--root", "pkcs11", "--module", &module], &label[..]].concat(), &RIGHT);
    says(told, "was brought into the token");
    assert!(!office.data().join("keys/keyring").exists());
    by(&module, "single").ok();
    // Shares bring the root key back where the token is lost.
    let shares = office.file("shares");
    tokens.run("admin", &["key", "split", "--needed", "2", "--of", "2", "--out", &shares], &RIGHT).ok();
    tokens.util(&["--delete-token", "--token", "single"]);
    let list = || tokens.run("", &["account", "list"], &RIGHT);
    says(list(), "no token 'single'");
    tokens.add("single");
    says(list(), "no AES key 'daicho'");
    let share = |n: u8| office.folder().join(format!("shares/share-{n}")).to_str().unwrap().to_owned();
    let (one, two) = (share(1), share(2));
    let combine = ["key", "combine", &one, &two, "--root", "pkcs11"];
    tokens.run("", &combine, &RIGHT).ok();
    list().ok();
    // Another key of the same name, and a file that was altered, open nothing.
    let right = fs::read_to_string(file(&office)).unwrap();
    let (at, was) = right.trim_end().char_indices().last().unwrap();
    let altered = format!("{}{}\n", &right[..at], if was == '0' { '1' } else { '0' });
    fs::write(file(&office), altered).unwrap();
    says(list(), "does not open it");
    fs::write(file(&office), right.replace("mechanism aes-gcm", "mechanism aes-cbc")).unwrap();
    says(list(), "damaged");
    fs::write(file(&office), &right).unwrap();
    list().ok();
}
