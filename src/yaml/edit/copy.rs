//! Content that is copied from elsewhere in the document, as it is written there.

use super::render::{Renderer, spaces};
use super::splice::{self, Found};
use super::{Document, Path};
use crate::diag::Result;

impl Renderer<'_> {
    /// An item with its comments, for a sequence whose dashes stand in a column.
    pub(super) fn copied_item(&self, path: &Path, column: usize) -> Result<String> {
        let found = splice::find(self.document, path)?;
        let Some((collection, index)) = found.place else {
            return Err(no_copy(self.document, &found));
        };
        let lines = self.document.lines();
        let child = &collection.children[index];
        let extent = self.document.extent(collection, index);
        match extent.filter(|_| lines.is_first(child.start) && child.key.is_none()) {
            Some(extent) if collection.form.is_block() => {
                let text = &self.document.text()[extent.lead..extent.tail];
                let from = lines.column(child.start);
                let text = shifted(text.trim_end_matches(['\n', '\r']), from, column);
                Ok(text.trim_start_matches(' ').to_owned())
            }
            _ => {
                let gap = self.habits.dash_gap;
                Ok(format!("-{}{}", spaces(gap), self.copied_scalar(path, column)?))
            }
        }
    }

    /// What stands behind a key, for one in a column.
    pub(super) fn copied_behind_key(&self, path: &Path, column: usize) -> Result<String> {
        let found = splice::find(self.document, path)?;
        let lines = self.document.lines();
        let block = found.place.filter(|(collection, index)| {
            let child = &collection.children[*index];
            child.key.is_some() && child.value.form.is_block() && lines.is_first(child.value.start)
        });
        let Some((collection, index)) = block else {
            return Ok(format!(" {}", self.copied_scalar(path, column)?));
        };
        let child = &collection.children[index];
        let Some(extent) = self.document.extent(collection, index) else {
            return Err(no_copy(self.document, &found));
        };
        let colon = child.key.as_ref().map_or(child.start, |key| key.colon);
        let text = &self.document.text()[lines.next(colon)..extent.tail];
        let from = lines.column(child.start);
        let text = shifted(text.trim_end_matches(['\n', '\r']), from, column);
        Ok(format!("{}{text}", self.line_break))
    }

    /// A scalar or what stands in brackets, for behind a key or a dash in a column. The lines
    /// below its first are indented relative to that.
    pub(super) fn copied_scalar(&self, path: &Path, column: usize) -> Result<String> {
        let found = splice::find(self.document, path)?;
        let Some((collection, index)) = found.place.filter(|_| !found.part.form.is_block()) else {
            return Err(no_copy(self.document, &found));
        };
        let lines = self.document.lines();
        let text = &self.document.text()[found.part.start..found.part.end];
        let first = lines.end(found.part.start).min(found.part.end) - found.part.start;
        let from = match collection.form.is_block() {
            true => lines.column(collection.children[index].start),
            false => column,
        };
        let rest = shifted(&text[first..], from, column);
        Ok(format!("{}{rest}", &text[..first]))
    }

    /// What can stand in one line.
    pub(super) fn copied_flow(&self, path: &Path, in_flow: bool) -> Result<String> {
        let found = splice::find(self.document, path)?;
        let text = &self.document.text()[found.part.start..found.part.end];
        if found.part.form.is_block() || in_flow && text.contains('\n') {
            return Err(no_copy(self.document, &found));
        }
        Ok(text.to_owned())
    }
}

fn no_copy(document: &Document, found: &Found<'_>) -> Box<crate::diag::Diagnostic> {
    let message = "what is written here can't be moved to where it belongs now";
    splice::refusal(document, found.part.start..found.part.end, message)
}

/// Lines that stood in a column, for another. Those that are less indented stay within the line.
fn shifted(text: &str, from: usize, to: usize) -> String {
    let shift = |line: &str| match to.checked_sub(from) {
        _ if line.trim_end_matches(['\n', '\r']).is_empty() => line.to_owned(),
        Some(more) => format!("{}{line}", spaces(more)),
        None => {
            let indent = line.len() - line.trim_start_matches(' ').len();
            line[indent.min(from - to)..].to_owned()
        }
    };
    text.split_inclusive('\n').map(shift).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_move_together_and_empty_ones_stay_empty() {
        let text = "a:\n  b: |\n\n      c\n";
        assert_eq!(shifted(text, 0, 2), "  a:\n    b: |\n\n        c\n");
        assert_eq!(shifted("  a\r\n\r\n # b\r\n", 4, 2), "a\r\n\r\n# b\r\n");
    }
}
