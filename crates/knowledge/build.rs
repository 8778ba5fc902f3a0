//! Writes the rows as bytes: `OUT_DIR/rows`.
//!
//! As they stand in the sources, the rows are some twenty thousand pointers, which a program that may be loaded
//! anywhere mends at each start: 0.7 MB of the file, of memory and of work, for what most processes never ask.

#[path = "src/language.rs"]
mod language;
#[path = "build/pack.rs"]
mod pack;
#[path = "src/programs/mod.rs"]
mod programs;
#[path = "src/row/mod.rs"]
mod row;

fn main() -> std::io::Result<()> {
    for source in ["build.rs", "build", "src"] {
        println!("cargo::rerun-if-changed={source}");
    }
    let folder = std::env::var_os("OUT_DIR").ok_or(std::io::ErrorKind::NotFound)?;
    let file = std::path::Path::new(&folder).join("rows");
    std::fs::write(file, pack::pack(programs::TABLES))
}
