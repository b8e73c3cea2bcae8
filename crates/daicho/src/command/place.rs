//! Places on disk that must be empty before something is written there.

use crate::said::Said;
use policy::Texts;
use std::path::Path;

/// Makes the folder, or refuses one with anything in it.
pub(super) fn empty(folder: &Path) -> Result<(), Said> {
    let full = || {
        let folder = folder.display();
        Said::mistake(Texts::new(
            format!("{folder} は空ではありません。別のフォルダーを指定してください。"),
            format!("{folder} is not empty. Name another folder."),
            format!("{folder} không trống. Hãy chọn thư mục khác."),
        ))
    };
    match std::fs::read_dir(folder) {
        Ok(mut items) => {
            if items.next().is_none() {
                Ok(())
            } else {
                Err(full())
            }
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(std::fs::create_dir_all(folder)?),
        Err(e) if e.kind() == std::io::ErrorKind::NotADirectory => Err(full()),
        Err(e) => Err(e.into()),
    }
}
