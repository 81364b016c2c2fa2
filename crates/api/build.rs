//! Builds the console's files into the program: `console/dist` if it was built, a page that says how to build it otherwise.
//! Needs no Node.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dist = here.join("../../console/dist");
    let placeholder = here.join("placeholder");
    let root = if dist.join("index.html").is_file() { &dist } else { &placeholder };
    // A folder that is not there yet counts as changed, so the console appears with the first build after its own.
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed={}", placeholder.display());

    let mut files = Vec::new();
    collect(root, &mut files)?;
    files.sort();
    let out = out_dir();
    // Copies, because the console may be built anew between this moment and the compiler's.
    let copies = out.join("console");
    if copies.exists() {
        fs::remove_dir_all(&copies)?;
    }
    fs::create_dir_all(&copies)?;
    let mut code = String::from("static CONSOLE: &[Asset] = &[\n");
    for (index, file) in files.iter().enumerate() {
        let name = file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let bytes = fs::read(file)?;
        let copy = copies.join(index.to_string());
        fs::write(&copy, &bytes)?;
        let etag = format!("\"{:016x}\"", fnv(&bytes));
        let _ = writeln!(
            code,
            "    Asset {{ path: {name:?}, mime: {:?}, etag: {etag:?}, bytes: include_bytes!({:?}) }},",
            mime(&name),
            copy.to_string_lossy()
        );
    }
    code.push_str("];\n");
    fs::write(out.join("console.rs"), code)
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script where to write only through the environment")]
fn out_dir() -> PathBuf {
    PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// FNV-1a: enough to tell one build's file from another's.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3))
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
