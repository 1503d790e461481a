//! HubSpot: `__hs_cookie_cat_pref`, `1:true_2:false_3:true`, once with `,`; and for a banner without categories
//! `__hs_opt_out=yes|no`.
//!
//! `__hs_do_not_track=yes` refuses everything, whoever placed it. `__hs_initial_opt_in` is not consent, and is not
//! read. Items: the numbers of the categories.

use super::decode::{Buffer, percent_text};
use super::{Cookies, Fault, Site, System, SystemAnswer};

pub(super) const SYSTEM: System = System {
    name: "hubspot",
    cookie: "__hs_cookie_cat_pref",
    beside: &["__hs_opt_out", "__hs_do_not_track"],
    map: &[("1", "analytics"), ("2", "advertising"), ("3", "functional")],
    read,
    ..System::ONE_COOKIE
};

fn read(cookies: &Cookies<'_>) -> Result<Option<SystemAnswer>, Fault> {
    let each = [cookies.each(0, categories)?, cookies.each(1, opt_out)?, cookies.each(2, do_not_track)?];
    Ok(each.into_iter().flatten().reduce(SystemAnswer::merge))
}

fn categories(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let (mut answer, mut buffer) = (SystemAnswer::default(), Buffer::new());
    for pair in percent_text(value, &mut buffer)?.split(['_', ',']) {
        match pair.split_once(':') {
            Some((category, "true")) => answer.item(site, category, true)?,
            Some((category, "false")) => answer.item(site, category, false)?,
            _ => return Err(Fault::Shape),
        }
    }
    Ok(answer)
}

fn opt_out(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    let mut answer = SystemAnswer::default();
    match value {
        b"yes" => answer.others(site, false),
        b"no" => answer.others(site, true),
        _ => return Err(Fault::Shape),
    }
    Ok(answer)
}

fn do_not_track(value: &[u8], site: &Site) -> Result<SystemAnswer, Fault> {
    if value == b"yes" { opt_out(value, site) } else { Err(Fault::Shape) }
}
