//! Amounts as Kubernetes writes them: `500m`, `2Gi`, `1e3`.

use std::cmp::Ordering;

/// An amount: a decimal number times a power of ten or two.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantity {
    value: f64,
}

impl Quantity {
    /// Reads an amount; `None` if Kubernetes would not.
    pub(super) fn parse(text: &str) -> Option<Quantity> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let digits =
            unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(digits);
        let has_digit = number.bytes().any(|byte| byte.is_ascii_digit());
        if !has_digit || number.matches('.').count() > 1 {
            return None;
        }
        let number: f64 = format!("0{number}").parse().ok()?;
        let value = number * factor(suffix)?;
        Some(Quantity { value: if text.starts_with('-') { -value } else { value } })
    }

    /// Compares two amounts. Those that differ by less than a rounding error are equal.
    pub(super) fn compare(self, other: Quantity) -> Ordering {
        let scale = self.value.abs().max(other.value.abs());
        if (self.value - other.value).abs() <= scale * 1e-12 {
            return Ordering::Equal;
        }
        self.value.total_cmp(&other.value)
    }
}

fn factor(suffix: &str) -> Option<f64> {
    Some(match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 2f64.powi(10),
        "Mi" => 2f64.powi(20),
        "Gi" => 2f64.powi(30),
        "Ti" => 2f64.powi(40),
        "Pi" => 2f64.powi(50),
        "Ei" => 2f64.powi(60),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            10f64.powi(exponent.parse::<i8>().ok()?.into())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_kubernetes_reads() {
        let compare = |a, b| Quantity::parse(a).unwrap().compare(Quantity::parse(b).unwrap());
        for (a, b) in [
            ("500m", "0.5"),
            ("1Gi", "1024Mi"),
            ("1e3", "1k"),
            ("2", "2000m"),
            (".5", "0.5"),
            ("1E3", "1000"),
        ] {
            assert_eq!(compare(a, b), Ordering::Equal, "{a} {b}");
        }
        assert_eq!(compare("1G", "1Gi"), Ordering::Less);
        assert_eq!(compare("-1", "1m"), Ordering::Less);
        for wrong in ["", "m", "512MB", "1 Gi", "1gi", "1.2.3", "Gi", "0x10", "1e", "1K"] {
            assert!(Quantity::parse(wrong).is_none(), "{wrong}");
        }
    }
}
