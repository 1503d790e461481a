//! The name that somebody may have meant who mistyped another.

/// The nearest of the names that exist, whatever its distance.
pub(crate) fn nearest<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known.into_iter().min_by_key(|name| distance(name, given))
}

/// The nearest of the names that exist, where no more than a third of it is mistyped.
pub(crate) fn meant<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    // Beyond a third, the two are rather two words: `chat` is not a misspelt `cart`.
    nearest(given, known).filter(|name| distance(name, given) * 3 <= name.len())
}

/// How many letters must be put in, taken out or changed to make one text of the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, a) in one.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, b) in other.bytes().enumerate() {
            let above = row[column + 1];
            row[column + 1] = (diagonal + usize::from(a != b)).min(above + 1).min(row[column] + 1);
            diagonal = above;
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_is_found_and_another_word_is_not() {
        let known = ["essential", "functional", "analytics", "advertising", "lumen"];
        for (given, expected) in [
            ("analitics", Some("analytics")),
            ("analytic", Some("analytics")),
            ("Analytics", Some("analytics")),
            ("adverts", None),
            ("lumens", Some("lumen")),
            ("chat", None),
            ("", None),
        ] {
            assert_eq!(meant(given, known), expected, "{given:?}");
        }
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn the_distance_counts_letters() {
        for (one, other, letters) in [("", "", 0), ("a", "", 1), ("cart", "chat", 2), ("lumen", "lumens", 1)] {
            assert_eq!((distance(one, other), distance(other, one)), (letters, letters), "{one} {other}");
        }
    }
}
