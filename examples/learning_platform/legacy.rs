//! Pages of an older system, with the vendors' tags as they were pasted into them years ago.
//!
//! `--legacy FOLDER` serves the files of a folder below `/legacy/`. Nothing in them asks about consent, and nothing here
//! does: the layers around the site see to it. Two files say more, in the form that hosts of static sites have made
//! common:
//!
//! - `_headers`: a path, and below it, indented, the headers of its responses as `Name: value`;
//! - `_redirects`: a path, an address and a status on each line.

use crate::site::Site;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::error::Error;

/// The files of the folder by their names, read once.
#[derive(Debug, Default)]
pub(crate) struct Legacy(BTreeMap<String, File>);

#[derive(Clone, Debug, Default)]
struct File {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Legacy {
    /// Reads a folder, without those below it.
    pub(crate) fn read(folder: &str) -> Result<Self, Box<dyn Error>> {
        let mut files = Self::default();
        let (mut headers, mut redirects) = (String::new(), String::new());
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|_| path.is_file()) else {
                continue;
            };
            match name {
                "_headers" => headers = std::fs::read_to_string(&path)?,
                "_redirects" => redirects = std::fs::read_to_string(&path)?,
                _ => {
                    let file = files.0.entry(name.to_owned()).or_default();
                    file.body = std::fs::read(&path)?.into();
                    file.headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
                }
            }
        }
        files.redirect(&redirects)?;
        files.head(&headers)?;
        Ok(files)
    }

    fn redirect(&mut self, text: &str) -> Result<(), Box<dyn Error>> {
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let mut words = line.split_whitespace();
            let (Some(path), Some(address), Some(status)) = (words.next(), words.next(), words.next()) else {
                return Err(format!("_redirects: expected a path, an address and a status in {line:?}").into());
            };
            let file = self.0.entry(name_of(path).to_owned()).or_default();
            file.status = status.parse()?;
            file.headers.insert(LOCATION, address.parse()?);
        }
        Ok(())
    }

    fn head(&mut self, text: &str) -> Result<(), Box<dyn Error>> {
        let mut file = None;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match (line.starts_with(char::is_whitespace), &mut file, line.split_once(':')) {
                (false, _, _) => file = Some(self.0.entry(name_of(line).to_owned()).or_default()),
                (true, Some(file), Some((name, value))) => {
                    file.headers.append(name.trim().parse::<HeaderName>()?, value.trim().parse()?);
                }
                _ => return Err(format!("_headers: expected a path, or a header below one, in {line:?}").into()),
            }
        }
        Ok(())
    }
}

/// One file.
pub(crate) async fn file(State(site): State<Site>, Path(name): Path<String>) -> Response {
    match site.legacy.0.get(&name) {
        Some(File { status, headers, body }) => (*status, headers.clone(), body.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn name_of(path: &str) -> &str {
    path.trim().trim_start_matches('/')
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "gif" => "image/gif",
        "xhtml" => "application/xhtml+xml",
        "xml" => "text/xml",
        _ => "text/plain; charset=utf-8",
    }
}
