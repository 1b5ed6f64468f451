//! The thin command line of the generator.

fn main() {}
