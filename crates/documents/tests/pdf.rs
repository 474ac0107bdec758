//! The PDFs, read back by programs that others wrote: poppler and qpdf.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot go on says so"
)]

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use common::{bank, everyday, list, statement, uzs, verify};
use documents::{Document, MAX_PDF_LINES, Party, Receipt, Renderer};
use kernel::{Code, Lang};

/// What poppler takes for wrong, though the standard has it so: the type of an entry (ISO 32000-1,
/// 14.7.1), and four colours for the four borders of a cell (14.8.5.4.2).
const POPPLER_MISTAKES: [&str; 2] = [
    "Syntax Error: Suspects object is wrong type (boolean)",
    "Syntax Warning: Attribute BorderColor value is of wrong type (array)",
];

fn receipt(lang: Lang) -> Receipt {
    Receipt {
        lang,
        bank: bank(),
        issued_at: "2026-11-23T03:02:01Z".parse().unwrap(),
        operation: "op_019aaf5e7d3c7a2f9c1b5e4d3c2b1a00".to_owned(),
        at: "2026-11-22T09:41:07Z".parse().unwrap(),
        description: "Mijozga oʻtkazma".to_owned(),
        state: "Bajarildi".to_owned(),
        amount: uzs(120_000_000),
        fee: Some(uzs(0)),
        total: Some(uzs(120_000_000)),
        payer: Some(Party {
            name: "Gʻaniyeva Oʻgʻiloy Maʼrufovna".to_owned(),
            account: "••••7001".to_owned(),
            bank: String::new(),
        }),
        payee: Some(Party {
            name: "Toʻxtasinova Sh.".to_owned(),
            account: "••••4402".to_owned(),
            bank: "Okto".to_owned(),
        }),
        further: Vec::new(),
        note: Some("Noyabr oyi uchun ijara haqi".to_owned()),
        verify: Some(verify()),
    }
}

/// What a program of the system prints when it reads the bytes.
fn read_with(program: &str, arguments: &[&str], input: &[u8]) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("{program} is needed (apt install poppler-utils qpdf): {e}"));
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).unwrap());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {said}");
        let complaints = said.lines().filter(|l| !l.is_empty() && !POPPLER_MISTAKES.contains(l));
        assert_eq!(complaints.count(), 0, "{program}: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    })
}

/// The text of a PDF, each run of white space as one space.
fn pdf_text(pdf: &[u8]) -> String {
    let text = read_with("pdftotext", &["-enc", "UTF-8", "-raw", "-", "-"], pdf);
    spaced(&text)
}

/// Each run of white space as one space.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each text stands after the one before it.
fn in_order<'a>(text: &str, expected: impl IntoIterator<Item = &'a str>) {
    let mut rest = text;
    for wanted in expected {
        let at = rest.find(wanted);
        let at =
            at.unwrap_or_else(|| panic!("{wanted:?} is not where it belongs in: {rest:.3000}"));
        rest = &rest[at + wanted.len()..];
    }
}

/// Writes the file where a person can look at it.
fn keep(name: &str, pdf: &[u8]) {
    std::fs::write(format!("{}/{name}.pdf", env!("CARGO_TARGET_TMPDIR")), pdf).unwrap();
}

#[test]
fn a_statement_has_every_line_and_balance_in_order() {
    let statement = everyday(Lang::Uz, 30);
    let pdf = statement.pdf().unwrap();
    keep("statement-uz", &pdf);
    let text = pdf_text(&pdf);
    in_order(
        &text,
        [
            "Okto",
            "Hisobvaraqdan koʻchirma",
            "2026-yil 1-noyabr – 2026-yil 22-noyabr",
            "Gʻaniyeva Oʻgʻiloy Maʼrufovna",
            "20206 000 9 01234567 001",
            "Oʻzbekiston soʻmi (UZS)",
            "23.11.2026, 08:02",
            "Amallar soni 30",
            "Davr boshidagi qoldiq",
            "1 250 000,00 UZS",
        ],
    );
    // The running balances are words of their own, so their order is that of the lines.
    let amounts: Vec<String> = statement
        .lines
        .iter()
        .flat_map(|line| [line.amount, line.balance_after])
        .map(|money| {
            let sign = if money.minor < 0 { "\u{2212}" } else { "" };
            let (whole, rest) = (money.minor.abs() / 100, money.minor.abs() % 100);
            let whole = whole.to_string();
            let groups: Vec<&str> = whole
                .as_bytes()
                .rchunks(3)
                .rev()
                .map(|group| std::str::from_utf8(group).unwrap())
                .collect();
            format!("{sign}{},{rest:02}", groups.join(" "))
        })
        .collect();
    in_order(&text, amounts.iter().map(String::as_str));
    in_order(&text, statement.lines.iter().map(|line| line.operation.as_str()));
    in_order(&text, statement.lines.iter().filter_map(|line| line.counterparty.as_deref()));
    assert!(text.contains("7K3M Q2XW 9ZB4 T8HN"), "{text}");
    assert!(text.contains("https://okto.example/verify/7K3MQ2XW9ZB4T8HN"), "{text}");
    let info = read_with("pdfinfo", &["-"], &pdf);
    let pages = info.lines().find_map(|l| l.strip_prefix("Pages:")).unwrap().trim().to_owned();
    assert_ne!(pages, "1");
    in_order(&text, [format!("1 / {pages}"), format!("2 / {pages}")].iter().map(String::as_str));
    // The heading of the table is on each of its pages.
    assert!(text.matches("Qoldiq, UZS").count() >= 2, "{text}");
}

#[test]
fn the_file_says_that_it_is_an_archive_document() {
    let pdf = everyday(Lang::Ru, 1).pdf().unwrap();
    keep("statement-ru", &pdf);
    let info = spaced(&read_with("pdfinfo", &["-"], &pdf));
    for expected in [
        "Title: Выписка по счёту: Gʻaniyeva Oʻgʻiloy Maʼrufovna",
        "Author: Okto",
        "Tagged: yes",
        "JavaScript: no",
        "Encrypted: no",
        "Page size: 595.276 x 841.89 pts (A4)",
    ] {
        assert!(info.contains(expected), "{expected} is not in {info}");
    }
    let metadata = spaced(&read_with("pdfinfo", &["-meta", "-"], &pdf));
    for expected in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "2026-11-23T08:02:01+05:00",
    ] {
        assert!(metadata.contains(expected), "{expected} is not in {metadata}");
    }
    let structure = read_with("pdfinfo", &["-struct", "-"], &pdf);
    for expected in ["Document", "H1", "Table", "TH", "TD", "Figure"] {
        assert!(structure.contains(expected), "{expected} is not in {structure}");
    }
    let fonts = read_with("pdffonts", &["-"], &pdf);
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!fonts.is_empty());
    for font in fonts {
        // Embedded, as a subset, with a table that tells the characters.
        assert!(font.contains("Onest") && font.contains("yes yes yes"), "{font}");
    }
    let path = format!("{}/checked.pdf", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&path, &pdf).unwrap();
    let checked = read_with("qpdf", &["--check", &path], b"");
    assert!(checked.contains("No syntax or stream encoding errors found"), "{checked}");
    let json = read_with("qpdf", &["--json", "--json-key=qpdf", &path], b"");
    assert!(json.contains("\"/Lang\": \"u:ru\""), "the language of the document");
}

#[test]
fn the_same_statement_is_the_same_file() {
    let statement = everyday(Lang::En, 3);
    assert_eq!(statement.pdf().unwrap(), statement.pdf().unwrap());
}

#[test]
fn text_of_strangers_is_only_text() {
    let word = "x".repeat(300);
    let long = "Ж ".repeat(900);
    let moves = [
        (
            "#eval(\"1+1\") $x^2$ *b* _i_ `c`",
            Some("\"]}, #panic()"),
            Some("#include \"/etc/passwd\""),
            -1,
        ),
        ("@label <label> = Heading", Some("\\u{41} \\ // /* */"), Some("{{ ]] )) ~ --- -- ..."), 2),
        ("שלום \u{202e}evil", Some("مرحبا"), Some("\u{1f600}\u{200d}\u{1f525} ok"), -3),
        (&word, Some(&word), Some(&long), 4),
        ("\u{0}\u{7}\r\n", Some(""), Some("\u{300}\u{301}a\u{35f}"), 0),
        ("ўқғҳ ЎҚҒҲ", Some("Oʻ gʻ maʼno"), Some("a\u{2011}b №5 €7 ₽8 ₸9"), 5),
    ];
    let mut statement = statement(Lang::En, &moves);
    statement.holder = "#set text(fill: white) \u{1f480} Иванов".to_owned();
    let pdf = statement.pdf().unwrap();
    keep("hostile", &pdf);
    let text = pdf_text(&pdf);
    // How far apart letters must be to be words is a guess of whoever reads: no spaces here.
    let joined = text.replace([' ', '\u{200b}'], "");
    let expected = [
        "#set text(fill: white) ? Иванов",
        "#eval(\"1+1\") $x^2$ *b* _i_ `c`",
        "\"]}, #panic()",
        "#include \"/etc/passwd\"",
        "@label <label> = Heading",
        "\\u{41} \\ // /* */",
        "{{ ]] )) ~ --- -- ...",
        "???? evil",
        "?????",
        "?? ok",
        "ўқғҳ ЎҚҒҲ",
        "Oʻ gʻ maʼno",
        "a-b №5 €7 ₽8 ₸9",
    ]
    .map(|text| text.replace(' ', ""));
    in_order(&joined, expected.iter().map(String::as_str));
    assert!(joined.matches('x').count() >= 600, "no letter of a long word is lost");
}

#[test]
fn an_empty_statement_and_a_list_and_a_receipt_are_documents_too() {
    let empty = statement(Lang::En, &[]).pdf().unwrap();
    keep("statement-empty", &empty);
    in_order(
        &pdf_text(&empty),
        ["Opening balance", "There were no operations in this period.", "Closing balance"],
    );
    let listed = list(Lang::Uz).pdf().unwrap();
    keep("list", &listed);
    in_order(
        &pdf_text(&listed),
        ["Amallar roʻyxati", "karimov", "\u{2212}12 345,67 UZS", "\u{2212}5,05 USD", "3."],
    );
    for lang in Lang::ALL {
        let pdf = receipt(lang).pdf().unwrap();
        keep(&format!("receipt-{}", lang.tag()), &pdf);
        let info = spaced(&read_with("pdfinfo", &["-"], &pdf));
        assert!(info.contains("Pages: 1 "), "{info}");
        let text = pdf_text(&pdf);
        for expected in ["Toʻxtasinova Sh.", "••••4402", "7K3M Q2XW 9ZB4 T8HN"] {
            assert!(text.contains(expected), "{expected} is not in {text}");
        }
    }
}

#[test]
fn large_amounts_stay_whole() {
    let moves = [("Salary", None, None, 900_000_000_000_000_000), ("Rent", None, None, -1)];
    let large = statement(Lang::En, &moves);
    let pdf = large.pdf().unwrap();
    keep("large", &pdf);
    let expected = ["9 000 000 001 250 000.00", "9 000 000 001 249 999.99"];
    in_order(&pdf_text(&pdf), expected);
    let mut paid = receipt(Lang::En);
    paid.amount = uzs(1_000_000_000_000_000);
    let pdf = paid.pdf().unwrap();
    keep("receipt-large", &pdf);
    in_order(&pdf_text(&pdf), ["10 000 000 000 000.00 UZS"]);
}

#[test]
fn too_many_lines_are_refused() {
    let refused = everyday(Lang::Uz, MAX_PDF_LINES + 1).pdf().unwrap_err();
    assert_eq!(refused.code(), Some(Code::StatementTooLong));
}

#[test]
fn figures_that_contradict_each_other_are_an_incident() {
    let good = everyday(Lang::Uz, 6);
    let mut other_balance = good.clone();
    other_balance.lines[2].balance_after = uzs(1);
    let mut other_sum = good.clone();
    other_sum.credits = uzs(good.credits.minor + 1);
    let mut other_asset = good.clone();
    other_asset.lines[0].amount.asset = kernel::Asset::Usd;
    let mut lost_line = good.clone();
    lost_line.lines.pop();
    for wrong in [other_balance, other_sum, other_asset, lost_line] {
        assert!(wrong.pdf().unwrap_err().code().is_none());
        assert!(wrong.xlsx().unwrap_err().code().is_none());
        assert!(wrong.csv().unwrap_err().code().is_none());
    }
}

#[tokio::test]
async fn a_server_renders_off_its_own_threads() {
    let renderer = Renderer::new(1);
    let receipt = receipt(Lang::En);
    let expected = receipt.pdf().unwrap();
    assert_eq!(renderer.pdf(receipt.clone()).await.unwrap(), expected);
    assert_eq!(Document::from(receipt).pdf().unwrap(), expected);
}
