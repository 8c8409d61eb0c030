//! What things are to be called: from flags, from the app, or from its name.

use crate::diag::{self, Code, Diagnostic};
use crate::k8s::image_ref;
use crate::yaml::{Scalar, Tag};

use super::Options;
use super::app::App;

/// As long as the name of an app may be, so that there is room for what is put behind it.
const LONGEST: usize = 40;

/// The names that the files of the stack have in the place of the example's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) name: String,
    /// With its registry, without tag and digest.
    pub(super) image: String,
    /// Whether the image is known, and not made of the name.
    pub(super) has_image: bool,
    pub(super) tag: Option<String>,
    pub(super) digest: Option<String>,
    pub(super) host: String,
    pub(super) has_host: bool,
    pub(super) staging_host: String,
    pub(super) canary_host: String,
    pub(super) namespace: String,
    pub(super) staging_namespace: String,
}

impl Names {
    /// Decides on names.
    ///
    /// # Errors
    /// When one that was asked for can't be used.
    pub(super) fn of(app: &App, options: &Options) -> diag::Result<Names> {
        let name = match &options.name {
            Some(name) => checked_label("--name", name, LONGEST)?,
            None => label(app.name.as_deref().unwrap_or_default()),
        };
        let kamal = app.kamal.as_ref();
        let image = match &options.image {
            Some(image) => Some(checked_image(image)?),
            None => kamal.and_then(|kamal| kamal.image.clone()).filter(|image| is_image(image)),
        };
        let has_image = image.is_some();
        let image = image.unwrap_or_else(|| format!("registry.example.com/{name}"));
        let parts = image_ref::split(&image);
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let host = match &options.host {
            Some(host) => Some(checked_host(host)?),
            None => kamal.and_then(|kamal| kamal.host.clone()).filter(|host| is_host(host)),
        };
        let has_host = host.is_some();
        let host = host.unwrap_or_else(|| format!("{name}.example.com"));
        let bare = host.strip_prefix("www.").or_else(|| host.strip_prefix("app.")).unwrap_or(&host);
        let namespace = match &options.namespace {
            Some(namespace) => checked_label("--namespace", namespace, 63 - "-staging".len())?,
            None => format!("{name}-prod"),
        };
        let of_staging =
            namespace.strip_suffix("-production").or_else(|| namespace.strip_suffix("-prod"));
        Ok(Names {
            tag: text(parts.tag),
            digest: text(parts.digest),
            image: parts.name.to_owned(),
            has_image,
            has_host,
            staging_host: format!("staging.{bare}"),
            canary_host: format!("canary.{bare}"),
            staging_namespace: format!("{}-staging", of_staging.unwrap_or(&namespace)),
            host,
            namespace,
            name,
        })
    }
}

/// A name as Kubernetes has them: `MyApp_2` becomes `my-app-2`.
fn label(name: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let is_start = c.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || (before.is_ascii_uppercase()
                    && rest.peek().is_some_and(char::is_ascii_lowercase)));
        if c.is_ascii_alphanumeric() {
            if is_start {
                out.push('-');
            }
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('-') {
            out.push('-');
        }
        before = c;
    }
    out.truncate(LONGEST);
    let out = out.trim_matches('-');
    // A label begins with a letter in some places, and no name may look like a number or a word of
    // YAML.
    let is_fine = out.starts_with(|c: char| c.is_ascii_lowercase()) && is_text(out);
    if is_fine { out.to_owned() } else { "app".to_owned() }
}

/// Whether YAML reads it as a string.
fn is_text(text: &str) -> bool {
    Scalar::looks_like(text) == Tag::Str && !matches!(text, "y" | "n" | "yes" | "no" | "on" | "off")
}

fn is_label(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.chars().all(is_part)
        && is_text(text)
}

fn checked_label(flag: &str, text: &str, longest: usize) -> diag::Result<String> {
    if is_label(text) && text.len() <= longest {
        return Ok(text.to_owned());
    }
    let rule = format!("at most {longest} lower-case letters, digits and hyphens, a letter first");
    refused(flag, text, &rule)
}

fn is_host(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    text.len() <= 253 - "staging.".len() && text.split('.').all(is_part) && is_text(text)
}

fn checked_host(text: &str) -> diag::Result<String> {
    if is_host(text) {
        return Ok(text.to_owned());
    }
    refused("--host", text, "a name such as `shop.example.com`, without a scheme, a port or a path")
}

fn is_image(text: &str) -> bool {
    let image = image_ref::split(text);
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let is_path =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-/:".contains(&byte);
    let begins = |text: &str| text.starts_with(|c: char| c.is_ascii_alphanumeric());
    begins(image.name)
        && !image.name.ends_with(['/', ':'])
        && image.name.bytes().all(is_path)
        && image.tag.bytes().all(is_part)
        && image.digest.bytes().all(|byte| is_part(byte) || byte == b':')
        && is_text(image.name)
}

fn checked_image(text: &str) -> diag::Result<String> {
    if is_image(text) {
        return Ok(text.to_owned());
    }
    refused("--image", text, "an image such as `registry.example.com/shop` or `ghcr.io/me/shop:v1`")
}

fn refused(flag: &str, text: &str, rule: &str) -> diag::Result<String> {
    let message = format!("`{text}` can't be used for `{flag}`");
    Err(Box::new(Diagnostic::error(Code::Usage, message).help(format!("it must be {rule}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(options: Options) -> diag::Result<Names> {
        let app = App { name: Some("MyShop".to_owned()), ..App::default() };
        Names::of(&app, &options)
    }

    #[test]
    fn names_become_labels() {
        for (name, made) in [
            ("Blog", "blog"),
            ("MyApp", "my-app"),
            ("HTTPServer2", "http-server2"),
            ("my_app.com", "my-app-com"),
            ("Émile", "mile"),
            ("", "app"),
            ("123", "app"),
            ("true", "app"),
            ("-x-", "x"),
        ] {
            assert_eq!(label(name), made, "{name}");
        }
        assert!(label(&"a".repeat(99)).len() <= LONGEST);
    }

    #[test]
    fn everything_follows_from_the_name() {
        let names = names(Options::default()).unwrap();
        assert_eq!(names.image, "registry.example.com/my-shop");
        assert_eq!(
            (names.host.as_str(), names.canary_host.as_str()),
            ("my-shop.example.com", "canary.my-shop.example.com")
        );
        assert_eq!(
            (names.namespace.as_str(), names.staging_namespace.as_str()),
            ("my-shop-prod", "my-shop-staging")
        );
    }

    #[test]
    fn flags_win() {
        let text = |text: &str| Some(text.to_owned());
        let options = Options {
            name: text("shop"),
            image: text("localhost:5000/shop:v1"),
            host: text("www.shop.com"),
            namespace: text("live"),
            ..Options::default()
        };
        let names = names(options).unwrap();
        assert_eq!(
            (names.image.as_str(), names.tag.as_deref()),
            ("localhost:5000/shop", Some("v1"))
        );
        assert_eq!(names.staging_host, "staging.shop.com");
        assert_eq!(names.staging_namespace, "live-staging");
    }

    #[test]
    fn what_can_t_be_used_is_refused() {
        for (options, flag) in [
            (Options { name: Some("My App".into()), ..Options::default() }, "--name"),
            (Options { name: Some("null".into()), ..Options::default() }, "--name"),
            (Options { host: Some("https://x.com".into()), ..Options::default() }, "--host"),
            (Options { host: Some("1.5".into()), ..Options::default() }, "--host"),
            (Options { image: Some("-x".into()), ..Options::default() }, "--image"),
            (Options { image: Some("a b".into()), ..Options::default() }, "--image"),
            (Options { namespace: Some("a".repeat(60)), ..Options::default() }, "--namespace"),
        ] {
            let error = names(options).unwrap_err();
            assert!(error.message.ends_with(&format!("for `{flag}`")), "{}", error.message);
        }
    }
}
