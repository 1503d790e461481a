//! What browsers send: a short request with eight cookies, and one of a browser that has been around, with twelve in
//! 1.4 KB, the consent cookie among them.

#![allow(dead_code)] // Each bench uses a part.

/// The consent cookie stands last, so that a scan that stops at the first hit reads as much as one that does not: the
/// gate must look at every cookie, because a second one of its name counts too.
pub(crate) const CONSENT: &str = "__Host-consent=1.4.1795000000.4.10.0";

/// Eight cookies in 193 bytes, none of them ours.
pub(crate) const EIGHT_COOKIES: &str = "sid=7b0f2d1c9a8e4f63b5d7c0a1e2f39485; lang=de-DE; theme=dark; \
     csrf=3f9a1c5e7b2d4860af13ce59b7d20486; _lum1=LM1.2.1398471920.1794000000; recommend=c17.c42.c108.c9; \
     experiment=checkout_b; seen=17";

/// A `Cookie` header of 1.4 KB with eleven cookies of other software.
pub(crate) fn other_cookies() -> String {
    let token: String = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9".chars().cycle().take(660).collect();
    let cart: String = "%7B%22items%22%3A%5B%7B%22sku%22%3A%22".chars().cycle().take(380).collect();
    [
        "sid=7b0f2d1c9a8e4f63b5d7c0a1e2f39485",
        "lang=de-DE",
        &format!("session_token={token}.8Jx4t5w2kq"),
        "csrf_token=3f9a1c5e7b2d4860af13ce59b7d20486",
        "_lum1=LM1.2.1398471920.1794000000",
        "_lum_session=a81f0c2e-5d3b-4c77-9e1a-2f60b8d4c913.1794999000.12.1",
        &format!("cart={cart}"),
        "theme=dark",
        "recommend=c17.c42.c108.c9.c77.c3",
        "_adl=fb.1.1794000000123.482910375; experiment=checkout_b",
    ]
    .join("; ")
}

/// The header with the consent cookie at its end.
pub(crate) fn twelve_cookies() -> String {
    let header = format!("{}; {CONSENT}", other_cookies());
    assert_eq!(header.split(';').count(), 12);
    assert!((1_390..=1_420).contains(&header.len()), "{} bytes", header.len());
    header
}

/// What a browser sends with a navigation, around its cookies.
pub(crate) fn headers(cookies: &str) -> Vec<(&'static str, String)> {
    let user_agent =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36";
    [
        ("host", "calminteraction.example"),
        ("user-agent", user_agent),
        ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
        ("accept-language", "de-DE,de;q=0.9,en;q=0.8"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("sec-fetch-site", "none"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
        ("upgrade-insecure-requests", "1"),
        ("cookie", cookies),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}
