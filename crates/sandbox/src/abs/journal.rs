//! The file of the books: one line of JSON for everything that happened, in order.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use kernel::{Day, Error, Result};

use super::books::{Books, Record};

const READING: &str = "reading the books of the sandbox's ABS";

#[derive(Debug)]
pub(super) struct Journal(File);

/// The books of a file; new ones that begin on this day when there is none. A last line that broke
/// off never happened: whoever wrote it did not come to answer.
pub(super) fn open(path: &Path, date: Day) -> Result<(Books, Journal)> {
    let broken = |e| Error::broken(READING, e);
    let mut whole = 0_u64;
    let mut books = Books::begun(date);
    if path.exists() {
        let mut reader = BufReader::new(File::open(path).map_err(broken)?);
        let mut line = String::new();
        while reader.read_line(&mut line).map_err(broken)? > 0 && line.ends_with('\n') {
            let record = serde_json::from_str::<Record>(&line);
            books.apply(record.map_err(|e| Error::broken(READING, e))?);
            whole = whole.saturating_add(u64::try_from(line.len()).unwrap_or(0));
            line.clear();
        }
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(broken)?;
    }
    let file = File::options().create(true).append(true).mode(0o600).open(path);
    let file = file.map_err(broken)?;
    file.set_len(whole).map_err(broken)?;
    let mut journal = Journal(file);
    if whole == 0 {
        journal.append(&Record::Begun(date)).map_err(broken)?;
    }
    Ok((books, journal))
}

impl Journal {
    pub fn append(&mut self, record: &Record) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.0.write_all(&line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn books_go_on_where_their_file_ends() {
        let name = format!("okto-abs-{}", kernel::TraceId::generate(kernel::Entropy));
        let file = std::env::temp_dir().join(name).join("books");
        let day: Day = "2026-11-30".parse().unwrap();
        let number = "20206000912345678001".to_owned();
        let (mut books, mut journal) = open(&file, day).unwrap();
        for record in
            [Record::Opened(number.clone(), "UZS".to_owned()), Record::Date(day.days_after(1))]
        {
            journal.append(&record).unwrap();
            books.apply(record);
        }
        drop(journal);
        std::fs::OpenOptions::new()
            .append(true)
            .open(&file)
            .unwrap()
            .write_all(b"{\"date\":\"2027")
            .unwrap();
        for _ in 0..2 {
            let (books, _) = open(&file, day).unwrap();
            assert_eq!(books.date(), day.days_after(1));
            assert!(books.is_open(&number));
        }
        std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
    }
}
