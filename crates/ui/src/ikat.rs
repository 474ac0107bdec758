//! Ikat: a cloth of its own for every account and card, woven from a hash.
//!
//! Atlas, the ikat of the Fergana valley, is dyed before it is woven: the threads of the warp carry
//! the pattern, and they shift a little against each other. Here a cloth is a set of rings around a
//! diamond, mirrored both ways, each warp thread shifted by its own amount. Everything is decided
//! by SHA-256 of the seed with integers, so the same account has the same cloth everywhere.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

/// Threads and picks of the two pieces.
const SWATCH: Piece = Piece { columns: 28, rows: 20, wide: 2, high: 2 };
const BAND: Piece = Piece { columns: 104, rows: 13, wide: 7, high: 4 };

/// The dyes of a cloth: ground, outline, and two that fill.
const PALETTES: [[&str; 4]; 6] = [
    ["#F6F1E4", "#1F3F2E", "#F2BE5A", "#C2552D"],
    ["#F6F1E4", "#0B5A50", "#F2A93B", "#B0332B"],
    ["#F6F1E4", "#1B2A4A", "#E3A545", "#2E8F83"],
    ["#F6F1E4", "#5B2245", "#E0B04C", "#C9586A"],
    ["#F6F1E4", "#24346E", "#7FB2D9", "#D9772E"],
    ["#F6F1E4", "#3A2A20", "#9DB56A", "#B8472C"],
];

/// The dyes from the middle outwards. Fills do not touch: an outline or the ground lies between, as
/// in the cloths of Margilan.
const ORDERS: [[usize; 8]; 6] = [
    [1, 2, 1, 0, 3, 0, 1, 0],
    [2, 1, 0, 3, 0, 1, 2, 1],
    [3, 0, 1, 2, 1, 0, 3, 1],
    [1, 2, 0, 1, 3, 1, 0, 2],
    [0, 3, 1, 2, 1, 0, 1, 3],
    [2, 0, 1, 3, 1, 0, 2, 1],
];

#[derive(Clone, Copy)]
struct Piece {
    columns: usize,
    rows: usize,
    wide: usize,
    high: usize,
}

/// How one cloth is woven.
struct Weave {
    palette: [&'static str; 4],
    /// Threads from the middle of a diamond to where the next begins.
    half: usize,
    /// How much further out one thread, and one pick, lies.
    across: usize,
    down: usize,
    /// How far each thread slipped.
    slips: [usize; 16],
    /// The dye at each distance from the middle.
    rings: Vec<usize>,
}

impl Weave {
    fn new(seed: &[u8]) -> Self {
        let digest = Sha256::digest(seed);
        let mut bytes = digest.iter().map(|b| usize::from(*b));
        let mut pick = |count: usize| bytes.next().unwrap_or(0) % count;
        let palette = PALETTES.into_iter().nth(pick(PALETTES.len())).unwrap_or(PALETTES[0]);
        let order = ORDERS.into_iter().nth(pick(ORDERS.len())).unwrap_or(ORDERS[0]);
        let exchanged = pick(2) == 1;
        let half = 10 + pick(4);
        let across = 3 + pick(2);
        let down = 3 + pick(4);
        let slips = std::array::from_fn(|_| pick(5));
        let mut rings = Vec::new();
        for dye in order {
            let dye = if exchanged && dye > 1 { 5 - dye } else { dye };
            rings.extend(std::iter::repeat_n(dye, 5 + pick(4)));
        }
        Self { palette, half, across, down, slips, rings }
    }

    /// The dye of a crossing, counted from the corner of a piece.
    fn dye(&self, piece: Piece, column: usize, row: usize) -> usize {
        let along = from_middle(column, piece.columns) % (2 * self.half);
        let thread = if along < self.half { along } else { 2 * self.half - 1 - along };
        let slip = self.slips.get(thread % self.slips.len()).copied().unwrap_or(0);
        let distance = thread * self.across + from_middle(row, piece.rows) * self.down + slip;
        self.rings.get(distance % self.rings.len()).copied().unwrap_or(0)
    }

    /// One path for each dye but the ground; in it, one stroke for each run along a thread.
    fn svg(&self, piece: Piece) -> String {
        let Piece { columns, rows, wide, high } = piece;
        let [ground, dyes @ ..] = self.palette;
        let mut paths = [String::new(), String::new(), String::new()];
        for column in 0..columns {
            let mut row = 0;
            while row < rows {
                let dye = self.dye(piece, column, row);
                let same = |r: &usize| self.dye(piece, column, *r) == dye;
                let run = (row..rows).take_while(same).count();
                if let Some(path) = dye.checked_sub(1).and_then(|i| paths.get_mut(i)) {
                    // Writing to a string does not fail.
                    let _ = write!(path, "M{column} {row}v{run}");
                }
                row += run;
            }
        }
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" \
             preserveAspectRatio=\"xMidYMid slice\" shape-rendering=\"crispEdges\" \
             focusable=\"false\"><rect width=\"100%\" height=\"100%\" fill=\"{ground}\"/>\
             <g transform=\"scale({wide} {high}) translate(.5 0)\" fill=\"none\">",
            columns * wide,
            rows * high,
        );
        for (path, dye) in paths.iter().zip(dyes) {
            let _ = write!(out, "<path stroke=\"{dye}\" d=\"{path}\"/>");
        }
        out.push_str("</g></svg>");
        out
    }
}

/// How far a place is from the middle of `count` places: the same to both sides.
const fn from_middle(place: usize, count: usize) -> usize {
    (2 * place + 1).abs_diff(count) / 2
}

/// A small piece of cloth for a row.
pub fn swatch(seed: &[u8]) -> Markup {
    html! { span.ikat.swatch aria-hidden="true" { (PreEscaped(swatch_svg(seed))) } }
}

/// A wide band of cloth for the head of a screen.
pub fn band(seed: &[u8]) -> Markup {
    html! { div.ikat.band aria-hidden="true" { (PreEscaped(band_svg(seed))) } }
}

/// The drawing of [`swatch`], to be served by itself.
pub fn swatch_svg(seed: &[u8]) -> String {
    Weave::new(seed).svg(SWATCH)
}

/// The drawing of [`band`], to be served by itself.
pub fn band_svg(seed: &[u8]) -> String {
    Weave::new(seed).svg(BAND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_weaves_the_same_cloth_and_another_one_another() {
        assert_eq!(swatch_svg(b"acc_1"), swatch_svg(b"acc_1"));
        let cloths: std::collections::BTreeSet<String> =
            (0..500_u32).map(|i| swatch_svg(&i.to_be_bytes())).collect();
        assert_eq!(cloths.len(), 500);
    }

    #[test]
    fn a_cloth_is_mirrored_both_ways() {
        for seed in 0..200_u8 {
            let weave = Weave::new(&[seed]);
            for piece in [SWATCH, BAND] {
                for column in 0..piece.columns {
                    for row in 0..piece.rows {
                        let dye = weave.dye(piece, column, row);
                        assert_eq!(dye, weave.dye(piece, piece.columns - 1 - column, row));
                        assert_eq!(dye, weave.dye(piece, column, piece.rows - 1 - row));
                    }
                }
            }
        }
    }

    #[test]
    fn a_cloth_is_small_on_the_wire() {
        for seed in 0..50_u8 {
            for drawing in [swatch_svg(&[seed]), band_svg(&[seed])] {
                let mut out = Vec::new();
                let params = brotli::enc::BrotliEncoderParams::default();
                brotli::BrotliCompress(&mut drawing.as_bytes(), &mut out, &params).unwrap();
                assert!(out.len() < 2_048, "seed {seed}: {} bytes", out.len());
            }
        }
    }

    #[test]
    fn a_cloth_shows_several_dyes() {
        for seed in 0..200_u8 {
            let weave = Weave::new(&[seed]);
            let dyes: std::collections::BTreeSet<usize> = (0..SWATCH.columns)
                .flat_map(|c| (0..SWATCH.rows).map(move |r| (c, r)))
                .map(|(c, r)| weave.dye(SWATCH, c, r))
                .collect();
            assert!(dyes.len() >= 3, "seed {seed} has {dyes:?}");
        }
    }
}
