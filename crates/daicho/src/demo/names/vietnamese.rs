//! Parts of Vietnamese names, with the Latin letters of their e-mail addresses. They are combined by chance and name nobody.

/// Family names, common ones several times as in any list of staff.
pub(super) const FAMILY: &[(&str, &str)] = &[
    ("Nguyễn", "nguyen"),
    ("Nguyễn", "nguyen"),
    ("Nguyễn", "nguyen"),
    ("Nguyễn", "nguyen"),
    ("Trần", "tran"),
    ("Trần", "tran"),
    ("Lê", "le"),
    ("Lê", "le"),
    ("Phạm", "pham"),
    ("Hoàng", "hoang"),
    ("Huỳnh", "huynh"),
    ("Vũ", "vu"),
    ("Võ", "vo"),
    ("Phan", "phan"),
    ("Đặng", "dang"),
    ("Bùi", "bui"),
    ("Đỗ", "do"),
    ("Hồ", "ho"),
    ("Ngô", "ngo"),
    ("Dương", "duong"),
    ("Lý", "ly"),
    ("Đinh", "dinh"),
    ("Trịnh", "trinh"),
    ("Mai", "mai"),
    ("Tạ", "ta"),
    ("Đoàn", "doan"),
];

/// What stands between, in women's names.
pub(super) const WOMEN_MIDDLE: &[&str] =
    &["Thị", "Thị", "Thị", "Ngọc", "Thu", "Thanh", "Minh", "Phương", "Bích", "Khánh", "Quỳnh", "Diệu"];

/// What stands between, in men's names.
pub(super) const MEN_MIDDLE: &[&str] =
    &["Văn", "Văn", "Đức", "Minh", "Hữu", "Quang", "Anh", "Xuân", "Công", "Thành", "Quốc", "Tuấn"];

/// Given names usually given to women.
pub(super) const WOMEN: &[(&str, &str)] = &[
    ("Lan", "lan"),
    ("Hương", "huong"),
    ("Hoa", "hoa"),
    ("Mai", "mai"),
    ("Linh", "linh"),
    ("Trang", "trang"),
    ("Hà", "ha"),
    ("Thảo", "thao"),
    ("Ngân", "ngan"),
    ("Yến", "yen"),
    ("Vân", "van"),
    ("Nga", "nga"),
    ("Hằng", "hang"),
    ("Thủy", "thuy"),
    ("Dung", "dung"),
    ("Nhung", "nhung"),
    ("Tuyết", "tuyet"),
    ("Loan", "loan"),
    ("Oanh", "oanh"),
    ("Phượng", "phuong"),
    ("Giang", "giang"),
    ("Chi", "chi"),
    ("Ánh", "anh"),
    ("Như", "nhu"),
    ("Trâm", "tram"),
    ("Uyên", "uyen"),
    ("Hiền", "hien"),
    ("Xuân", "xuan"),
    ("Huệ", "hue"),
    ("Diễm", "diem"),
];

/// Given names usually given to men.
pub(super) const MEN: &[(&str, &str)] = &[
    ("Hùng", "hung"),
    ("Dũng", "dung"),
    ("Tuấn", "tuan"),
    ("Nam", "nam"),
    ("Long", "long"),
    ("Sơn", "son"),
    ("Hải", "hai"),
    ("Quân", "quan"),
    ("Khoa", "khoa"),
    ("Bảo", "bao"),
    ("Phúc", "phuc"),
    ("Đạt", "dat"),
    ("Thắng", "thang"),
    ("Trung", "trung"),
    ("Việt", "viet"),
    ("Cường", "cuong"),
    ("Hiếu", "hieu"),
    ("Kiên", "kien"),
    ("Lâm", "lam"),
    ("Thịnh", "thinh"),
    ("Tài", "tai"),
    ("Vinh", "vinh"),
    ("Duy", "duy"),
    ("Khôi", "khoi"),
    ("Nhật", "nhat"),
    ("Phong", "phong"),
    ("Tiến", "tien"),
    ("Toàn", "toan"),
    ("Hoàng", "hoang"),
    ("Đăng", "dang"),
];
