//! The book of the rules: static HTML pages that a browser opens from the disk.
//!
//! The pages load nothing from elsewhere: styles and script are part of each page.

mod catalog_pages;
mod html;
mod markdown;
mod rule_page;
mod write;

pub(crate) use write::write;
