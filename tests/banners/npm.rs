//! Packages from npm at fixed versions.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// A file of a package, as in `klaro@0.7.22` and `dist/klaro.js`.
pub(crate) fn file(package: &str, path: &str) -> Vec<u8> {
    let file = folder(package).join("package").join(path);
    fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The folder of a package, which is fetched once, without what it depends on and without its scripts.
fn folder(package: &str) -> PathBuf {
    static FETCHING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = FETCHING.lock().unwrap_or_else(PoisonError::into_inner);
    let target = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().join("banners");
    let folder = target.join(package);
    if !folder.join("package/package.json").exists() {
        fs::create_dir_all(&folder).unwrap();
        let packed = Command::new("npm").args(["pack", package, "--silent"]).current_dir(&folder).output();
        let packed = packed.unwrap_or_else(|error| panic!("npm: {error}"));
        assert!(packed.status.success(), "npm pack {package}: {}", String::from_utf8_lossy(&packed.stderr));
        let name = String::from_utf8(packed.stdout).unwrap();
        let unpacked = Command::new("tar").args(["-xzf", name.trim()]).current_dir(&folder).status().unwrap();
        assert!(unpacked.success(), "tar -xzf {name}");
    }
    folder
}
