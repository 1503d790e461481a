//! What the program prints when it starts.

use consent_gate::web::Mode;
use std::net::SocketAddr;

/// Prints the address, and what to try there.
pub(crate) fn print(address: SocketAddr, mode: Mode) {
    println!("Listening on http://{address}");
    match mode {
        Mode::Report => println!("{}", filled(REPORT, address)),
        _ => println!("{}", filled(ENFORCE, address)),
    }
}

const ENFORCE: &str = r#"
The handlers set every cookie blindly; compare what leaves. Each line can be pasted:

  # 1. Nobody has answered, in Germany: no analytics, no advertising, no recommendations.
  curl -si SITE/ | grep -i -E '^(set-cookie|cache-control|vary)'
  # 2. Nobody has answered in California either, where a visitor objects instead: analytics and advertising cookies leave, lifetimes capped.
  curl -si -H 'x-demo-region: US-CA' SITE/ | grep -i ^set-cookie
  # 3. California with Global Privacy Control: _adl is gone, analytics by a contracted processor stays.
  curl -si -H 'x-demo-region: US-CA' -H 'Sec-GPC: 1' SITE/ | grep -i ^set-cookie
  # 4. Accept everything in Germany; the next page sets all its cookies, and the video frame is there.
  curl -si -c jar -d action=accept SITE/privacy | grep -i ^set-cookie
  curl -si -b jar SITE/lessons/1 | grep -i -E '^set-cookie|<iframe'
  # 5. Withdraw: the answer is stored, and _lum1 is expired, host-only and with its Domain.
  curl -si -b "$(awk '/consent/ {print $6"="$7}' jar); _lum1=a" -d action=refuse SITE/privacy | grep -i ^set-cookie
  # 6. Analytics alone.
  curl -si -c jar -d action=save -d category=analytics SITE/privacy >/dev/null; curl -si -b jar SITE/ | grep -i ^set-cookie
  # 7. A form on another site cannot answer for the visitor: 403.
  curl -si -H 'Origin: https://evil.example' -d action=accept SITE/privacy
  # 8. Logging in works without any consent.
  curl -si -d name=ada -d remember=on SITE/log-in | grep -i ^set-cookie

A browser stores cookies of calminteraction.example only there; this opens the site under its name:
  chromium --host-resolver-rules="MAP calminteraction.example:80 ADDRESS" http://calminteraction.example/
The first time that a cookie is met which policy.toml does not declare, a line appears below.
"#;

const REPORT: &str = r#"
Report mode: everything is decided and reported, and every response leaves as the handlers made it. Try:

  # Everything is set, whoever asks.
  curl -si SITE/ | grep -i ^set-cookie
  # A cookie that only scripts set is found in requests.
  curl -si -b '_heat=1' SITE/ >/dev/null
  # What policy.toml does not declare, as entries to paste.
  curl -s SITE/report
"#;

fn filled(text: &str, address: SocketAddr) -> String {
    text.replace("SITE", &format!("http://{address}")).replace("ADDRESS", &address.to_string())
}
