//! Which resources a patch is for: the `target` of a patch.
//!
//! A [`Target`] is compiled once and asked for every resource. It sees a resource only as a
//! [`Subject`], so it does not know how resources are kept.

use crate::diag::{self, Code, Diagnostic};
use crate::k8s::label_selector::LabelSelector;
use crate::pattern::{Pattern, PatternError};
use crate::source::Text;
use crate::yaml::Mapping;

/// A target as it is written: patterns for whole texts, and two label selectors. The empty text
/// selects everything.
#[derive(Clone, Copy, Debug)]
pub struct TargetText<'t> {
    /// For the API group; the core group is empty, so only `^$` selects it.
    pub group: &'t Text,
    /// For the API version.
    pub version: &'t Text,
    /// For the kind.
    pub kind: &'t Text,
    /// For the original or the current name.
    pub name: &'t Text,
    /// For the original or the current namespace, `default` where there is none.
    pub namespace: &'t Text,
    /// A label selector for `metadata.labels`.
    pub labels: &'t Text,
    /// A label selector for `metadata.annotations`.
    pub annotations: &'t Text,
}

/// What a target looks at in a resource.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'r> {
    /// The current API group.
    pub group: &'r str,
    /// The current API version.
    pub version: &'r str,
    /// The current kind.
    pub kind: &'r str,
    /// The original and the current name.
    pub names: [&'r str; 2],
    /// The original and the current namespace: `default` for none, `_non_namespaceable_` for kinds
    /// that belong to the cluster.
    pub namespaces: [&'r str; 2],
    /// `metadata.labels`.
    pub labels: Option<&'r Mapping>,
    /// `metadata.annotations`.
    pub annotations: Option<&'r Mapping>,
}

/// A compiled target.
///
/// ```
/// use railsgen::patch::target::{Subject, Target, TargetText};
/// use railsgen::source::Text;
///
/// let [kind, name, any] = ["Deployment|StatefulSet", "web.*", ""].map(Text::from);
/// let (group, version, namespace, labels, annotations) = (&any, &any, &any, &any, &any);
/// let (kind, name) = (&kind, &name);
/// let target =
///     Target::new(&TargetText { group, version, kind, name, namespace, labels, annotations })?;
/// let web = Subject { kind: "Deployment", names: ["web", "prod-web"], ..Subject::default() };
/// assert!(target.matches(&web)?);
/// assert!(!target.matches(&Subject { kind: "Service", ..web })?);
/// # Ok::<(), Box<railsgen::diag::Diagnostic>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Target {
    group: Option<Pattern>,
    version: Option<Pattern>,
    kind: Option<Pattern>,
    name: Option<Pattern>,
    namespace: Option<Pattern>,
    labels: Selector,
    annotations: Selector,
}

/// A label selector. A malformed one is an error only when a resource gets as far as to be asked.
type Selector = Result<LabelSelector, Box<Diagnostic>>;

impl Target {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// When a pattern is malformed.
    pub fn new(text: &TargetText<'_>) -> diag::Result<Target> {
        Ok(Target {
            group: pattern(text.group)?,
            version: pattern(text.version)?,
            kind: pattern(text.kind)?,
            name: pattern(text.name)?,
            namespace: pattern(text.namespace)?,
            labels: LabelSelector::parse(text.labels),
            annotations: LabelSelector::parse(text.annotations),
        })
    }

    /// Whether a resource is selected.
    ///
    /// # Errors
    /// When everything else fits and a label selector turns out to be malformed.
    pub fn matches(&self, subject: &Subject<'_>) -> diag::Result<bool> {
        let fits = |pattern: &Option<Pattern>, texts: &[&str]| {
            pattern.as_ref().is_none_or(|pattern| texts.iter().any(|text| pattern.matches(text)))
        };
        if !(fits(&self.namespace, &subject.namespaces)
            && fits(&self.name, &subject.names)
            && fits(&self.group, &[subject.group])
            && fits(&self.version, &[subject.version])
            && fits(&self.kind, &[subject.kind]))
        {
            return Ok(false);
        }
        for (selector, labels) in
            [(&self.labels, subject.labels), (&self.annotations, subject.annotations)]
        {
            if !selector.as_ref().map_err(Clone::clone)?.matches_mapping(labels) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether it is about one of some annotations.
    pub(crate) fn asks_for_annotation(&self, is_one: impl Fn(&str) -> bool) -> bool {
        self.annotations.as_ref().is_ok_and(|selector| selector.asks_for(is_one))
    }

    /// The only name that is selected, so that an index can be asked first.
    pub fn only_name(&self) -> Option<&str> {
        only(&self.name)
    }

    /// The only kind that is selected, so that an index can be asked first.
    pub fn only_kind(&self) -> Option<&str> {
        only(&self.kind)
    }
}

fn only(pattern: &Option<Pattern>) -> Option<&str> {
    match pattern {
        Some(Pattern::Literal(text)) => Some(text),
        _ => None,
    }
}

fn pattern(text: &Text) -> diag::Result<Option<Pattern>> {
    if text.is_empty() {
        return Ok(None);
    }
    Pattern::whole(text).map(Some).map_err(|problem| malformed(text, &problem))
}

fn malformed(text: &Text, problem: &PatternError) -> Box<Diagnostic> {
    let message = format!("`{text}` is not a regular expression: {problem}");
    Box::new(
        Diagnostic::error(Code::Selector, message)
            .at(text.span())
            .help("put a `\\` before a character that is meant as it stands"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;
    use crate::yaml::{Key, Node};

    fn subject() -> Subject<'static> {
        Subject {
            group: "apps",
            version: "v1",
            kind: "Deployment",
            names: ["web", "prod-web"],
            namespaces: ["default", "prod"],
            labels: None,
            annotations: None,
        }
    }

    /// A target with some of its texts set.
    fn target(texts: &[(&str, &str)]) -> diag::Result<Target> {
        let text = |field: &str| {
            let found = texts.iter().find(|(name, _)| *name == field);
            Text::from(found.map_or("", |(_, text)| text))
        };
        Target::new(&TargetText {
            group: &text("group"),
            version: &text("version"),
            kind: &text("kind"),
            name: &text("name"),
            namespace: &text("namespace"),
            labels: &text("labels"),
            annotations: &text("annotations"),
        })
    }

    #[test]
    fn each_pattern_must_match_the_whole_text() {
        assert_eq!(target(&[]).unwrap().matches(&subject()), Ok(true));
        let cases: [(&str, &[&str], &[&str]); 5] = [
            ("group", &["apps", "a.*", "|apps"], &["app", "^$", "Apps"]),
            ("version", &["v1", "v."], &["v", "v1beta1"]),
            ("kind", &["Deployment", "(?i)deployment"], &["deployment"]),
            ("name", &["web", "prod-web", ".*-web"], &["prod", "-web"]),
            ("namespace", &["default", "prod", ".*"], &["other"]),
        ];
        for (field, yes, no) in cases {
            let selects = |text: &&str| target(&[(field, text)]).unwrap().matches(&subject());
            assert!(yes.iter().all(|text| selects(text) == Ok(true)), "{field}");
            assert!(no.iter().all(|text| selects(text) == Ok(false)), "{field}");
        }
    }

    #[test]
    fn labels_and_annotations_are_selected_too() {
        let mut labels = Mapping::new(Span::NONE);
        labels.push(Key::plain("app"), Node::string("web"));
        let web = Subject { labels: Some(&labels), ..subject() };
        let labelled = target(&[("labels", "app=web")]).unwrap();
        assert_eq!(labelled.matches(&web), Ok(true));
        assert_eq!(labelled.matches(&subject()), Ok(false));
        let annotated = target(&[("labels", "app=web"), ("annotations", "app=db")]).unwrap();
        let both = Subject { annotations: Some(&labels), ..web };
        assert_eq!(annotated.matches(&both), Ok(false));
    }

    #[test]
    fn a_malformed_selector_is_an_error_once_something_is_asked() {
        let broken = target(&[("kind", "Deployment"), ("labels", "a b")]).unwrap();
        assert_eq!(broken.matches(&Subject { kind: "Service", ..subject() }), Ok(false));
        assert_eq!(broken.matches(&subject()).unwrap_err().code, Code::Selector);
        let problem = target(&[("name", "fo(o")]).unwrap_err();
        assert_eq!(problem.message, "`fo(o` is not a regular expression: a `)` is missing");
    }

    #[test]
    fn only_literals_name_one_thing() {
        let target = target(&[("name", "web"), ("kind", "web.*")]).unwrap();
        assert_eq!((target.only_name(), target.only_kind()), (Some("web"), None));
    }
}
