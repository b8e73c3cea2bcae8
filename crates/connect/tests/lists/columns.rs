//! What columns are taken for.

use connect::columns::{MapProblem, Mapping, Standing};
use policy::Language;
use policy::normal::Identifier;

use super::made::{elements, matched, summary, table};

#[test]
fn headings_in_three_languages_are_confirmed_when_their_values_agree() {
    for (text, expected) in [
        (
            "お名前（必須）,ふりがな,お電話番号,ご住所,〒,E-Mail\n山田太郎,やまだたろう,03-5234-5678,東京都港区芝1-1,105-0014,a@example.jp\n",
            [
                "お名前（必須）=name confirmed",
                "ふりがな=name-kana confirmed",
                "お電話番号=phone confirmed",
                "ご住所=address confirmed",
                "〒=postal-code confirmed",
                "E-Mail=email confirmed",
            ],
        ),
        (
            "STT,Họ và tên,Ngày sinh,Số ĐT,Địa chỉ,Phòng ban\n1,Nguyễn Văn An,05/03/1985,0912 345 678,\"12 Nguyễn Huệ, Q.1, TP.HCM\",Kinh doanh\n",
            [
                "STT=- confirmed",
                "Họ và tên=name confirmed",
                "Ngày sinh=birth-date confirmed",
                "Số ĐT=phone confirmed",
                "Địa chỉ=address confirmed",
                "Phòng ban=department confirmed",
            ],
        ),
        (
            "Employee ID,Full Name,DOB,Mobile Phone,Email Address,Remarks\nE1,Sato Hanako,1985-03-05,090-1234-5678,a@example.com,x\n",
            [
                "Employee ID=employee-number confirmed",
                "Full Name=name confirmed",
                "DOB=birth-date confirmed",
                "Mobile Phone=phone inferred",
                "Email Address=email confirmed",
                "Remarks=note confirmed",
            ],
        ),
    ] {
        assert_eq!(summary(&matched(&table(text))), expected);
    }
}

#[test]
fn without_values_a_heading_is_only_inferred_and_against_them_it_is_not_believed() {
    assert_eq!(summary(&matched(&table("氏名,電話番号\n山田,\n"))), ["氏名=name confirmed", "電話番号=phone inferred"]);
    let swapped = matched(&table("氏名,電話番号\n山田太郎,a@example.jp\n鈴木花子,b@example.jp\n"));
    assert_eq!(summary(&swapped), ["氏名=name confirmed", "電話番号=- unconfirmed"]);
    assert_eq!(swapped[1].also.first().map(|id| id.as_str()), Some("phone"));
}

#[test]
fn no_element_is_given_to_two_columns() {
    let columns = matched(&table("氏名,電話番号,携帯電話,自宅電話\n山田,03-5234-5678,090-1234-5678,03-1234-5678\n"));
    assert_eq!(
        summary(&columns),
        ["氏名=name confirmed", "電話番号=phone confirmed", "携帯電話=- unconfirmed", "自宅電話=- unconfirmed"]
    );
    assert!(columns[2].because.taken);
    assert!(columns[2].also.iter().any(|id| id.as_str() == "phone"));
    assert!(columns[2].because.told(Language::Ja).contains("別の列"));
}

#[test]
fn somebody_elses_telephone_is_not_the_persons() {
    let columns = matched(&table("氏名,保証人電話番号,緊急連絡先 電話\n山田,03-5234-5678,090-1234-5678\n"));
    assert_eq!(summary(&columns)[1..], ["保証人電話番号=- unconfirmed", "緊急連絡先 電話=- unconfirmed"]);
}

#[test]
fn a_heading_over_two_columns_of_names_is_both_parts() {
    let text = "社員番号,氏名,氏名,フリガナ,フリガナ\nE1,山田,太郎,ヤマダ,タロウ\nE2,鈴木,花子,スズキ,ハナコ\n";
    assert_eq!(
        summary(&matched(&table(text)))[1..],
        [
            "氏名=name:family confirmed",
            "氏名=name:given confirmed",
            "フリガナ=name-kana:family confirmed",
            "フリガナ=name-kana:given confirmed"
        ]
    );
}

#[test]
fn a_given_name_alone_that_holds_whole_names_is_the_name() {
    let text = "Mã nhân viên,Tên,Email\nNV1,Nguyễn Văn An,a@example.vn\nNV2,Trần Thị Bình,b@example.vn\n";
    assert_eq!(summary(&matched(&table(text)))[1], "Tên=name confirmed");
}

/// Personal numbers under an innocent heading are told and not imported as that.
#[test]
fn unexpected_personal_numbers_are_flagged() {
    let number = |at: u64| {
        let body = format!("{:011}", 98_765_432_100 + at * 7_919);
        (0..10).map(|check| format!("{body}{check}")).find(|number| Identifier::MyNumber.fits(number))
    };
    let lines: Vec<String> = (0..12).filter_map(number).map(|number| format!("山田太郎,{number}")).collect();
    let columns = matched(&table(format!("氏名,備考\n{}\n", lines.join("\n"))));
    assert_eq!(columns[1].identifier, Some(Identifier::MyNumber));
    assert_eq!(columns[1].element, None);
    assert_eq!(columns[1].standing, Standing::Unconfirmed);
    assert!(columns[1].because.told(Language::Ja).contains("マイナンバー"));
    let columns = matched(&table(format!("氏名,個人番号\n{}\n", lines.join("\n"))));
    assert_eq!(summary(&columns)[1], "個人番号=my-number confirmed");
}

#[test]
fn what_a_person_decides_wins_and_is_kept() {
    let table = table("氏名,連絡先A,備考\n山田,03-5234-5678,x\n");
    let mut mapping = Mapping::default();
    for written in ["連絡先Ａ=phone", "備考=-"] {
        mapping.add(written).unwrap();
    }
    let elements = elements();
    let columns = connect::columns::matching(table.headings(), table.sample(), &elements, &mapping);
    assert_eq!(summary(&columns), ["氏名=name confirmed", "連絡先A=phone confirmed", "備考=- confirmed"]);
    let kept = Mapping::of(&columns).to_toml();
    assert_eq!(
        kept,
        "version = 1\n\n[[column]]\nheading = \"氏名\"\nelement = \"name\"\n\n[[column]]\nheading = \"連絡先A\"\nelement = \"phone\"\n\n[[column]]\nheading = \"備考\"\nignore = true\n"
    );
    let again = Mapping::from_toml(&kept).unwrap();
    assert_eq!(again, Mapping::of(&columns));
    assert!(again.problems(table.headings(), &elements).is_empty());
}

#[test]
fn decisions_that_cannot_be_followed_are_all_told() {
    let table = table("氏名,電話番号\n山田,03-5234-5678\n");
    let mut mapping = Mapping::default();
    for written in ["氏名=name", "電話番号=name", "年齢=age", "B=email"] {
        mapping.add(written).unwrap();
    }
    let problems = mapping.problems(table.headings(), &elements());
    assert_eq!(
        problems,
        [
            MapProblem::Twice("name".parse().unwrap()),
            MapProblem::Column("年齢".into()),
            MapProblem::Element("age".parse().unwrap()),
        ]
    );
    for problem in &problems {
        for language in Language::ALL {
            assert!(!problem.told(*language).is_empty());
        }
    }
    for (written, problem) in [
        ("氏名", MapProblem::Form),
        ("=name", MapProblem::Form),
        ("姓=name:front", MapProblem::Part),
        ("姓=Not A Slug", MapProblem::Form),
    ] {
        assert_eq!(mapping.add(written), Err(problem), "{written}");
    }
    assert_eq!(Mapping::from_toml("version = 2"), Err(MapProblem::File));
    assert_eq!(Mapping::from_toml("version = 1\ncolour = 3"), Err(MapProblem::File));
}
