//! Links the program to a fixed address where that is the custom of the system, which takes three of the four milliseconds from its start.
//!
//! A program that can be loaded anywhere has its tables of pointers filled in at each start: here a quarter of a million, most of them of the
//! typesetter, which most commands never use. Stack, heap and libraries still lie at other addresses at each start.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |key: &str| std::env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
