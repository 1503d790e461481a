//! One `chromedriver`, with the browser that it starts.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

pub(super) struct Driver {
    process: Child,
    port: u16,
    /// The folder whose name is in the command line of each process of the browser, and in no other.
    folder: PathBuf,
    /// Kept open: a program that cannot print dies.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts it on a free port. The one that it finds is for two protocols, and may be taken in one of them.
    pub(super) fn start(folder: &Path) -> Self {
        (0..5).find_map(|_| Self::try_start(folder)).expect("chromedriver ends before it tells its port")
    }

    fn try_start(folder: &Path) -> Option<Self> {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            // What else the browser writes goes with the folder.
            .env("TMPDIR", folder)
            .env("HOME", folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("chromedriver, of Debian's package chromium-driver: {error}"));
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        let port = loop {
            line.clear();
            if output.read_line(&mut line).unwrap() == 0 {
                let _ = process.wait();
                return None;
            }
            if let Some((_, port)) = line.trim_end().split_once("started successfully on port ") {
                break port.trim_end_matches('.').parse().unwrap();
            }
        };
        Some(Self { process, port, folder: folder.to_owned(), _output: output })
    }

    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends the driver and its browser, which does not end by itself when the driver is killed.
    pub(super) fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        for _ in 0..50 {
            let alive = processes_with(&self.folder);
            if alive.is_empty() {
                break;
            }
            let _ = Command::new("kill").arg("-KILL").args(&alive).stderr(Stdio::null()).status();
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The processes in whose command line the folder is named.
pub fn processes_with(folder: &Path) -> Vec<String> {
    let name = folder.to_string_lossy();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let named = processes.filter_map(|entry| {
        let id = entry.file_name().into_string().ok().filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))?;
        let line = fs::read(entry.path().join("cmdline")).ok()?;
        String::from_utf8_lossy(&line).contains(&*name).then_some(id)
    });
    named.collect()
}
