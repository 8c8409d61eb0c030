//! The order of the output.

use crate::diag::{Code, Diagnostic, Result};
use crate::source::Text;

use super::decode::record;
use super::value::List;

record! {
    /// `sortOptions`.
    pub struct SortOptions: "`sortOptions`" {
        /// `fifo` or `legacy`, if it is sound.
        order: Text = "order",
        /// How `legacy` ranks kinds.
        legacy: Option<LegacySortOptions> = "legacySortOptions",
    }
    const SHORTHAND: Option<&'static str> = Some("order");
}

record! {
    /// The kinds that come first and last in the order called `legacy`.
    pub struct LegacySortOptions: "`legacySortOptions`" {
        /// Kinds that come first, in this order.
        first: List<Text> = "orderFirst",
        /// Kinds that come last, in this order.
        last: List<Text> = "orderLast",
    }
}

/// A sound choice of order.
#[derive(Clone, Copy, Debug)]
pub enum SortOrder<'o> {
    /// As the resources were read and made.
    Fifo,
    /// By kind, namespace and name, with a ranking of kinds: the usual one, or this.
    Legacy(Option<&'o LegacySortOptions>),
}

impl SortOptions {
    /// The order that is chosen. Only the options of the kustomization that is built count, so only
    /// those need to be sound.
    ///
    /// # Errors
    /// When the order has no such name, or options do not fit it.
    pub fn order(&self) -> Result<SortOrder<'_>> {
        match (self.order.as_str(), &self.legacy) {
            ("fifo", None) => Ok(SortOrder::Fifo),
            ("legacy", legacy) => Ok(SortOrder::Legacy(legacy.as_ref())),
            ("fifo", Some(legacy)) => {
                let message =
                    "`legacySortOptions` need the order `legacy`, but the order is `fifo`";
                let problem = Diagnostic::error(Code::InvalidField, message).at(legacy.span);
                Err(Box::new(
                    problem.help("take them out, or write `order: legacy`").or_at(self.span),
                ))
            }
            (order, _) => {
                let message = match order {
                    "" => "`sortOptions` need an `order`".to_owned(),
                    order => format!("unknown order `{order}`"),
                };
                let problem = Diagnostic::error(Code::InvalidField, message).at(self.order.span());
                Err(Box::new(
                    problem.help("write `order: legacy` or `order: fifo`").or_at(self.span),
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_orders_are_sound_and_options_belong_to_one() {
        let options = |order: &str, legacy: bool| SortOptions {
            order: order.into(),
            legacy: legacy.then(LegacySortOptions::default),
            ..SortOptions::default()
        };
        assert!(matches!(options("fifo", false).order(), Ok(SortOrder::Fifo)));
        assert!(matches!(options("legacy", false).order(), Ok(SortOrder::Legacy(None))));
        assert!(matches!(options("legacy", true).order(), Ok(SortOrder::Legacy(Some(_)))));
        assert!(options("fifo", true).order().is_err());
        assert!(options("", false).order().is_err());
        assert!(options("Legacy", true).order().is_err());
    }
}
