//! One round: libFuzzer and one law, until time is up or the law is broken.

use std::ffi::{CString, c_char, c_int};
use std::process::ExitCode;
use std::ptr;
use std::sync::OnceLock;

use crate::laws::LAWS;

/// The first argument of a process that is a round.
pub(crate) const FLAG: &str = "round";

static LAW: OnceLock<fn(&[u8])> = OnceLock::new();

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    if let Some(law) = LAW.get() {
        law(input);
    }
});

unsafe extern "C" {
    /// The entry point of libFuzzer for programs with a `main` of their own.
    fn LLVMFuzzerRunDriver(
        count: *mut c_int,
        arguments: *mut *mut *mut c_char,
        callback: unsafe extern "C" fn(*const u8, usize) -> c_int,
    ) -> c_int;
    fn LLVMFuzzerTestOneInput(data: *const u8, size: usize) -> c_int;
}

/// Runs libFuzzer over a corpus, or over one file.
pub(crate) fn run(law: &str, corpus: &str, flags: &[String]) -> ExitCode {
    let Some((_, law)) = LAWS.iter().find(|(name, _)| *name == law) else {
        return ExitCode::from(2);
    };
    let _ = LAW.set(*law);
    let words = ["railsgen-fuzz", corpus].into_iter().chain(flags.iter().map(String::as_str));
    let words: Vec<CString> = words.filter_map(|word| CString::new(word).ok()).collect();
    let mut pointers: Vec<*mut c_char> =
        words.iter().map(|word| word.as_ptr().cast_mut()).collect();
    let Ok(mut count) = c_int::try_from(pointers.len()) else {
        return ExitCode::from(2);
    };
    pointers.push(ptr::null_mut());
    let mut arguments = pointers.as_mut_ptr();
    // SAFETY: `count` and `arguments` are what `main` of a C program gets: so many strings that end
    // with a zero, and a null behind them. All of them outlive the call, and libFuzzer copies
    // what it keeps. The callback is the one that `fuzz_target!` was made for.
    let code = unsafe { LLVMFuzzerRunDriver(&mut count, &mut arguments, LLVMFuzzerTestOneInput) };
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
