//! Elements as HTML.

/// An element `script`. `attributes` are written out, `content` is safe within it.
pub(super) fn script(nonce: Option<&str>, attributes: &str, content: &str) -> String {
    let nonce = nonce.map_or_else(String::new, |nonce| attribute("nonce", nonce));
    format!("<script{attributes}{nonce}>{content}</script>")
}

/// One attribute, a space before it.
pub(super) fn attribute(name: &str, value: &str) -> String {
    format!(" {name}=\"{}\"", value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;"))
}
